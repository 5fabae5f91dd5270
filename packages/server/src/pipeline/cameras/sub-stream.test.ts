import { type RtspServer, startRtspServer } from '@lookout/media/testing';
import type { Camera, CameraDetailStats } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

/** One camera with two streams: the small one is analysed, the other is played. */
describe('a camera with a sub stream', () => {
  let main: RtspServer;
  let sub: RtspServer;
  let server: WholeServer;

  beforeAll(async () => {
    [main, sub, server] = await Promise.all([
      startRtspServer({ width: 640, height: 360, fps: 15, keyframeInterval: 15 }),
      startRtspServer({ width: 320, height: 240, fps: 10, keyframeInterval: 10 }),
      startWholeServer(),
    ]);
    await server.call('POST', '/api/cameras', { id: 'yard', url: main.url, sub_url: sub.url });
  });
  afterAll(async () => {
    await server?.close();
    await Promise.all([main?.stop(), sub?.stop()]);
  });

  const camera = async () => (await server.call<Camera>('GET', '/api/cameras/yard')).body;
  const stats = async () => (await server.call<CameraDetailStats>('GET', '/api/cameras/yard/stats')).body;

  /** A player of its video: the size that it was told, and how many segments it has got. */
  async function play() {
    const socket = await server.connect('/ws/mse/yard?codecs=avc1,hvc1');
    const seen = { size: '', segments: 0 };
    socket.on('message', (data, isBinary) => {
      if (isBinary) seen.segments++;
      else {
        const message = JSON.parse(String(data));
        if (message.type === 'init') seen.size = `${message.width}×${message.height}`;
      }
    });
    return { seen, close: () => socket.close() };
  }

  it('analyses one, and learns what the other sends', async () => {
    await until(async () => (await camera()).video !== undefined && (await camera()).width !== undefined);
    expect(await camera()).toMatchObject({
      ...{ state: 'live', width: 320, height: 240, url: main.url, sub_url: sub.url },
      video: { codec: 'h264', width: 640, height: 360 },
    });
    await until(async () => (await stats()).frames.analyzed > 0);
    expect((await stats()).video?.decoding).not.toBe('off');
  });

  it('plays the other while somebody plays, undecoded', async () => {
    const player = await play();
    await until(() => player.seen.segments > 15);
    expect(player.seen.size).toBe('640×360');
    expect((await camera()).main).toMatchObject({ state: 'live' });
    await until(async () => (await stats()).main?.video?.decoding === 'off');
    expect((await stats()).main?.video).toMatchObject({ takers: 1 });
    expect((await stats()).video).toMatchObject({ takers: 0 });
    player.close();
  });

  it('goes on with either while the other is away', async () => {
    const player = await play();
    await until(() => player.seen.segments > 0);
    await sub.kill();
    await until(async () => (await camera()).state === 'unreachable');
    const before = player.seen.segments;
    await until(() => player.seen.segments > before + 15);
    expect((await camera()).main).toMatchObject({ state: 'live' });

    sub = await startRtspServer({ width: 320, height: 240, fps: 10, keyframeInterval: 10, port: sub.port });
    await until(async () => (await camera()).state === 'live');
    await main.kill();
    await until(async () => (await camera()).main?.state === 'unreachable');
    const { frames } = await stats();
    await until(async () => (await stats()).frames.analyzed > frames.analyzed + 2);
    expect(await camera()).toMatchObject({ state: 'live', main: { state_reason: expect.stringContaining('refused') } });
    player.close();
  });

  it('is one stream again when the second address is removed', async () => {
    const patched = await server.call<Camera>('PATCH', '/api/cameras/yard', { url: sub.url, sub_url: null });
    expect(patched.body).not.toHaveProperty('sub_url');
    expect(patched.body).not.toHaveProperty('main');
    await until(async () => (await camera()).video?.width === 320);
    expect((await stats()).main).toBeUndefined();
  });

  it('has no second address where there is no first, nor one that nothing can open', async () => {
    const push = await server.call('POST', '/api/cameras', { id: 'phone', kind: 'push', sub_url: sub.url });
    expect(push).toMatchObject({ status: 400, text: expect.stringContaining('sub_url') });
    const odd = await server.call('PATCH', '/api/cameras/yard', { sub_url: 'gopher://x' });
    expect(odd.status).toBe(400);
  });
});
