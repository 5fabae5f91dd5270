import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { clientHandshake, obsCommands, obsSession } from '../testing/rtmp-publisher-bytes.js';
import { SELF_SIGNED } from '../testing/self-signed.js';
import type { RtmpConnectionEnd } from './rtmp-connection.js';
import { RtmpListener, type RtmpListenerOptions } from './rtmp-listener.js';

const opened: { server: Server; listener: RtmpListener }[] = [];
afterEach(async () => {
  for (const { server, listener } of opened.splice(0)) {
    server.close();
    await listener.close();
  }
});

async function listen(server: Server, options: Partial<RtmpListenerOptions> = {}) {
  const seen: string[] = [];
  const ends: RtmpConnectionEnd[] = [];
  const listener = new RtmpListener(server, {
    authorize: (key) => (key.startsWith('KEY') ? { accepted: true } : { accepted: false, reason: 'The key is wrong' }),
    onPublish: ({ key }) => ({
      onPacket: ({ dtsMs }) => seen.push(`${key} ${dtsMs}`),
      onEnd: ({ reason }) => seen.push(`${key} ${reason}`),
    }),
    onConnectionEnd: (end) => ends.push(end),
    ...options,
  });
  opened.push({ server, listener });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { listener, seen, ends, port: (server.address() as AddressInfo).port };
}

describe('RtmpListener', () => {
  it('accepts several publishers at once', async () => {
    const { port, seen, ends } = await listen(createServer());
    const sockets = ['KEY-1', 'KEY-2'].map((key) => connect(port, '127.0.0.1').end(obsSession(key, 2)).resume());
    await Promise.all(sockets.map((socket) => once(socket, 'close')));
    await expect.poll(() => ends).toHaveLength(2);
    expect(seen.sort()).toEqual([
      'KEY-1 0',
      'KEY-1 40',
      'KEY-1 unpublished',
      'KEY-2 0',
      'KEY-2 40',
      'KEY-2 unpublished',
    ]);
  });

  it('accepts publishers over TLS', async () => {
    const { port, seen, ends } = await listen(createTlsServer(SELF_SIGNED));
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.end(obsSession('KEY', 1)).resume();
    await once(socket, 'close');
    await expect.poll(() => ends).toHaveLength(1);
    expect(seen).toEqual(['KEY 0', 'KEY unpublished']);
  });

  it('refuses a thousand connections over the limit, and keeps working', async () => {
    const { listener, port, ends, seen } = await listen(createServer(), { maxConnections: 20 });
    const sockets = Array.from({ length: 1000 }, () =>
      connect(port, '127.0.0.1')
        .on('error', () => {})
        .resume(),
    );
    await expect.poll(() => ends.length).toBe(980);
    expect(new Set(ends.map(({ reason }) => reason))).toEqual(new Set(['too_many_connections']));
    expect(listener.connectionCount).toBe(20);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => listener.connectionCount).toBe(0);
    await once(connect(port, '127.0.0.1').end(obsSession('KEY', 1)).resume(), 'close');
    await expect.poll(() => seen).toEqual(['KEY 0', 'KEY unpublished']);
  });

  it('passes a publisher on to another server, which goes on as if it had been there from the beginning', async () => {
    const owner = await listen(createServer());
    const vias: Socket[] = [];
    const authorize = () => {
      const via = connect(owner.port, '127.0.0.1');
      vias.push(via);
      return { accepted: 'elsewhere', via } as const;
    };
    const entry = await listen(createServer(), { authorize, onPublish: () => expect.unreachable('published here') });
    const answers = async (port: number) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(obsSession('KEY', 2));
      let answer = '';
      socket.on('data', (bytes) => {
        answer += bytes.toString('latin1');
        if (answer.includes('NetStream.Unpublish.Success')) socket.end();
      });
      await once(socket, 'close');
      return answer;
    };
    const passed = await answers(entry.port);
    await expect.poll(() => owner.seen).toEqual(['KEY 0', 'KEY 40', 'KEY unpublished']);
    expect(passed).toBe(await answers(owner.port));
    await expect
      .poll(() => [...entry.ends, ...owner.ends].map(({ reason }) => reason))
      .toEqual([...['passed_on', 'unpublished', 'unpublished']]);
    expect(vias[0]?.destroyed).toBe(true);
    const refused = await answers(
      (await listen(createServer(), { authorize: () => ({ accepted: 'elsewhere', via: connect(1, '127.0.0.1') }) }))
        .port,
    );
    expect(refused, 'nobody there').not.toContain('Publish.Start');
  });

  it('ends a passed publisher when it closes', async () => {
    const owner = await listen(createServer());
    const authorize = () => ({ accepted: 'elsewhere', via: connect(owner.port, '127.0.0.1') }) as const;
    const entry = await listen(createServer(), { authorize, timeouts: { lingerMs: 20 } });
    const publisher = connect(entry.port, '127.0.0.1');
    publisher.write(Buffer.concat([clientHandshake(), obsCommands('KEY')]));
    let answer = '';
    publisher.on('data', (bytes) => (answer += bytes.toString('latin1')));
    await expect.poll(() => answer).toContain('Publish.Start');
    await entry.listener.close();
    await expect.poll(() => owner.seen).toEqual(['KEY disconnected']);
  });

  it('ignores connections that another listener has refused', async () => {
    const server = createServer((socket) => socket.destroy());
    const { listener, port, ends } = await listen(server);
    await once(connect(port, '127.0.0.1').resume(), 'close');
    expect(listener.connectionCount).toBe(0);
    expect(ends).toEqual([]);
  });

  it('ends all connections when it closes, and accepts no more', async () => {
    const server = createServer();
    const { listener, port, seen, ends } = await listen(server, { timeouts: { lingerMs: 20 } });
    const [publisher, idle] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    publisher.write(Buffer.concat([clientHandshake(), obsCommands('KEY')]));
    let answer = '';
    publisher.on('data', (bytes) => (answer += bytes.toString('latin1')));
    await expect.poll(() => answer).toContain('Publish.Start');
    await expect.poll(() => listener.connectionCount).toBe(2);
    const closed = [publisher, idle.resume()].map((socket) => once(socket, 'close'));
    await listener.close();
    await Promise.all(closed);
    expect(seen).toEqual(['KEY closed']);
    expect(answer).toContain('The server is shutting down');
    expect(ends.map(({ reason }) => reason)).toEqual(['closed', 'closed']);

    await once(connect(port, '127.0.0.1').resume(), 'close');
    expect(ends).toHaveLength(3);
    await listener.close();
  });
});
