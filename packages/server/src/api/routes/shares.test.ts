import { type RtspServer, startRtspServer, WebRtcClient } from '@lookout/media/testing';
import { type Camera, type CameraDetailStats, type Problem, type Share, SOCKET_CLOSE } from '@lookout/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

// Links for a time on the whole server, whose camera sends video: watched in every way there is.

let server: WholeServer;
let rtsp: RtspServer;

beforeAll(async () => {
  server = await startWholeServer({ env: { LOOKOUT_WEBRTC_PORTS: '43400-43499' } });
  rtsp = await startRtspServer({ width: 160, height: 120, fps: 10, keyframeInterval: 10 });
  await server.call('POST', '/api/cameras', { id: 'yard', url: rtsp.url });
  await until(async () => {
    const { body } = await server.call<Camera>('GET', '/api/cameras/yard');
    return body.state === 'live' && body.video;
  });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await rtsp?.stop();
});

// What a proxy on this machine brings in is not this machine's.
const STRANGER = { 'X-Forwarded-For': '203.0.113.9' };
const make = (expires_in_s: number | null = 3600) =>
  server.call<Share>('POST', '/api/cameras/yard/shares', { expires_in_s });
const list = async () => (await server.call<Share[]>('GET', '/api/cameras/yard/shares')).body;
const end = ({ id }: Share) => server.call<Problem>('DELETE', `/api/cameras/yard/shares/${id}`);
const takers = async () =>
  (await server.call<CameraDetailStats>('GET', '/api/cameras/yard/stats')).body.video?.takers ?? 0;

async function stream(path: string): Promise<{ begun: Promise<void>; ended: Promise<void> }> {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  const reader = response.body!.getReader();
  const begun = reader.read().then(() => undefined);
  const ended = begun.then(async () => {
    for (;;) if ((await reader.read().catch(() => ({ done: true }))).done) return;
  });
  return { begun, ended };
}

it('ends everyone who watches by it, in whatever way', async () => {
  const { status, body: share } = await make();
  expect(status).toBe(201);
  const token = share.view_token;
  const paths = [`/ws/view/${token}`, `/ws/mse/${token}`, `/ws/stream/${token}`, `/websocket/70?camera=${token}`];
  const sockets = await Promise.all(paths.map((path) => server.connect(path)));
  const closed = sockets.map((socket) => new Promise<number>((resolve) => socket.once('close', resolve)));
  const streams = await Promise.all(
    [`/video_feed?camera=${token}`, `/api/cameras/${token}/mjpeg`, `/api/detections/stream?camera=${token}`].map(
      stream,
    ),
  );
  await Promise.all(streams.map(({ begun }) => begun));
  const peer = new WebRtcClient('recvonly');
  const answer = await fetch(`${server.url}/whep/${token}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp' },
    body: await peer.offer(),
  });
  expect(answer.status).toBe(201);
  await peer.accept(await answer.text());
  const session = answer.headers.get('location') ?? '';

  // All of them are of this test and this machine: sockets of one library, streams of another.
  await expect
    .poll(async () => (await list())[0]?.watchers.reduce((sum, { connections }) => sum + connections, 0))
    .toBe(paths.length + streams.length + 1);
  const [shown] = await list();
  expect(shown).toMatchObject({ id: share.id, view_token: token, watching: 2 });
  expect(shown?.watchers[0]).toMatchObject({ address_family: 'ipv4', since: expect.any(Number) });
  expect(await takers()).toBeGreaterThan(0);

  expect((await end(share)).status).toBe(204);
  expect(await Promise.all(closed)).toEqual(paths.map(() => SOCKET_CLOSE.revoked));
  await Promise.all(streams.map(({ ended }) => ended));
  expect((await fetch(server.url + session, { method: 'DELETE' })).status).toBe(404);
  await expect.poll(takers).toBe(0);
  await peer.close();
  expect(await list()).toEqual([]);
  expect((await end(share)).status).toBe(404);
}, 60_000);

it('opens the page of one camera to a stranger, and nothing once it has ended', async () => {
  const { body: share } = await make(null);
  expect(share).toMatchObject({ expires_at: null, watching: 0, watchers: [] });
  const link = () => server.call<Problem>('GET', `/api/camera/${share.view_token}`, undefined, STRANGER);
  expect(await link()).toMatchObject({ status: 200, body: { may: ['watch'] } });
  for (const path of ['/api/cameras', '/api/cameras/yard/shares', `/api/cameras/${share.view_token}/shares`]) {
    expect((await server.call('GET', path, undefined, STRANGER)).status).toBe(403);
  }
  await end(share);
  const wrong = await server.call<Problem>('GET', `/api/camera/lv_${'x'.repeat(32)}`, undefined, STRANGER);
  const ended = await link();
  // Whoever guesses learns nothing of links that were.
  expect([ended.status, ended.body.detail]).toEqual([401, wrong.body.detail]);
});

it('is refused for a time that is none, and a camera that is none', async () => {
  for (const expires_in_s of [59, 0, -1, 1.5, 40_000_000, '3600', undefined]) {
    const { status, body } = await server.call<Problem>('POST', '/api/cameras/yard/shares', { expires_in_s });
    expect([status, body.errors?.[0]?.field]).toEqual([400, 'expires_in_s']);
  }
  expect((await server.call('POST', '/api/cameras/nobody/shares', { expires_in_s: null })).status).toBe(404);
  expect((await server.call('GET', '/api/cameras/nobody/shares')).status).toBe(404);
});
