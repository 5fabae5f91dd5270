import { type AuditPage, type SignedInDevice, SOCKET_CLOSE, type User } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { resetPassword } from '../cli/users.js';
import { bearer, credentials, KeyedServer } from '../testing/keyed-server.js';
import { until } from '../testing/whole-server.js';

// Users, their sessions, and what ends when they change.

let keyed: KeyedServer;
beforeAll(async () => {
  keyed = await KeyedServer.start();
  await keyed.addCamera('yard');
  await keyed.addCamera('gate');
});
afterAll(() => keyed?.server.close());

const as = <T>(secret: string | undefined, method: string, path: string, body?: object) =>
  keyed.server.call<T>(method, path, body, credentials(secret));
const asAdmin = <T>(method: string, path: string, body?: object) => as<T>(keyed.keys.admin, method, path, body);
const devices = async (secret: string | undefined) => (await as<SignedInDevice[]>(secret, 'GET', '/api/sessions')).body;

async function watch(cookie: string): Promise<{ closed: Promise<number> }> {
  const socket = new WebSocket(`${keyed.server.wsUrl}/ws/view/yard`, { headers: { cookie } });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { closed: new Promise((resolve) => socket.once('close', resolve)) };
}

it('the first key makes the first user, who signs in and manages the rest', async () => {
  const made = await asAdmin<User>('POST', '/api/users', {
    ...{ name: ' Ann ', display_name: 'Ann Miller', role: 'admin', password: 'correct horse' },
  });
  expect([made.status, made.body]).toEqual([
    201,
    expect.objectContaining({ name: 'ann', display_name: 'Ann Miller', role: 'admin', has_password: true }),
  ]);
  const cookie = await keyed.signIn({ name: 'ANN', password: 'correct horse' });
  const { body } = await as(cookie, 'GET', '/api/session');
  expect(body).toMatchObject({ name: 'Ann Miller', user: { id: made.body.id, name: 'ann' }, scope: 'admin' });
  const listed = await as<User[]>(cookie, 'GET', '/api/users');
  expect(listed.body).toEqual([expect.objectContaining({ name: 'ann', last_seen_at: expect.any(Number) })]);
  expect(listed.text).not.toMatch(/argon2|correct horse/);
  expect(keyed.server.log.join('')).not.toContain('correct horse');
});

