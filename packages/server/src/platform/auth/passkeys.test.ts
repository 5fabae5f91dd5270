import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_PASSKEYS } from '@lookout/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storedUser } from '../../testing/account-repository-suite.js';
import { type Lie, SoftAuthenticator } from '../../testing/soft-authenticator.js';
import { openTestStorage } from '../../testing/test-storage.js';
import type { Storage, StoredUser } from '../storage/index.js';
import { CHALLENGE_LIFETIME_MS } from './passkey-challenges.js';
import { passkeySiteOf } from './passkey-site.js';
import { Passkeys } from './passkeys.js';
import { PasswordLimits } from './password-limits.js';
import { SharedLimits } from './shared-limits.js';

const ORIGIN = 'https://lookout.example';
const ADDRESS = '10.0.0.7';
const KEY = new Uint8Array(32).fill(7);
const siteOf = (host: string) =>
  passkeySiteOf({ method: 'POST', headers: { host }, address: ADDRESS, httpVersion: '1.1', tls: false });
const SITE = siteOf('lookout.example');

let directory: string;
let storage: Storage;
let count = 0;
/** Unix epoch ms, and the clock of the limits: both move by a minute for each test. */
let nowMs = 1_700_000_000_000;
const open = (key = KEY) =>
  new Passkeys({
    store: storage.passkeys,
    key,
    limits: new PasswordLimits(new SharedLimits({ now: () => nowMs })),
    now: () => nowMs,
  });
let passkeys: Passkeys;
let ann: StoredUser['user'];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-passkeys-'));
  storage = openTestStorage(directory);
});
afterAll(async () => {
  await storage.close();
  rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  nowMs += 60_000;
  passkeys = open();
  const made = storedUser(`ann-${++count}`);
  await storage.users.insert(made);
  ann = made.user;
});

const add = async (device: SoftAuthenticator, lie?: Lie) => {
  const response = device.create(await passkeys.addOptions(ann, SITE), lie);
  return passkeys.add(ann, { name: 'Phone', response }, SITE, ADDRESS);
};
const signIn = async (device: SoftAuthenticator, lie?: Lie) =>
  passkeys.verify(device.answer(await passkeys.signInOptions(SITE), lie), SITE, ADDRESS);

const refused = { code: 'unauthorized', message: 'This passkey does not open an account here' };
const notAdded = { code: 'validation_failed' };

describe('a passkey', () => {
  it('says whose it is, at any node that has the same key, and notes when', async () => {
    const device = new SoftAuthenticator(ORIGIN);
    const made = await add(device);
    expect(made).toMatchObject({ userId: ann.id, name: 'Phone', host: 'lookout.example', createdAt: nowMs });
    const answer = device.answer(await passkeys.signInOptions(SITE));
    nowMs += CHALLENGE_LIFETIME_MS - 1;
    expect(await open().verify(answer, SITE, ADDRESS)).toBe(ann.id);
    expect(await passkeys.list(ann.id)).toEqual([{ ...made, counter: 1, lastUsedAt: nowMs }]);
    const other = device.answer(await passkeys.signInOptions(SITE));
    await expect(open(new Uint8Array(32)).verify(other, SITE, ADDRESS)).rejects.toMatchObject(refused);
  });

  it('of a device that does not count is used again and again', async () => {
    const device = new SoftAuthenticator(ORIGIN, false);
    await add(device);
    expect([await signIn(device), await signIn(device)]).toEqual([ann.id, ann.id]);
  });

  it('is one of a few, each once', async () => {
    const device = new SoftAuthenticator(ORIGIN);
    await add(device);
    const [, known] = [await add(new SoftAuthenticator(ORIGIN)), (await passkeys.list(ann.id))[0]?.credentialId];
    expect(await passkeys.addOptions(ann, SITE)).toMatchObject({
      excludeCredentials: expect.arrayContaining([{ id: known, type: 'public-key' }]),
    });
    await expect(add(device)).rejects.toMatchObject({ code: 'conflict', message: 'This passkey was already added' });
    for (let have = 2; have < MAX_PASSKEYS; have++) {
      nowMs += 60_000;
      await add(new SoftAuthenticator(ORIGIN));
    }
    nowMs += 60_000;
    await expect(add(new SoftAuthenticator(ORIGIN))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('the maximum'),
    });
  });
});

