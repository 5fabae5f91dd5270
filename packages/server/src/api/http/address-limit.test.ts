import { once } from 'node:events';
import { createServer, get } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { type ConnectionLimits, limitConnections } from './address-limit.js';

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setUp(limits: ConnectionLimits) {
  const server = createServer((_request, response) => response.end('here'));
  const counts = { refused: 0 };
  limitConnections(server, limits, () => counts.refused++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  closers.push(() => server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const connect = async (from = '127.0.0.1') => {
    const socket = net.connect({ port, host: '127.0.0.1', localAddress: from });
    closers.push(() => socket.destroy());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const ask = (from = '127.0.0.1') =>
    new Promise<string>((resolve) => {
      const request = get({ port, host: '127.0.0.1', localAddress: from, agent: false }, (response) => {
        response.resume();
        response.once('end', () => resolve(String(response.statusCode)));
      });
      request.once('error', () => resolve('cut'));
    });
  return { counts, connect, ask };
}

it('cuts what one address opens over its limit, and serves others', async () => {
  const { counts, connect, ask } = await setUp({ connections: 100, connections_per_address: 3 });
  const slow = await Promise.all([connect(), connect(), connect()]);
  expect(await ask()).toBe('cut');
  expect(counts.refused).toBe(1);
  expect(await ask('127.0.0.2')).toBe('200');
  for (const socket of slow) socket.destroy();
  // Its own are gone: it is served again.
  let answer = '';
  while (answer !== '200') {
    await sleep(10);
    answer = await ask();
  }
});

it('cuts what is over the limit of all', async () => {
  const { counts, connect, ask } = await setUp({ connections: 2, connections_per_address: 10 });
  await Promise.all([connect(), connect('127.0.0.2')]);
  expect(await ask('127.0.0.3')).toBe('cut');
  expect(counts.refused).toBe(1);
});
