import { writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { type AuditPage, type Session, SOCKET_CLOSE, type User } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { IdentityServer } from '../testing/identity-server.js';
import { bearer } from '../testing/keyed-server.js';
import { opened, startWholeServer, until, type WholeServer } from '../testing/whole-server.js';

// Sign-in by a real OpenID Connect provider, as a browser does it. The server is called lookout.test.

const HOST = 'lookout.test';
const BEHIND_PROXY = { host: 'cam.example', 'x-forwarded-proto': 'https', 'x-forwarded-prefix': '/lookout' };

let identity: IdentityServer;
let server: WholeServer;
let adminKey: string | undefined;
beforeAll(async () => {
  identity = await IdentityServer.start();
  identity.register([`http://${HOST}/oidc/callback`, 'https://cam.example/lookout/oidc/callback'], [`http://${HOST}/`]);
  // Down when Lookout starts.
  await identity.close();
  server = await startWholeServer({
    env: { LOOKOUT_SIGN_IN: 'always' },
    logLevel: 'trace',
    prepare: (directory) => {
      writeFileSync(join(directory, 'secret'), `${identity.client.secret}\n`);
      const oidc = {
        ...{ issuer: identity.issuer, client_id: identity.client.id, client_secret_file: join(directory, 'secret') },
        ...{ name: 'Home', roles: { admins: 'admin', staff: 'operator', family: 'viewer' } },
      };
      writeFileSync(join(directory, 'lookout.yaml'), JSON.stringify({ auth: { oidc } }));
    },
  });
  adminKey = server.firstKey;
  await asAdmin('POST', '/api/cameras', { id: 'yard', kind: 'push' });
});
afterAll(async () => {
  await server?.close();
  await identity?.close();
});

const asAdmin = <T>(method: string, path: string, body?: object) =>
  server.call<T>(method, path, body, bearer(adminKey));
const person = async (login: string) =>
  (await asAdmin<User[]>('GET', '/api/users')).body.find(({ identity: of }) => of?.subject === login);

interface Page {
  status: number | undefined;
  location: string;
  /** Those that it sets, by name; empty: removed. */
  cookies: Record<string, string>;
  headers: IncomingHttpHeaders;
}

/** What a browser gets that follows a link. */
function visit(path: string, headers: Record<string, string> = {}): Promise<Page> {
  const asked = { host: HOST, accept: 'text/html', ...headers };
  return new Promise((resolve, reject) => {
    request(server.url + path, { headers: asked }, (response) => {
      response.resume();
      const lines = response.headers['set-cookie'] ?? [];
      const cookies = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf('=')), /=([^;]*)/.exec(line)?.[1] ?? '']),
      );
      const { statusCode: status, headers: answered } = response;
      resolve({ status, location: answered.location ?? '', cookies, headers: answered });
    })
      .once('error', reject)
      .end();
  });
}

/** Signs in at the provider. @returns the path that it sends the browser back to, and the browser's cookie */
async function goThrough(
  login: string,
  { to = '', headers = {} }: { to?: string; headers?: Record<string, string> } = {},
) {
  const begun = await visit(`/oidc/sign-in${to && `?to=${encodeURIComponent(to)}`}`, headers);
  expect(begun.status).toBe(303);
  const back = new URL(await identity.signIn(begun.location, login));
  return { back, path: `/oidc/callback${back.search}`, cookie: `lookout_oidc=${begun.cookies.lookout_oidc}` };
}

/** @returns the session's cookie; empty if there is none */
async function signIn(login: string, groups: string[]): Promise<string> {
  identity.groups.set(login, groups);
  const { path, cookie } = await goThrough(login);
  const { cookies } = await visit(path, { cookie });
  return cookies.lookout_session ? `lookout_session=${cookies.lookout_session}` : '';
}

const session = async (cookie: string) =>
  (await server.call<Session>('GET', '/api/session', undefined, { cookie })).body;

