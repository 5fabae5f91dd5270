import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type OnvifDeviceOptions, startOnvifDevice } from '../testing/onvif/device.js';
import { findDevices, MAX_DEVICES } from './find-devices.js';
import { readProbeMatches } from './probe-message.js';

const stops: Array<() => unknown> = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A port of this test's own, so that other tests' devices stay silent. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

async function searching(port: number, options: OnvifDeviceOptions = {}) {
  const device = await startOnvifDevice({ ...options, discoveryPort: port });
  stops.push(() => device.stop());
  return device;
}

describe('a search', () => {
  it('finds each device once, where it answered, and asks it nothing', async () => {
    const port = await freePort();
    const devices = [await searching(port, { name: 'Front door', model: 'T 9' }), await searching(port)];
    const { devices: found, truncated, networks } = await findDevices({ interfaces: ['lo'], port, waitMs: 600 });
    expect(found).toHaveLength(2);
    const first = found.find(({ name }) => name === 'Front door');
    expect(first).toMatchObject({ manufacturer: 'Acme', model: 'T 9', location: null });
    expect(first?.address).toBe(`http://${first?.host}:${devices[0]?.port}/onvif/device_service`);
    expect(devices.flatMap(({ asked }) => asked)).toEqual([]);
    expect(truncated).toBe(false);
    expect(networks[0]).toMatch(/^\w+ [\d.]+\/\d+$/);
  });

  it('of one host ends with its answer', async () => {
    const port = await freePort();
    const device = await searching(port);
    const { devices, networks } = await findDevices({ host: '127.0.0.1', port, waitMs: 20_000 });
    expect(devices.map(({ address }) => address)).toEqual([device.address]);
    expect(networks).toEqual(['127.0.0.1']);
  });

  it('finds a device that names another host where it answered', async () => {
    const port = await freePort();
    const device = await searching(port, { namedHost: '203.0.113.9' });
    const { devices } = await findDevices({ host: '127.0.0.1', port, waitMs: 20_000 });
    expect(devices.map(({ address }) => address)).toEqual([device.address]);
  });

  it('lists a bounded number', async () => {
    const port = await freePort();
    await searching(port, { copies: MAX_DEVICES + 100 });
    const { devices, truncated } = await findDevices({ interfaces: ['lo'], port, waitMs: 1500 });
    // The system may drop some datagrams of a flood.
    expect(devices.length).toBeGreaterThan(50);
    expect(devices.length).toBeLessThanOrEqual(MAX_DEVICES);
    expect(truncated).toBe(devices.length === MAX_DEVICES);
  });

  it('ignores what is not an answer', async () => {
    const port = await freePort();
    await searching(port);
    const noise = createSocket({ type: 'udp4', reuseAddr: true }).bind(port, '239.255.255.250');
    stops.push(() => noise.close());
    await once(noise, 'listening');
    noise.addMembership('239.255.255.250', '127.0.0.1');
    noise.on('message', (_message, { port: to, address }) => {
      for (const text of ['', '\u0000\u0001', '<a', '<a/>', 'x'.repeat(60_000), `${'<a>'.repeat(4000)}`])
        noise.send(text, to, address);
    });
    const { devices } = await findDevices({ interfaces: ['lo'], port, waitMs: 600 });
    expect(devices).toHaveLength(1);
  });

  it('stays on the interfaces it was given', async () => {
    const port = await freePort();
    await searching(port);
    const { devices, networks } = await findDevices({ interfaces: ['none0'], port, waitMs: 20 });
    expect([devices, networks]).toEqual([[], []]);
  });

  it('says that a name leads nowhere', async () => {
    await expect(findDevices({ host: 'nowhere.invalid' })).rejects.toMatchObject({ syscall: 'getaddrinfo' });
  });
});

describe('an answer to a search', () => {
  const matches = (body: string, relatesTo = 'urn:uuid:1') =>
    readProbeMatches(
      Buffer.from(
        `<s:Envelope xmlns:s="s"><s:Header><a:RelatesTo>${relatesTo}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`,
      ),
      ['urn:uuid:1'],
    );
  const match = '<d:ProbeMatch><d:XAddrs> http://10.0.0.2/a\n http://10.0.0.3/b </d:XAddrs></d:ProbeMatch>';

  it('may name several devices, and leave out most', () => {
    const [first, second] = matches(`<d:ProbeMatches>${match}<ProbeMatch/></d:ProbeMatches>`);
    expect(first).toEqual({ endpoint: '', xaddrs: ['http://10.0.0.2/a', 'http://10.0.0.3/b'], scopes: [] });
    expect(second).toEqual({ endpoint: '', xaddrs: [], scopes: [] });
  });

  it('counts only if it is for this search', () => {
    expect(matches(`<ProbeMatches>${match}</ProbeMatches>`, 'urn:uuid:2')).toEqual([]);
    expect(matches(`<ProbeMatches>${match}</ProbeMatches>`, '')).toHaveLength(1);
  });

  it('is not expanded', () => {
    const bomb = `<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Envelope><Body>&b;</Body></Envelope>`;
    expect(readProbeMatches(Buffer.from(bomb), [])).toEqual([]);
  });
});
