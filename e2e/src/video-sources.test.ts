import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { startRtspServer } from '@lookout/media/testing';
import { DetectSettings, type ProbeResult } from '@lookout/protocol';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isJpeg } from './support/jpeg.js';
import { keep } from './support/keep.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { demoClip } from './support/paths.js';
import { scratchFolder } from './support/scratch-folder.js';
import { RawSocket } from './support/socket.js';
import { startLookout } from './support/start.js';
import { until } from './support/until.js';

type RtspOptions = Parameters<typeof startRtspServer>[0];
const startRtsp = async (options: RtspOptions) => keep(await startRtspServer(options), (server) => server.stop());

/** A short H.264 clip of the street. */
function streetMp4(folder: string, seconds = 2): string {
  const path = join(folder, 'street.mp4');
  const input = ['-i', demoClip(), '-t', String(seconds), '-an', '-vf', 'scale=640:480'];
  const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10', path];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...output]);
  return path;
}

let lookout: LookoutProcess;

beforeAll(async () => {
  lookout = await startLookout({ args: ['--log-level', 'trace'] }, 'file');
});
afterEach(() => lookout.removeCameras());

describe('an RTSP camera', () => {
  it('is live, with people found in it', async () => {
    const server = await startRtsp({ clip: streetMp4(scratchFolder(), 30), fps: 10 });
    await lookout.addCamera({ id: 'gate', name: 'Gate', url: server.url });
    const live = await lookout.cameraIs('gate', 'live');
    expect(live).toMatchObject({ codec: 'h264', width: 640, height: 480 });
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/gate?mode=overlay`);
    await until('a person', () =>
      viewer.frames.some(({ meta }) => meta.detections.some(({ class_name }) => class_name === 'person')),
    );
    expect(isJpeg(viewer.frames[0]?.jpeg as Buffer)).toBe(true);
  });

  it('that is killed says so, and is live again by itself', async () => {
    const server = await startRtsp({ fps: 10 });
    await lookout.addCamera({ id: 'gate', url: server.url });
    await lookout.cameraIs('gate', 'live');
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/gate?mode=overlay&every=all`);
    await viewer.framesAtLeast(3);
    await server.kill();
    const dead = await lookout.cameraIs('gate', 'unreachable');
    expect(dead.state_reason).toMatch(/nothing listens/i);
    const last = viewer.frames.at(-1)?.meta.frameNumber as number;
    const before = viewer.frames.length;
    await startRtsp({ fps: 10, port: server.port });
    await viewer.framesAtLeast(before + 3, 45_000);
    expect(viewer.frames[before]?.meta.frameNumber).toBeGreaterThan(last);
    await lookout.cameraIs('gate', 'live');
  });

  it('says that its password is wrong, and shows no password anywhere', async () => {
    const password = 'Gehe1m-4711';
    const wrong = 'Fa1sch-0815';
    const server = await startRtsp({ fps: 10, authentication: { kind: 'digest', username: 'admin', password } });
    const withWrong = server.authorizedUrl.replace(password, wrong);
    const probe = await lookout.send<ProbeResult>('POST', '/api/cameras/probe', { url: withWrong });
    expect(probe).toMatchObject({ ok: false, code: 'camera_unauthorized' });
    await lookout.addCamera({ id: 'locked', url: withWrong });
    const refused = await until('it is refused', async () => {
      const camera = await lookout.camera('locked');
      return !['connecting', 'live'].includes(camera.state) && camera;
    });
    expect(refused.state).toBe('refused');
    expect(refused.state_reason).toMatch(/password/);

    await lookout.addCamera({ id: 'open', url: server.authorizedUrl });
    await lookout.cameraIs('open', 'live');
    const socket = await RawSocket.open(`${lookout.wsUrl}/ws/stream/locked`);
    await socket.next('error');
    const shown = await Promise.all(
      ['/api/cameras', '/api/cameras/open', '/api/cameras/open/stats', '/api/cameras/locked/stats', '/metrics'].map(
        async (path) => (await lookout.fetch(path)).text(),
      ),
    );
    const everything = [...shown, JSON.stringify(probe), JSON.stringify(socket.messages), lookout.output.text].join(
      '\n',
    );
    expect(everything).toContain('***');
    expect(everything).not.toContain(password);
    expect(everything).not.toContain(wrong);
  });
});

