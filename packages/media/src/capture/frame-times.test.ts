import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Frame, VideoFrame } from '../frame/frame.js';
import { startBurstRelay } from '../testing/relay.js';
import { startRtspServer } from '../testing/rtsp-server.js';
import { CaptureAttempt, type CaptureAttemptOptions } from './capture-attempt.js';

/** Real encoders and servers, with B-frames and over links that deliver in bursts: every frame arrives, evenly stamped. */
vi.setConfig({ testTimeout: 40_000 });

const SIZE = { width: 320, height: 240 };
const FPS = 30;
/** Frames at the start that may be unevenly stamped: the delay is not known yet. */
const SETTLING = 90;
const WATCHED = 60;
/** Two frames at a time. */
const PAIRS_MS = 2000 / FPS;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The first frames of a live stream. Retries while the server is starting. */
function watch(options: CaptureAttemptOptions): Promise<VideoFrame[]> {
  return vi.waitFor(() => watchOnce(options), { timeout: 30_000, interval: 100 });
}

async function watchOnce(options: CaptureAttemptOptions): Promise<VideoFrame[]> {
  const frames: VideoFrame[] = [];
  const abort = new AbortController();
  const events = {
    onFrame: (frame: Frame) => {
      if (frames.push(frame as VideoFrame) >= SETTLING + WATCHED) abort.abort();
    },
    onInfo: () => {},
    onInvalid: () => {},
    onBytes: () => {},
  };
  await new CaptureAttempt(options).run(events, abort.signal);
  return frames;
}

/** No frame is missing and none is further than 10 ms from its place: a missing one would make a gap of two frames. */
function expectEvenTimes(frames: readonly VideoFrame[]): void {
  const times = frames.slice(SETTLING).map(({ timestampMs }) => timestampMs);
  const gaps = times.slice(1).map((time, i) => Math.round(time - times[i]!));
  const uneven = gaps.filter((gap) => Math.abs(gap - 1000 / FPS) > 10);
  expect(uneven, gaps.join(' ')).toEqual([]);
  const seconds = (times.at(-1)! - times[0]!) / 1000;
  expect((times.length - 1) / seconds).toBeCloseTo(FPS, 0);
  for (const { timestampMs, receivedMs } of frames) expect(timestampMs).toBeLessThanOrEqual(receivedMs);
}

/** FFmpeg's own RTMP server, waiting for one player. */
async function startRtmpCamera(): Promise<number> {
  const reserved = createServer().listen(0, '127.0.0.1');
  await once(reserved, 'listening');
  const { port } = reserved.address() as AddressInfo;
  reserved.close();
  await once(reserved, 'close');
  const input = ['-re', '-f', 'lavfi', '-i', `testsrc2=size=${SIZE.width}x${SIZE.height}:rate=${FPS}`];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '3', '-g', String(FPS)];
  const output = ['-f', 'flv', '-listen', '1', `rtmp://127.0.0.1:${port}/live/camera`];
  const child: ChildProcess = spawn('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...codec, ...output], {
    stdio: 'ignore',
  });
  closers.push(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  return port;
}

async function through(port: number, intervalMs: number | undefined): Promise<number> {
  if (intervalMs === undefined) return port;
  const relay = await startBurstRelay(port, intervalMs);
  closers.push(() => relay.close());
  return relay.port;
}

describe.each([
  ['as it is sent', undefined],
  ['in pairs', PAIRS_MS],
])('live video with B-frames that arrives %s', (_, intervalMs) => {
  it('is whole and evenly stamped over RTSP', async () => {
    const server = await startRtspServer({ ...SIZE, fps: FPS, bFrames: 3, pictures: 'ball' });
    closers.push(() => server.stop());
    const port = await through(server.port, intervalMs);
    expectEvenTimes(await watch({ kind: 'rtsp', url: `rtsp://127.0.0.1:${port}/camera` }));
  });

  it('is whole and evenly stamped over RTMP', async () => {
    const port = await through(await startRtmpCamera(), intervalMs);
    expectEvenTimes(await watch({ kind: 'demux', url: `rtmp://127.0.0.1:${port}/live/camera` }));
  });
});
