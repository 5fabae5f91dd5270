import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { ERROR_CODES, Problem, Session } from '@lookout/protocol';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestApp, type TestApp } from '../testing/test-app.js';

const json = { 'content-type': 'application/json' };

describe('on loopback', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({
      routes: (router) =>
        router.route('/ws/view/:token', {
          permission: 'watch',
          query: z.strictObject({}),
          summary: 'View',
          handler: (socket) => socket.close(),
        }),
    });
  });
  afterAll(() => app.close());

  const call = (path: string, init: RequestInit = {}) => fetch(app.base + path, init);

  it('keeps cameras: add, list, change, remove', async () => {
    const added = await call('/api/cameras', {
      method: 'POST',
      headers: json,
      body: '{"name":"Yard","url":"rtsp://h/a"}',
    });
    expect(added.status).toBe(201);
    expect(added.headers.get('location')).toBe('/api/cameras/yard');
    expect(await added.json()).toMatchObject({ id: 'yard', name: 'Yard', enabled: true, detect: { fps: 30 } });
    expect(await (await call('/api/cameras')).json()).toHaveLength(1);
    const changed = await call('/api/cameras/yard', { method: 'PATCH', headers: json, body: '{"name":"Back"}' });
    expect(await changed.json()).toMatchObject({ id: 'yard', name: 'Back' });
    const again = await call('/api/cameras', { method: 'POST', headers: json, body: '{"id":"yard","url":"x"}' });
    expect(again.status).toBe(409);
    const removed = await call('/api/cameras/yard', { method: 'DELETE' });
    expect(removed.status).toBe(204);
    expect((await call('/api/cameras/yard')).status).toBe(404);
  });

  it.each<[string, string, RequestInit, number, Partial<Problem>]>([
    ['unknown camera', '/api/cameras/nope', {}, 404, { code: 'not_found' }],
    ['unknown path', '/api/nope', {}, 404, { code: 'not_found' }],
    ['unknown path for a program', '/nope', { headers: { accept: '*/*' } }, 404, { code: 'not_found' }],
    ['wrong method', '/api/cameras', { method: 'DELETE' }, 405, { code: 'method_not_allowed' }],
    ['broken JSON', '/api/cameras', { method: 'POST', headers: json, body: '{' }, 400, { code: 'bad_request' }],
    ['no body', '/api/cameras', { method: 'POST', headers: json }, 400, { code: 'bad_request' }],
    ['no JSON', '/api/cameras', { method: 'POST', body: 'x' }, 415, { code: 'unsupported_media_type' }],
    [
      'a form',
      '/api/cameras',
      { method: 'POST', body: new URLSearchParams('url=x') },
      415,
      { code: 'unsupported_media_type' },
    ],
    [
      'a large body',
      '/api/cameras',
      { method: 'POST', headers: json, body: `"${'x'.repeat(300_000)}"` },
      413,
      { code: 'payload_too_large' },
    ],
    ['a broken escape', '/api/cameras/%zz', {}, 400, { code: 'bad_request' }],
    ['a long part', `/api/cameras/${'x'.repeat(1000)}`, {}, 414, { code: 'uri_too_long' }],
    ['a URL of 1 MB', `/${'x'.repeat(1_000_000)}`, {}, 414, { code: 'uri_too_long' }],
    ['a foreign page', '/api/cameras', { headers: { origin: 'https://evil.example' } }, 403, { code: 'forbidden' }],
    ['a socket path without upgrade', '/ws/view/x?fps=bad', {}, 426, { code: 'upgrade_required' }],
    ['a mistake inside', '/api/cameras/yard/stats', {}, 404, { code: 'not_found' }],
    [
      'wrong fields',
      '/api/cameras',
      { method: 'POST', headers: json, body: '{"url":3,"foo":1,"detect":{"fps":900}}' },
      400,
      {
        code: 'validation_failed',
        errors: [
          { field: 'url', message: 'expected a string, got 3' },
          { field: 'detect.fps', message: 'expected at most 60, got 900' },
          { field: 'foo', message: 'unknown key' },
        ],
      },
    ],
  ])('answers %s by a problem document', async (_what, path, init, status, expected) => {
    const response = await call(path, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const document = Problem.parse(await response.json());
    expect(document).toMatchObject({ ...expected, status });
    expect(ERROR_CODES[document.code as keyof typeof ERROR_CODES].status).toBe(status);
  });

  it('says which methods a path takes', async () => {
    expect((await call('/healthz', { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD');
    expect((await call('/api/cameras/x', { method: 'PUT' })).headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH');
  });

  it('tells nothing of its inside when it fails, and logs it', async () => {
    await call('/api/cameras', { method: 'POST', headers: json, body: '{"id":"odd","url":"x"}' });
    const response = await call('/api/cameras/odd/stats');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(app.log.join('')).toContain('a mistake inside');
    await call('/api/cameras/odd', { method: 'DELETE' });
  });

  it('refuses a foreign Host', async () => {
    const request = httpRequest(`${app.base}/api/cameras`, { headers: { host: 'evil.example' } }).end();
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(403);
    response.resume();
  });

  it.each([
    ['garbage', '\x16\x03\x01garbage\r\n\r\n', 400],
    ['a URL of 1 MB', `GET /${'x'.repeat(1_000_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 414],
    ['headers of 100 KB', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ])('answers %s on the bare connection, and ends it', async (_what, bytes, status) => {
    const socket = connect(app.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk));
    socket.write(bytes);
    await once(socket, 'close');
    const [head, body] = answer.split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('application/problem+json');
    expect(Problem.parse(JSON.parse(body!)).status).toBe(status);
  });

  it('sends security headers and a request id, and no name of its software', async () => {
    const { headers } = await call('/healthz', { headers: { 'x-request-id': 'abc-1' } });
    expect(headers.get('x-request-id')).toBe('abc-1');
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    const odd = await call('/healthz', { headers: { 'x-request-id': 'a b"c' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('logs routes, never queries, tokens or keys', async () => {
    await call('/api/camera/tok-secret1/stats?key=secret2', { headers: { authorization: 'Bearer lk_secret3' } });
    await call('/secret4');
    const lines = app.log.join('');
    expect(lines).toContain('/api/camera/:token/stats');
    expect(lines).not.toMatch(/secret[1-4]/);
  });

  it('measures requests by route', async () => {
    await call('/version');
    const text = await (await call('/metrics')).text();
    expect(text).toMatch(/lookout_http_request_seconds_count\{method="GET",route="\/version",status="200"\} 1/);
    expect(text).toContain('lookout_event_loop_delay_seconds{quantile="0.99"}');
    expect(text).toContain('nodejs_heap_size_used_bytes');
  });

  it('is ready, and says what it is', async () => {
    expect(await (await call('/readyz')).json()).toMatchObject({ status: 'ok', checks: { storage: 'ok' } });
    expect(await (await call('/version')).json()).toMatchObject({ name: 'lookout', node: process.version });
    expect(Session.parse(await (await call('/api/session')).json())).toEqual({
      signed_in: true,
      sign_in_required: false,
      accounts: false,
      by_proxy: false,
      by_provider: false,
      name: 'local',
      scope: 'admin',
    });
  });

  it('describes every route, sockets too, from the schemas that check', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: a document of another's making
    const document: any = await (await call('/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    for (const path of ['/api/cameras', '/api/cameras/{id}', '/api/session', '/ws/view/{token}', '/metrics']) {
      expect(Object.keys(document.paths)).toContain(path);
    }
    expect(document.paths['/ws/view/{token}'].get.tags).toEqual(['websocket']);
    const text = JSON.stringify(document);
    for (const name of Object.keys(document.components.schemas))
      expect(text).toContain(`#/components/schemas/${name}"`);
    for (const [, name] of text.matchAll(/#\/components\/schemas\/(\w+)/g)) {
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
  });

  it('shows the description without inline script and without another host', async () => {
    const page = await (await call('/docs')).text();
    const scripts = [...page.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, body] of scripts) {
      expect(attributes).toMatch(/src="\/docs\/static\//);
      expect(body!.trim()).toBe('');
      const path = /src="([^"]+)"/.exec(attributes!)![1]!;
      expect((await call(path)).status).toBe(200);
    }
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('shows it in its own name', async () => {
    const page = await (await call('/docs')).text();
    expect(page).toContain('<title>Lookout API</title>');
    for (const [file, type] of [
      ['lookout.css', 'text/css'],
      ['favicon.svg', 'image/svg+xml'],
    ]) {
      const path = `/docs/static/theme/${file}`;
      expect(page).toContain(`href="${path}"`);
      expect((await call(path)).headers.get('content-type')).toContain(type);
    }
  });

  const webSocket = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
  it.each<[string, Record<string, string>]>([
    ['/api/cameras', {}],
    ['/metrics', {}],
    ['/openapi.json', {}],
    ['/ws/view/a', { ...webSocket, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }],
  ])('%s answers no HTTP/1.0, and finds a proxy’s header behind any number of others', async (path, headers) => {
    const lines = Object.entries({ Host: `127.0.0.1:${app.port}`, ...headers }).map((pair) => `${pair.join(': ')}\r\n`);
    const junk = Array.from({ length: 2100 }, () => 'a:\r\n').join('');
    const statuses = [];
    for (const text of [
      `GET ${path} HTTP/1.0\r\n${lines.join('')}\r\n`,
      `GET ${path} HTTP/1.1\r\n${lines.join('')}${junk}X-Forwarded-For: 203.0.113.9\r\n\r\n`,
    ]) {
      const socket = connect(app.port, '127.0.0.1', () => socket.write(text));
      const [answer] = await once(socket, 'data');
      statuses.push(/^HTTP\/1\.1 (\d+)/.exec(String(answer))?.[1]);
      socket.destroy();
    }
    expect(statuses).toEqual(['403', '403']);
  });

  it('says so when the web app is not built', async () => {
    const response = await call('/', { headers: { accept: 'text/html' } });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });
});

describe('where others reach it', () => {
  let app: TestApp;
  let key: string;
  beforeAll(async () => {
    app = await startTestApp({ host: '0.0.0.0' });
    key = (await app.keys.createFirst())!;
  });
  afterAll(() => app.close());

  it('answers nothing but health without a key', async () => {
    expect((await fetch(`${app.base}/healthz`)).status).toBe(200);
    // What is wrong is nobody else's business.
    expect(await (await fetch(`${app.base}/readyz`)).json()).toMatchObject({ status: 'ok', checks: {} });
    for (const path of ['/version', '/metrics', '/api/cameras', '/openapi.json', '/docs', '/nope', '/ws/x']) {
      const response = await fetch(app.base + path);
      expect([path, response.status]).toEqual([path, 401]);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(Problem.parse(await response.json()).code).toBe('unauthorized');
    }
  });

  it('takes a key, and a cookie for a key', async () => {
    expect((await fetch(`${app.base}/api/cameras`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    const before = Session.parse(await (await fetch(`${app.base}/api/session`)).json());
    expect(before).toEqual({
      signed_in: false,
      sign_in_required: true,
      accounts: false,
      by_proxy: false,
      by_provider: false,
    });
    const body = JSON.stringify({ key });
    const signedIn = await fetch(`${app.base}/api/session`, { method: 'POST', headers: json, body });
    expect(signedIn.status).toBe(200);
    const setCookie = signedIn.headers.get('set-cookie')!;
    expect(setCookie).toMatch(/^lookout_session=ls_[\w-]+; .*HttpOnly; SameSite=Strict$/);
    const cookie = setCookie.split(';')[0]!;
    expect((await fetch(`${app.base}/api/cameras`, { headers: { cookie } })).status).toBe(200);
    const origin = 'https://evil.example';
    expect((await fetch(`${app.base}/api/cameras`, { headers: { cookie, origin } })).status).toBe(403);
    expect((await fetch(`${app.base}/api/session`, { method: 'DELETE', headers: { cookie } })).status).toBe(204);
    expect((await fetch(`${app.base}/api/cameras`, { headers: { cookie } })).status).toBe(401);
    expect(app.log.join('')).not.toContain(key);
  });

  it('gives nothing by a route whose handler forgets to ask for the key in a form', async () => {
    const forgetful = await startTestApp({
      host: '0.0.0.0',
      app: {
        plugins: [
          async (server: FastifyInstance) => {
            const config = { permission: 'detect', keyInForm: true } as const;
            server.addContentTypeParser('multipart/form-data', (_request, _body, done) => done(null));
            server.post('/test/forgets', { config }, async () => ({ secret: 1 }));
          },
        ],
      },
    });
    try {
      const body = new FormData();
      body.append('a', 'b');
      const response = await fetch(`${forgetful.base}/test/forgets`, { method: 'POST', body });
      expect([response.status, await response.text()]).toEqual([401, expect.not.stringContaining('secret')]);
    } finally {
      await forgetful.close();
    }
  });

  it('limits requests, to pages and unknown paths and sockets too', async () => {
    const limited = await startTestApp({ host: '0.0.0.0', requestsPerSecond: 1, monotonicNow: () => 0 });
    try {
      const authorization = `Bearer ${(await limited.keys.create({ name: 'busy', scope: 'admin' })).key}`;
      const statuses = async (paths: string[], headers: Record<string, string>) => {
        const seen: string[] = [];
        for (const path of paths) {
          const response = await fetch(limited.base + path, { headers });
          seen.push(`${response.status} ${response.headers.get('retry-after')}`);
        }
        return seen;
      };
      expect(await statuses(['/api/cameras', '/nope', '/version', '/ws/x'], { authorization })).toEqual([
        '200 null',
        '404 null',
        '429 1',
        '429 1',
      ]);
      expect(await statuses(['/healthz', '/nope', '/', '/api/session'], {})).toEqual([
        '200 null',
        '401 null',
        '429 1',
        '429 1',
      ]);
    } finally {
      await limited.close();
    }
  });

  it('refuses wrong keys in one way, and an address that goes on', async () => {
    const answers: string[] = [];
    for (let n = 0; n < 11; n++) {
      const body = JSON.stringify({ key: n % 2 ? 'x' : `lk_${'y'.repeat(43)}` });
      const response = await fetch(`${app.base}/api/session`, { method: 'POST', headers: json, body });
      answers.push(`${response.status} ${response.headers.get('retry-after')} ${await response.text()}`);
    }
    expect(new Set(answers.slice(0, 10)).size).toBe(1);
    expect(answers[0]).toMatch(/^401 null /);
    expect(answers[10]).toMatch(/^429 [1-6] .*"retry_after_s":[1-6]/);
    const right = await fetch(`${app.base}/api/session`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ key }),
    });
    expect(right.status).toBe(200);
  });
});