it('the last admin is neither removed, nor disabled, nor lowered', async () => {
  const [ann] = (await asAdmin<User[]>('GET', '/api/users')).body;
  const path = `/api/users/${ann?.id}`;
  const answers = [
    await asAdmin('DELETE', path),
    await asAdmin('PATCH', path, { disabled: true }),
    await asAdmin('PATCH', path, { role: 'viewer' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
  const { id } = await keyed.signInUser('second', 'admin');
  expect((await asAdmin('DELETE', `/api/users/${id}`)).status).toBe(204);
});

it.each([
  ['a name that is taken', { name: 'ann', role: 'viewer' }, 409],
  ['a short password', { name: 'x', role: 'viewer', password: 'short' }, 400],
  ['a long password', { name: 'x', role: 'viewer', password: 'x'.repeat(257) }, 400],
  ['an admin of some cameras', { name: 'x', role: 'admin', cameras: ['yard'] }, 400],
  ['a camera that is not there', { name: 'x', role: 'viewer', cameras: ['nope'] }, 400],
  ['a name with spaces', { name: 'x y', role: 'viewer' }, 400],
  ['a body of megabytes', { name: 'x', role: 'viewer', password: 'x'.repeat(10_000_000) }, 413],
])('refuses %s', async (_what, body, status) => {
  expect((await asAdmin('POST', '/api/users', body)).status).toBe(status);
});

it('answers alike whether the name, the password or the account is at fault', async () => {
  const { id } = await keyed.signInUser('gone', 'viewer');
  await asAdmin('PATCH', `/api/users/${id}`, { disabled: true });
  const tries = [
    { name: 'ann', password: 'not this one' },
    { name: 'nobody', password: 'not this one' },
    { name: 'gone', password: 'password of gone' },
  ];
  const answers = await Promise.all(
    tries.map((body) => as<{ request_id?: string }>(undefined, 'POST', '/api/session', body)),
  );
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  const told = answers.map(({ body: { request_id: _, ...rest } }) => JSON.stringify(rest));
  expect(new Set(told).size).toBe(1);
});

describe('a change of a user', () => {
  it('of role or cameras ends what is open, and the session sees the new rights', async () => {
    const { id, cookie } = await keyed.signInUser('bob', 'operator');
    const before = await watch(cookie);
    await asAdmin('PATCH', `/api/users/${id}`, { role: 'viewer' });
    expect(await before.closed).toBe(SOCKET_CLOSE.revoked);
    expect((await as(cookie, 'PUT', '/api/mode', { mode: 'home' })).status).toBe(403);
    const limited = await watch(cookie);
    await asAdmin('PATCH', `/api/users/${id}`, { cameras: ['gate'] });
    expect(await limited.closed).toBe(SOCKET_CLOSE.revoked);
    expect((await as(cookie, 'GET', '/api/cameras/yard')).status).toBe(404);
    expect((await as(cookie, 'GET', '/api/cameras/gate')).status).toBe(200);
    await asAdmin('PATCH', `/api/users/${id}`, { cameras: null, display_name: 'Bob' });
    expect((await as(cookie, 'GET', '/api/cameras/yard')).status).toBe(200);
  });

  it('that disables or removes the user ends the sessions too', async () => {
    for (const end of ['PATCH', 'DELETE']) {
      const { id, cookie } = await keyed.signInUser(`leaving.${end.toLowerCase()}`, 'viewer');
      const { closed } = await watch(cookie);
      await asAdmin(end, `/api/users/${id}`, end === 'PATCH' ? { disabled: true } : undefined);
      expect(await closed).toBe(SOCKET_CLOSE.revoked);
      expect((await as(cookie, 'GET', '/api/cameras')).status).toBe(401);
    }
  });

  it('of one’s own password asks for the old one, and signs out the other browsers', async () => {
    const { cookie } = await keyed.signInUser('carol', 'viewer');
    const other = await keyed.signIn({ name: 'carol', password: 'password of carol' });
    const change = (current: string) =>
      as(cookie, 'PUT', '/api/users/me/password', { current, password: 'a better one' });
    expect((await change('wrong one')).status).toBe(403);
    expect((await change('password of carol')).status).toBe(204);
    expect((await as(cookie, 'GET', '/api/cameras')).status).toBe(200);
    expect((await as(other, 'GET', '/api/cameras')).status).toBe(401);
    expect(await keyed.signIn({ name: 'carol', password: 'password of carol' })).toBe('');
    const keyOnly = await as(keyed.keys.viewer, 'PUT', '/api/users/me/password', {
      current: 'x',
      password: 'x'.repeat(8),
    });
    expect(keyOnly.status).toBe(409);
  });
});

describe('sessions', () => {
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

  it('are one’s own for everyone and all for an admin, with the device', async () => {
    const { cookie } = await keyed.signInUser('dora', 'viewer');
    const other = await keyed.signIn({ name: 'dora', password: 'password of dora' }, { 'user-agent': firefox });
    const own = await devices(cookie);
    expect(own).toHaveLength(2);
    expect(own.every(({ user }) => user?.name === 'dora')).toBe(true);
    expect(own.filter(({ current }) => current)).toHaveLength(1);
    expect(own).toContainEqual(expect.objectContaining({ browser: 'Firefox', system: 'Linux' }));
    expect((await devices(keyed.keys.admin)).length).toBeGreaterThan(2);
    expect(JSON.stringify(await devices(keyed.keys.admin))).not.toContain(other.slice('lookout_session='.length));
  });

  it('are ended by their owner and by an admin, and by nobody else', async () => {
    const { cookie } = await keyed.signInUser('emil', 'viewer');
    const { cookie: foreign } = await keyed.signInUser('fay', 'operator');
    const id = (await devices(cookie))[0]?.id;
    const { closed } = await watch(cookie);
    expect((await as(foreign, 'DELETE', `/api/sessions/${id}`)).status).toBe(404);
    expect((await as(cookie, 'DELETE', `/api/sessions/${id}`)).status).toBe(204);
    expect(await closed).toBe(SOCKET_CLOSE.revoked);
    expect((await as(cookie, 'GET', '/api/cameras')).status).toBe(401);
    const theirs = (await devices(foreign))[0]?.id;
    expect((await asAdmin('DELETE', `/api/sessions/${theirs}`)).status).toBe(204);
    expect((await as(foreign, 'GET', '/api/cameras')).status).toBe(401);
  });

  it('are new at each sign-in: the one that the browser had before ends', async () => {
    const { cookie } = await keyed.signInUser('gus', 'viewer');
    const again = await keyed.signIn({ name: 'gus', password: 'password of gus' }, { cookie });
    expect(again).not.toBe(cookie);
    expect((await as(cookie, 'GET', '/api/cameras')).status).toBe(401);
    expect((await as(again, 'GET', '/api/cameras')).status).toBe(200);
  });

  it('of a user make codes that sign in as that user', async () => {
    const { cookie } = await keyed.signInUser('hana', 'viewer', ['yard']);
    const { body } = await as<{ path: string }>(cookie, 'POST', '/api/sign-in-codes');
    const joined = await fetch(keyed.server.url + body.path, { redirect: 'manual' });
    const session = joined.headers.get('set-cookie')?.split(';')[0];
    expect((await as(session, 'GET', '/api/session')).body).toMatchObject({ name: 'hana', cameras: ['yard'] });
  });

  it('survive a restart, with their last use', async () => {
    const { cookie } = await keyed.signInUser('ines', 'viewer');
    await keyed.server.restart();
    await until(async () => (await as(cookie, 'GET', '/api/cameras')).status === 200);
    // An admin can sign in, so the start makes no key.
    expect(keyed.server.firstKey).toBeUndefined();
  });
});

it('limits passwords per account and address, and neither keys nor sessions for it', async () => {
  const { cookie } = await keyed.signInUser('jim', 'viewer');
  const guess = () => as(undefined, 'POST', '/api/session', { name: 'jim', password: 'a wrong guess' });
  const statuses: number[] = [];
  for (let count = 0; count < 12; count++) statuses.push((await guess()).status);
  expect(statuses.slice(-2)).toEqual([429, 429]);
  expect(statuses[0]).toBe(401);
  expect((await as(cookie, 'GET', '/api/cameras')).status).toBe(200);
  expect((await keyed.server.call('GET', '/api/cameras', undefined, bearer(keyed.keys.viewer))).status).toBe(200);
});

describe('the audit log', () => {
  const read = async (query = '') => (await asAdmin<AuditPage>('GET', `/api/audit${query}`)).body;

  it('says who did what to what, with the fields and without their values', async () => {
    const { id, cookie } = await keyed.signInUser('kim', 'admin');
    const made = await as<{ id: string }>(cookie, 'POST', '/api/keys', { name: 'tablet', scope: 'viewer' });
    await as(cookie, 'PATCH', `/api/users/${id}`, { display_name: 'Kim', password: 'some new secret' });
    await as(cookie, 'DELETE', `/api/keys/${made.body.id}`);
    await as(cookie, 'PATCH', '/api/cameras/yard', { name: 'Back yard' });
    await until(async () => (await read('?limit=1')).entries[0]?.action === 'camera.change');
    const { entries } = await read('?limit=6');
    const actor = { kind: 'user', id, name: 'kim' };
    expect(entries.map(({ id: _, at: __, ...rest }) => rest)).toEqual([
      { ...about('camera.change', { id: 'yard' }), actor, fields: ['name'] },
      { ...about('key.revoke', { id: made.body.id, name: 'tablet' }), actor },
      { ...about('user.change', { id, name: 'kim' }), actor, fields: ['display_name', 'password'] },
      { ...about('key.create', { id: made.body.id, name: 'tablet' }), actor, fields: ['name', 'scope'] },
      { ...about('session.sign_in', { id, name: 'kim' }), actor },
      expect.objectContaining({
        action: 'user.create',
        actor: expect.objectContaining({ kind: 'key', name: 'admin' }),
      }),
    ]);
    const all = JSON.stringify(await read('?limit=200'));
    expect(all).not.toMatch(/some new secret|password of|lk_|ls_|argon2/);
  });

  const about = (action: string, target: object) => ({ action, target, address: '127.0.0.1', refused: false });

  it('notes refused sign-ins, and no name that is not an account’s', async () => {
    await as(undefined, 'POST', '/api/session', { name: 'my secret by mistake', password: 'x' });
    await as(undefined, 'POST', '/api/session', { name: 'ann', password: 'not this one' });
    await until(async () => (await read('?limit=1')).entries[0]?.target?.name === 'ann');
    const { entries } = await read('?limit=2');
    expect(entries.map(({ actor, action, target, refused }) => [actor.kind, action, target?.name, refused])).toEqual([
      ['nobody', 'session.sign_in', 'ann', true],
      ['nobody', 'session.sign_in', undefined, true],
    ]);
    expect(JSON.stringify(await read('?limit=200'))).not.toContain('by mistake');
  });

  it('is read page by page', async () => {
    const first = await read('?limit=2');
    const second = await read(`?limit=2&cursor=${first.next_cursor}`);
    const ids = [...first.entries, ...second.entries].map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((one, other) => other - one));
    expect(new Set(ids).size).toBe(4);
    const { entries, next_cursor } = await read(`?limit=200&cursor=2`);
    expect([entries.length, next_cursor]).toEqual([1, null]);
  });
});

it('a password is reset on the machine while the server runs, and whoever was signed in is out', async () => {
  const { id, cookie } = await keyed.signInUser('lea', 'viewer');
  const { closed } = await watch(cookie);
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const settings = { data: keyed.server.directory, cluster: { labels: [] } };
  await resetPassword('Lea', settings);
  const password = String(printed.mock.calls[0]?.[0]);
  printed.mockRestore();
  expect(await closed).toBe(SOCKET_CLOSE.revoked);
  expect((await as(cookie, 'GET', '/api/cameras')).status).toBe(401);
  expect(await keyed.signIn({ name: 'lea', password })).not.toBe('');
  const { entries } = (await asAdmin<AuditPage>('GET', '/api/audit?limit=5')).body;
  expect(entries).toContainEqual(
    expect.objectContaining({ action: 'user.reset', actor: { kind: 'command' }, target: { id, name: 'lea' } }),
  );
  await expect(resetPassword('nobody', settings)).rejects.toThrow('There is no user "nobody"');
});
