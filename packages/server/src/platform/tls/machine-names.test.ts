import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isPrivate, lanAddresses, machineNames } from './machine-names.js';

function at(address: string, internal = false): NetworkInterfaceInfo {
  return { address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' } as NetworkInterfaceInfo;
}

describe('lanAddresses', () => {
  it('puts what a phone can reach first', () => {
    const interfaces = {
      lo: [at('127.0.0.1', true), at('::1', true)],
      docker0: [at('172.17.0.1')],
      tailscale0: [at('100.101.1.2')],
      eth0: [at('fd00::7'), at('fe80::1'), at('2001:db8::5'), at('192.168.1.7')],
      wlan0: [at('172.20.1.2')],
      'br-1234': [at('10.5.0.1')],
    };
    expect(lanAddresses(interfaces)).toEqual([
      '192.168.1.7',
      '100.101.1.2',
      '172.20.1.2',
      'fd00::7',
      '10.5.0.1',
      '172.17.0.1',
    ]);
  });

  it('puts public addresses last, names each once, and is bounded', () => {
    const interfaces = { eth0: [at('93.184.216.34'), at('10.0.0.1'), at('169.254.1.1')], eth1: [at('10.0.0.1')] };
    expect(lanAddresses(interfaces)).toEqual(['10.0.0.1', '93.184.216.34']);
    const many = Array.from({ length: 500 }, (_, i) => at(`10.0.${i >> 8}.${i & 255}`));
    expect(lanAddresses({ eth0: many })).toHaveLength(32);
    expect(lanAddresses({ eth0: undefined })).toEqual([]);
  });
});

it.each([
  ['10.0.0.1', true],
  ['11.0.0.1', false],
  ['172.15.0.1', false],
  ['172.16.0.1', true],
  ['172.31.255.255', true],
  ['172.32.0.1', false],
  ['192.168.0.1', true],
  ['192.169.0.1', false],
  ['100.63.0.1', false],
  ['100.127.0.1', true],
  ['fd00::1', true],
  ['fe80::1', false],
  ['2001:db8::1', false],
])('%s is private: %s', (address, expected) => {
  expect(isPrivate(address)).toBe(expected);
});

it.each([
  ['Studio', ['localhost', 'studio', 'studio.local']],
  ['studio.local', ['localhost', 'studio', 'studio.local']],
  ['cam.example.org', ['localhost', 'cam.example.org']],
  ['my_pc', ['localhost', 'lookout', 'lookout.local']],
  ['-x', ['localhost', 'lookout', 'lookout.local']],
  ['', ['localhost', 'lookout', 'lookout.local']],
  ['localhost', ['localhost', 'lookout', 'lookout.local']],
])('a machine called %j has the names %j', (name, dns) => {
  expect(machineNames({}, name)).toMatchObject({ dns, ips: ['127.0.0.1', '::1'] });
});
