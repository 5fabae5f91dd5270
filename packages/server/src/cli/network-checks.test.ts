import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../platform/config/settings.js';
import { networkChecks } from './network-checks.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function findings(env: Record<string, string>, name: string) {
  const settings = loadSettings({ env: { LOOKOUT_PORT: '0', ...env }, cwd: tmpdir() });
  return (await networkChecks(settings))
    .filter((each) => each.name === name)
    .map(({ state, detail }) => `${state}: ${detail}`);
}

/** @param answer what it says to whoever connects */
async function occupy(answer?: Buffer): Promise<number> {
  const server = createServer((socket) => void socket.on('error', () => undefined).end(answer ?? ''));
  closers.push(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

describe('the port for RTMP', () => {
  const rtmp = async (port: number) => (await findings({ LOOKOUT_RTMP_PORT: `${port}` }, 'RTMP port'))[0];

  it('is off, or free, and says who reaches it', async () => {
    expect(await rtmp(0)).toMatch(/^info: off/);
    const port = await occupy();
    await closers.pop()?.();
    expect(await rtmp(port)).toMatch(/^ok: .* is free, for this machine only: others need --host 0\.0\.0\.0$/);
  });

  it('is taken by a program of another kind, or by another RTMP server', async () => {
    expect(await rtmp(await occupy(Buffer.from('SSH-2.0')))).toMatch(
      /^warn: .* in use by another program; .*--rtmp-port/,
    );
    expect(await rtmp(await occupy(Buffer.alloc(1537, 3)))).toMatch(/^warn: .* in use by another RTMP server/);
  });
});

describe('the ports for WebRTC', () => {
  it('are any, or counted', async () => {
    expect(await findings({}, 'WebRTC ports')).toEqual([expect.stringMatching(/^ok: any free UDP port/)]);
    const taken = createSocket('udp4').bind(0, '127.0.0.1');
    await once(taken, 'listening');
    closers.push(() => taken.close());
    const { port } = taken.address();
    const range = await findings({ LOOKOUT_WEBRTC_PORTS: `${port - 1}-${port}` }, 'WebRTC ports');
    expect(range).toEqual([expect.stringMatching(/^warn: [01] of the first 2 UDP ports/)]);
  });

  it('include one for TCP', async () => {
    const overTcp = async (env: Record<string, string>) => (await findings(env, 'WebRTC over TCP'))[0];
    expect(await overTcp({ LOOKOUT_PORT: '8080' })).toBe('ok: at the port of the pages, 8080');
    expect(await overTcp({ LOOKOUT_WEBRTC_TCP_PORT: '0' })).toMatch(/^info: off/);
    const port = await occupy();
    const taken = await overTcp({ LOOKOUT_WEBRTC_TCP_PORT: `${port}` });
    expect(taken).toMatch(/^warn: .* in use by another program; choose another with --webrtc-tcp-port$/);
    await closers.pop()?.();
    expect(await overTcp({ LOOKOUT_WEBRTC_TCP_PORT: `${port}` })).toMatch(/^ok: .* is free/);
  });

  it('have to be known where another machine forwards them', async () => {
    const at = (env: Record<string, string>) =>
      findings({ LOOKOUT_PUBLIC_IP: '203.0.113.9', ...env }, 'public address');
    expect(await at({})).toEqual([expect.stringMatching(/^warn: .*set --webrtc-ports/)]);
    expect(await at({ LOOKOUT_WEBRTC_PORTS: '50000-50010', LOOKOUT_PORT: '8080' })).toEqual([
      'info: 203.0.113.9: forward UDP ports 50000-50010 and TCP port 8080 from there to this machine',
    ]);
    expect(await at({ LOOKOUT_WEBRTC_PORTS: '50000-50010', LOOKOUT_WEBRTC_TCP_PORT: '0' })).toEqual([
      'info: 203.0.113.9: forward UDP ports 50000-50010 from there to this machine',
    ]);
    expect(await at({ LOOKOUT_PUBLIC_IP: '127.0.0.1' })).toEqual(['ok: 127.0.0.1 is an address of this machine']);
  });
});
