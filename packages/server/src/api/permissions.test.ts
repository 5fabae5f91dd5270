import type { Camera, CreatedApiKey } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, KeyedServer } from '../testing/keyed-server.js';
import { ALLOWED } from '../testing/route-permissions.js';
import { until } from '../testing/whole-server.js';
import { AUDITED } from './http/audit-hook.js';

// The whole server, which asks everyone for a key: each route with a key of each scope, and without one.

/** Open to all, and closed to who brings no secret. */
const SECRET = ['POST /api/session', 'GET /join/:code', 'GET /oidc/callback', 'POST /api/mediamtx/auth'];
/** The permission depends on the body: `watch` for a camera's frame, `detect` for an image. */
const BY_BODY = ['POST /api/segments'];
/** Refused to some permitted callers, as nothing is sent. */
const takesMore = new Set([...SECRET, ...BY_BODY]);

let keyed: KeyedServer;
beforeAll(async () => {
  keyed = await KeyedServer.start();
});
afterAll(() => keyed?.server.close());

const isUpgrade = (path: string) => `WS ${path}` in ALLOWED;

it('every route stands in the table, and nothing else', () => {
  const routes = keyed.server.permissions
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, path }) => `${isUpgrade(path) ? 'WS' : method} ${path.replace(/(?<=^\/v1\/.+)\/$/, '')}`)
    // The app's own files beside its page: what there are, the build says.
    .filter((route) => !/^GET \/[\w.-]+\.(svg|png|ico|webmanifest|txt|js|jpg)$/.test(route));
  expect([...new Set(routes)].sort()).toEqual(Object.keys(ALLOWED).sort());
});

/** A path of a route's pattern that names nothing there is. @param camera the one it names, where it names one */
function pathOf(pattern: string, camera?: { name: string; id: string }): string {
  const named = camera ? pattern.replace(`:${camera.name}`, camera.id) : pattern;
  return named.replace(':quality', '60').replace(/:\w+/g, 'nobody').replace('*', 'nothing');
}

it('every change by an admin is in the audit log, but for what changes nothing', () => {
  const changesNothing = [
    'cameras/probe',
    'cameras/discover',
    'cameras/discover/device',
    'update/check',
    'mediamtx/ready',
  ];
  const notNoted = [...changesNothing, 'webhooks/:id/test', 'models/:name/measure'].map((path) => `POST /api/${path}`);
  const unnoted = keyed.server.permissions
    .filter(({ method, permission }) => permission === 'manage' && method !== 'GET' && method !== 'HEAD')
    .map(({ method, path }) => `${method} ${path}`)
    .filter((route) => !(route in AUDITED));
  expect(unnoted.sort()).toEqual(notNoted.sort());
  expect(Object.keys(AUDITED).filter((route) => !(route in ALLOWED))).toEqual([]);
});

describe.each(['anyone', 'admin', 'operator', 'viewer', 'detect'])('%s', (who) => {
  it.each(Object.entries(ALLOWED))('%s: %s', async (route, allowed) => {
    const [method = '', pattern = ''] = route.split(' ');
    const path = pathOf(pattern);
    const status = await keyed.statusOf(method, path, who === 'anyone' ? undefined : keyed.keys[who]);
    const isAllowed = allowed.split(' ').includes(who);
    if (isAllowed && !takesMore.has(route)) expect([401, 403]).not.toContain(status);
    else if (!isAllowed) expect(status).toBe(who === 'anyone' ? 401 : 403);
    // Where a key may stand in a form, one without a key opens nothing, nor does one that is only announced.
    if (method !== 'WS' && !isAllowed) {
      const form = new FormData();
      form.append('image', new Blob(['x']), 'a.jpg');
      const announced = { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } };
      const forms = [announced, ...(method === 'GET' ? [] : [{ body: form }])];
      for (const init of forms) {
        const answered = await keyed.requestStatus(method, path, who === 'anyone' ? undefined : keyed.keys[who], init);
        expect([400, 401, 403]).toContain(answered);
        if ('body' in init) expect(answered).toBe(status);
      }
    }
    // What a HEAD is answered with says as much as a GET's answer.
    if (method === 'GET' && !takesMore.has(route))
      expect(await keyed.requestStatus('HEAD', path, who === 'anyone' ? undefined : keyed.keys[who])).toBe(status);
  });
});

describe.each(['admin', 'operator', 'viewer', 'detect'] as const)('a user who is %s', (role) => {
  let cookie: string;
  beforeAll(async () => {
    ({ cookie } = await keyed.signInUser(`${role}.user`, role));
  });

  // Signing out would end the walk.
  const routes = Object.entries(ALLOWED).filter(([route]) => route !== 'DELETE /api/session');
  it.each(routes)('%s: %s', async (route, allowed) => {
    const [method = '', pattern = ''] = route.split(' ');
    const status = await keyed.statusOf(method, pathOf(pattern), cookie);
    if (!allowed.split(' ').includes(role)) expect(status).toBe(403);
    else if (!takesMore.has(route)) expect([401, 403]).not.toContain(status);
  });
});

