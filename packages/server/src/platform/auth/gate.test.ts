import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asked, outcome, outcomeOf, TestGates } from '../../testing/test-gates.js';
import { SESSION_COOKIE } from './gate-request.js';
import { SESSION_LIFETIME_MS } from './sessions.js';

let gates: TestGates;
beforeEach(async () => {
  gates = await TestGates.open();
});
afterEach(() => gates.close());

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
  ])('%s', async (_what, headers, method, expected) => {
    expect(await outcome(await gates.on('127.0.0.1'), headers, method)).toBe(expected);
  });

  it.each([
    ['Forwarded', 'for=203.0.113.9'],
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Forwarded-Host', 'localhost'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Prefix', '/lookout'],
    ['X-Forwarded', ''],
    ['X-Original-URL', '/'],
    ['X-Original-Forwarded-For', '203.0.113.9'],
    ['X-Real-IP', '203.0.113.9'],
    ['X-Client-IP', '203.0.113.9'],
    ['X-Cluster-Client-IP', '203.0.113.9'],
    ['True-Client-IP', '203.0.113.9'],
    ['Fastly-Client-IP', '203.0.113.9'],
    ['Fly-Client-IP', '203.0.113.9'],
    ['CF-Connecting-IP', '203.0.113.9'],
    ['CF-Ray', '1'],
    ['Client-IP', '203.0.113.9'],
    ['X-Envoy-External-Address', '203.0.113.9'],
    ['X-Amzn-Trace-Id', 'Root=1'],
    ['X-ARR-SSL', ''],
    ['X-Ingress-Path', '/api/hassio_ingress/x'],
    ['X-Scheme', 'https'],
    ['Front-End-Https', 'on'],
    ['Tailscale-User-Login', 'me@example.org'],
    ['Remote-User', 'me'],
    ['Via', '1.1 caddy'],
    ['CDN-Loop', 'cloudflare'],
    ['Max-Forwards', '10'],
  ])('is no place for what a proxy sent on: %s', async (name, value) => {
    expect(await outcome(await gates.on('127.0.0.1'), { host: own, [name.toLowerCase()]: value })).toBe('forbidden');
  });

  it.each([
    'accept',
    'user-agent',
    'x-request-id',
    'x-requested-with',
    'x-lookout',
    'forwarding',
    'x-clip',
    'traceparent',
  ])('takes what no proxy adds: %s', async (name) => {
    expect(await outcome(await gates.on('127.0.0.1'), { host: own, [name]: '1' })).toBe('local');
  });

  it('takes HTTP/1.0 for a proxy’s', async () => {
    const gate = await gates.on('127.0.0.1');
    const request = { ...asked({ host: own }), httpVersion: '1.0' };
    expect(await outcomeOf(gate, request)).toBe('forbidden');
    await expect(gate.enter(request, { permission: 'signed-in' })).rejects.toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--sign-in always') }),
    );
    expect(gate.identify(request)).toBeUndefined();
    expect(gate.needsSignIn(request)).toBe(true);
    const authorization = `Bearer ${(await gate.keys.create({ name: 'proxy', scope: 'admin' })).key}`;
    expect(await outcomeOf(gate, { ...request, headers: { host: own, authorization } })).toBe('key');
  });

  it('asks everyone where sign-in is always asked for, after making a first key', async () => {
    const gate = await gates.on('127.0.0.1', { signIn: 'always' });
    const key = (await gate.keys.createFirst())!;
    expect(key).toMatch(/^lk_/);
    expect(await (await gates.on('127.0.0.1', { signIn: 'always' })).keys.createFirst()).toBeUndefined();
    expect(await outcome(gate, { host: own })).toBe('unauthorized');
    expect(await outcome(gate, { host: 'cam.example', 'x-forwarded-for': '203.0.113.9' })).toBe('unauthorized');
    expect(gate.needsSignIn(asked({ host: own }))).toBe(true);
    expect(await outcome(gate, { host: own, authorization: `Bearer ${key}` })).toBe('key');
    const cookie = `${SESSION_COOKIE}=${(await gate.signIn({ key }, asked({}, 'POST', '127.0.0.1'))).session}`;
    expect(await outcome(gate, { host: 'cam.example', 'x-forwarded-for': '203.0.113.9', cookie })).toBe('session');
  });

  it('makes no key by itself, and takes one from a proxy’s visitor', async () => {
    const gate = await gates.on('localhost');
    expect(await gate.keys.createFirst()).toBeUndefined();
    const authorization = `Bearer ${(await gate.keys.create({ name: 'proxy', scope: 'admin' })).key}`;
    expect(await outcome(gate, { host: 'cam.example', authorization })).toBe('key');
    expect(await outcome(gate, { host: 'cam.example', authorization, origin: 'https://other.example' })).toBe('key');
  });
});

