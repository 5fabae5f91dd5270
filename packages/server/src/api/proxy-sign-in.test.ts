import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { type AuditPage, type Session, type Setting, SOCKET_CLOSE, type User } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { bearer } from '../testing/keyed-server.js';
import { opened, startWholeServer, until, type WholeServer } from '../testing/whole-server.js';

// A server behind a proxy that signs people in. The proxy's address is another one of this machine.

const PROXY = '127.0.0.2';
const YAML = `
auth:
  proxy:
    from: [${PROXY}/32, '2001:db8::/64']
    user_header: X-Forwarded-User
    groups_header: X-Forwarded-Groups
    roles: { lookout-admins: admin, staff: operator, family: viewer }
`;

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer({
    logLevel: 'trace',
    prepare: (directory) => writeFileSync(join(directory, 'lookout.yaml'), YAML),
  });
  const made = await asAdmin('POST', '/api/cameras', { id: 'yard', kind: 'push' });
  expect(made.status).toBe(201);
});
afterAll(() => server?.close());

const asAdmin = <T>(method: string, path: string, body?: object) =>
  server.call<T>(method, path, body, bearer(server.firstKey));
const users = async () => (await asAdmin<User[]>('GET', '/api/users')).body;
const person = async (name: string) => (await users()).find((user) => user.identity?.subject === name);
const named = (user: string, groups: string) => ({ 'x-forwarded-user': user, 'x-forwarded-groups': groups });

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: object;
  from?: string;
}

/** An answer to what comes from an address, its body not yet read. */
function ask(path: string, { method = 'GET', headers = {}, body, from = PROXY }: Ask): Promise<IncomingMessage> {
  const json: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
  const options = { method, headers: { ...json, ...headers }, localAddress: from };
  return new Promise((resolve, reject) => {
    request(server.url + path, options, resolve)
      .once('error', reject)
      .end(body && JSON.stringify(body));
  });
}

async function call<T>(path: string, options: Ask): Promise<{ status: number | undefined; body: T }> {
  const answer = await ask(path, options);
  const text = (await answer.toArray()).join('');
  return { status: answer.statusCode, body: (text ? JSON.parse(text) : undefined) as T };
}

