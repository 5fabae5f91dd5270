import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { proxyPrefix } from './proxy-prefix.js';
import { contentSecurityPolicy } from './request-hooks.js';

/** Paths of the web app's pages, all served by the same `index.html`. */
export const PAGES: readonly string[] = [
  '/',
  '/add',
  '/cameras/:id',
  ...['areas', 'cut-out', 'events', 'rules', 'share', 'settings', 'diagnostics'].map((part) => `/cameras/:id/${part}`),
  '/camera/:token',
  '/events',
  '/events/search',
  '/events/:id',
  '/wall',
  '/warnings',
  '/view/:token',
  '/shared/:token',
  '/rules',
  '/rules/new',
  '/rules/:id/edit',
  '/settings',
  '/settings/:section',
  '/system',
  '/try',
];

/** Build output of the web package, in this repository or wherever npm installed it. */
export const DEFAULT_WEB_ROOT = join(
  dirname(createRequire(import.meta.url).resolve('@lookout/web/package.json')),
  'dist',
);

/** File names contain a hash of their content, so they never change. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Lookout</title>
<h1>The web app is not built</h1><p>Run <code>npm run build</code> in the repository and start the server again.
The <a href="/docs">API</a> works without it.</p></html>`;

/** Whether a browser requests a page here, as opposed to an API call. */
export function isPageRequest(request: Pick<FastifyRequest, 'method' | 'headers' | 'url'>): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  if (!request.headers.accept?.includes('text/html')) return false;
  const path = request.url.split('?', 1)[0]!;
  return !/^\/(api|ws|websocket|stream|v1|v2|assets)(\/|$)/.test(path) && !/\.\w+$/.test(path);
}

/** Sends the app's page, adapted to the proxy's path prefix; 503 with instructions if it is not built. */
export async function sendPage(
  reply: FastifyReply,
  webRoot: string,
  { status = 200, frameAncestors = [] }: { status?: number; frameAncestors?: readonly string[] } = {},
): Promise<FastifyReply> {
  const { headers } = reply.request;
  const isIngress = headers['x-ingress-path'] !== undefined;
  // Home Assistant shows proxied pages in a frame of its own page.
  if (isIngress || frameAncestors.length > 0) allowFrames(reply, isIngress ? ["'self'"] : frameAncestors);
  reply.header('Cache-Control', 'no-cache').type('text/html; charset=utf-8');
  const path = join(webRoot, 'index.html');
  if (!existsSync(path)) return reply.code(503).send(NOT_BUILT);
  const page = await readFile(path, 'utf8');
  return reply.code(status).send(page.replace('<base href="/"', `<base href="${proxyPrefix(headers)}/"`));
}

function allowFrames(reply: FastifyReply, ancestors: readonly string[]): void {
  reply.raw.removeHeader('x-frame-options');
  reply.raw.removeHeader('cross-origin-opener-policy');
  reply.raw.setHeader('cross-origin-resource-policy', 'cross-origin');
  reply.raw.setHeader('content-security-policy', contentSecurityPolicy(ancestors.join(' ')));
}

export interface PageRoutesOptions {
  webRoot: string;
  /** Origins whose pages may show `/view` in a frame. */
  frameAncestors: readonly string[];
}

/** The web app: pages, hashed assets, and other top-level files (icon, manifest). */
export const pageRoutes: FastifyPluginAsync<PageRoutesOptions> = async (app, { webRoot, frameAncestors }) => {
  const config = { permission: 'public' } as const;
  for (const url of PAGES) {
    const mayBeFramed = url === '/view/:token' && frameAncestors.length > 0;
    app.get(
      url,
      { config: { ...config, ...(mayBeFramed && { framable: true }) }, schema: { hide: true } },
      (_request, reply) => sendPage(reply, webRoot, mayBeFramed ? { frameAncestors } : {}),
    );
  }
  for (const name of topLevelFiles(webRoot)) {
    app.get(`/${name}`, { config, schema: { hide: true } }, (_request, reply) =>
      reply.header('Cache-Control', 'no-cache').sendFile(name, webRoot, { cacheControl: false }),
    );
  }
  app.get('/assets/*', { config, schema: { hide: true } }, (request, reply) => {
    const name = (request.params as { '*': string })['*'];
    reply.header('Cache-Control', IMMUTABLE);
    return reply.sendFile(name, join(webRoot, 'assets'), { cacheControl: false });
  });
};

function topLevelFiles(webRoot: string): string[] {
  if (!existsSync(webRoot)) return [];
  return readdirSync(webRoot).filter(
    (name) => !/^index\.html|\.(br|gz)$/.test(name) && statSync(join(webRoot, name)).isFile(),
  );
}
