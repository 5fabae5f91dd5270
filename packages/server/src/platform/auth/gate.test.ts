import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStorage, type Storage } from '../storage/index.js';
import { ApiKeys, SESSION_LIFETIME_MS } from './api-keys.js';
import { CameraTokens } from './camera-tokens.js';
import { Gate, type SignInPolicy, trustsLocal } from './gate.js';
import { type GateRequest, SESSION_COOKIE } from './gate-request.js';

let directory: string;
let storage: Storage;
let nowMs: number;
/** What no setting of the clock moves. */
let upMs: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-gate-'));
  storage = openStorage(directory);
  nowMs = 1_700_000_000_000;
  upMs = 1000;
});
afterEach(() => {
  storage.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A gate with its keys at hand. */
function gateOn(
  host: string,
  { signIn = 'auto', ...options }: { signIn?: SignInPolicy } & Partial<ConstructorParameters<typeof Gate>[0]> = {},
) {
  const isTrusted = trustsLocal({ host, signIn });
  const keys = new ApiKeys({ store: storage.keys, trustsLocal: isTrusted, now: () => nowMs });
  const gate = new Gate({ trustsLocal: isTrusted, keys, monotonicNow: () => upMs, ...options });
  return Object.assign(gate, { keys });
}

/** As it comes over a plain connection by HTTP/1.1. */
const asked = (headers: IncomingHttpHeaders, method = 'GET', address = '127.0.0.1'): GateRequest => ({
  method,
  headers,
  address,
  httpVersion: '1.1',
  tls: false,
});

function outcome(gate: Gate, ...request: Parameters<typeof asked>): string {
  return outcomeOf(gate, asked(...request));
}

function outcomeOf(gate: Gate, request: GateRequest): string {
  try {
    return gate.enter(request, { permission: 'manage' }).principal?.kind ?? 'anyone';
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
  ])('%s', (_what, headers, method, expected) => {
    expect(outcome(gateOn('127.0.0.1'), headers, method)).toBe(expected);
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
  ])('is no place for what a proxy sent on: %s', (name, value) => {
    expect(outcome(gateOn('127.0.0.1'), { host: own, [name.toLowerCase()]: value })).toBe('forbidden');
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
  ])('takes what no proxy adds: %s', (name) =>
    expect(outcome(gateOn('127.0.0.1'), { host: own, [name]: '1' })).toBe('local'),
  );

  it('takes HTTP/1.0 for a proxy’s', () => {
    const gate = gateOn('127.0.0.1');
    const request = { ...asked({ host: own }), httpVersion: '1.0' };
    expect(outcomeOf(gate, request)).toBe('forbidden');
    expect(() => gate.enter(request, { permission: 'signed-in' })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--sign-in always') }),
    );
    expect(gate.identify(request)).toBeUndefined();
    expect(gate.needsSignIn(request)).toBe(true);
    const authorization = `Bearer ${gate.keys.create({ name: 'proxy', scope: 'admin' }).key}`;
    expect(outcomeOf(gate, { ...request, headers: { host: own, authorization } })).toBe('key');
  });

  it('asks everyone where sign-in is always asked for, after making a first key', () => {
    const gate = gateOn('127.0.0.1', { signIn: 'always' });
    const key = gate.keys.createFirst()!;
    expect(key).toMatch(/^lk_/);
    expect(gateOn('127.0.0.1', { signIn: 'always' }).keys.createFirst()).toBeUndefined();
    expect(outcome(gate, { host: own })).toBe('unauthorized');
    expect(outcome(gate, { host: 'cam.example', 'x-forwarded-for': '203.0.113.9' })).toBe('unauthorized');
    expect(gate.needsSignIn(asked({ host: own }))).toBe(true);
    expect(outcome(gate, { host: own, authorization: `Bearer ${key}` })).toBe('key');
    const cookie = `${SESSION_COOKIE}=${gate.signIn(key, '127.0.0.1').session}`;
    expect(outcome(gate, { host: 'cam.example', 'x-forwarded-for': '203.0.113.9', cookie })).toBe('session');
  });

  it('makes no key by itself, and takes one from a proxy’s visitor', () => {
    const gate = gateOn('localhost');
    expect(gate.keys.createFirst()).toBeUndefined();
    const authorization = `Bearer ${gate.keys.create({ name: 'proxy', scope: 'admin' }).key}`;
    expect(outcome(gate, { host: 'cam.example', authorization })).toBe('key');
    expect(outcome(gate, { host: 'cam.example', authorization, origin: 'https://other.example' })).toBe('key');
  });
});