it('a provider that is down keeps nobody out, and is there as soon as it is back', async () => {
  const { status, location } = await visit('/oidc/sign-in');
  expect([status, location]).toEqual([303, '/?sign-in=unreachable']);
  expect((await server.call('GET', '/oidc/sign-in')).status).toBe(503);
  expect((await asAdmin('GET', '/readyz')).status).toBe(200);
  await asAdmin('POST', '/api/users', { name: 'local', role: 'admin', password: 'a password here' });
  const local = await server.call<Session>('POST', '/api/session', { name: 'local', password: 'a password here' });
  expect(local.body).toMatchObject({ signed_in: true, by_provider: false, provider: 'Home' });
  await identity.listen();
  expect((await visit('/oidc/sign-in')).location).toContain(identity.issuer);
});

it('signs a person in with the highest role of the groups, and out at the provider too', async () => {
  identity.groups.set('ann', ['staff', 'admins', 'unknown']);
  const { path, cookie } = await goThrough('ann', { to: '/cameras/yard?tab=events' });
  const done = await visit(path, { cookie });
  expect([done.status, done.location, done.cookies.lookout_oidc]).toEqual([303, '/cameras/yard?tab=events', '']);
  expect(done.headers['cache-control']).toBe('no-store');
  const lines = String(done.headers['set-cookie']);
  expect(lines).toMatch(/lookout_session=ls_[^,]*HttpOnly[^,]*SameSite=Strict/);
  const own = `lookout_session=${done.cookies.lookout_session}`;
  expect(await session(own)).toMatchObject({
    ...{ signed_in: true, by_provider: true, by_proxy: false, name: 'The ann', scope: 'admin', user: { name: 'ann' } },
  });
  expect(await person('ann')).toMatchObject({
    identity: { issuer: identity.issuer },
    role: 'admin',
    has_password: false,
  });
  await until(async () => (await audit()).some(({ action }) => action === 'session.sign_in_by_provider'));
  expect((await audit()).filter(({ actor }) => actor.name === 'ann').map(({ action }) => action)).toEqual([
    'session.sign_in_by_provider',
    'user.first_sign_in',
  ]);
  const out = new URL((await visit('/oidc/sign-out')).location);
  expect(out.href).toContain(identity.issuer);
  expect(out.searchParams.get('post_logout_redirect_uri')).toBe(`http://${HOST}/`);
});

const audit = async () => (await asAdmin<AuditPage>('GET', '/api/audit?limit=50')).body.entries;

it('works behind a proxy, under its address and path', async () => {
  identity.groups.set('ben', ['family']);
  const { back, path, cookie } = await goThrough('ben', { headers: BEHIND_PROXY, to: '/events' });
  expect(back.origin + back.pathname).toBe('https://cam.example/lookout/oidc/callback');
  const done = await visit(path, { ...BEHIND_PROXY, cookie });
  expect(done.location).toBe('/lookout/events');
  expect(String(done.headers['set-cookie'])).toMatch(/lookout_session=ls_[^,]*Path=\/lookout\/;[^,]*Secure/);
});

it.each(['https://evil.example/', '//evil.example', '/\\\\evil.example', '/\t/evil.example', 'javascript:alert(1)'])(
  'returns to no other site: %s',
  async (to) => {
    identity.groups.set('cleo', ['family']);
    const { path, cookie } = await goThrough('cleo', { to });
    expect((await visit(path, { cookie })).location).toBe('/');
  },
);

