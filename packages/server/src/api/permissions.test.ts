import { type ApiKeyScope, type Camera, type CreatedApiKey, SOCKET_CLOSE } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openKeys } from '../platform/storage/index.js';
import { startWholeServer, until, type WholeServer } from '../testing/whole-server.js';

// The whole server, which asks everyone for a key: each route with a key of each scope, and without one.

const everyone = 'anyone admin operator viewer detect';
const signedIn = 'admin operator viewer detect';
const watchers = 'admin operator viewer';
const detectors = 'admin operator detect';

/** Who may use each route; there is none that does not stand here. */
const ALLOWED: Readonly<Record<string, string>> = {
  'GET /healthz': everyone,
  'GET /readyz': signedIn,
  'GET /version': signedIn,
  'GET /metrics': watchers,
  'GET /api/system': signedIn,
  'GET /openapi.json': signedIn,
  'GET /docs/': signedIn,
  'GET /docs/json': signedIn,
  'GET /docs/yaml': signedIn,
  'GET /docs/static/*': signedIn,
  'GET /docs/static/index.html': signedIn,
  'GET /docs/static/swagger-initializer.js': signedIn,
  'GET /docs/static/theme/favicon.svg': signedIn,
  'GET /docs/static/theme/viewport.js': signedIn,
  'GET /docs/static/theme/lookout.css': signedIn,

  'GET /api/session': everyone,
  'POST /api/session': everyone,
  'DELETE /api/session': everyone,
  'POST /api/sign-in-codes': signedIn,
  'GET /join/:code': everyone,
  'GET /api/keys': 'admin',
  'POST /api/keys': 'admin',
  'DELETE /api/keys/:id': 'admin',

  'GET /api/cameras': watchers,
  'POST /api/cameras': 'admin',
  'POST /api/cameras/probe': 'admin',
  'GET /api/cameras/:id': watchers,
  'PATCH /api/cameras/:id': 'admin operator',
  'DELETE /api/cameras/:id': 'admin',
  'POST /api/cameras/:id/tokens': 'admin',
  'GET /api/cameras/:id/stats': watchers,
  'GET /api/cameras/:id/mjpeg': watchers,
  'GET /api/cameras/:id/snapshot.jpg': watchers,
  'GET /api/camera/:token': watchers,
  'GET /api/camera/:token/stats': watchers,
  'GET /video_feed': watchers,
  'GET /api/detections/stream': watchers,
  'WS /ws/view/:token': watchers,
  'WS /ws/stream/:camera': watchers,
  'WS /websocket/:quality': watchers,
  'WS /ws/camera/:token': 'admin operator',

  'GET /api/models': signedIn,
  'POST /api/models/:name/load': 'admin',
  'DELETE /api/models/:name': 'admin',

  'WS /stream/detection': detectors,
  'POST /stream/sessions': detectors,
  'GET /stream/events/:client_id': detectors,
  'POST /stream/process/:client_id': detectors,
  'GET /stream/sessions/:client_id/stats': detectors,
  'PATCH /stream/sessions/:client_id/config': detectors,
  'DELETE /stream/sessions/:client_id': detectors,
  'GET /stream/health': detectors,
  'GET /stream/stats': detectors,
  'POST /api/detect': detectors,
  'POST /v1/vision/detection': detectors,
  'POST /v1/vision/custom/list': detectors,
  'GET /v1/vision/custom/list': detectors,
  'POST /v1/vision/custom/:model': detectors,
  'GET /v1/status/ping': everyone,
  'GET /v2': detectors,
  'GET /v2/health/live': detectors,
  'GET /v2/health/ready': detectors,
  'GET /v2/models/:model': detectors,
  'GET /v2/models/:model/ready': detectors,
  'POST /v2/models/:model/infer': detectors,
  'GET /v2/models/:model/versions/:version': detectors,
  'GET /v2/models/:model/versions/:version/ready': detectors,
  'POST /v2/models/:model/versions/:version/infer': detectors,

  'GET /lookout-ca.crt': everyone,
  'GET /': everyone,
  'GET /assets/*': everyone,
  'GET /cameras/:id': everyone,
  'GET /camera/:token': everyone,
  'GET /view/:token': everyone,
  'GET /shared/:token': everyone,
  'GET /system': everyone,
  'GET /try': everyone,
};

/** Open to all, and closed to who brings no secret. */
const takesSecret = new Set(['POST /api/session', 'GET /join/:code']);

let server: WholeServer;
const keys: Partial<Record<string, string>> = {};
const bearer = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { Authorization: `Bearer ${key}` };

async function makeKey(name: string, scope: ApiKeyScope, cameras?: string[]): Promise<CreatedApiKey> {
  const made = await server.call<CreatedApiKey>('POST', '/api/keys', { name, scope, cameras }, bearer(keys.admin));
  expect(made.status).toBe(201);
  return made.body;
}

