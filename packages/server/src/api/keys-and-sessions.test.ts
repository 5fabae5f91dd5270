import { type CreatedApiKey, SOCKET_CLOSE } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openKeys } from '../platform/storage/index.js';
import { bearer, KeyedServer } from '../testing/keyed-server.js';

// API keys, the sessions and sign-in codes created with them, and what revoking them closes.

let keyed: KeyedServer;
beforeAll(async () => {
  keyed = await KeyedServer.start();
  await keyed.addCamera('yard');
});
afterAll(() => keyed?.server.close());

describe('a key that is revoked', () => {
  const revoke = (id: string) => keyed.server.call('DELETE', `/api/keys/${id}`, undefined, bearer(keyed.keys.admin));

  /** A socket, a stream and a browser session that a key let in, and how they end. */
  async function connect(key: string) {
    const socket = new WebSocket(`${keyed.server.wsUrl}/ws/view/yard`, { headers: bearer(key) });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    const stream = await fetch(`${keyed.server.url}/api/detections/stream`, { headers: bearer(key) });
    const ended = (async () => {
      for await (const _ of stream.body as AsyncIterable<Uint8Array>);
    })().then(
      () => 'ended',
      () => 'cut',
    );
    const signIn = await fetch(`${keyed.server.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key }),
    });
    const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const withSession = () => keyed.server.call('GET', '/api/cameras', undefined, { cookie });
    expect((await withSession()).status).toBe(200);
    return { closed, ended, withSession };
  }

  it('opens nothing any more, and what it let in ends at once', async () => {
    const { id, key } = await keyed.makeKey('guest', 'viewer');
    const { closed, ended, withSession } = await connect(key);
    expect((await revoke(id)).status).toBe(204);
    expect([await closed, await ended]).toEqual([SOCKET_CLOSE.revoked, 'cut']);
    expect((await withSession()).status).toBe(401);
    expect(await keyed.requestStatus('GET', '/api/cameras', key)).toBe(401);
    expect((await revoke(id)).status).toBe(404);
  });

  it('ends likewise when another process takes it out of the database', async () => {
    const { id, key } = await keyed.makeKey('guest', 'viewer');
    const { closed, ended, withSession } = await connect(key);
    const beside = await openKeys(keyed.server.directory);
    await beside.keys.remove(id, { mayBeLast: false });
    await beside.close();
    expect([await closed, await ended]).toEqual([SOCKET_CLOSE.revoked, 'cut']);
    expect((await withSession()).status).toBe(401);
  });

  it('is not the last of an admin, where everyone needs one', async () => {
    const { body } = await keyed.server.call<CreatedApiKey[]>('GET', '/api/keys', undefined, bearer(keyed.keys.admin));
    const admins = body.filter(({ scope }) => scope === 'admin');
    expect(admins).toHaveLength(1);
    const refused = await revoke(admins[0]?.id as string);
    expect(refused.status).toBe(409);
    const second = await keyed.makeKey('second admin', 'admin');
    // It may revoke itself, and hears that it did.
    expect((await keyed.server.call('DELETE', `/api/keys/${second.id}`, undefined, bearer(second.key))).status).toBe(
      204,
    );
  });
});

it('keys are listed without secrets, and their names are unique', async () => {
  const list = await keyed.server.call<CreatedApiKey[]>('GET', '/api/keys', undefined, bearer(keyed.keys.admin));
  expect(list.body.map(({ name }) => name)).toEqual(expect.arrayContaining(['admin', 'operator', 'viewer', 'detect']));
  for (const key of Object.values(keyed.keys)) expect(list.text).not.toContain(key);
  const again = await keyed.server.call(
    'POST',
    '/api/keys',
    { name: 'viewer', scope: 'viewer' },
    bearer(keyed.keys.admin),
  );
  expect(again.status).toBe(409);
});

it('signing out ends what the session let in, and no other', async () => {
  const signIn = () =>
    fetch(`${keyed.server.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ key: keyed.keys.viewer }),
    });
  const [cookie = '', other = ''] = (await Promise.all([signIn(), signIn()])).map(
    (answer) => answer.headers.get('set-cookie')?.split(';')[0] ?? '',
  );
  const open = async (session: string) => {
    const socket = new WebSocket(`${keyed.server.wsUrl}/ws/view/yard`, { headers: { cookie: session } });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return socket;
  };
  const [socket, bystander] = [await open(cookie), await open(other)];
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await fetch(`${keyed.server.url}/api/session`, { method: 'DELETE', headers: { cookie } });
  expect(await closed).toBe(SOCKET_CLOSE.revoked);
  expect(bystander.readyState).toBe(WebSocket.OPEN);
  bystander.terminate();
});

describe('a sign-in code', () => {
  type Code = { code: string; path: string; expires_at: number };
  const makeCode = async (key: string | undefined) =>
    (await keyed.server.call<Code>('POST', '/api/sign-in-codes', undefined, bearer(key))).body;
  const join = (path: string, headers: Record<string, string> = {}) =>
    fetch(keyed.server.url + path, { headers, redirect: 'manual' });
  const cookieOf = (answer: Response) => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

  it('signs one device in as the key it was made with, and ends with that key', async () => {
    const guest = await keyed.makeKey('guest of codes', 'viewer', ['yard']);
    const { path, expires_at } = await makeCode(guest.key);
    expect(expires_at - Date.now()).toBeGreaterThan(4 * 60_000);
    const joined = await join(path);
    expect([joined.status, joined.headers.get('location')]).toEqual([303, '/']);
    expect(joined.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    const cookie = cookieOf(joined);
    const session = await keyed.server.call('GET', '/api/session', undefined, { cookie });
    expect(session.body).toMatchObject({ name: 'guest of codes', scope: 'viewer', cameras: ['yard'] });
    // Once.
    expect((await join(path)).status).toBe(401);
    const unused = await makeCode(guest.key);
    await keyed.server.call('DELETE', `/api/keys/${guest.id}`, undefined, bearer(keyed.keys.admin));
    expect((await keyed.server.call('GET', '/api/cameras', undefined, { cookie })).status).toBe(401);
    expect((await join(unused.path)).status).toBe(401);
  });

  it('brings a browser to its pages, with or without luck', async () => {
    const html = { accept: 'text/html' };
    const { path } = await makeCode(keyed.keys.viewer);
    expect((await join(path, html)).headers.get('location')).toBe('/');
    const failed = await join(path, html);
    expect([failed.status, failed.headers.get('location'), cookieOf(failed)]).toEqual([303, '/?join=failed', '']);
  });

  it('is not used up by a HEAD, a prefetch or a page of another site', async () => {
    const { path } = await makeCode(keyed.keys.viewer);
    await fetch(keyed.server.url + path, { method: 'HEAD', redirect: 'manual' });
    expect((await join(path, { 'sec-purpose': 'prefetch' })).status).toBe(403);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await join(path, link)).status).toBe(403);
    expect((await join(path)).status).toBe(303);
  });

  it('never reaches the log', async () => {
    const { code, path } = await makeCode(keyed.keys.viewer);
    await join(path);
    expect(keyed.server.log.join('')).not.toContain(code);
  });
});
