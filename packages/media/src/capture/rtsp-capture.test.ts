import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { CameraState, LookoutError } from '@lookout/protocol';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { VideoFrame } from '../frame/frame.js';
import { openSource } from '../open-source.js';
import type { StreamInfo } from '../source/source.js';
import { readClockCode } from '../testing/clock-code.js';
import { type RtspServerOptions, startRtspServer } from '../testing/rtsp-server.js';
import { CaptureAttempt, type CaptureAttemptOptions } from './capture-attempt.js';

/** A live RTSP server, and all the way from its encoder to pixels. */
vi.setConfig({ testTimeout: 40_000 });

const SIZE = { width: 320, height: 240 };
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startCamera(options: RtspServerOptions = {}) {
  const server = await startRtspServer({ ...SIZE, fps: 25, ...options });
  closers.push(() => server.stop());
  return server;
}

/** When the server drew the picture: it can be read only where the picture is whole. */
async function drawnAtMs(frame: VideoFrame): Promise<number | undefined> {
  const { rgb } = await frame.render({
    rgb: { ...SIZE, x: 0, y: 0, contentWidth: SIZE.width, contentHeight: SIZE.height, fill: 0 },
  });
  return readClockCode(rgb!, { ...SIZE, step: 3 }, frame.receivedMs);
}

/** Runs one attempt until `count` frames have been rendered. */
async function capture(options: Omit<CaptureAttemptOptions, 'kind'>, count: number, onFirst: () => void = () => {}) {
  const controller = new AbortController();
  const infos: StreamInfo[] = [];
  const drawn: (number | undefined)[] = [];
  const timestamps: number[] = [];
  const rendering: Promise<void>[] = [];
  let bytes = 0;
  await new CaptureAttempt({ ...options, kind: 'rtsp' }).run(
    {
      onFrame: (frame) => {
        if (timestamps.push(frame.timestampMs) === 1) onFirst();
        const rendered = drawnAtMs(frame as VideoFrame).then((time) => {
          drawn.push(time);
          if (drawn.length >= count) controller.abort();
        });
        // After the abort the last ones are gone.
        rendering.push(rendered.catch((error: LookoutError) => expect(error.code).toBe('frame_gone')));
      },
      onInfo: (info) => infos.push(info),
      onInvalid: () => {},
      onBytes: (more) => {
        bytes += more;
      },
    },
    controller.signal,
  );
  await Promise.all(rendering);
  return { infos, drawn, timestamps, bytes };
}

describe('a live RTSP stream', () => {
  it.each<[string, RtspServerOptions, Partial<CaptureAttemptOptions>, Partial<StreamInfo>]>([
    ['H.264 over TCP', { codec: 'h264' }, {}, { codec: 'h264', transport: 'rtsp/tcp' }],
    ['H.264 over UDP', { codec: 'h264' }, { rtspTransport: 'udp' }, { codec: 'h264', transport: 'rtsp/udp' }],
    ['H.264 where TCP is refused', { protocols: 'udp' }, {}, { codec: 'h264', transport: 'rtsp/udp' }],
    ['H.264 described in the SDP alone', { inBandParameterSets: false }, {}, { codec: 'h264' }],
    ['HEVC', { codec: 'hevc' }, {}, { codec: 'hevc', transport: 'rtsp/tcp' }],
    ['JPEG', { codec: 'mjpeg' }, {}, { codec: 'mjpeg', transport: 'rtsp/tcp' }],
    // No codec of our client's: FFmpeg reads it.
    ['VP8', { codec: 'vp8' }, {}, { codec: 'vp8', transport: 'rtsp/tcp' }],
  ])('%s becomes whole pictures', async (_, camera, options, info) => {
    const server = await startCamera(camera);
    const { infos, drawn, timestamps, bytes } = await capture({ url: server.url, ...options }, 12);
    expect(infos).toEqual([expect.objectContaining({ ...SIZE, ...info })]);
    expect(bytes).toBeGreaterThan(1000);
    const read = drawn.filter((time) => time !== undefined);
    expect(read.length).toBeGreaterThanOrEqual(10);
    expect(read).toEqual(read.toSorted((a, b) => a - b));
    expect(timestamps).toEqual(timestamps.toSorted((a, b) => a - b));
  });

  it.each(['basic', 'digest'] as const)('gives its password by %s, and says when it is wrong', async (kind) => {
    const server = await startCamera({ authentication: { kind, username: 'viewer', password: 'p4ss w0rd/é' } });
    const { drawn } = await capture({ url: server.authorizedUrl }, 3);
    expect(drawn.length).toBeGreaterThanOrEqual(3);
    const wrong = server.authorizedUrl.replace('viewer:', 'viewer:x');
    const refused: LookoutError = await capture({ url: wrong }, 1).then(
      () => expect.fail('opened with a wrong password'),
      (error) => error,
    );
    expect(refused.code).toBe('camera_unauthorized');
    expect(`${refused.message} ${refused.hint} ${refused.stack}`).not.toMatch(/p4ss|w0rd|127\.0\.0\.1/);
  });

  it('ends when its camera does', async () => {
    const server = await startCamera({ frames: 30 });
    await expect(capture({ url: server.url }, 1000)).rejects.toMatchObject({ code: 'camera_closed' });
  });

  it('notices one that hangs', async () => {
    const server = await startCamera();
    const running = capture({ url: server.url, stallTimeoutMs: 700 }, 1000, () => server.pause());
    await expect(running).rejects.toMatchObject({ code: 'camera_stalled' });
  });
});

