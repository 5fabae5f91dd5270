import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  Esp32Camera,
  makeClip,
  makeTestJpegs,
  makeTurnedClip,
  sessionOffer,
  WebRtcClient,
} from '@lookout/media/testing';
import type { Camera, CameraDetailStats, CameraLinkInfo, Problem } from '@lookout/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';

let server: WholeServer;
let folder: string;
let viewToken: string;
const clients: WebRtcClient[] = [];

const cameraOf = async (id: string) => (await server.call<Camera>('GET', `/api/cameras/${id}`)).body;

async function addCamera(id: string, url: string): Promise<void> {
  await server.call('POST', '/api/cameras', { id, url, detect: { enabled: false } });
  await until(async () => (await cameraOf(id)).state === 'live');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-whep-'));
  server = await startWholeServer({
    logLevel: 'trace',
    env: { LOOKOUT_WEBRTC_PORTS: '43300-43399' },
  });
  const clip = (name: string, ...options: string[]) =>
    pathToFileURL(makeClip(folder, name, '160x120', ...options)).href;
  await addCamera('gate', clip('plain.mp4', '-bf', '0'));
  await addCamera('shuffled', clip('shuffled.mp4', '-bf', '2'));
  viewToken = (await cameraOf('gate')).view_token as string;
}, 60_000);
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

function request(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const type = method === 'PATCH' ? FRAGMENT : SDP;
  const given: Record<string, string> = body === undefined ? {} : { 'Content-Type': type };
  return fetch(server.url + path, { method, headers: { ...given, ...headers }, ...(body !== undefined && { body }) });
}

async function watch(path: string): Promise<{ client: WebRtcClient; location: string }> {
  const client = new WebRtcClient('recvonly');
  clients.push(client);
  const response = await request('POST', path, await client.offer());
  const answer = await response.text();
  expect([response.status, answer]).toEqual([201, expect.stringMatching(/^v=0/)]);
  expect(response.headers.get('content-type')).toBe(SDP);
  await client.accept(answer);
  return { client, location: response.headers.get('location') ?? '' };
}

const problemOf = async (response: Response) => (await response.json()) as Problem;
const statsOf = async (id: string) => (await server.call<CameraDetailStats>('GET', `/api/cameras/${id}/stats`)).body;
const takers = async (id: string) => (await statsOf(id)).video?.takers;