describe('on any other address', () => {
  it('makes the admin key once', () => {
    const key = gateOn('0.0.0.0').keys.createFirst();
    expect(key).toMatch(/^lk_[\w-]{43}$/);
    expect(gateOn('0.0.0.0').keys.createFirst()).toBeUndefined();
  });

  it('stores no key and no session, only their hashes', () => {
    const gate = gateOn('0.0.0.0');
    const key = gate.keys.createFirst()!;
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
    const key = gate.keys.createFirst()!;
    expect(outcome(gate, { host: 'localhost:8080' })).toBe('unauthorized');
    expect(outcome(gate, { host: 'cam.lan', authorization: `Bearer ${key}` })).toBe('key');
    expect(outcome(gate, { host: 'cam.lan', authorization: `bearer ${key}` })).toBe('key');
    expect(outcome(gate, { host: 'cam.lan', authorization: `Bearer ${key}x` })).toBe('unauthorized');
    expect(outcome(gate, { host: 'cam.lan', authorization: `Basic ${key}` })).toBe('unauthorized');
  });

  it('opens a session that ends, by signing out or with time', () => {
    const gate = gateOn('0.0.0.0');
    const key = gate.keys.createFirst()!;
    const cookie = `a=b; ${SESSION_COOKIE}=${gate.signIn(key, '10.0.0.1').session}; c=d`;
    expect(outcome(gate, { host: 'cam.lan', cookie })).toBe('session');
    expect(outcome(gate, { host: 'cam.lan', cookie, origin: 'http://cam.lan' }, 'POST')).toBe('session');
    expect(outcome(gate, { host: 'cam.lan', cookie, origin: 'http://evil.example' }, 'POST')).toBe('forbidden');
    // Where TLS is spoken, the same name over plain HTTP is somebody else's page.
    const overTls = (origin: string) =>
      gate.enter({ ...asked({ host: 'cam.lan', cookie, origin }, 'POST'), tls: true }, { permission: 'public' });
    expect(() => overTls('http://cam.lan')).toThrow('another site');
    expect(() => overTls('https://cam.lan')).not.toThrow();
    nowMs += SESSION_LIFETIME_MS;
    expect(outcome(gate, { host: 'cam.lan', cookie })).toBe('unauthorized');
    const again = `${SESSION_COOKIE}=${gate.signIn(key, '10.0.0.1').session}`;
    gate.signOut(asked({ cookie: again }, 'DELETE'));
    expect(outcome(gate, { host: 'cam.lan', cookie: again })).toBe('unauthorized');
  });

  const wrong = { host: 'cam.lan', authorization: `Bearer lk_${'x'.repeat(43)}` };

  it('limits wrong keys per address, and lets right ones pass whatever comes from there', () => {
    const gate = gateOn('0.0.0.0');
    const key = gate.keys.createFirst()!;
    const right = { host: 'cam.lan', authorization: `Bearer ${key}` };
    for (let n = 0; n < 10; n++) expect(outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('unauthorized');
    expect(outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('too_many_requests');
    expect(() => gate.signIn('lk_wrong', '10.0.0.1')).toThrow(
      expect.objectContaining({ code: 'too_many_requests', retryAfterS: 6, hint: 'Try again in 6 s.' }),
    );
    expect(outcome(gate, right, 'GET', '10.0.0.1')).toBe('key');
    const cookie = `${SESSION_COOKIE}=${gate.signIn(key, '10.0.0.1').session}`;
    expect(outcome(gate, { host: 'cam.lan', cookie }, 'GET', '10.0.0.1')).toBe('session');
    // A right key is no reason to let more wrong ones through.
    expect(outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('too_many_requests');
    expect(outcome(gate, wrong, 'GET', '10.0.0.2')).toBe('unauthorized');
    upMs += 60_000;
    expect(outcome(gate, wrong, 'GET', '10.0.0.1')).toBe('unauthorized');
  });

  it('limits requests per key, else per address, and nobody by what others send', () => {
    const gate = gateOn('0.0.0.0', { requestsPerSecond: 5 });
    const bearer = (key: string) => ({ host: 'cam.lan', authorization: `Bearer ${key}` });
    const busy = bearer(gate.keys.create({ name: 'busy', scope: 'admin' }).key);
    const calm = bearer(gate.keys.create({ name: 'calm', scope: 'admin' }).key);
    const outcomes = (headers: IncomingHttpHeaders, count: number) =>
      Array.from({ length: count }, () => outcome(gate, headers, 'GET', '10.0.0.1'));
    // Twice as many at once, whatever address they come from.
    expect(outcomes(busy, 10)).toEqual(Array(10).fill('key'));
    expect(outcome(gate, busy, 'GET', '10.0.0.2')).toBe('too_many_requests');
    // Requests without a key are their address's, refused or not; no key pays for them.
    expect(outcomes({ host: 'cam.lan' }, 10)).toEqual(Array(10).fill('unauthorized'));
    expect(() => gate.enter(asked({ host: 'cam.lan' }, 'GET', '10.0.0.1'), { permission: 'public' })).toThrow(
      expect.objectContaining({
        message: 'More than 5 requests per second from one address',
        hint: expect.stringContaining('limits.requests_per_second'),
        retryAfterS: 1,
      }),
    );
    expect(outcomes(calm, 3)).toEqual(['key', 'key', 'key']);
    upMs += 1000;
    expect(outcomes(busy, 6)).toEqual([...Array(5).fill('key'), 'too_many_requests']);
  });

  it('signs in by a code once, within five minutes, and gives the device of this machine’s owner a key of its own', () => {
    const gate = gateOn('0.0.0.0');
    const { code } = gate.keys.createSignInCode();
    const cookie = `${SESSION_COOKIE}=${gate.join(code, asked({ host: 'cam.lan' }))}`;
    expect(outcome(gate, { host: 'cam.lan', cookie })).toBe('session');
    expect(gate.keys.list().map(({ name, scope }) => `${scope}: ${name}`)).toEqual(['admin: device 1 of 2023-11-14']);
    expect(() => gate.join(code, asked({}))).toThrow('has already been used');
    const { code: late } = gate.keys.createSignInCode();
    nowMs += 5 * 60_000;
    expect(() => gate.join(late, asked({}))).toThrow('has expired');
    for (let n = 0; n < 8; n++) expect(() => gate.join('wrong', asked({}))).toThrow('has already been used');
    expect(() => gate.join('wrong', asked({}))).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
    gate.join(gate.keys.createSignInCode().code, asked({}));
    expect(gate.keys.list()).toHaveLength(2);
  });

  it('makes nobody wait longer because the clock was set back', () => {
    const gate = gateOn('0.0.0.0');
    for (let n = 0; n < 11; n++) outcome(gate, wrong);
    nowMs -= 365 * 24 * 3600_000;
    upMs += 6000;
    expect(outcome(gate, wrong)).toBe('unauthorized');
  });

  it('does not count sessions that have ended as attempts', () => {
    const gate = gateOn('0.0.0.0');
    const key = gate.keys.createFirst()!;
    const cookie = `${SESSION_COOKIE}=ls_${'x'.repeat(43)}`;
    for (let n = 0; n < 50; n++) expect(outcome(gate, { host: 'cam.lan', cookie })).toBe('unauthorized');
    expect(gate.signIn(key, '127.0.0.1').principal.name).toBe('admin');
  });
});

describe('links of cameras', () => {
  let tokens: CameraTokens;
  let links: { publish_token: string; view_token: string };
  beforeEach(() => {
    tokens = new CameraTokens({ store: storage.links, key: new Uint8Array(32) });
    tokens.add('yard', ['publish', 'view']);
    links = tokens.of('yard') as typeof links;
  });

  const guard = (host = '0.0.0.0') => gateOn(host, { tokens });
  const stranger = { host: 'cam.lan' };

  function entry(
    gate: Gate,
    given: string | undefined,
    permission: 'watch' | 'publish' = 'watch',
    headers: IncomingHttpHeaders = stranger,
    address = '10.0.0.9',
  ): string {
    try {
      const { principal, cameraId } = gate.enter(asked(headers, 'GET', address), {
        permission,
        camera: { given, links: true },
      });
      return `${principal?.name}: ${cameraId}`;
    } catch (error) {
      if (error instanceof LookoutError) return `${error.code}: ${error.message}`;
      throw error;
    }
  }

  it('let whoever has them watch, and publish with the publishing one alone', () => {
    const gate = guard();
    expect(entry(gate, links.view_token)).toBe('view link: yard');
    expect(entry(gate, links.publish_token)).toBe('publish link: yard');
    expect(entry(gate, links.publish_token, 'publish')).toBe('publish link: yard');
    expect(entry(gate, links.view_token, 'publish')).toMatch(/^forbidden/);
  });

  it('hold to what they are for, also on this machine', () => {
    const local = { host: 'localhost:8080' };
    expect(entry(guard('127.0.0.1'), links.view_token, 'publish', local)).toMatch(/^forbidden/);
    expect(entry(guard('127.0.0.1'), links.view_token, 'watch', local)).toBe('view link: yard');
    expect(entry(guard('127.0.0.1'), 'yard', 'publish', local)).toBe('local: yard');
  });

  it('work through a proxy on this machine', () => {
    const forwarded = { host: 'cam.example', 'x-forwarded-for': '203.0.113.9' };
    expect(entry(guard('127.0.0.1'), links.view_token, 'watch', forwarded)).toBe('view link: yard');
  });

  it('are no way round the check of where a request comes from', () => {
    const foreign = { host: 'cam.lan', origin: 'https://evil.example' };
    expect(entry(guard(), links.view_token, 'watch', foreign)).toMatch(/^forbidden: .*another site/);
  });

  it('get one answer, whether wrong, taken back, cut, of another camera or none', () => {
    const old = links.view_token;
    tokens.renew('yard');
    const answers = [old, `lv_${'x'.repeat(32)}`, old.slice(0, 10), 'lp_'].map((given) => entry(guard(), given));
    expect(new Set(answers)).toEqual(new Set(['unauthorized: This link is not valid, and you are not signed in']));
    for (const answer of answers) expect(answer).not.toContain(old.slice(3));
    // Without a sign-in, an id tells nothing of whether there is such a camera.
    expect(entry(guard(), 'yard')).toBe(entry(guard(), 'nobody'));
    expect(entry(guard(), undefined)).toMatch(/^unauthorized/);
  });

  it('are limited per address where they are wrong; good ones always pass', () => {
    const gate = guard();
    const key = gate.keys.createFirst()!;
    const bearer = { host: 'cam.lan', authorization: `Bearer ${key}` };
    const cookie = { host: 'cam.lan', cookie: `${SESSION_COOKIE}=${gate.signIn(key, '10.0.0.9').session}` };
    for (let n = 0; n < 30; n++) expect(entry(gate, `lv_${n}`)).toMatch(/^unauthorized/);
    expect(entry(gate, 'lv_wrong')).toMatch(/^too_many_requests/);
    expect(entry(gate, links.view_token)).toBe('view link: yard');
    expect(entry(gate, links.publish_token, 'publish')).toBe('publish link: yard');
    expect(entry(gate, 'lv_wrong', 'watch', stranger, '10.0.0.10')).toMatch(/^unauthorized/);
    expect(entry(gate, links.view_token, 'watch', cookie)).toBe('view link: yard');
    expect(entry(gate, 'yard', 'watch', bearer)).toBe('admin: yard');
    expect(gate.signIn(key, '10.0.0.9').principal.name).toBe('admin');
    upMs += 60_000;
    expect(entry(gate, 'lv_wrong')).toMatch(/^unauthorized/);
  });

  it('leave it to the cameras to say that there is none, to those signed in', () => {
    const gate = guard();
    const bearer = { host: 'cam.lan', authorization: `Bearer ${gate.keys.createFirst()}` };
    expect(entry(gate, 'nobody', 'watch', bearer)).toBe('admin: nobody');
    expect(entry(gate, 'lv_wrong', 'watch', bearer)).toBe('admin: lv_wrong');
    expect(entry(gate, 'lv_wrong', 'watch', { host: 'cam.lan', authorization: 'Bearer lk_wrong' })).toBe(
      'unauthorized: The API key is not valid',
    );
  });
});

function existsOrEmpty(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
