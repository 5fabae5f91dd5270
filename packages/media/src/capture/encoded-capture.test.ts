import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EncodedPacket } from '../encoded/encoded-packet.js';
import type { Frame, VideoFrame } from '../frame/frame.js';
import type { EncodedReport } from '../source/source.js';
import { makeClip, makeClipFolder } from '../testing/clips.js';
import { type RtspServerOptions, startRtspServer } from '../testing/rtsp-server.js';
import { CaptureAttempt, type CaptureAttemptOptions } from './capture-attempt.js';

/** Real encoders and servers. */
vi.setConfig({ testTimeout: 40_000 });

const FPS = 25;
const LETTERBOX = { width: 64, height: 64, x: 0, y: 0, contentWidth: 64, contentHeight: 64, fill: 0 };
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let folder: string;
let clip: string;
beforeAll(() => {
  folder = makeClipFolder();
  clip = makeClip(folder, 'b-frames.mp4', '320x240', '-bf', '3', '-g', '10');
}, 30_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An attempt that runs until the end of the test. */
function capture(options: CaptureAttemptOptions) {
  const frames: VideoFrame[] = [];
  const packets: EncodedPacket[] = [];
  const reports: EncodedReport[] = [];
  const abort = new AbortController();
  const attempt = new CaptureAttempt(options);
  const done = attempt.run(
    {
      onFrame: (frame: Frame) => frames.push(frame as VideoFrame),
      onPacket: (packet) => packets.push(packet),
      onEncoded: (report) => reports.push(report),
      onInfo: () => {},
      onInvalid: () => {},
      onBytes: () => {},
    },
    abort.signal,
  );
  closers.push(async () => {
    abort.abort();
    await done;
  });
  return { attempt, frames, packets, reports, done };
}

async function captureRtsp(options: RtspServerOptions = {}) {
  const server = await startRtspServer({ width: 160, height: 120, fps: FPS, pictures: 'ball', ...options });
  closers.push(() => server.stop());
  return capture({ kind: 'rtsp', url: server.url });
}

function expectDecodable(packets: readonly EncodedPacket[]): void {
  expect(packets[0]!.keyframe).toBe(true);
  const gaps = packets.slice(1).map(({ dtsMs }, i) => dtsMs - packets[i]!.dtsMs);
  expect(Math.min(...gaps)).toBeGreaterThan(0);
  expect(Math.max(...gaps), 'none is missing').toBeLessThan(1.9 * (1000 / FPS));
  for (const { data } of packets) expect(data.byteLength).toBeGreaterThan(0);
}

describe('the packets of a live camera', () => {
  it('are passed on while they are wanted, from a keyframe on, with the times of their frames', async () => {
    const { attempt, frames, packets } = await captureRtsp();
    await expect.poll(() => frames.length, { timeout: 20_000 }).toBeGreaterThan(40);
    expect(packets).toEqual([]);
    const before = frames.length;
    attempt.demand({ framesFps: Number.POSITIVE_INFINITY, packets: true });
    await expect.poll(() => packets.length).toBeGreaterThan(60);
    attempt.demand({ framesFps: Number.POSITIVE_INFINITY, packets: false });
    await expect.poll(() => frames.length).toBeGreaterThan(before + 60);
    const count = packets.length;
    const seen = frames.length;
    await expect.poll(() => frames.length).toBeGreaterThan(seen + 10);
    expect(packets.length, 'no longer wanted').toBe(count);
    expectDecodable(packets);
    expect(packets[0]!.format).toMatchObject({ codec: 'h264', framing: 'annexb' });
    expect(packets.every(({ format }) => format === packets[0]!.format)).toBe(true);
    const timeOf = new Map(packets.map(({ ptsMs, timestampMs }) => [Math.round(ptsMs * 1000), timestampMs]));
    const shared = frames.filter(({ mediaMs }) => timeOf.has(Math.round(mediaMs * 1000)));
    expect(shared.length).toBeGreaterThan(40);
    for (const { mediaMs, timestampMs } of shared)
      expect(Math.abs(timestampMs - timeOf.get(Math.round(mediaMs * 1000))!)).toBeLessThan(5);
  });

  it('are not decoded while nobody needs a picture, but for one', async () => {
    const { attempt, frames, reports } = await captureRtsp();
    attempt.demand({ framesFps: 0, packets: false });
    await expect.poll(() => reports.at(-1)?.packets ?? 0, { timeout: 20_000 }).toBeGreaterThan(80);
    expect(reports.at(-1)).toMatchObject({ decoding: 'off', groupKept: true, group: { packets: FPS } });
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.length, 'from before the demand arrived').toBeLessThan(20);
    const before = frames.length;
    attempt.demand({ framesFps: 5, packets: false });
    // From the middle of a group: what was left out of it is decoded first, and not shown.
    await expect.poll(() => frames.length).toBeGreaterThan(before + 30);
    const gaps = frames.slice(before + 1).map(({ mediaMs }, i) => mediaMs - frames[before + i]!.mediaMs);
    expect(Math.max(...gaps)).toBeLessThan(1.9 * (1000 / FPS));
    expect(frames[before]!.receivedMs - frames[before]!.timestampMs, 'it is new').toBeLessThan(1000);
  });

  it('are decoded at keyframes alone for who needs fewer', async () => {
    const { attempt, frames, reports } = await captureRtsp({ keyframeInterval: 10, bFrames: 2 });
    attempt.demand({ framesFps: 1, packets: false });
    await expect.poll(() => reports.at(-1)?.decoding, { timeout: 20_000 }).toBe('keyframes');
    const before = frames.length;
    await expect.poll(() => frames.length).toBeGreaterThan(before + 5);
    const gaps = frames.slice(before + 1).map(({ mediaMs }, i) => mediaMs - frames[before + i]!.mediaMs);
    for (const gap of gaps.slice(1)) expect(gap).toBeGreaterThan(5 * (1000 / FPS));
  });
});

