import type { AuditPage, Passkey, PasskeyOptions, User } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, credentials, KeyedServer } from '../testing/keyed-server.js';
import { SoftAuthenticator } from '../testing/soft-authenticator.js';
import { until } from '../testing/whole-server.js';

// Passkeys of users, made and used by an authenticator in software, at the server's name.

let keyed: KeyedServer;
/** Of the page, by the name that this machine has for itself. */
let origin: string;
beforeAll(async () => {
  keyed = await KeyedServer.start();
  origin = keyed.server.url.replace('127.0.0.1', 'localhost');
});
afterAll(() => keyed?.server.close());

interface Answer<T> {
  status: number;
  body: T;
  cookie: string;
}

/** As a page at `localhost` asks. */
async function ask<T>(cookie: string | undefined, method: string, path: string, body?: object): Promise<Answer<T>> {
  const response = await fetch(origin + path, {
    method,
    headers: { ...credentials(cookie), ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === '' ? undefined : JSON.parse(text)) as T,
    cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '',
  };
}

const optionsToAdd = async (cookie: string) =>
  (await ask<PasskeyOptions>(cookie, 'POST', '/api/passkeys/options')).body;
const optionsToSignIn = async () => (await ask<PasskeyOptions>(undefined, 'GET', '/api/session/passkey')).body;

/** A user who is signed in and has a passkey. */
async function withPasskey(name: string) {
  const { id, cookie } = await keyed.signInUser(name, 'viewer');
  const device = new SoftAuthenticator(origin);
  const response = device.create(await optionsToAdd(cookie));
  const added = await ask<Passkey>(cookie, 'POST', '/api/passkeys', { name: `key of ${name}`, response });
  expect(added.status).toBe(201);
  return { id, cookie, device, passkey: added.body };
}

async function signIn(device: SoftAuthenticator) {
  const passkey = device.answer(await optionsToSignIn());
  return ask(undefined, 'POST', '/api/session', { passkey });
}

const list = async (cookie: string) => (await ask<Passkey[]>(cookie, 'GET', '/api/passkeys')).body;

describe('a passkey', () => {
  it('is added by a user, signs in at once, and is listed with its last use until it is removed', async () => {
    const { id, cookie, device, passkey } = await withPasskey('ann');
    expect(await list(cookie)).toEqual([
      { id: passkey.id, name: 'key of ann', host: 'localhost', created_at: expect.any(Number) },
    ]);
    const signedIn = await signIn(device);
    expect(signedIn).toMatchObject({ status: 200, body: { signed_in: true, user: { id, name: 'ann' } } });
    expect((await ask(signedIn.cookie, 'GET', '/api/cameras')).status).toBe(200);
    expect((await list(cookie))[0]?.last_used_at).toEqual(expect.any(Number));

    expect((await ask(cookie, 'DELETE', `/api/passkeys/${passkey.id}`)).status).toBe(204);
    expect((await ask(cookie, 'DELETE', `/api/passkeys/${passkey.id}`)).status).toBe(404);
    expect((await signIn(device)).status).toBe(401);
    const noted = async () => (await ask<AuditPage>(keyed.keys.admin, 'GET', '/api/audit?limit=4')).body.entries;
    await until(async () => (await noted())[0]?.refused === true);
    const target = { id: passkey.id, name: 'key of ann' };
    expect(await noted()).toMatchObject([
      { action: 'session.sign_in', refused: true, actor: { kind: 'nobody' } },
      { action: 'passkey.remove', target, actor: { id } },
      { action: 'session.sign_in', refused: false, actor: { id } },
      { action: 'passkey.add', target, actor: { id } },
    ]);
  });

  it('is asked for by the server’s name, a verified person, and kept on the device', async () => {
    const { cookie } = await keyed.signInUser('carl', 'viewer');
    expect(await optionsToAdd(cookie)).toMatchObject({
      rp: { id: 'localhost', name: 'Lookout' },
      user: { name: 'carl' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    expect(await optionsToSignIn()).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
  });

  it('is offered neither by an IP address, nor to a key', async () => {
    const { cookie } = await keyed.signInUser('dan', 'viewer');
    const byAddress = await keyed.server.call('POST', '/api/passkeys/options', undefined, { cookie });
    expect([byAddress.status, byAddress.text]).toEqual([409, expect.stringContaining('belong to a name')]);
    expect((await keyed.server.call('GET', '/api/session/passkey')).status).toBe(409);
    const key = bearer(keyed.keys.viewer);
    expect((await keyed.server.call('GET', '/api/passkeys', undefined, key)).status).toBe(409);
  });
});

describe('a passkey is refused', () => {
  it('of a user who was disabled, or removed, or got a new password from an admin', async () => {
    const { id, device } = await withPasskey('hana');
    const change = (body: object) => ask<User>(keyed.keys.admin, 'PATCH', `/api/users/${id}`, body);
    await change({ disabled: true });
    expect((await signIn(device)).status).toBe(401);
    await change({ disabled: false });
    expect((await signIn(device)).status).toBe(200);
    await change({ password: 'another one' });
    expect((await signIn(device)).status).toBe(401);
    const removed = await withPasskey('ines');
    await ask(keyed.keys.admin, 'DELETE', `/api/users/${removed.id}`);
    expect((await signIn(removed.device)).status).toBe(401);
  });

  it('in a body of megabytes, or with other fields', async () => {
    const { device, cookie } = await withPasskey('jim');
    const passkey = device.answer(await optionsToSignIn());
    const huge = { ...passkey, response: { ...passkey.response, signature: 'x'.repeat(10_000_000) } };
    expect((await ask(undefined, 'POST', '/api/session', { passkey: huge })).status).toBe(413);
    const response = new SoftAuthenticator(origin).create(await optionsToAdd(cookie));
    const wide = { ...response, response: { ...response.response, attestationObject: 'x'.repeat(10_000_000) } };
    expect((await ask(cookie, 'POST', '/api/passkeys', { name: 'x', response: wide })).status).toBe(413);
    expect((await ask(undefined, 'POST', '/api/session', { passkey: { ...passkey, id: '…' } })).status).toBe(400);
  });
});

it('tries are limited per account and address, as those of passwords', async () => {
  const { cookie } = await keyed.signInUser('mia', 'viewer');
  const unknown = new SoftAuthenticator(origin);
  unknown.create(await optionsToAdd(cookie));
  const statuses: number[] = [];
  for (let count = 0; count < 40 && statuses.at(-1) !== 429; count++) {
    statuses.push((await signIn(unknown)).status);
  }
  expect(statuses.at(-1)).toBe(429);
});
