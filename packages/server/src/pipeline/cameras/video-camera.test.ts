import { type RtspServer, startRtspServer } from '@lookout/media/testing';
import type { Camera, CameraDetailStats } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

/** What the whole server does with a camera that sends a video codec. */
describe('a camera that sends H.264', () => {
  let rtsp: RtspServer;
  let server: WholeServer;

  beforeAll(async () => {
    rtsp = await startRtspServer({ width: 320, height: 240, fps: 20, keyframeInterval: 10 });
    server = await startWholeServer();
    await server.call('POST', '/api/cameras', { id: 'yard', url: rtsp.url });
  });
  afterAll(async () => {
    await server?.close();
    await rtsp?.stop();
  });

  const camera = async () => (await server.call<Camera>('GET', '/api/cameras/yard')).body;
  const stats = async () => (await server.call<CameraDetailStats>('GET', '/api/cameras/yard/stats')).body;
  const detect = (settings: object) => server.call('PATCH', '/api/cameras/yard', { detect: settings });
  const decodes = (what: string) => until(async () => (await stats()).video?.decoding === what);

  it('tells players its codec, from when it is live on', async () => {
    await until(async () => (await camera()).width !== undefined);
    expect((await camera()).video).toMatchObject({ codec: 'h264', width: 320, height: 240 });
    await until(async () => (await stats()).video?.group);
    expect((await stats()).video).toMatchObject({ decoding: 'all', group: { packets: 10 }, group_kept: true });
    expect((await stats()).video).toMatchObject({ overloaded: false, takers: 0, skipped: 0 });
  });

  it('is not decoded while nobody needs a picture, and stays live', async () => {
    await detect({ enabled: false });
    await decodes('off');
    const before = await stats();
    await until(async () => ((await stats()).video?.packets ?? 0) > (before.video?.packets ?? 0) + 30);
    const { frames } = await stats();
    const received = frames.received - before.frames.received;
    expect(received).toBeGreaterThan(20);
    expect(frames.dropped.skipped - before.frames.dropped.skipped, 'not one was decoded').toBe(received);
    expect(await camera()).toMatchObject({ state: 'live', video: { codec: 'h264' } });
    expect((await camera()).fps).toBeGreaterThan(5);
  });

  it('is decoded for a snapshot, which is new, and then no longer', async () => {
    await decodes('off');
    const before = await stats();
    await until(async () => ((await stats()).video?.packets ?? 0) > (before.video?.packets ?? 0) + 30);
    const response = await fetch(`${server.url}/api/cameras/yard/snapshot.jpg`);
    expect(response.status).toBe(200);
    expect(Date.now() - Number(response.headers.get('x-timestamp')) * 1000).toBeLessThan(1000);
    expect((await stats()).frames.received).toBeGreaterThan(before.frames.received);
    await decodes('off');
  });

  it('is decoded at keyframes alone for few analyses, and entirely for a viewer', async () => {
    await detect({ enabled: true, idle_fps: 0.2 });
    await decodes('keyframes');
    const viewer = await server.connect('/ws/view/yard?mode=overlay');
    await decodes('all');
    viewer.close();
    await decodes('keyframes');
  });
});
