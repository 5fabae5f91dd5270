import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { isForbidden, isMorePrivate, reachOf } from './reach.js';

it.each([
  ['8.8.8.8', 'public'],
  ['172.32.0.1', 'public'],
  ['192.0.2.7', 'public'],
  ['2606:4700::1111', 'public'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.50', 'private'],
  ['100.64.0.1', 'private'],
  ['fd12::1', 'private'],
  ['169.254.10.10', 'link-local'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local'],
  ['127.0.0.1', 'machine'],
  ['127.255.0.9', 'machine'],
  ['0.0.0.0', 'machine'],
  ['0.1.2.3', 'machine'],
  ['::1', 'machine'],
  ['[::1]', 'machine'],
  ['::', 'machine'],
  // IPv4 in IPv6: mapped, compatible, through NAT64, 6to4.
  ['::ffff:127.0.0.1', 'machine'],
  ['::ffff:7f00:1', 'machine'],
  ['::ffff:192.168.1.1', 'private'],
  ['::ffff:8.8.8.8', 'public'],
  ['::127.0.0.1', 'machine'],
  ['64:ff9b::127.0.0.1', 'machine'],
  ['64:ff9b::7f00:1', 'machine'],
  ['64:ff9b::10.0.0.1', 'private'],
  ['64:ff9b::8.8.8.8', 'public'],
  ['2002:7f00:1::', 'machine'],
  ['2002:c0a8:101::1', 'private'],
  ['localhost', 'machine'],
  ['', 'machine'],
])('%s is %s', (address, reach) => {
  expect(reachOf(address, {})).toBe(reach);
});

it("counts this machine's own addresses as the machine", () => {
  const own = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
  expect(own.length).toBeGreaterThan(0);
  for (const address of own) expect(reachOf(address)).toBe('machine');
});

it('counts public addresses of its own networks as private', () => {
  const [address, cidr] = ['2001:db8:7:1::5', '2001:db8:7:1::5/64'];
  const one = { address, cidr, netmask: 'ffff:ffff:ffff:ffff::', mac: '', internal: false, family: 'IPv6', scopeid: 0 };
  const interfaces = { eth0: [one as NetworkInterfaceInfo] };
  expect(reachOf(address, interfaces)).toBe('machine');
  expect(reachOf('2001:db8:7:1:abcd::1', interfaces)).toBe('private');
  expect(reachOf('2001:db8:7:2::1', interfaces)).toBe('public');
});

it.each([
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '169.254.170.2',
  '168.63.129.16',
  '100.100.100.200',
  'fd00:ec2::254',
  '224.0.0.1',
  '255.255.255.255',
  'ff02::1',
])('%s is for nobody', (address) => {
  expect(isForbidden(address)).toBe(true);
});

it('orders them', () => {
  expect(isMorePrivate('machine', 'link-local')).toBe(true);
  expect(isMorePrivate('link-local', 'private')).toBe(true);
  expect(isMorePrivate('private', 'public')).toBe(true);
  expect(isMorePrivate('private', 'private')).toBe(false);
  expect(isMorePrivate('public', 'machine')).toBe(false);
});