it('asks once more where FFmpeg is refused while our own stream is still being ended', async () => {
  const sdp =
    'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=control:track\r\n';
  const described = [
    `RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n`,
    'RTSP/1.0 503 Service Unavailable\r\n',
    'RTSP/1.0 404 Not Found\r\n',
  ];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      const request = data.toString();
      const sequence = /CSeq: *(\d+)/i.exec(request)?.[1];
      const describes = request.startsWith('DESCRIBE');
      const answer = describes ? described.shift() : 'RTSP/1.0 200 OK\r\nPublic: OPTIONS, DESCRIBE\r\n';
      socket.write(`${answer}CSeq: ${sequence}\r\n\r\n${answer?.includes('sdp') ? sdp : ''}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => server.close());
  const { port } = server.address() as AddressInfo;
  await expect(capture({ url: `rtsp://127.0.0.1:${port}/live` }, 1)).rejects.toMatchObject({
    code: 'camera_not_found',
  });
  expect(described).toEqual([]);
});

it('has FFmpeg follow no redirect', async () => {
  const sdp =
    'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\na=control:track\r\n';
  const reached: string[] = [];
  const other = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    reached.push('other');
    socket.destroy();
  });
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  closers.push(async () => other.close());
  const location = `Location: rtsp://127.0.0.1:${(other.address() as AddressInfo).port}/feed\r\n`;
  const described = [
    `RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n`,
    `RTSP/1.0 302 Found\r\n${location}`,
  ];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (data) => {
      const request = data.toString();
      const sequence = /CSeq: *(\d+)/i.exec(request)?.[1];
      const answer = request.startsWith('DESCRIBE') ? described.shift() : 'RTSP/1.0 200 OK\r\nPublic: DESCRIBE\r\n';
      socket.write(`${answer}CSeq: ${sequence}\r\n\r\n${answer?.includes('sdp') ? sdp : ''}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => server.close());
  const { port } = server.address() as AddressInfo;
  await expect(capture({ url: `rtsp://127.0.0.1:${port}/live` }, 1)).rejects.toMatchObject({
    code: 'source_protocol_error',
    message: expect.stringContaining('redirects'),
  });
  expect(reached).toEqual([]);
});

it('comes back by itself when its power was cut, with numbers that go on', async () => {
  const server = await startCamera();
  const numbers: number[] = [];
  const states: CameraState[] = [];
  const ignore = () => {};
  const source = openSource(
    server.url,
    {},
    {
      onFrame: ({ number }) => numbers.push(number),
      onState: (state) => states.push(state),
      onInfo: ignore,
      onInvalid: ignore,
      onBytes: ignore,
    },
  );
  closers.push(() => source.close());
  source.start();
  await vi.waitUntil(() => numbers.length >= 10, 20_000);
  await server.kill();
  await vi.waitUntil(() => states.at(-1) !== 'live', 20_000);
  const before = numbers.length;
  await startCamera({ port: server.port });
  await vi.waitUntil(() => numbers.length >= before + 10, 30_000);
  expect(states.at(-1)).toBe('live');
  expect(numbers).toEqual(numbers.map((_, index) => index));
});
