import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../testing/test-app.js';

describe('the web app', () => {
  let app: TestApp;
  let webRoot: string;
  beforeAll(async () => {
    webRoot = mkdtempSync(join(tmpdir(), 'lookout-web-'));
    mkdirSync(join(webRoot, 'assets'));
    writeFileSync(join(webRoot, 'index.html'), '<!doctype html><base href="/" /><title>App</title>');
    const script = Buffer.from('export {}\n'.repeat(1000));
    writeFileSync(join(webRoot, 'assets', 'plain-abc.js'), script);
    writeFileSync(join(webRoot, 'assets', 'built-abc.js'), script);
    writeFileSync(join(webRoot, 'assets', 'built-abc.js.br'), brotliCompressSync(script));
    writeFileSync(join(webRoot, 'icon.svg'), '<svg/>');
    writeFileSync(join(webRoot, 'assets', 'main-abc.js'), 'export {}');
    app = await startTestApp({ host: '0.0.0.0', app: { webRoot } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(webRoot, { recursive: true, force: true });
  });

  const page = { headers: { accept: 'text/html' } };

  it.each([
    ['/', 200],
    ['/cameras/yard', 200],
    ['/view/token', 200],
    ['/some/where', 404],
  ])('draws %s by its one page, sign-in or not', async (path, status) => {
    const response = await fetch(app.base + path, page);
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toContain('<title>App</title>');
  });

  it('is told where a proxy serves it, by its headers and in characters that a path has', async () => {
    const baseOf = async (headers: Record<string, string>, path = '/cameras/yard') => {
      const response = await fetch(app.base + path, { headers: { accept: 'text/html', ...headers } });
      return /<base href="([^"]*)"/.exec(await response.text())?.[1];
    };
    expect(await baseOf({})).toBe('/');
    expect(await baseOf({ 'x-forwarded-prefix': '/home/lookout' })).toBe('/home/lookout/');
    expect(await baseOf({ 'x-forwarded-prefix': '/lookout/' }, '/some/where')).toBe('/lookout/');
    expect(await baseOf({ 'x-ingress-path': '/api/hassio_ingress/Ab-c_1' })).toBe('/api/hassio_ingress/Ab-c_1/');
    for (const bad of [
      '//evil.example',
      'https://evil.example',
      '/a"><script>',
      '/a/../b',
      '/a b',
      'lookout',
      '/'.repeat(300),
    ]) {
      expect(await baseOf({ 'x-forwarded-prefix': bad }), bad).toBe('/');
    }
  });

  it('may be framed by Home Assistant’s own page, and /view by those of the settings', async () => {
    const framedBy = async (at: TestApp, path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(at.base + path, { headers: { accept: 'text/html', ...headers } });
      expect(response.status).toBe(200);
      const [, ancestors] = /frame-ancestors ([^;]*)/.exec(response.headers.get('content-security-policy')!)!;
      expect(response.headers.get('x-frame-options')).toBe(ancestors === "'none'" ? 'DENY' : null);
      return ancestors;
    };
    expect(await framedBy(app, '/view/token')).toBe("'none'");
    expect(await framedBy(app, '/', { 'x-ingress-path': '/api/hassio_ingress/x' })).toBe("'self'");
    const frameAncestors = ['https://dashboard.example', 'http://10.0.0.2:8123'];
    const framed = await startTestApp({ host: '0.0.0.0', app: { webRoot, frameAncestors } });
    try {
      expect(await framedBy(framed, '/view/token')).toBe(frameAncestors.join(' '));
      for (const path of ['/', '/camera/token', '/shared/token', '/system']) {
        expect(await framedBy(framed, path)).toBe("'none'");
      }
      const inFrame = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
      // `fetch` sets such headers itself.
      const statusOf = ({ base }: TestApp, path: string) =>
        new Promise<number | undefined>((resolve, reject) => {
          httpGet(base + path, { headers: { accept: 'text/html', ...inFrame } }, (response) => {
            response.resume();
            resolve(response.statusCode);
          }).on('error', reject);
        });
      expect(await statusOf(framed, '/view/token')).toBe(200);
      expect(await statusOf(framed, '/')).toBe(403);
      expect(await statusOf(app, '/view/token')).toBe(403);
    } finally {
      await framed.close();
    }
  });

  it('is sent compressed, as it was built or on the way', async () => {
    const encoding = async (path: string, accepted: string) => {
      const response = await fetch(app.base + path, { headers: { 'accept-encoding': accepted } });
      expect(response.headers.get('content-type')).toContain('javascript');
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(await response.text()).toBe('export {}\n'.repeat(1000));
      return response.headers.get('content-encoding');
    };
    expect(await encoding('/assets/built-abc.js', 'gzip, br')).toBe('br');
    expect(await encoding('/assets/built-abc.js', 'identity')).toBeNull();
    expect(await encoding('/assets/plain-abc.js', 'gzip')).toBe('gzip');
  });

  it('sends assets for ever, and other files not', async () => {
    const asset = await fetch(`${app.base}/assets/main-abc.js`);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-type')).toContain('javascript');
    const icon = await fetch(`${app.base}/icon.svg`);
    expect(icon.headers.get('cache-control')).toBe('no-cache');
    expect(icon.headers.get('content-type')).toContain('image/svg+xml');
  });

  it.each(['/assets/none.js', '/assets/..%2findex.html', '/assets/..%2f..%2f..%2fetc%2fpasswd'])(
    'has no %s',
    async (path) => {
      const response = await fetch(app.base + path);
      expect([403, 404]).toContain(response.status);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(response.headers.get('cache-control')).not.toContain('immutable');
    },
  );

  it('asks API calls for a sign-in even when they ask for HTML', async () => {
    expect((await fetch(`${app.base}/api/cameras`, page)).status).toBe(401);
    expect((await fetch(`${app.base}/api/nope`, page)).status).toBe(401);
  });
});
