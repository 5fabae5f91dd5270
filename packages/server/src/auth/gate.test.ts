import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStorage, type Storage } from '../storage/index.js';
import { AttemptLimiter } from './attempt-limiter.js';
import { Gate, SESSION_COOKIE, SESSION_LIFETIME_MS } from './gate.js';

let directory: string;
let storage: Storage;
let nowMs: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-gate-'));
  storage = openStorage(directory);
  nowMs = 1_700_000_000_000;
});
afterEach(() => {
  storage.close();
  rmSync(directory, { recursive: true, force: true });
});

const gateOn = (host: string) => new Gate({ host, keys: storage.keys, now: () => nowMs });

function outcome(gate: Gate, headers: IncomingHttpHeaders, method = 'GET', address = '127.0.0.1'): string {
  try {
    return gate.authorize({ method, headers, address }).kind;
  } catch (error) {
    if (error instanceof LookoutError) return error.code;
    throw error;
  }
}

describe('on loopback', () => {
  const own = 'localhost:8080';
  it.each<[string, IncomingHttpHeaders, string, string]>([
    ['a local name', { host: own }, 'GET', 'local'],
    ['127.0.0.1', { host: '127.0.0.1:8080' }, 'GET', 'local'],
    ['another loopback address', { host: '127.8.9.1' }, 'GET', 'local'],
    ['IPv6 loopback', { host: '[::1]:8080' }, 'GET', 'local'],
    ['a name under localhost', { host: 'cam.localhost:8080' }, 'GET', 'local'],
    ['its own page', { host: own, origin: 'http://localhost:8080' }, 'POST', 'local'],
    [
      'a link from elsewhere',
      { host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      'GET',
      'local',
    ],
    ['a foreign name (DNS rebinding)', { host: 'evil.example:8080' }, 'GET', 'forbidden'],
    ['a foreign name that looks local', { host: '127.0.0.1.evil.example' }, 'GET', 'forbidden'],
    ['a foreign name ending in localhost', { host: 'evillocalhost' }, 'GET', 'forbidden'],
    ['no name', {}, 'GET', 'forbidden'],
    ['a name with credentials in it', { host: 'localhost@evil.example' }, 'GET', 'forbidden'],
    ['a foreign page', { host: own, origin: 'https://evil.example' }, 'GET', 'forbidden'],
    ['another port of this machine', { host: own, origin: 'http://localhost:3000' }, 'POST', 'forbidden'],
    ['a page without an origin of its own', { host: own, origin: 'null' }, 'GET', 'forbidden'],
    [
      'a rebound page with matching origin',
      { host: 'evil.example', origin: 'http://evil.example' },
      'GET',
      'forbidden',
    ],
    [
      'a foreign form',
      { host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      'POST',
      'forbidden',
    ],
    [
      'a foreign picture tag',
      { host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
      'GET',
      'forbidden',
    ],
    [
      'a foreign frame',
      { host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      'GET',
      'forbidden',
    ],
    ['a visitor of a proxy', { host: own, 'x-forwarded-for': '203.0.113.9' }, 'GET', 'forbidden'],
  ])('%s', (_what, headers, method, expected) => {
    expect(outcome(gateOn('127.0.0.1'), headers, method)).toBe(expected);
  });

  it('makes no key by itself, and takes one from a proxy’s visitor', () => {
    const gate = gateOn('localhost');
    expect(gate.createFirstKey()).toBeUndefined();
    const authorization = `Bearer ${gate.createKey('proxy')}`;
    expect(outcome(gate, { host: 'cam.example', authorization })).toBe('key');
    expect(outcome(gate, { host: 'cam.example', authorization, origin: 'https://other.example' })).toBe('key');
  });
});

describe('on any other address', () => {
  it('makes the admin key once', () => {
    const key = gateOn('0.0.0.0').createFirstKey();
    expect(key).toMatch(/^lk_[\w-]{43}$/);
    expect(gateOn('0.0.0.0').createFirstKey()).toBeUndefined();
  });

  it('stores no key and no session, only their hashes', () => {
    const gate = gateOn('0.0.0.0');
    const key = gate.createFirstKey()!;
    const { session } = gate.signIn(key, '10.0.0.1');
    storage.close();
    const kept = ['lookout.db', 'lookout.db-wal'].map((name) => join(directory, name));
    for (const file of kept) {
      const bytes = existsOrEmpty(file);
      expect(bytes.includes(key)).toBe(false);
      expect(bytes.includes(session)).toBe(false);
    }
  });

  it('asks everyone, this machine too', () => {
    const gate = gateOn('0.0.0.0');
    const key = gate.createFirstKey()!;
    expect(outcome(gate, { host: 'localhost:8080' })).toBe('unauthorized');
    expect(outcome(gate, { host: 'cam.lan', authorization: `Bearer ${key}` })).toBe('key');
    expect(outcome(gate, { host: 'cam.lan', authorization: `bearer ${key}` })).toBe('key');
    expect(outcome(gate, { host: 'cam.lan', authorization: `Bearer ${key}x` })).toBe('unauthorized');
    expect(outcome(gate, { host: 'cam.lan', authorization: `Basic ${key}` })).toBe('unauthorized');
  });

  it('opens a session that ends, by signing out or with time', () => {
    const gate = gateOn('0.0.0.0');
    const key = gate.createFirstKey()!;
    const cookie = `a=b; ${SESSION_COOKIE}=${gate.signIn(key, '10.0.0.1').session}; c=d`;
    expect(outcome(gate, { host: 'cam.lan', cookie })).toBe('session');
    expect(outcome(gate, { host: 'cam.lan', cookie, origin: 'http://cam.lan' }, 'POST')).toBe('session');
    expect(outcome(gate, { host: 'cam.lan', cookie, origin: 'http://evil.example' }, 'POST')).toBe('forbidden');
    nowMs += SESSION_LIFETIME_MS;
    expect(outcome(gate, { host: 'cam.lan', cookie })).toBe('unauthorized');
    const again = `${SESSION_COOKIE}=${gate.signIn(key, '10.0.0.1').session}`;
    gate.signOut({ method: 'DELETE', headers: { cookie: again }, address: '10.0.0.1' });
    expect(outcome(gate, { host: 'cam.lan', cookie: again })).toBe('unauthorized');
  });

  it('refuses an address after too many wrong keys, the right one included, and no other address', () => {
    const gate = gateOn('0.0.0.0');
    const key = gate.createFirstKey()!;
    const cookie = `${SESSION_COOKIE}=${gate.signIn(key, '10.0.0.1').session}`;
    const wrong = { host: 'cam.lan', authorization: `Bearer lk_${'x'.repeat(43)}` };
    const right = { host: 'cam.lan', authorization: `Bearer ${key}` };
    for (let n = 0; n < 10; n++) expect(outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('unauthorized');
    expect(outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('too_many_requests');
    expect(outcome(gate, right, 'GET', '10.0.0.1')).toBe('too_many_requests');
    expect(() => gate.signIn(key, '10.0.0.1')).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
    expect(outcome(gate, { host: 'cam.lan', cookie }, 'GET', '10.0.0.1')).toBe('session');
    expect(outcome(gate, right, 'GET', '10.0.0.2')).toBe('key');
    nowMs += 60_000;
    expect(outcome(gate, right, 'GET', '10.0.0.1')).toBe('key');
  });

  it('does not count sessions that have ended as attempts', () => {
    const gate = gateOn('0.0.0.0');
    const key = gate.createFirstKey()!;
    const cookie = `${SESSION_COOKIE}=ls_${'x'.repeat(43)}`;
    for (let n = 0; n < 50; n++) expect(outcome(gate, { host: 'cam.lan', cookie })).toBe('unauthorized');
    expect(gate.signIn(key, '127.0.0.1').principal.name).toBe('admin');
  });
});

it('AttemptLimiter forgets the address that failed longest ago when it is full', () => {
  const limiter = new AttemptLimiter({ maxFailures: 1, windowMs: 1000, maxAddresses: 2 });
  for (const address of ['a', 'b', 'c']) limiter.fail(address, 0);
  expect(['a', 'b', 'c'].map((address) => limiter.waitMs(address, 400))).toEqual([0, 600, 600]);
  limiter.succeed('b');
  expect(limiter.waitMs('b', 400)).toBe(0);
});

function existsOrEmpty(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
