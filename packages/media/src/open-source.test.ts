import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CameraState, LookoutError } from '@lookout/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import type { Frame } from './frame/frame.js';
import { readJpegHeader } from './jpeg/jpeg-header.js';
import { openSource } from './open-source.js';
import { probeSource } from './probe-source.js';
import type { Source } from './source/source.js';
import { Esp32Camera, type Esp32Faults } from './testing/esp32-camera.js';
import { syntheticJpeg } from './testing/synthetic-jpeg.js';

const JPEGS = [1, 2, 3].map((seed) => syntheticJpeg({ seed }));
const SECRET = 'p4ssw0rd';
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function startCamera(faults: Esp32Faults = {}, port = 0): Promise<Esp32Camera> {
  const camera = await Esp32Camera.start({ jpegs: JPEGS, fps: 50, faults, port });
  closers.push(() => camera.close());
  return camera;
}

interface Watched {
  source: Source;
  frames: Frame[];
  states: { state: CameraState; reason: string; error?: LookoutError }[];
}

function watch(url: string): Watched {
  const frames: Frame[] = [];
  const states: Watched['states'] = [];
  const source = openSource(
    url,
    {},
    {
      onFrame: (frame) => frames.push(frame),
      onState: (state, reason, error) => states.push({ state, reason, error }),
      onInfo: () => {},
      onInvalid: () => {},
      onBytes: () => {},
    },
  );
  closers.push(() => source.close());
  source.start();
  return { source, frames, states };
}

describe('openSource', () => {
  it('comes back by itself when a camera is restarted, with numbers that go on', async () => {
    const camera = await startCamera();
    const { port } = camera;
    const { frames, states } = watch(camera.url);
    await until(() => frames.length >= 5);
    await camera.close();
    await until(() => states.at(-1)?.state !== 'live');
    const before = frames.length;
    await startCamera({}, port);
    await until(() => frames.length >= before + 5);
    expect(states.at(-1)?.state).toBe('live');
    expect(frames.map(({ number }) => number)).toEqual(frames.map((_, index) => index));
  });

  it('gives nothing after it is closed, and frees the camera', async () => {
    const camera = await startCamera();
    const { source, frames, states } = watch(camera.url);
    await until(() => frames.length >= 2);
    await source.close();
    const [frameCount, stateCount] = [frames.length, states.length];
    const sent = camera.stats.sent;
    await until(() => camera.clientCount === 0);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([frames.length, states.length]).toEqual([frameCount, stateCount]);
    expect(camera.stats.sent - sent).toBeLessThanOrEqual(1);
  });

  it.each<[string, Esp32Faults]>([
    ['refused', { auth: { scheme: 'digest', username: 'u', password: 'other' } }],
    ['not found', { status: 404 }],
    ['a redirect in circles', { redirectTo: '/stream' }],
    ['a web page', { page: true }],
    ['cut', { cutAfterFrames: 0 }],
  ])('never shows a password: %s', async (_name, faults) => {
    const camera = await startCamera(faults);
    const url = `${camera.url.replace('//', `//user:${SECRET}@`)}?token=${SECRET}`;
    const { states } = watch(url);
    await until(() => states.length >= 2);
    const probe = await probeSource(url, { timeoutMs: 1000 });
    const shown = [
      ...states.map(({ state, reason, error }) => [state, reason, ...textOf(error)]),
      probe.ok || textOf(probe.error),
    ];
    expect(shown.flat().length).toBeGreaterThan(4);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
  });
});

describe('probeSource', () => {
  it('tells what a camera is, with its first picture and its rate', async () => {
    const camera = await startCamera();
    const probe = await probeSource(camera.url);
    if (!probe.ok) throw probe.error;
    expect(probe.info).toMatchObject({ transport: 'mjpeg', codec: 'mjpeg', width: 320, height: 240 });
    expect(JPEGS.some((jpeg) => Buffer.compare(jpeg, probe.picture) === 0)).toBe(true);
    // As many as came: the camera's own count is the measure, not the clock.
    expect(probe.info.fps).toBeGreaterThan(0);
    await until(() => camera.clientCount === 0);
  });

  it('is content with one picture from a camera that breaks off', async () => {
    const camera = await startCamera({ cutAfterFrames: 1 });
    expect(await probeSource(camera.url)).toMatchObject({ ok: true, info: { fps: null } });
  });

  it('measures snapshots that are shorter than they say, on connections that stay open', async () => {
    const jpeg = JPEGS[0]!;
    const sockets = new Set<Socket>();
    const server = http.createServer((request, response) => {
      sockets.add(request.socket);
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': jpeg.length + 48 });
      response.write(jpeg);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const probe = await probeSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/shot.jpg`);
    if (!probe.ok) throw probe.error;
    expect(probe.info.transport).toBe('jpeg');
    expect(probe.info.fps).toBeGreaterThan(1);
    await until(() => [...sockets].every(({ destroyed }) => destroyed));
  });

  it.each<[string, Esp32Faults, string]>([
    ['mute', { mute: true }, 'camera_unreachable'],
    ['silent', { stallAfterFrames: 0 }, 'camera_stalled'],
    ['broken pictures only', { corruptEvery: 1 }, 'frame_invalid'],
    ['forbidden', { status: 403 }, 'camera_refused'],
  ])('ends in time and says why not: %s', async (_name, faults, code) => {
    const camera = await startCamera(faults);
    const probe = await probeSource(camera.url, { timeoutMs: 300 });
    expect(probe).toMatchObject({ ok: false, error: { code } });
    await until(() => camera.clientCount === 0);
  });

  it('answers an address that nothing can open as it answers a camera that fails', async () =>
    expect(await probeSource('gopher://x/')).toMatchObject({ ok: false, error: { code: 'validation_failed' } }));
});

describe('videos', () => {
  async function makeClip(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'lookout-clip-'));
    closers.push(() => rm(folder, { recursive: true }));
    const path = join(folder, '100% clip.mp4');
    const input = ['-f', 'lavfi', '-i', 'testsrc2=size=192x108:rate=25', '-frames:v', '10'];
    await promisify(execFile)('ffmpeg', [
      '-v',
      'error',
      '-nostdin',
      ...input,
      '-c:v',
      'mpeg4',
      '-movflags',
      '+faststart',
      path,
    ]);
    return path;
  }

  it('plays a file round and round, with numbers that go on', async () => {
    const { frames, states } = watch(await makeClip());
    await until(() => frames.length >= 25);
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'live']);
    expect(frames.map(({ number }) => number)).toEqual(frames.map((_, index) => index));
    expect(frames.every(({ kind, width }) => kind === 'video' && width === 192)).toBe(true);
  });

  it('probes a file, and one behind an HTTP address', async () => {
    const path = await makeClip();
    const clip = await readFile(path);
    const server = http.createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': clip.length }).end(clip);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    for (const url of [path, `http://127.0.0.1:${(server.address() as AddressInfo).port}/clip.mp4`]) {
      const probe = await probeSource(url);
      if (!probe.ok) throw probe.error;
      expect(probe.info).toMatchObject({ codec: 'mpeg4', width: 192, height: 108, fps: 25 });
      expect(readJpegHeader(probe.picture)).toMatchObject({ width: 192, height: 108 });
    }
  });

  it('says so when a file is not there', async () =>
    expect(await probeSource('/nowhere/clip.mp4')).toMatchObject({ ok: false, error: { code: 'camera_not_found' } }));
});

function textOf(error: LookoutError | undefined): string[] {
  if (error === undefined) return [];
  return [error.message, error.hint ?? '', error.stack ?? '', JSON.stringify(error), String(error.cause)];
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