describe('a video file', () => {
  const detection = DetectSettings.parse({});

  it('plays at its own speed, over and over, with frame numbers that go on', async () => {
    const path = streetMp4(scratchFolder());
    await lookout.addCamera({ id: 'street', url: `file://${path}` });
    const live = await lookout.cameraIs('street', 'live');
    expect(live).toMatchObject({ codec: 'h264', width: 640, height: 480 });
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/street?mode=overlay&every=all`);
    // Ten frames a second and two seconds long: after 45 it has begun anew at least twice.
    const frames = await viewer.framesAtLeast(45);
    const numbers = frames.map(({ meta }) => meta.frameNumber);
    const times = frames.map(({ meta }) => meta.timestamp);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const rate =
      (((numbers.at(-1) as number) - (numbers[1] as number)) * 1000) /
      ((times.at(-1) as number) - (times[1] as number));
    expect(rate).toBeGreaterThan(6);
    expect(rate).toBeLessThan(12);
    expect((await lookout.stats('street')).reconnects).toBe(0);
  });

  it('plays once where it shall, rests at its end, and plays again when it is told to', async () => {
    const url = `file://${streetMp4(scratchFolder())}`;
    await lookout.addCamera({ id: 'clip', url, loop: false, detect: { ...detection, enabled: false } });
    const ended = await lookout.cameraIs('clip', 'off');
    expect(ended).toMatchObject({ state_reason: 'Played to the end', enabled: true, loop: false });
    const received = async () => (await lookout.stats('clip')).frames.received;
    // Ten frames a second and two seconds long; a slow machine may skip some.
    const once = await received();
    expect(once).toBeGreaterThan(0);
    expect(once).toBeLessThanOrEqual(20);
    expect((await lookout.fetch('/api/cameras/clip/snapshot.jpg')).status).toBe(409);
    expect(await received()).toBe(once);

    // Switched on anew it plays again; and over and over from now on.
    await lookout.send('PATCH', '/api/cameras/clip', { enabled: true });
    await until('it plays again', async () => (await received()) > once);
    await lookout.send('PATCH', '/api/cameras/clip', { loop: true });
    const begun = await received();
    await until('more than one round', async () => (await received()) > begun + 20);
    expect((await lookout.camera('clip')).state).toBe('live');
  });

  it('that is missing or no video says so', async () => {
    const missing = await lookout.send<ProbeResult>('POST', '/api/cameras/probe', { url: 'file:///nowhere/clip.mp4' });
    expect(missing.ok).toBe(false);
    if (!missing.ok) expect(missing.reason).toMatch(/no (such )?file|not there|does not exist/i);
    const text = await lookout.send<ProbeResult>('POST', '/api/cameras/probe', { url: import.meta.filename });
    expect(text.ok).toBe(false);
  });
});

describe('an HLS stream', () => {
  it('is live from a plain web server', async () => {
    const folder = scratchFolder();
    const list = join(folder, 'live.m3u8');
    const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0', list];
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', streetMp4(folder, 8), '-c', 'copy', ...hls]);
    const server = createServer((request, response) => {
      const path = join(folder, basename(request.url ?? ''));
      if (!existsSync(path)) return void response.writeHead(404).end();
      const type = path.endsWith('.m3u8') ? 'application/vnd.apple.mpegurl' : 'video/mp2t';
      createReadStream(path).pipe(response.setHeader('Content-Type', type));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    keep(server, () => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live.m3u8`;
    await lookout.addCamera({ id: 'hls', url });
    expect(await lookout.cameraIs('hls', 'live')).toMatchObject({ codec: 'h264', width: 640 });
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/hls?mode=overlay`);
    await viewer.framesAtLeast(5);
  });
});