async function addCamera(id: string, url?: string): Promise<Camera> {
  const body = url === undefined ? { id, kind: 'push' } : { id, name: id, url };
  return (await server.call<Camera>('POST', '/api/cameras', body, bearer(keys.admin))).body;
}

/** The status that a request or upgrade is answered with; 101 where a socket opens. */
function statusOf(method: string, path: string, key: string | undefined): Promise<number> {
  return method === 'WS' ? upgradeStatus(path, key) : requestStatus(method, path, key);
}

async function requestStatus(method: string, path: string, key?: string, init: RequestInit = {}): Promise<number> {
  const abort = new AbortController();
  const headers = { ...bearer(key), ...init.headers };
  const response = await fetch(server.url + path, { ...init, method, headers, signal: abort.signal });
  abort.abort();
  return response.status;
}

function upgradeStatus(path: string, key: string | undefined): Promise<number> {
  const socket = new WebSocket(server.wsUrl + path, { headers: bearer(key) });
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0)).once('error', reject);
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
  });
}

beforeAll(async () => {
  server = await startWholeServer({ env: { LOOKOUT_SIGN_IN: 'always' }, logLevel: 'trace' });
  keys.admin = server.firstKey as string;
  for (const scope of ['operator', 'viewer', 'detect'] as const) keys[scope] = (await makeKey(scope, scope)).key;
});
afterAll(() => server?.close());

const isUpgrade = (path: string) => `WS ${path}` in ALLOWED;

it('every route stands in the table, and nothing else', () => {
  const routes = server.permissions
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, path }) => `${isUpgrade(path) ? 'WS' : method} ${path.replace(/(?<=^\/v1\/.+)\/$/, '')}`)
    // The app's own files beside its page: what there are, the build says.
    .filter((route) => !/^GET \/[\w.-]+\.(svg|png|ico|webmanifest|txt|js|jpg)$/.test(route));
  expect([...new Set(routes)].sort()).toEqual(Object.keys(ALLOWED).sort());
});

describe.each(['anyone', 'admin', 'operator', 'viewer', 'detect'])('%s', (who) => {
  it.each(Object.entries(ALLOWED))('%s: %s', async (route, allowed) => {
    const [method = '', pattern = ''] = route.split(' ');
    const path = pattern.replace(':quality', '60').replace(/:\w+/g, 'nobody').replace('*', 'nothing');
    const status = await statusOf(method, path, who === 'anyone' ? undefined : keys[who]);
    const isAllowed = allowed.split(' ').includes(who);
    if (isAllowed && !takesSecret.has(route)) expect([401, 403]).not.toContain(status);
    else if (!isAllowed) expect(status).toBe(who === 'anyone' ? 401 : 403);
    // Where a key may stand in a form, one without a key opens nothing, nor does one that is only announced.
    if (method !== 'WS' && !isAllowed) {
      const form = new FormData();
      form.append('image', new Blob(['x']), 'a.jpg');
      const announced = { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } };
      const forms = [announced, ...(method === 'GET' ? [] : [{ body: form }])];
      for (const init of forms) {
        const answered = await requestStatus(method, path, who === 'anyone' ? undefined : keys[who], init);
        expect([400, 401, 403]).toContain(answered);
        if ('body' in init) expect(answered).toBe(status);
      }
    }
    // What a HEAD is answered with says as much as a GET's answer.
    if (method === 'GET' && !takesSecret.has(route))
      expect(await requestStatus('HEAD', path, who === 'anyone' ? undefined : keys[who])).toBe(status);
  });
});

