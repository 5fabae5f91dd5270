import { type EncodedPacket, packetizeH264 } from '@lookout/media';
import { encodedClip, sessionOffer, WebRtcClient } from '@lookout/media/testing';
import type { Camera, Problem } from '@lookout/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

const OFFER = sessionOffer({ video: 'sendonly' });

let server: WholeServer;
let clip: EncodedPacket[];
let yard: Camera;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  [server, clip] = await Promise.all([startWholeServer({ logLevel: 'trace' }), encodedClip('annexb')]);
}, 60_000);
afterAll(() => server?.close());
beforeEach(async () => {
  yard = (await server.call<Camera>('POST', '/api/cameras', { id: 'yard', kind: 'push' })).body;
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await server.call('DELETE', '/api/cameras/yard');
});

const camera = async () => (await server.call<Camera>('GET', '/api/cameras/yard')).body;

function post(path: string, sdp: string): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: sdp });
}

/** Publishes the clip, again and again. @param first its packet to begin with; 0 is a keyframe */
async function publish(first = 0): Promise<{ client: WebRtcClient; location: string }> {
  const client = new WebRtcClient('sendonly');
  closers.push(() => client.close());
  const response = await post(`/whip/${yard.publish_token}`, await client.offer());
  const answer = await response.text();
  expect([response.status, answer]).toEqual([201, expect.stringMatching(/^v=0/)]);
  await client.accept(answer);
  let next = first;
  const timer = setInterval(() => {
    const payloads = packetizeH264(clip[next % clip.length]!);
    payloads.forEach((payload, index) => void client.send(payload, next * 3600, index === payloads.length - 1));
    next += 1;
  }, 40);
  closers.push(() => clearInterval(timer));
  return { client, location: response.headers.get('location') ?? '' };
}

describe('WHIP', () => {
  it('makes the camera live until the session is deleted, and asks for keyframes', async () => {
    const { client, location } = await publish(1);
    await expect.poll(() => client.keyframeRequests).toBeGreaterThan(0);
    await expect.poll(camera).toMatchObject({ state: 'live', codec: 'h264', width: 320, height: 240 });
    const remove = () => fetch(server.url + location, { method: 'DELETE' });
    expect((await remove()).status).toBe(204);
    expect(await camera()).toMatchObject({ state: 'off', state_reason: 'The publisher disconnected' });
    expect((await remove()).status).toBe(404);
  });

  it('replaces the publisher that was there', async () => {
    const first = await publish();
    await until(async () => (await camera()).state === 'live');
    const second = await publish();
    const ended = async () => (await server.call('GET', '/metrics')).text;
    await expect.poll(ended).toContain('role="publisher",reason="replaced"} 1');
    expect((await fetch(server.url + first.location, { method: 'DELETE' })).status).toBe(404);
    await expect.poll(camera).toMatchObject({ state: 'live' });
    expect((await fetch(server.url + second.location, { method: 'DELETE' })).status).toBe(204);
  });

  it('leaves the publisher alone while another one has not connected', async () => {
    await publish();
    await until(async () => (await camera()).state === 'live');
    expect((await post(`/whip/${yard.publish_token}`, OFFER)).status).toBe(201);
    expect((await camera()).state).toBe('live');
  });

  it('ends when the link is replaced, and when the camera is switched off', async () => {
    await publish();
    await until(async () => (await camera()).state === 'live');
    yard = (await server.call<Camera>('POST', '/api/cameras/yard/tokens')).body;
    await expect.poll(camera).toMatchObject({
      state: 'off',
      state_reason: 'The publisher disconnected: its link, key or sign-in has ended',
    });
    yard = await camera();
    const { location } = await publish();
    await until(async () => (await camera()).state === 'live');
    await server.call('PATCH', '/api/cameras/yard', { enabled: false });
    expect((await fetch(server.url + location, { method: 'DELETE' })).status).toBe(404);
    expect((await post('/whip/yard', OFFER)).status).toBe(409);
  });

  it.each<[string, () => string, string, number, string]>([
    ['the link for viewers', () => yard.view_token as string, OFFER, 403, 'watching only'],
    ['an unknown camera', () => 'nobody', OFFER, 404, 'no camera'],
    ['an offer that receives', () => 'yard', sessionOffer(), 400, 'no video to send'],
    ['sound only', () => 'yard', sessionOffer({ video: undefined, others: ['m=audio 9 RTP/AVP 0'] }), 400, 'no video'],
    [
      'other codecs',
      () => 'yard',
      sessionOffer({ video: 'sendonly', codecs: 'a=rtpmap:98 AV1/90000', payloads: '98' }),
      415,
      'AV1; expected H.264 or VP8',
    ],
  ])('refuses %s', async (_name, id, sdp, status, detail) => {
    const problem = (await (await post(`/whip/${id()}`, sdp)).json()) as Problem;
    expect(problem).toMatchObject({ status, detail: expect.stringContaining(detail) });
  });

  it('refuses a camera that is read from its own address', async () => {
    await server.call('POST', '/api/cameras', { id: 'pulled', url: 'rtsp://127.0.0.1:9/x', enabled: false });
    expect((await post('/whip/pulled', OFFER)).status).toBe(409);
    await server.call('DELETE', '/api/cameras/pulled');
  });

  it('logs no links', () => {
    expect(server.log.filter((line) => line.includes('WebRTC session ended')).length).toBeGreaterThan(0);
    expect(server.log.filter((line) => /l[pv]_[\w-]{16}/.test(line))).toEqual([]);
  });
});
