import { X509Certificate } from 'node:crypto';
import { pinOf } from '@lookout/media';
import { type RtspServer, SELF_SIGNED, startRtspServer, startTlsRelay } from '@lookout/media/testing';
import type { Camera, ProbeResult } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

/** A camera with a certificate of its own, from the first try to the stored camera. */
describe('a camera with a self-signed certificate', () => {
  const tls_pin = pinOf(new X509Certificate(SELF_SIGNED.cert).raw);
  const otherPin = pinOf(Buffer.from('another'));
  let rtsp: RtspServer;
  let relay: Awaited<ReturnType<typeof startTlsRelay>>;
  let server: WholeServer;
  let url: string;

  beforeAll(async () => {
    rtsp = await startRtspServer({ width: 160, height: 120, fps: 10 });
    relay = await startTlsRelay(rtsp.port);
    server = await startWholeServer();
    url = `rtsps://127.0.0.1:${relay.port}/camera`;
  });
  afterAll(async () => {
    await server?.close();
    await relay?.close();
    await rtsp?.stop();
  });

  const camera = async () => (await server.call<Camera>('GET', '/api/cameras/yard')).body;
  const is = (state: string) => expect.poll(async () => (await camera()).state, { timeout: 20_000 }).toBe(state);

  it('is refused by a probe, which tells the pin that accepts it', async () => {
    const refused = (await server.call<ProbeResult>('POST', '/api/cameras/probe', { url })).body;
    expect(refused).toMatchObject({ ok: false, code: 'camera_refused', tls_pin });
    expect(refused.ok ? '' : refused.hint).toContain(`tls_pin to ${tls_pin}`);
    const accepted = (await server.call<ProbeResult>('POST', '/api/cameras/probe', { url, tls_pin })).body;
    expect(accepted).toMatchObject({ ok: true, transport: 'rtsp/tcp', codec: 'h264' });
  });

  it('opens once its pin is accepted', async () => {
    await server.call('POST', '/api/cameras', { id: 'yard', url });
    await is('refused');
    expect((await camera()).state_reason).toContain(tls_pin);
    const accepted = await server.call<Camera>('PATCH', '/api/cameras/yard', { tls_pin });
    expect(accepted).toMatchObject({ status: 200, body: { tls_pin } });
    await is('live');
  });

  it('is refused again as soon as another pin, or none, is accepted', async () => {
    await server.call('PATCH', '/api/cameras/yard', { tls_pin: otherPin });
    await is('refused');
    expect((await camera()).state_reason).toContain('not the accepted one');
    await server.call('PATCH', '/api/cameras/yard', { tls_pin: null });
    await is('refused');
    expect(await camera()).not.toHaveProperty('tls_pin');
  });

  it('has no pin where there is no certificate', async () => {
    const plain = { id: 'plain', url: 'rtsp://127.0.0.1:9/x' };
    const refused = await server.call('POST', '/api/cameras', { ...plain, tls_pin });
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining('tls_pin') });
    expect((await server.call('POST', '/api/cameras', { ...plain, url, tls_pin: 'sha256/short' })).status).toBe(400);
    await server.call('POST', '/api/cameras', { ...plain, url, tls_pin, enabled: false });
    const moved = await server.call<Camera>('PATCH', '/api/cameras/plain', { url: plain.url });
    expect(moved.body).not.toHaveProperty('tls_pin');
    expect((await server.call('PATCH', '/api/cameras/plain', { tls_pin })).status).toBe(400);
  });
});