describe('whoever is limited to another camera', () => {
  const limited: Record<string, string> = {};
  beforeAll(async () => {
    await keyed.addCamera('mine');
    await keyed.addCamera('theirs');
    for (const role of ['operator', 'viewer'] as const) {
      limited[`user ${role}`] = (await keyed.signInUser(`limited.${role}`, role, ['mine'])).cookie;
      limited[`key ${role}`] = (await keyed.makeKey(`limited ${role}`, role, ['mine'])).key;
    }
  });

  it.each(['user operator', 'user viewer', 'key operator', 'key viewer'])('%s: finds it at no route', async (who) => {
    const role = who.split(' ')[1] as string;
    const naming = keyed.server.permissions.filter(({ method, camera }) => method !== 'HEAD' && camera);
    expect(naming.length).toBeGreaterThan(30);
    const wrong: string[] = [];
    for (const { method: given, path: pattern, camera } of naming) {
      const method = isUpgrade(pattern) ? 'WS' : given;
      const allowed = ALLOWED[`${method} ${pattern}`]?.split(' ').includes(role);
      const query = camera?.in === 'query' ? `?${camera.name}=theirs` : '';
      const path = pathOf(pattern, { name: camera?.name ?? '', id: 'theirs' }) + query;
      const status = await keyed.statusOf(method, path, limited[who]);
      if (status !== (allowed ? 404 : 403)) wrong.push(`${method} ${path}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe('a key for some cameras', () => {
  let viewer: string;
  let operator: string;
  beforeAll(async () => {
    await keyed.addCamera('front', 'rtsp://user:password@127.0.0.1:9/front');
    await keyed.addCamera('yard');
    viewer = (await keyed.makeKey('yard viewer', 'viewer', ['yard'])).key;
    operator = (await keyed.makeKey('yard operator', 'operator', ['yard'])).key;
  });

  const paths = (id: string) => [
    `GET /api/cameras/${id}`,
    `GET /api/cameras/${id}/stats`,
    `GET /api/cameras/${id}/mjpeg`,
    `GET /api/cameras/${id}/snapshot.jpg`,
    `GET /api/camera/${id}`,
    `GET /api/camera/${id}/stats`,
    `GET /video_feed?camera=${id}`,
    `GET /api/detections/stream?camera=${id}`,
    `GET /api/cameras/${id}/activity`,
    `GET /api/cameras/${id}/suppressions`,
    `WS /ws/view/${id}`,
    `WS /ws/stream/${id}`,
    `WS /websocket/60?camera=${id}`,
  ];
  const statuses = (routes: string[], key: string) =>
    Promise.all(routes.map((route) => keyed.statusOf(...(route.split(' ') as [string, string]), key)));

  it('opens those, and knows of no other', async () => {
    expect(await statuses(paths('front'), viewer)).toEqual(paths('front').map(() => 404));
    expect(await statuses(paths('front'), operator)).toEqual(paths('front').map(() => 404));
    const answers = await statuses(paths('yard'), viewer);
    // Nobody publishes to it: there is no snapshot.
    expect(answers).toEqual([200, 200, 200, 409, 200, 200, 200, 200, 200, 200, 101, 101, 101]);
    const unknown = await keyed.server.call('GET', '/api/cameras/front', undefined, bearer(viewer));
    const missing = await keyed.server.call('GET', '/api/cameras/other', undefined, bearer(viewer));
    expect(unknown.text.replaceAll('front', 'other')).toBe(missing.text);
    expect(await keyed.requestStatus('PATCH', '/api/cameras/front', operator)).toBe(404);
    expect(await keyed.requestStatus('GET', '/metrics', viewer)).toBe(403);
  });

  it('sees only them in lists, and takes the first of them where none is named', async () => {
    const { body } = await keyed.server.call<Camera[]>('GET', '/api/cameras', undefined, bearer(viewer));
    expect(body.map(({ id }) => id)).toEqual(['yard']);
    expect(await statuses(['GET /video_feed', 'GET /api/detections/stream', 'WS /websocket/60'], viewer)).toEqual([
      200, 200, 101,
    ]);
  });

  it('has rules of those alone, and neither sees nor changes others', async () => {
    const rule = (cameras: 'all' | string[]) => ({
      rule: { cameras, trigger: { behavior: 'appear', subject: { classes: ['person'] } } },
    });
    const as = (key: string, method: string, path: string, body?: unknown) =>
      keyed.server.call<{ rules: Array<{ id: string }> }>(method, path, body, bearer(key));
    const admin = keyed.keys.admin ?? '';
    const front = (await as(admin, 'POST', '/api/rules', rule(['front']))).body.rules[0]?.id;
    const all = (await as(admin, 'POST', '/api/rules', rule('all'))).body.rules[0]?.id;
    expect((await as(operator, 'POST', '/api/rules', rule('all'))).status).toBe(403);
    expect((await as(operator, 'POST', '/api/rules', rule(['yard', 'front']))).status).toBe(403);
    const own = await as(operator, 'POST', '/api/rules', rule(['yard']));
    expect(own.status).toBe(201);
    const listed = await keyed.server.call<Array<{ id: string }>>('GET', '/api/rules', undefined, bearer(viewer));
    expect(listed.body.map(({ id }) => id)).toEqual([all, own.body.rules[0]?.id]);
    expect((await as(viewer, 'GET', `/api/rules/${front}`)).status).toBe(404);
    expect((await as(operator, 'PATCH', `/api/rules/${all}`, { enabled: false })).status).toBe(403);
    expect((await as(operator, 'DELETE', `/api/rules/${front}`)).status).toBe(403);
    const refused = await as(operator, 'PUT', '/api/mode', { mode: 'away' });
    expect([refused.status, refused.body]).toEqual([
      403,
      expect.objectContaining({
        detail: 'The mode concerns all cameras, and this API key is limited to some',
        hint: 'Use a key of scope operator or admin for all cameras.',
      }),
    ]);
    const test = { ...rule('all'), camera: 'front', minutes: 1 };
    expect((await as(operator, 'POST', '/api/rules/test', test)).status).toBe(404);
    expect((await as(operator, 'POST', '/api/rules/test', { ...test, camera: 'yard' })).status).toBe(200);
    // A sentence can't find out about cameras either.
    const sentence = { prompt: 'warn me when a person appears on the front' };
    const read = await as(operator, 'POST', '/api/rules/interpret', sentence);
    expect(read.text).not.toContain('"cameras":["front"]');
    for (const id of [front, all]) await as(admin, 'DELETE', `/api/rules/${id}`);
  });

  it('is not for a camera of the same name that comes later', async () => {
    await keyed.addCamera('gate');
    const { id, key } = await keyed.makeKey('gate viewer', 'viewer', ['gate', 'yard']);
    await keyed.server.call('DELETE', '/api/cameras/gate', undefined, bearer(keyed.keys.admin));
    await keyed.addCamera('gate');
    expect(await keyed.requestStatus('GET', '/api/cameras/gate', key)).toBe(404);
    const listed = await keyed.server.call<CreatedApiKey[]>('GET', '/api/keys', undefined, bearer(keyed.keys.admin));
    expect(listed.body.find((each) => each.id === id)?.cameras).toEqual(['yard']);
  });

  it('is made for cameras that there are, and never for an admin or the detection API', async () => {
    const make = (body: object) =>
      keyed.server.call<{ detail: string }>('POST', '/api/keys', body, bearer(keyed.keys.admin));
    for (const scope of ['admin', 'detect']) {
      const { status, body } = await make({ name: 'x', scope, cameras: ['yard'] });
      expect([status, body.detail]).toEqual([400, expect.stringContaining('only keys of scope operator or viewer')]);
    }
    const { status, body } = await make({ name: 'x', scope: 'viewer', cameras: ['yard', 'yrad'] });
    expect([status, body.detail]).toEqual([400, expect.stringContaining('cameras.1: there is no camera "yrad"')]);
  });
});

describe('what is shown of a camera', () => {
  const front = async (key: string | undefined) =>
    (await keyed.server.call<Camera>('GET', '/api/cameras/front', undefined, bearer(key))).body;

  it('is its links to admins, its address to operators, and neither to viewers', async () => {
    expect(await front(keyed.keys.admin)).toMatchObject({
      url: expect.stringMatching(/^rtsp/),
      view_token: expect.any(String),
    });
    const forOperator = await front(keyed.keys.operator);
    expect(forOperator.url).toMatch(/^rtsp/);
    expect(forOperator.view_token).toBeUndefined();
    await until(async () => (await front(keyed.keys.admin)).state === 'unreachable');
    const forViewer = await front(keyed.keys.viewer);
    expect([forViewer.url, forViewer.view_token]).toEqual([undefined, undefined]);
    expect(forViewer.state_reason).toBe('The camera is unreachable');
    for (const path of ['/api/cameras', '/api/cameras/front/stats', '/api/camera/front', '/api/camera/front/stats']) {
      const { text } = await keyed.server.call('GET', path, undefined, bearer(keyed.keys.viewer));
      expect(text).not.toMatch(/127\.0\.0\.1|user|password/);
    }
  });

  it('is changed by an operator but for where it is', async () => {
    const change = (body: object) =>
      keyed.server.call<{ detail: string }>('PATCH', '/api/cameras/front', body, bearer(keyed.keys.operator));
    expect((await change({ enabled: false, detect: { fps: 3 }, name: 'Front door' })).status).toBe(200);
    const refused = await change({ name: 'Mine', url: 'rtsp://127.0.0.1/other' });
    expect([refused.status, refused.body.detail]).toEqual([403, 'This API key may not change the url of a camera']);
    expect((await front(keyed.keys.admin)).name).toBe('Front door');
  });
});
