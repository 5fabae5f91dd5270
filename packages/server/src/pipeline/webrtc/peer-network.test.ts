import { describe, expect, it } from 'vitest';
import { peerNetwork } from './peer-network.js';

const address = (text: string, internal = false) =>
  ({
    address: text,
    internal,
    family: text.includes(':') ? 'IPv6' : 'IPv4',
    netmask: '',
    mac: '',
    cidr: null,
  }) as never;
const INTERFACES = {
  lo: [address('127.0.0.1', true), address('::1', true)],
  eth0: [address('192.168.1.5'), address('fe80::1'), address('2001:db8::5')],
  docker0: [address('172.17.0.1')],
};
const of = (host: string, more: object = {}, interfaces = INTERFACES) =>
  peerNetwork({ host, ice_servers: [], ...more }, interfaces);

describe('peerNetwork', () => {
  it.each([
    ['127.0.0.1', ['127.0.0.1'], '127.0.0.1'],
    ['localhost', ['127.0.0.1'], '127.0.0.1'],
    ['192.168.1.5', ['192.168.1.5'], '192.168.1.5'],
    ['0.0.0.0', ['192.168.1.5', '172.17.0.1'], undefined],
    ['::', ['192.168.1.5', '2001:db8::5', '172.17.0.1'], undefined],
  ])('offers where a server on %s listens', (host, addresses, bindAddress) => {
    expect(of(host)).toEqual({ addresses, ...(bindAddress && { bindAddress }), iceServers: [] });
  });

  it('offers a public address first, whose packets arrive at any of ours', () => {
    expect(of('0.0.0.0', { public_ip: '203.0.113.9' }).addresses).toEqual(['203.0.113.9', '192.168.1.5', '172.17.0.1']);
    expect(of('192.168.1.5', { public_ip: '203.0.113.9' })).not.toHaveProperty('bindAddress');
  });

  it('stays on loopback where there is no other network', () => {
    expect(of('0.0.0.0', {}, { lo: INTERFACES.lo } as never)).toMatchObject({ addresses: ['127.0.0.1'] });
  });
});