describe('an answer of the provider', () => {
  it('is taken once, by the browser that has asked, in one piece', async () => {
    identity.groups.set('dan', ['family']);
    const { path, cookie } = await goThrough('dan');
    const faults = [
      (await visit(path)).location,
      (await visit(path, { cookie: `${cookie.slice(0, -4)}AAAA` })).location,
      (await visit('/oidc/callback?code=made-up&state=made-up', { cookie })).location,
    ];
    expect(faults).toEqual(['/?sign-in=expired', '/?sign-in=expired', '/?sign-in=failed']);
    const again = await goThrough('dan');
    expect((await visit(again.path, { cookie: again.cookie })).cookies.lookout_session).toMatch(/^ls_/);
    const replayed = await visit(again.path, { cookie: again.cookie });
    expect([replayed.location, replayed.cookies.lookout_session]).toEqual(['/?sign-in=expired', undefined]);
    // On another node, which has not seen it, the provider refuses the code.
    await server.restart();
    const elsewhere = await visit(again.path, { cookie: again.cookie });
    expect([elsewhere.location, elsewhere.cookies.lookout_session]).toEqual(['/?sign-in=failed', undefined]);
    await until(async () => (await audit())[0]?.refused);
    expect((await audit())[0]).toMatchObject({ action: 'session.sign_in_by_provider', actor: { kind: 'nobody' } });
  });

  it('is taken by a server that has begun nothing itself', async () => {
    identity.groups.set('eve', ['family']);
    const { path, cookie } = await goThrough('eve');
    await server.restart();
    expect((await visit(path, { cookie })).cookies.lookout_session).toMatch(/^ls_/);
  });

  it('gives a new session, and ends the one that the browser has had', async () => {
    identity.groups.set('fay', ['family']);
    const before = await signIn('fay', ['family']);
    const begun = await visit('/oidc/sign-in', { cookie: before });
    const back = new URL(await identity.signIn(begun.location, 'fay'));
    // A cookie that is `Strict` does not come along from another site.
    const after = await visit(`/oidc/callback${back.search}`, { cookie: `lookout_oidc=${begun.cookies.lookout_oidc}` });
    expect(after.cookies.lookout_session).not.toBe(before.slice('lookout_session='.length));
    expect((await session(before)).signed_in).toBe(false);
  });
});

describe('a person whose groups are others at the next sign-in', () => {
  it('has the other role, in the sessions of before too', async () => {
    const before = await signIn('gus', ['admins']);
    expect((await session(before)).scope).toBe('admin');
    await signIn('gus', ['family']);
    expect((await session(before)).scope).toBe('viewer');
  });

  it('is refused without a role, told what to do, and signed out', async () => {
    const before = await signIn('hal', ['staff']);
    const socket = new WebSocket(`${server.wsUrl}/ws/view/yard`, { headers: { cookie: before } });
    await opened(socket);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    identity.groups.set('hal', ['strangers']);
    const { path, cookie } = await goThrough('hal');
    const refused = await visit(path, { cookie });
    expect([refused.location, refused.cookies.lookout_session]).toEqual(['/?sign-in=no_role', undefined]);
    expect(await closed).toBe(SOCKET_CLOSE.revoked);
    expect((await session(before)).signed_in).toBe(false);
    const other = await goThrough('hal');
    const answered = await visit(other.path, { cookie: other.cookie, accept: 'application/json' });
    expect(answered.status).toBe(403);
    expect((await audit()).some(({ action, target }) => action === 'session.no_role' && target?.name === 'hal')).toBe(
      true,
    );
  });

  it('stays out if an admin has said so', async () => {
    await signIn('ida', ['staff']);
    await asAdmin('PATCH', `/api/users/${(await person('ida'))?.id}`, { disabled: true });
    const { path, cookie } = await goThrough('ida');
    expect((await visit(path, { cookie })).location).toBe('/?sign-in=kept_out');
  });
});

it('a person is known by issuer and subject alone, never by a name', async () => {
  const cookie = await signIn('local', ['family']);
  expect(await session(cookie)).toMatchObject({ scope: 'viewer', user: { name: 'local-2' } });
});

it('whoever is signed in stays so while the provider is down', async () => {
  const cookie = await signIn('jo', ['family']);
  const begun = await goThrough('jo');
  await identity.close();
  expect((await session(cookie)).signed_in).toBe(true);
  expect((await server.call('GET', '/api/cameras', undefined, { cookie })).status).toBe(200);
  expect((await visit(begun.path, { cookie: begun.cookie })).location).toBe('/?sign-in=unreachable');
  expect((await visit('/oidc/sign-out')).location).toContain(identity.issuer);
  await identity.listen();
  expect(await signIn('jo', ['family'])).not.toBe('');
});

it('secrets and tokens stay out of the log and the settings', async () => {
  const told = server.log.join('') + (await asAdmin('GET', '/api/settings')).text;
  expect(told).toContain('a sign-in by the provider failed');
  expect(told).not.toMatch(/the secret of lookout|code=|id_token|eyJ|lookout_oidc=/);
});