it('decodes only keyframes while its thread can’t keep up', async () => {
  const { frames, reports } = await captureRtsp({ width: 640, height: 480, keyframeInterval: 10 });
  await expect.poll(() => frames.length, { timeout: 20_000 }).toBeGreaterThan(30);
  await expect.poll(() => reports.at(-1)).toMatchObject({ decoding: 'all', overloaded: false });
  // More pictures are asked for than the thread can make.
  let isDone = false;
  // Once the capture is closed, renders fail at once: without this, a failure would leave a loop that never ends.
  closers.push(async () => {
    isDone = true;
  });
  const ask = async (): Promise<void> => {
    while (!isDone) {
      const request = { rgb: LETTERBOX, jpegQuality: 90 };
      await frames
        .at(-1)!
        .render(request)
        .catch(() => undefined);
    }
  };
  const asking = Array.from({ length: 50 }, ask);
  await expect.poll(() => reports.at(-1)?.overloaded, { timeout: 30_000 }).toBe(true);
  expect(reports.at(-1)?.decoding).toBe('keyframes');
  const before = frames.length;
  await expect.poll(() => frames.length, { timeout: 20_000 }).toBeGreaterThan(before + 5);
  isDone = true;
  await Promise.all(asking);
  const gaps = frames.slice(before + 1).map(({ mediaMs }, i) => mediaMs - frames[before + i]!.mediaMs);
  expect(Math.min(...gaps.slice(1, 5))).toBeGreaterThan(5 * (1000 / FPS));
});

describe('the packets of a recording', () => {
  it('come at its own speed, decoded or not', async () => {
    const { attempt, frames, packets, done } = capture({ kind: 'demux', url: clip });
    attempt.demand({ framesFps: 0, packets: true });
    await done;
    expect(frames.length).toBeLessThan(10);
    expectDecodable(packets);
    expect(packets.length).toBe(2 * FPS);
    expect(packets[0]!.format).toMatchObject({ codec: 'h264', framing: 'length-prefixed', fps: FPS });
    expect(packets.at(-1)!.dtsMs - packets[0]!.dtsMs).toBeGreaterThan(1900);
    const reordered = packets.filter(({ ptsMs, dtsMs }) => ptsMs - dtsMs > 1);
    expect(reordered.length, 'B-frames').toBeGreaterThan(10);
    expect(packets.every(({ ptsMs, dtsMs }) => ptsMs > dtsMs - 1)).toBe(true);
  });

  it('go on evenly when it starts again', async () => {
    const { attempt, packets } = capture({ kind: 'demux', url: join(folder, 'clip.mp4'), loop: true });
    attempt.demand({ framesFps: 0, packets: true });
    await expect.poll(() => packets.length, { timeout: 20_000 }).toBeGreaterThan(3 * FPS);
    expectDecodable(packets);
  });
});
