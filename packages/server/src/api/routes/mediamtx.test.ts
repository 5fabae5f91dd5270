import type { Camera, Problem } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, KeyedServer } from '../../testing/keyed-server.js';
import { until } from '../../testing/whole-server.js';

let keyed: KeyedServer;
let yard: Camera;
let yardOperator: string;

beforeAll(async () => {
  keyed = await KeyedServer.start();
  yard = await keyed.addCamera('yard');
  yardOperator = (await keyed.makeKey('yard operator', 'operator', ['yard'])).key;
});
afterAll(() => keyed?.server.close());

/** As MediaMTX asks; the fields are those that it documents. */
const ask = (fields: object, headers = {}) =>
  keyed.server.call<Problem>(
    'POST',
    '/api/mediamtx/auth',
    {
      ...{ user: '', password: '', token: '', ip: '192.168.1.9', action: 'publish', path: 'yard', protocol: 'rtsp' },
      ...{ id: '6e9a3a6c-8f0b-4b4a-9a53-0d3c3ad6f1ab', query: '' },
      ...fields,
    },
    headers,
  );

const ready = (path: string, url: string) =>
  keyed.server.call<Camera & Problem>('POST', '/api/mediamtx/ready', { path, url }, bearer(keyed.keys.admin));

describe('the credentials of MediaMTX’s clients', () => {
  const keyOf = (name: string) => keyed.keys[name] ?? '';

  it.each<[string, string, string, () => object, number]>([
    ['the camera’s publish token', 'publish', 'yard', () => ({ password: yard.publish_token }), 204],
    ['the same, to another path', 'publish', 'gate', () => ({ password: yard.publish_token }), 404],
    ['the same, as a token', 'publish', 'yard', () => ({ token: yard.publish_token }), 204],
    ['the same, to read', 'read', 'Yard', () => ({ password: yard.publish_token }), 204],
    ['the camera’s view token', 'publish', 'yard', () => ({ password: yard.view_token }), 403],
    ['the same, to read', 'read', 'yard', () => ({ password: yard.view_token }), 204],
    ['the same, to play back', 'playback', 'yard', () => ({ password: yard.view_token }), 204],
    ['an operator’s key', 'publish', 'any/path', () => ({ user: 'obs', password: keyOf('operator') }), 204],
    ['an operator’s key for this camera', 'publish', 'yard', () => ({ password: yardOperator }), 204],
    ['an operator’s key for another camera', 'publish', 'gate', () => ({ password: yardOperator }), 404],
    ['a viewer’s key', 'publish', 'yard', () => ({ password: keyOf('viewer') }), 403],
    ['the same, to read', 'read', 'yard', () => ({ password: keyOf('viewer') }), 204],
    ['an operator’s key', 'api', '', () => ({ password: keyOf('operator') }), 403],
    ['an admin’s key', 'api', '', () => ({ password: keyOf('admin'), id: null }), 204],
    // RTSP clients send credentials only when they are asked to.
    ['nothing', 'publish', 'yard', () => ({}), 401],
    ['a wrong key', 'publish', 'yard', () => ({ password: 'lk_wrong' }), 401],
  ])('%s, to %s %s', async (_who, action, path, credentials, status) => {
    expect((await ask({ action, path, ...credentials() })).status).toBe(status);
  });

  it('are not those of MediaMTX itself', async () => {
    expect((await ask({}, bearer(keyed.keys.admin))).status).toBe(401);
  });

  it('may be wrong ten times a minute, and right ones always pass', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push((await ask({ password: `lk_wrong${i}` })).status);
    expect(statuses.at(-1)).toBe(429);
    expect((await ask({})).status).toBe(401);
    expect((await ask({ password: yard.publish_token })).status).toBe(204);
  });

  it.each([
    [{ action: 'fly' }, 400],
    [{ path: 'x'.repeat(2000) }, 400],
    [{ query: 'x'.repeat(20_000) }, 413],
    [{ password: 5 }, 400],
  ])('%# are refused where they make no sense', async (fields, status) => {
    expect((await ask(fields)).status).toBe(status);
  });

  it('are not logged', () => {
    expect(keyed.server.log.length).toBeGreaterThan(20);
    expect(keyed.server.log.filter((line) => /l[kpv]_[\w-]{5}/.test(line))).toEqual([]);
  });
});

describe('a path that is ready', () => {
  const url = 'rtsp://lookout:lk_first@127.0.0.1:9/cams/front';

  it('becomes a camera, once', async () => {
    const added = await ready('cams/front', url);
    expect([added.status, added.body]).toEqual([
      201,
      expect.objectContaining({ id: 'cams-front', name: 'cams/front', url: 'rtsp://***@127.0.0.1:9/cams/front' }),
    ]);
    expect((await ready('cams/front', url)).status).toBe(200);
  });

  it('is opened at once when it comes back, with the password of the day', async () => {
    const camera = async () =>
      (await keyed.server.call<Camera>('GET', '/api/cameras/cams-front', undefined, bearer(keyed.keys.admin))).body;
    await until(async () => (await camera()).state === 'unreachable');
    const { body } = await ready('cams/front', url.replace('first', 'second'));
    expect(body).toMatchObject({ id: 'cams-front', state: 'connecting' });
  });

  it('does not take another camera’s place', async () => {
    for (const [path, other] of [
      ['cams-front', 'rtsp://127.0.0.1:9/cams-front'],
      ['yard', 'rtsp://127.0.0.1:9/yard'],
    ] as const) {
      const { status, body } = await ready(path, other);
      expect([status, body.code]).toEqual([409, 'conflict']);
    }
  });

  it('needs an address that can be read', async () => {
    expect((await ready('x', 'ssh://127.0.0.1/x')).status).toBe(400);
    expect((await ready('', url)).status).toBe(400);
  });
});