describe('a user whom the proxy names', () => {
  it('has the highest role of the groups, and stands among the people', async () => {
    const headers = named('Ann Müller', 'staff, lookout-admins,other');
    const bytes = Buffer.from(headers['x-forwarded-user']).toString('latin1');
    const { body } = await call<Session>('/api/session', { headers: { ...headers, 'x-forwarded-user': bytes } });
    expect(body).toMatchObject({ signed_in: true, by_proxy: true, name: 'Ann Müller', scope: 'admin' });
    expect(body.user?.name).toBe('ann-müller');
    const identity = { issuer: 'proxy', subject: 'Ann Müller' };
    expect(await person('Ann Müller')).toMatchObject({ identity, role: 'admin', has_password: false });
    const { entries } = (await asAdmin<AuditPage>('GET', '/api/audit?limit=5')).body;
    expect(entries).toContainEqual(
      expect.objectContaining({
        action: 'user.first_sign_in',
        actor: { kind: 'user', id: body.user?.id, name: 'ann-müller' },
        address: PROXY,
      }),
    );
  });

  it('is known by that name alone, and is never a user of this server', async () => {
    await asAdmin('POST', '/api/users', { name: 'root', role: 'admin', password: 'a password here' });
    const { body } = await call<Session>('/api/session', { headers: named('root', 'family') });
    expect(body).toMatchObject({ name: 'root', scope: 'viewer', user: { name: 'root-2' } });
    const manage = await call('/api/users', { headers: named('root', 'family') });
    expect(manage.status).toBe(403);
  });

  it('loses with the groups what it may do, and what is open', async () => {
    const headers = named('bob', 'staff');
    const mode = (groups: string) =>
      call('/api/mode', { method: 'PUT', headers: named('bob', groups), body: { mode: 'home' } });
    const socket = new WebSocket(`${server.wsUrl}/ws/view/yard`, { headers, localAddress: PROXY });
    await opened(socket);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const stream = await ask('/api/cameras/stream', { headers });
    const ended = new Promise((resolve) => stream.once('close', resolve).once('error', resolve).resume());
    expect([stream.statusCode, (await mode('staff')).status]).toEqual([200, 200]);
    expect((await mode('family')).status).toBe(403);
    expect(await closed).toBe(SOCKET_CLOSE.revoked);
    await ended;
    expect(await person('bob')).toMatchObject({ role: 'viewer' });

    const again = new WebSocket(`${server.wsUrl}/ws/view/yard`, {
      headers: named('bob', 'family'),
      localAddress: PROXY,
    });
    await opened(again);
    const closedAgain = new Promise((resolve) => again.once('close', resolve));
    const refused = await call('/api/cameras', { headers: named('bob', 'strangers') });
    expect([refused.status, refused.body]).toEqual([
      403,
      expect.objectContaining({
        detail: 'bob has no role in Lookout',
        hint: expect.stringContaining('auth.proxy.roles'),
      }),
    ]);
    expect(await closedAgain).toBe(SOCKET_CLOSE.revoked);
    const session = await call<Session>('/api/session', { headers: named('bob', '') });
    expect(session.body).toMatchObject({
      signed_in: false,
      by_proxy: true,
      refused: { message: 'bob has no role in Lookout' },
    });
    const { entries } = (await asAdmin<AuditPage>('GET', '/api/audit?limit=10')).body;
    const noted = entries.filter(({ target }) => target?.name === 'bob').map(({ action }) => action);
    expect(noted).toEqual(['session.no_role', 'user.change_of_role', 'user.first_sign_in']);
  });

  it('is kept out, or limited to cameras, by an admin, who can’t change the role', async () => {
    const headers = named('carl', 'staff');
    const status = async () => (await call('/api/cameras/yard', { headers })).status;
    expect(await status()).toBe(200);
    const path = `/api/users/${(await person('carl'))?.id}`;
    expect((await asAdmin('PATCH', path, { role: 'admin' })).status).toBe(409);
    expect((await asAdmin('PATCH', path, { password: 'a new password' })).status).toBe(409);
    expect((await asAdmin('PATCH', path, { cameras: [] })).status).toBe(200);
    expect(await status()).toBe(404);
    expect((await asAdmin('PATCH', path, { cameras: null, disabled: true })).status).toBe(200);
    expect(await status()).toBe(403);
    expect((await asAdmin('DELETE', path)).status).toBe(204);
    expect(await status()).toBe(200);
  });

  it('neither signs out here, nor has a password, nor signs in other devices', async () => {
    const headers = named('dora', 'lookout-admins');
    const body = { current: 'x', password: 'a new password' };
    const answers = [
      await call('/api/session', { method: 'DELETE', headers }),
      await call('/api/sign-in-codes', { method: 'POST', headers }),
      await call('/api/users/me/password', { method: 'PUT', headers, body }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
  });

  it('gives way to an API key, and comes before a session', async () => {
    const headers = named('eve', 'family');
    const key = await call<Session>('/api/session', { headers: { ...headers, ...bearer(server.firstKey) } });
    expect(key.body).toMatchObject({ scope: 'admin', by_proxy: false });
    const signedIn = await fetch(`${server.url}/api/session`, {
      ...{ method: 'POST', headers: { 'Content-Type': 'application/json' } },
      body: JSON.stringify({ name: 'root', password: 'a password here' }),
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(cookie).not.toBe('');
    const both = await call<Session>('/api/session', { headers: { ...headers, cookie } });
    expect(both.body).toMatchObject({ name: 'eve', scope: 'viewer' });
  });

  it('does nothing for pages of other sites, whatever the proxy adds', async () => {
    const headers = named('fay', 'staff');
    const body = { mode: 'home' };
    const change = (more: Record<string, string>) =>
      call('/api/mode', { method: 'PUT', headers: { ...headers, ...more }, body });
    const foreign = { origin: 'https://evil.example' };
    // As oauth2-proxy sends it on: its own token, not one of ours.
    const token = { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln' };
    const statuses: unknown[] = [];
    for (const more of [{}, token, foreign, { ...foreign, ...token }, { 'sec-fetch-site': 'cross-site', ...token }]) {
      statuses.push((await change(more)).status);
    }
    expect(statuses).toEqual([200, 200, 403, 403, 403]);
    const socket = new WebSocket(`${server.wsUrl}/ws/view/yard`, {
      ...{ headers: { ...headers, ...foreign, ...token }, localAddress: PROXY },
    });
    await expect(opened(socket)).rejects.toThrow('403');
  });
});

it('whoever comes by the proxy without a name has to sign in, and so has this machine', async () => {
  for (const headers of [{}, named('', 'lookout-admins'), named('x'.repeat(201), 'lookout-admins')]) {
    expect((await call('/api/cameras', { headers })).status).toBe(401);
  }
  expect((await server.call('GET', '/api/cameras')).status).toBe(401);
});

it('a user named from elsewhere is ignored, counted, and logged once', async () => {
  const headers = named('mallory', 'lookout-admins');
  for (let count = 0; count < 3; count++) {
    expect((await call('/api/cameras', { headers, from: '127.0.0.1' })).status).toBe(401);
  }
  expect(await person('mallory')).toBeUndefined();
  const { text } = await asAdmin('GET', '/metrics');
  expect(text).toMatch(/lookout_proxy_users_ignored_total 3\b/);
  await until(() => server.log.some((line) => line.includes('auth.proxy.from')));
  expect(server.log.filter((line) => line.includes('auth.proxy.from'))).toHaveLength(1);
});

it('the settings page shows what the file says', async () => {
  const { body } = await asAdmin<Setting[]>('GET', '/api/settings');
  const shown = body.filter(({ key }) => key.startsWith('auth.proxy.'));
  expect(shown.map(({ key, value, changeable }) => [key, value, changeable])).toEqual([
    ['auth.proxy.from', [`${PROXY}/32`, '2001:db8::/64'], false],
    ['auth.proxy.user_header', 'x-forwarded-user', false],
    ['auth.proxy.groups_header', 'x-forwarded-groups', false],
    ['auth.proxy.roles', ['lookout-admins: admin', 'staff: operator', 'family: viewer'], false],
  ]);
  expect(body.find(({ key }) => key === 'server.sign_in')?.value).toBe('always');
});