describe('WHEP', () => {
  it('sends parameter sets and a keyframe at once, and ends when it is deleted, once', async () => {
    const { client, location } = await watch('/whep/gate');
    await expect.poll(() => client.received.length).toBeGreaterThan(10);
    // STAP-A with the parameter sets, then the slices.
    expect(client.received[0]?.[0]).toBe(0x78);
    expect(await takers('gate')).toBe(1);
    expect(location).toMatch(/^\/whep\/gate\/[\w-]{16}$/);
    expect((await request('PATCH', location, 'a=candidate:1 1 udp 1 127.0.0.1 9 typ host')).status).toBe(204);
    expect((await request('DELETE', location)).status).toBe(204);
    expect((await request('DELETE', location)).status).toBe(404);
    expect((await request('PATCH', location, 'a=end-of-candidates')).status).toBe(404);
    expect(await takers('gate')).toBe(0);
  });

  it('gives each viewer its own', async () => {
    const viewers = [await watch('/whep/gate'), await watch('/whep/gate'), await watch(`/whep/${viewToken}`)];
    for (const { client } of viewers) await expect.poll(() => client.received.length).toBeGreaterThan(10);
    expect(await statsOf('gate')).toMatchObject({ viewer_count: 3, video: { takers: 3 } });
    for (const { location } of viewers) expect((await request('DELETE', location)).status).toBe(204);
  });

  it('tells who has the link what video there is, and what its RTP timestamps mean', async () => {
    const before = Date.now();
    const { body } = await server.call<CameraLinkInfo>('GET', `/api/camera/${viewToken}`);
    expect(body.video).toMatchObject({ codec: 'h264', width: 160, height: 120 });
    const { now, rtp_timestamp } = body.clock;
    expect(Math.abs(now - before)).toBeLessThan(5000);
    const client = new WebRtcClient('recvonly');
    clients.push(client);
    const response = await request('POST', `/whep/${viewToken}`, await client.offer());
    await client.accept(await response.text());
    await expect.poll(() => client.timestamps.length).toBeGreaterThan(10);
    // It has connected since, and the newest picture was taken after that.
    const takenMs = now + ((client.timestamps.at(-1)! - rtp_timestamp) | 0) / 90;
    expect(takenMs).toBeGreaterThan(now);
    expect(takenMs).toBeLessThanOrEqual(Date.now() + 1000);
    await request('DELETE', response.headers.get('location') ?? '');
  });

  it('ends when the link is replaced, and when the camera is removed', async () => {
    await addCamera('yard', pathToFileURL(join(folder, 'plain.mp4')).href);
    const { view_token: token } = await cameraOf('yard');
    const byLink = await watch(`/whep/${token}`);
    const byId = await watch('/whep/yard');
    await server.call('POST', '/api/cameras/yard/tokens');
    await until(async () => (await takers('yard')) === 1);
    expect((await request('DELETE', byLink.location)).status).toBe(404);
    await server.call('DELETE', '/api/cameras/yard');
    await until(async () => (await server.call('GET', '/metrics')).text.includes('reason="camera_gone"} 1'));
    expect((await request('DELETE', byId.location)).status).toBe(404);
  });

  it('can be used by pages of other sites that have the link, and by no others', async () => {
    const foreign = { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'POST' };
    const allowed = await request('OPTIONS', `/whep/${viewToken}`, undefined, foreign);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('*');
    expect(allowed.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(allowed.headers.get('access-control-allow-headers')).toMatch(/content-type/i);
    const posted = await request('POST', `/whep/${viewToken}`, sessionOffer(), foreign);
    expect([posted.status, posted.headers.get('access-control-expose-headers')]).toEqual([
      201,
      expect.stringContaining('Location'),
    ]);
    await request('DELETE', posted.headers.get('location') ?? '');
    expect((await request('POST', '/whep/gate', sessionOffer(), foreign)).status).toBe(403);
    expect((await request('OPTIONS', '/whep/gate')).headers.get('allow')).toContain('POST');
  });

  it('refuses video that browsers can’t play, and says what to do', async () => {
    const shuffled = await problemOf(await request('POST', '/whep/shuffled', sessionOffer()));
    expect(shuffled).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
      hint: expect.stringContaining('B-frames'),
    });
    const jpegs = await makeTestJpegs({ count: 3, width: 160, height: 120 });
    const camera = await Esp32Camera.start({ fps: 15, jpegs });
    await addCamera('esp', camera.url);
    const still = await problemOf(await request('POST', '/whep/esp', sessionOffer()));
    expect(still).toMatchObject({
      status: 415,
      detail: expect.stringContaining('JPEG'),
      hint: expect.stringContaining('/video_feed'),
    });
    await server.call('DELETE', '/api/cameras/esp');
    await camera.close();
  });

  it('refuses video to be turned for display to a client that turns none', async () => {
    await addCamera('phone', pathToFileURL(makeTurnedClip(folder, 'phone.mp4', 90)).href);
    const problem = await problemOf(await request('POST', '/whep/phone', sessionOffer()));
    expect(problem).toMatchObject({ status: 415, hint: expect.stringContaining('urn:3gpp:video-orientation') });
    const extension = 'a=extmap:13 urn:3gpp:video-orientation';
    const turning = sessionOffer().replace(/(a=mid:\S+\r\n)/, `$1${extension}\r\n`);
    const response = await request('POST', '/whep/phone', turning);
    expect([response.status, await response.text()]).toEqual([201, expect.stringContaining(extension)]);
    await request('DELETE', response.headers.get('location') ?? '');
    await server.call('DELETE', '/api/cameras/phone');
  });

  it('says why a camera has no video', async () => {
    await server.call('POST', '/api/cameras', { id: 'pushed', kind: 'push' });
    expect(await problemOf(await request('POST', '/whep/pushed', sessionOffer()))).toMatchObject({
      status: 409,
      code: 'camera_off',
      detail: expect.stringContaining('Waiting for a publisher'),
    });
    expect((await request('POST', '/whep/nobody', sessionOffer())).status).toBe(404);
    await server.call('DELETE', '/api/cameras/pushed');
  });

  it.each([
    ['no offer', '', 400],
    ['a hundred sections', sessionOffer({ others: Array(100).fill('m=audio 9 RTP/AVP 0') }), 400],
    ['a megabyte', `${sessionOffer()}a=x:${'1'.repeat(1_000_000)}`, 413],
    ['other codecs', sessionOffer({ codecs: 'a=rtpmap:98 VP9/90000', payloads: '98' }), 415],
  ])('refuses %s', async (_name, body, status) => {
    const response = await request('POST', '/whep/gate', body);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect((await problemOf(response)).status).toBe(status);
    expect(await takers('gate')).toBe(0);
  });

  it('refuses other types of bodies', async () => {
    const json = { 'Content-Type': 'application/json' };
    expect((await request('POST', '/whep/gate', '{}', json)).status).toBe(415);
    expect((await request('POST', '/whep/gate', sessionOffer(), { 'Content-Type': 'text/plain' })).status).toBe(415);
  });

  it('has a bounded number of sessions, and logs no links', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 20; attempt += 1)
      statuses.push((await request('POST', `/whep/${viewToken}`, sessionOffer())).status);
    expect(statuses.filter((status) => status === 201).length).toBe(16);
    expect(statuses.at(-1)).toBe(429);
    expect((await server.call('GET', '/metrics')).text).toContain('lookout_webrtc_sessions{role="viewer"} 16');
    expect(server.log.filter((line) => line.includes('WebRTC session ended')).length).toBeGreaterThan(0);
    expect(server.log.filter((line) => /l[pv]_[\w-]{16}/.test(line))).toEqual([]);
  });
});
