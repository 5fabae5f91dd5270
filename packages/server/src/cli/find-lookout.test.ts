import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findLookout } from './find-lookout.js';

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

async function listen(listening: Server): Promise<number> {
  server = listening.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const answering = (answer: RequestListener) => listen(createServer(answer));
const health = { status: 'ok', uptime_s: 7, checks: {} };

describe('findLookout', () => {
  it.each(['127.0.0.1', '0.0.0.0'])('knows a Lookout that listens on %s by its health', async (host) => {
    const port = await answering(({ url }, response) => response.end(url === '/healthz' && JSON.stringify(health)));
    expect(await findLookout(host, port)).toEqual(health);
  });

  it.each<[string, RequestListener]>([
    ['a page', (_request, response) => response.end('<html>')],
    ['other JSON', (_request, response) => response.end('{"status":"ok"}')],
    ['an answer that breaks off', (_request, response) => response.write('{"status":', () => response.destroy())],
    ['an endless answer', (_request, response) => response.write(' '.repeat(100_000))],
  ])('takes %s for another program', async (_name, answer) => {
    expect(await findLookout('127.0.0.1', await answering(answer))).toBeUndefined();
  });

  it('does not wait for one that says nothing', async () => {
    const port = await listen(createTcpServer((socket) => socket.on('error', () => socket.destroy()).resume()));
    expect(await findLookout('127.0.0.1', port)).toBeUndefined();
  });

  it('finds nobody where nobody listens', async () => {
    const port = await answering(() => undefined);
    server?.close();
    expect(await findLookout('127.0.0.1', port)).toBeUndefined();
  });
});
