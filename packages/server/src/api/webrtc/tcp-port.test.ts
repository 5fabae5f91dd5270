import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../platform/config/settings.js';
import { TcpPort } from './tcp-port.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function occupied(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function free(): Promise<number> {
  const port = await occupied();
  await closers.pop()?.();
  return port;
}

async function open(port: number | undefined) {
  const seen = { sockets: [] as Socket[], log: [] as string[] };
  const env = port === undefined ? {} : { LOOKOUT_WEBRTC_TCP_PORT: String(port) };
  const tcp = new TcpPort({
    settings: loadSettings({ env: { ...env, LOOKOUT_DATA: '/nowhere' }, cwd: '/' }),
    accept: (socket) => void seen.sockets.push(socket),
    onRefused: () => undefined,
    log: { info: () => undefined, warn: (_fields: unknown, line?: string) => void seen.log.push(line ?? '') },
  });
  await tcp.listen();
  closers.push(() => tcp.close());
  return { tcp, seen };
}

describe('TcpPort', () => {
  it('is that of the pages, unless it is set', async () => {
    const { tcp } = await open(undefined);
    expect([tcp.port(8080), tcp.port(undefined), tcp.onIce !== undefined]).toEqual([8080, undefined, true]);
  });

  it('is none if it is 0', async () => {
    const { tcp } = await open(0);
    expect([tcp.port(8080), tcp.onIce, tcp.problem]).toEqual([undefined, undefined, undefined]);
  });

  it('is one of its own, which passes connections on', async () => {
    const port = await free();
    const { tcp, seen } = await open(port);
    expect([tcp.port(8080), tcp.onIce]).toEqual([port, undefined]);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    await expect.poll(() => seen.sockets.length).toBe(1);
    for (const each of [socket, ...seen.sockets]) each.destroy();
  });

  it('says so if another program has it', async () => {
    const port = await occupied();
    const { tcp, seen } = await open(port);
    expect(tcp.port(8080)).toBeUndefined();
    expect(tcp.problem).toBe(`port ${port} is in use by another program: choose another one with --webrtc-tcp-port`);
    expect(seen.log).toEqual([`no WebRTC over TCP: ${tcp.problem}`]);
  });
});