describe('a key for some cameras', () => {
  let viewer: string;
  let operator: string;
  beforeAll(async () => {
    await addCamera('front', 'rtsp://user:password@127.0.0.1:9/front');
    await addCamera('yard');
    viewer = (await makeKey('yard viewer', 'viewer', ['yard'])).key;
    operator = (await makeKey('yard operator', 'operator', ['yard'])).key;
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
    `WS /ws/view/${id}`,
    `WS /ws/stream/${id}`,
    `WS /websocket/60?camera=${id}`,
  ];
  const statuses = (routes: string[], key: string) =>
    Promise.all(routes.map((route) => statusOf(...(route.split(' ') as [string, string]), key)));

  it('opens those, and knows of no other', async () => {
    expect(await statuses(paths('front'), viewer)).toEqual(paths('front').map(() => 404));
    expect(await statuses(paths('front'), operator)).toEqual(paths('front').map(() => 404));
    const answers = await statuses(paths('yard'), viewer);
    // Nobody publishes to it: there is no snapshot.
    expect(answers).toEqual([200, 200, 200, 409, 200, 200, 200, 200, 101, 101, 101]);
    const unknown = await server.call('GET', '/api/cameras/front', undefined, bearer(viewer));
    const missing = await server.call('GET', '/api/cameras/other', undefined, bearer(viewer));
    expect(unknown.text.replaceAll('front', 'other')).toBe(missing.text);
    expect(await requestStatus('PATCH', '/api/cameras/front', operator)).toBe(404);
    expect(await requestStatus('GET', '/metrics', viewer)).toBe(403);
  });

  it('sees only them in lists, and takes the first of them where none is named', async () => {
    const { body } = await server.call<Camera[]>('GET', '/api/cameras', undefined, bearer(viewer));
    expect(body.map(({ id }) => id)).toEqual(['yard']);
    expect(await statuses(['GET /video_feed', 'GET /api/detections/stream', 'WS /websocket/60'], viewer)).toEqual([
      200, 200, 101,
    ]);
  });

  it('is not for a camera of the same name that comes later', async () => {
    await addCamera('gate');
    const { id, key } = await makeKey('gate viewer', 'viewer', ['gate', 'yard']);
    await server.call('DELETE', '/api/cameras/gate', undefined, bearer(keys.admin));
    await addCamera('gate');
    expect(await requestStatus('GET', '/api/cameras/gate', key)).toBe(404);
    const listed = await server.call<CreatedApiKey[]>('GET', '/api/keys', undefined, bearer(keys.admin));
    expect(listed.body.find((each) => each.id === id)?.cameras).toEqual(['yard']);
  });

  it('is made for cameras that there are, and never for an admin or the detection API', async () => {
    const make = (body: object) => server.call<{ detail: string }>('POST', '/api/keys', body, bearer(keys.admin));
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
    (await server.call<Camera>('GET', '/api/cameras/front', undefined, bearer(key))).body;

  it('is its links to admins, its address to operators, and neither to viewers', async () => {
    expect(await front(keys.admin)).toMatchObject({
      url: expect.stringMatching(/^rtsp/),
      view_token: expect.any(String),
    });
    const forOperator = await front(keys.operator);
    expect(forOperator.url).toMatch(/^rtsp/);
    expect(forOperator.view_token).toBeUndefined();
    await until(async () => (await front(keys.admin)).state === 'unreachable');
    const forViewer = await front(keys.viewer);
    expect([forViewer.url, forViewer.view_token]).toEqual([undefined, undefined]);
    expect(forViewer.state_reason).toBe('The camera is unreachable');
    for (const path of ['/api/cameras', '/api/cameras/front/stats', '/api/camera/front', '/api/camera/front/stats']) {
      const { text } = await server.call('GET', path, undefined, bearer(keys.viewer));
      expect(text).not.toMatch(/127\.0\.0\.1|user|password/);
    }
  });

  it('is changed by an operator but for where it is', async () => {
    const change = (body: object) =>
      server.call<{ detail: string }>('PATCH', '/api/cameras/front', body, bearer(keys.operator));
    expect((await change({ enabled: false, detect: { fps: 3 }, name: 'Front door' })).status).toBe(200);
    const refused = await change({ name: 'Mine', url: 'rtsp://127.0.0.1/other' });
    expect([refused.status, refused.body.detail]).toEqual([403, 'This API key may not change the url of a camera']);
    expect((await front(keys.admin)).name).toBe('Front door');
  });
});

describe('a key that is revoked', () => {
  const revoke = (id: string) => server.call('DELETE', `/api/keys/${id}`, undefined, bearer(keys.admin));

  /** A socket, a stream and a browser session that a key let in, and how they end. */
  async function connect(key: string) {
    const socket = new WebSocket(`${server.wsUrl}/ws/view/yard`, { headers: bearer(key) });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    const stream = await fetch(`${server.url}/api/detections/stream`, { headers: bearer(key) });
    const ended = (async () => {
      for await (const _ of stream.body as AsyncIterable<Uint8Array>);
    })().then(
      () => 'ended',
      () => 'cut',
    );
    const signIn = await fetch(`${server.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key }),
    });
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const withSession = () => server.call('GET', '/api/cameras', undefined, { cookie });
    expect((await withSession()).status).toBe(200);
    return { closed, ended, withSession };
  }

  it('opens nothing any more, and what it let in ends at once', async () => {
    const { id, key } = await makeKey('guest', 'viewer');
    const { closed, ended, withSession } = await connect(key);
    expect((await revoke(id)).status).toBe(204);
    expect([await closed, await ended]).toEqual([SOCKET_CLOSE.revoked, 'cut']);
    expect((await withSession()).status).toBe(401);
    expect(await requestStatus('GET', '/api/cameras', key)).toBe(401);
    expect((await revoke(id)).status).toBe(404);
  });

  it('ends likewise when another process takes it out of the database', async () => {
    const { id, key } = await makeKey('guest', 'viewer');
    const { closed, ended, withSession } = await connect(key);
    const beside = openKeys(server.directory);
    beside.keys.remove(id);
    beside.close();
    expect([await closed, await ended]).toEqual([SOCKET_CLOSE.revoked, 'cut']);
    expect((await withSession()).status).toBe(401);
  });

  it('is not the last of an admin, where everyone needs one', async () => {
    const { body } = await server.call<CreatedApiKey[]>('GET', '/api/keys', undefined, bearer(keys.admin));
    const admins = body.filter(({ scope }) => scope === 'admin');
    expect(admins).toHaveLength(1);
    const refused = await revoke(admins[0]?.id as string);
    expect(refused.status).toBe(409);
    const second = await makeKey('second admin', 'admin');
    // It may revoke itself, and hears that it did.
    expect((await server.call('DELETE', `/api/keys/${second.id}`, undefined, bearer(second.key))).status).toBe(204);
  });
});

it('keys are listed without secrets, and their names are unique', async () => {
  const list = await server.call<CreatedApiKey[]>('GET', '/api/keys', undefined, bearer(keys.admin));
  expect(list.body.map(({ name }) => name)).toEqual(expect.arrayContaining(['admin', 'operator', 'viewer', 'detect']));
  for (const key of Object.values(keys)) expect(list.text).not.toContain(key);
  const again = await server.call('POST', '/api/keys', { name: 'viewer', scope: 'viewer' }, bearer(keys.admin));
  expect(again.status).toBe(409);
});

it('signing out ends what the session let in, and no other', async () => {
  const signIn = () =>
    fetch(`${server.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: keys.viewer }),
    });
  const [cookie = '', other = ''] = (await Promise.all([signIn(), signIn()])).map(
    (answer) => answer.headers.get('set-cookie')?.split(';')[0] ?? '',
  );
  const open = async (session: string) => {
    const socket = new WebSocket(`${server.wsUrl}/ws/view/yard`, { headers: { cookie: session } });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return socket;
  };
  const [socket, bystander] = [await open(cookie), await open(other)];
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await fetch(`${server.url}/api/session`, { method: 'DELETE', headers: { cookie } });
  expect(await closed).toBe(SOCKET_CLOSE.revoked);
  expect(bystander.readyState).toBe(WebSocket.OPEN);
  bystander.terminate();
});

describe('a sign-in code', () => {
  type Code = { code: string; path: string; expires_at: number };
  const makeCode = async (key: string | undefined) =>
    (await server.call<Code>('POST', '/api/sign-in-codes', undefined, bearer(key))).body;
  const join = (path: string, headers: Record<string, string> = {}) =>
    fetch(server.url + path, { headers, redirect: 'manual' });
  const cookieOf = (answer: Response) => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

  it('signs one device in as the key it was made with, and ends with that key', async () => {
    const guest = await makeKey('guest of codes', 'viewer', ['yard']);
    const { path, expires_at } = await makeCode(guest.key);
    expect(expires_at - Date.now()).toBeGreaterThan(4 * 60_000);
    const joined = await join(path);
    expect([joined.status, joined.headers.get('location')]).toEqual([303, '/']);
    expect(joined.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    const cookie = cookieOf(joined);
    const session = await server.call('GET', '/api/session', undefined, { cookie });
    expect(session.body).toMatchObject({ name: 'guest of codes', scope: 'viewer', cameras: ['yard'] });
    // Once.
    expect((await join(path)).status).toBe(401);
    const unused = await makeCode(guest.key);
    await server.call('DELETE', `/api/keys/${guest.id}`, undefined, bearer(keys.admin));
    expect((await server.call('GET', '/api/cameras', undefined, { cookie })).status).toBe(401);
    expect((await join(unused.path)).status).toBe(401);
  });

  it('brings a browser to its pages, with or without luck', async () => {
    const html = { accept: 'text/html' };
    const { path } = await makeCode(keys.viewer);
    expect((await join(path, html)).headers.get('location')).toBe('/');
    const failed = await join(path, html);
    expect([failed.status, failed.headers.get('location'), cookieOf(failed)]).toEqual([303, '/?join=failed', '']);
  });

  it('is not used up by a HEAD, a prefetch or a page of another site', async () => {
    const { path } = await makeCode(keys.viewer);
    await fetch(server.url + path, { method: 'HEAD', redirect: 'manual' });
    expect((await join(path, { 'sec-purpose': 'prefetch' })).status).toBe(403);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await join(path, link)).status).toBe(403);
    expect((await join(path)).status).toBe(303);
  });

  it('never reaches the log', async () => {
    const { code, path } = await makeCode(keys.viewer);
    await join(path);
    expect(server.log.join('')).not.toContain(code);
  });
});
