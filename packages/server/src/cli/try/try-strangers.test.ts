import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runChecks } from './checks.js';
import { identify } from './identify.js';
import { testPattern } from './pictures.js';

// Servers that are not Lookout, or Lookout gone wrong.

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  if (server) await new Promise((resolve) => server!.close(resolve));
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  server.on('upgrade', (_request, socket) =>
    socket.end('HTTP/1.1 418 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'),
  );
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new AbortController().signal;
const problem = (code: string, status: number, detail: string) =>
  ((_request, response) => {
    const type = `urn:lookout:error:${code}`;
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ type, title: 'No', status, detail, code }));
  }) satisfies RequestListener;

describe('identify', () => {
  it.each<[string, RequestListener, string, RegExp]>([
    ['another server', (_request, response) => response.writeHead(404).end('<html>'), 'not_lookout', /answered 404/],
    ['a page', (_request, response) => response.end('<html>'), 'not_lookout', /not Lookout/],
    [
      'another API',
      (_request, response) => response.end('{"name":"other","version":"1"}'),
      'not_lookout',
      /not Lookout/,
    ],
    ['one that wants a key', problem('unauthorized', 401, 'Sign in first'), 'refused', /asks for a key: Sign in first/],
    ['one that lets nobody in now', problem('too_many_requests', 429, 'Too many wrong keys'), 'refused', /wrong keys/],
    [
      'one that is not ready',
      problem('unavailable', 503, 'No analysis worker is ready'),
      'not_ready',
      /No analysis worker/,
    ],
  ])('says what %s is', async (_name, listener, obstacle, message) => {
    const url = await serve(listener);
    const error = await identify(url, undefined, never).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'CantTry', obstacle });
    expect((error as Error).message).toMatch(message);
  });

  it('says that nobody is there', async () => {
    const url = await serve(() => {});
    await new Promise((resolve) => server!.close(resolve));
    server = undefined;
    await expect(identify(url, undefined, never)).rejects.toMatchObject({
      obstacle: 'unreachable',
      message: `${url} can't be reached: nobody listens there`,
    });
  });

  it('takes a key that may know nothing but how detection is', async () => {
    const health = { status: 'ok', model: 'm', device: 'cpu', uptime_s: 1 };
    const url = await serve((request, response) => {
      if (request.headers.authorization !== 'Bearer lk_detect') problem('unauthorized', 401, 'No')(request, response);
      else if (request.url === '/version') problem('forbidden', 403, 'Not for you')(request, response);
      else response.end(JSON.stringify(health));
    });
    expect(await identify(url, 'lk_detect', never)).toEqual({ version: undefined, health });
  });
});

describe('the checks', () => {
  it.each<[string, RequestListener]>([
    ['says yes to everything', (_request, response) => response.end('{}')],
    ['fails at everything', (_request, response) => response.writeHead(500).end('oops')],
    ['refuses everything, not in words', (_request, response) => response.writeHead(400).end('no')],
    ['cuts every connection', (request) => request.socket.destroy()],
  ])('find all of it wrong at a server that %s', async (_name, listener) => {
    const url = await serve(listener);
    const seen: string[] = [];
    const results = await runChecks({
      url,
      key: undefined,
      picture: testPattern(32, 32),
      signal: never,
      onProgress: (share, name) => {
        expect(share).toBeLessThan(1);
        seen.push(name);
      },
    });
    expect(results.filter(({ ok }) => ok)).toEqual([]);
    expect(results.map(({ name }) => name)).toEqual(seen);
    expect(results.length).toBeGreaterThan(10);
    for (const { detail } of results) expect(detail).not.toBe('');
  });

  it('stop where they are told to', async () => {
    const url = await serve((_request, response) => response.end('{}'));
    const signal = AbortSignal.abort();
    expect(await runChecks({ url, key: undefined, picture: testPattern(8, 8), signal, onProgress: () => {} })).toEqual(
      [],
    );
  });
});