describe('on any other address', () => {
  it('makes the admin key once', async () => {
    const key = await (await gates.on('0.0.0.0')).keys.createFirst();
    expect(key).toMatch(/^lk_[\w-]{43}$/);
    expect(await (await gates.on('0.0.0.0')).keys.createFirst()).toBeUndefined();
  });

  it('stores no key and no session, only their hashes', async () => {
    const gate = await gates.on('0.0.0.0');
    const key = (await gate.keys.createFirst())!;
    const { session } = await gate.signIn({ key }, asked({}, 'POST', '10.0.0.1'));
    await gates.storage.close();
    const kept = ['lookout.db', 'lookout.db-wal'].map((name) => join(gates.directory, name));
    for (const file of kept) {
      const bytes = existsOrEmpty(file);
      expect(bytes.includes(key)).toBe(false);
      expect(bytes.includes(session)).toBe(false);
    }
  });

  it('asks everyone, this machine too', async () => {
    const gate = await gates.on('0.0.0.0');
    const key = (await gate.keys.createFirst())!;
    expect(await outcome(gate, { host: 'localhost:8080' })).toBe('unauthorized');
    expect(await outcome(gate, { host: 'cam.lan', authorization: `Bearer ${key}` })).toBe('key');
    expect(await outcome(gate, { host: 'cam.lan', authorization: `bearer ${key}` })).toBe('key');
    expect(await outcome(gate, { host: 'cam.lan', authorization: `Bearer ${key}x` })).toBe('unauthorized');
    expect(await outcome(gate, { host: 'cam.lan', authorization: `Basic ${key}` })).toBe('unauthorized');
  });

  it('admits nobody by a key that has expired, nor by its sessions', async () => {
    const gate = await gates.on('0.0.0.0');
    await gate.keys.createFirst();
    const { id, key } = await gate.keys.create({ name: 'guest', scope: 'admin', expires_in_s: 3600 });
    const cookie = `${SESSION_COOKIE}=${(await gate.signIn({ key }, asked({}))).session}`;
    const outcomes = async () => [
      await outcome(gate, { host: 'cam.lan', authorization: `Bearer ${key}` }),
      await outcome(gate, { host: 'cam.lan', cookie }),
    ];
    expect(await outcomes()).toEqual(['key', 'session']);
    let ended = 0;
    gate.accounts.byKey(key)?.hold(() => ended++);
    gates.nowMs += 3600_000;
    gate.keys.endExpired();
    expect([...(await outcomes()), ended]).toEqual(['unauthorized', 'unauthorized', 1]);
    // It is listed until it is revoked.
    expect(gate.keys.list().find((each) => each.id === id)?.expires_at).toBe(gates.nowMs);
    expect((await (await gates.on('0.0.0.0')).keys.createFirst()) === undefined).toBe(true);
  });

  it('opens a session that ends, by signing out or with time', async () => {
    const gate = await gates.on('0.0.0.0');
    const key = (await gate.keys.createFirst())!;
    const cookie = `a=b; ${SESSION_COOKIE}=${(await gate.signIn({ key }, asked({}, 'POST', '10.0.0.1'))).session}; c=d`;
    expect(await outcome(gate, { host: 'cam.lan', cookie })).toBe('session');
    expect(await outcome(gate, { host: 'cam.lan', cookie, origin: 'http://cam.lan' }, 'POST')).toBe('session');
    expect(await outcome(gate, { host: 'cam.lan', cookie, origin: 'http://evil.example' }, 'POST')).toBe('forbidden');
    // Where TLS is spoken, the same name over plain HTTP is somebody else's page.
    const overTls = (origin: string) =>
      gate.enter({ ...asked({ host: 'cam.lan', cookie, origin }, 'POST'), tls: true }, { permission: 'public' });
    await expect(overTls('http://cam.lan')).rejects.toThrow('another site');
    expect((await overTls('https://cam.lan')).principal).toBeNull();
    gates.nowMs += SESSION_LIFETIME_MS;
    expect(await outcome(gate, { host: 'cam.lan', cookie })).toBe('unauthorized');
    const again = `${SESSION_COOKIE}=${(await gate.signIn({ key }, asked({}, 'POST', '10.0.0.1'))).session}`;
    await gate.signOut(asked({ cookie: again }, 'DELETE'));
    expect(await outcome(gate, { host: 'cam.lan', cookie: again })).toBe('unauthorized');
  });

  const wrong = { host: 'cam.lan', authorization: `Bearer lk_${'x'.repeat(43)}` };

  it('limits wrong keys per address, and lets right ones pass whatever comes from there', async () => {
    const gate = await gates.on('0.0.0.0');
    const key = (await gate.keys.createFirst())!;
    const right = { host: 'cam.lan', authorization: `Bearer ${key}` };
    for (let n = 0; n < 10; n++) expect(await outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('unauthorized');
    expect(await outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('too_many_requests');
    await expect(gate.signIn({ key: 'lk_wrong' }, asked({}, 'POST', '10.0.0.1'))).rejects.toThrow(
      expect.objectContaining({ code: 'too_many_requests', retryAfterS: 6, hint: 'Try again in 6 s.' }),
    );
    expect(await outcome(gate, right, 'GET', '10.0.0.1')).toBe('key');
    const cookie = `${SESSION_COOKIE}=${(await gate.signIn({ key }, asked({}, 'POST', '10.0.0.1'))).session}`;
    expect(await outcome(gate, { host: 'cam.lan', cookie }, 'GET', '10.0.0.1')).toBe('session');
    // A right key is no reason to let more wrong ones through.
    expect(await outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('too_many_requests');
    expect(await outcome(gate, wrong, 'GET', '10.0.0.2')).toBe('unauthorized');
    gates.upMs += 60_000;
    expect(await outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('unauthorized');
  });

  it('limits requests per key, else per address, and nobody by what others send', async () => {
    const gate = await gates.on('0.0.0.0', { requestsPerSecond: 5 });
    const bearer = (key: string) => ({ host: 'cam.lan', authorization: `Bearer ${key}` });
    const busy = bearer((await gate.keys.create({ name: 'busy', scope: 'admin' })).key);
    const calm = bearer((await gate.keys.create({ name: 'calm', scope: 'admin' })).key);
    const outcomes = (headers: IncomingHttpHeaders, count: number) =>
      Promise.all(Array.from({ length: count }, () => outcome(gate, headers, 'GET', '10.0.0.1')));
    // Twice as many at once, whatever address they come from.
    expect(await outcomes(busy, 10)).toEqual(Array(10).fill('key'));
    expect(await outcome(gate, busy, 'GET', '10.0.0.2')).toBe('too_many_requests');
    // Requests without a key are their address's, refused or not; no key pays for them.
    expect(await outcomes({ host: 'cam.lan' }, 10)).toEqual(Array(10).fill('unauthorized'));
    await expect(gate.enter(asked({ host: 'cam.lan' }, 'GET', '10.0.0.1'), { permission: 'public' })).rejects.toThrow(
      expect.objectContaining({
        message: 'More than 5 requests per second from one address',
        hint: expect.stringContaining('limits.requests_per_second'),
        retryAfterS: 1,
      }),
    );
    expect(await outcomes(calm, 3)).toEqual(['key', 'key', 'key']);
    gates.upMs += 1000;
    expect(await outcomes(busy, 6)).toEqual([...Array(5).fill('key'), 'too_many_requests']);
  });

  it('signs in by a code once, within five minutes, and gives the device of this machine’s owner a key of its own', async () => {
    const gate = await gates.on('0.0.0.0');
    const { code } = await gate.keys.createSignInCode();
    const cookie = `${SESSION_COOKIE}=${(await gate.join(code, asked({ host: 'cam.lan' }))).session}`;
    expect(await outcome(gate, { host: 'cam.lan', cookie })).toBe('session');
    expect(gate.keys.list().map(({ name, scope }) => `${scope}: ${name}`)).toEqual(['admin: device 1 of 2023-11-14']);
    await expect(gate.join(code, asked({}))).rejects.toThrow('has already been used');
    const { code: late } = await gate.keys.createSignInCode();
    gates.nowMs += 5 * 60_000;
    await expect(gate.join(late, asked({}))).rejects.toThrow('has expired');
    for (let n = 0; n < 8; n++) await expect(gate.join('wrong', asked({}))).rejects.toThrow('has already been used');
    await expect(gate.join('wrong', asked({}))).rejects.toThrow(expect.objectContaining({ code: 'too_many_requests' }));
    await gate.join((await gate.keys.createSignInCode()).code, asked({}));
    expect(gate.keys.list()).toHaveLength(2);
  });

  it('makes nobody wait longer because the clock was set back', async () => {
    const gate = await gates.on('0.0.0.0');
    for (let n = 0; n < 11; n++) await outcome(gate, wrong);
    gates.nowMs -= 365 * 24 * 3600_000;
    gates.upMs += 6000;
    expect(await outcome(gate, wrong)).toBe('unauthorized');
  });

  it('does not count sessions that have ended as attempts', async () => {
    const gate = await gates.on('0.0.0.0');
    const key = (await gate.keys.createFirst())!;
    const cookie = `${SESSION_COOKIE}=ls_${'x'.repeat(43)}`;
    for (let n = 0; n < 50; n++) expect(await outcome(gate, { host: 'cam.lan', cookie })).toBe('unauthorized');
    expect((await gate.signIn({ key }, asked({}, 'POST', '127.0.0.1'))).principal.name).toBe('admin');
  });
});

function existsOrEmpty(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