describe('an answer is refused', () => {
  it.each<[string, Lie]>([
    ['from a page of another origin', { origin: 'https://evil.example' }],
    ['from a page without HTTPS', { origin: 'http://lookout.example' }],
    ['from another port', { origin: 'https://lookout.example:8443' }],
    ['for another relying party', { host: 'evil.example' }],
    ['for a challenge that was not made here', { challenge: Buffer.alloc(54).toString('base64url') }],
    ['that was made for something else', { type: 'webauthn.create' }],
    ['that names another user', { userHandle: Buffer.from('somebody').toString('base64url') }],
    ['if the person was not verified', { isVerified: false }],
    ['if the counter went back', { counter: 0 }],
    ['if the counter stood still', { counter: 1 }],
  ])('%s', async (_what, lie) => {
    const device = new SoftAuthenticator(ORIGIN);
    await add(device);
    expect(await signIn(device)).toBe(ann.id);
    await expect(signIn(device, lie)).rejects.toMatchObject(refused);
    expect(await signIn(device)).toBe(ann.id);
  });

  it('the second time, also of two at once', async () => {
    const device = new SoftAuthenticator(ORIGIN, false);
    await add(device);
    const answer = device.answer(await passkeys.signInOptions(SITE));
    const both = await Promise.allSettled([passkeys, open()].map((each) => each.verify(answer, SITE, ADDRESS)));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(passkeys.verify(answer, SITE, ADDRESS)).rejects.toMatchObject(refused);
  });

  it('after five minutes', async () => {
    const device = new SoftAuthenticator(ORIGIN);
    await add(device);
    const answer = device.answer(await passkeys.signInOptions(SITE));
    nowMs += CHALLENGE_LIFETIME_MS;
    await expect(passkeys.verify(answer, SITE, ADDRESS)).rejects.toMatchObject(refused);
  });

  it('with the signature of another passkey, or of one that nobody has', async () => {
    const [mine, other] = [new SoftAuthenticator(ORIGIN), new SoftAuthenticator(ORIGIN)];
    await add(mine);
    await add(other);
    const answer = mine.answer(await passkeys.signInOptions(SITE));
    const foreign = other.answer(await passkeys.signInOptions(SITE));
    const forged = { ...answer, response: foreign.response };
    await expect(passkeys.verify(forged, SITE, ADDRESS)).rejects.toMatchObject(refused);
    await expect(signIn(new SoftAuthenticator(ORIGIN))).rejects.toMatchObject(refused);
  });

  it('once too many were tried from one address', async () => {
    const tries = Array.from({ length: 31 }, () => signIn(new SoftAuthenticator(ORIGIN)));
    const codes = (await Promise.allSettled(tries)).map((each) => each.status === 'rejected' && each.reason.code);
    expect(codes).toContain('too_many_requests');
  });
});

describe('a passkey is not added', () => {
  it.each<[string, Lie]>([
    ['from a page of another origin', { origin: 'https://evil.example' }],
    ['for another relying party', { host: 'evil.example' }],
    ['for a challenge that was not made here', { challenge: Buffer.alloc(54).toString('base64url') }],
    ['if the person was not verified', { isVerified: false }],
    ['with certificates that nobody asked for', { format: 'packed' }],
    ['with a statement of another format', { format: 'android-safetynet' }],
  ])('%s', async (_what, lie) => {
    await expect(add(new SoftAuthenticator(ORIGIN), lie)).rejects.toMatchObject(notAdded);
    expect(await passkeys.list(ann.id)).toEqual([]);
  });

  it('for the challenge of another user, of a sign-in, or one that was answered', async () => {
    const bob = storedUser(`bob-${count}`);
    await storage.users.insert(bob);
    const { user } = await passkeys.addOptions(ann, SITE);
    const addWith = (options: Awaited<ReturnType<Passkeys['addOptions']>>) => {
      const response = new SoftAuthenticator(ORIGIN).create({ ...options, user });
      return passkeys.add(ann, { name: 'Phone', response }, SITE, ADDRESS);
    };
    await expect(addWith(await passkeys.addOptions(bob.user, SITE))).rejects.toMatchObject(notAdded);
    await expect(addWith(await passkeys.signInOptions(SITE))).rejects.toMatchObject(notAdded);
    const options = await passkeys.addOptions(ann, SITE);
    await addWith(options);
    await expect(addWith(options)).rejects.toMatchObject({ code: 'conflict', message: 'This was already answered' });
  });
});

it('the site is the name in the address bar, with plain HTTP only on the machine itself', () => {
  expect(siteOf('Lookout.Example:443')).toEqual({ host: 'lookout.example', origins: ['https://lookout.example'] });
  expect(siteOf('localhost:8080')).toEqual({
    host: 'localhost',
    origins: ['https://localhost:8080', 'http://localhost:8080'],
  });
  for (const address of ['192.168.1.5:8080', '[fd00::5]:8080', '127.0.0.1', '']) {
    expect(() => siteOf(address)).toThrow('Passkeys belong to a name');
  }
});
