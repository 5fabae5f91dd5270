import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AddressGuard } from './address-guard.js';

const named = (host: string, port = 80) => ({ host, port, named: true });
const REFUSED = expect.objectContaining({ code: 'camera_refused' });

/** A guard whose camera was reached there. */
function guardOf(address: string, ownPorts: number[] = []): AddressGuard {
  const guard = new AddressGuard({ ownPorts });
  guard.reached({ host: address, port: 81, named: false }, address);
  return guard;
}

describe('what the answer of a camera names', () => {
  it.each([
    ['8.8.8.8', '1.1.1.1', true],
    ['8.8.8.8', '192.168.1.1', false],
    ['8.8.8.8', '169.254.1.1', false],
    ['8.8.8.8', '127.0.0.1', false],
    ['192.168.1.50', '1.1.1.1', true],
    ['192.168.1.50', '10.0.0.1', true],
    ['192.168.1.50', '169.254.1.1', false],
    ['192.168.1.50', '127.0.0.1', false],
    ['192.168.1.50', '0.0.0.0', false],
    ['192.168.1.50', '[::1]', false],
    ['192.168.1.50', '[::ffff:7f00:1]', false],
    ['169.254.7.7', '169.254.1.1', true],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '192.168.1.1', true],
    ['127.0.0.1', '169.254.169.254', false],
    ['169.254.7.7', '169.254.169.254', false],
  ])('of a camera at %s: %s %s', (camera, address, allowed) => {
    const guard = guardOf(camera);
    expect(guard.allowsNamed(address.replace(/[[\]]/g, ''), 80)).toBe(allowed);
    if (allowed) guard.lookupFor(named(address));
    else expect(() => guard.lookupFor(named(address))).toThrow(REFUSED);
  });

  it('is never this server, but may be the camera again', () => {
    const guard = guardOf('127.0.0.1', [8080, 81]);
    expect(() => guard.lookupFor(named('127.0.0.1', 8080))).toThrow(REFUSED);
    guard.lookupFor(named('127.0.0.1', 81));
    guard.lookupFor(named('127.0.0.1', 8081));
  });

  it.each(['localhost', '2130706433', '0x7f.1', '127.1'])('is looked at behind the name %s', async (host) => {
    const lookup = guardOf('8.8.8.8').lookupFor(named(host, 9));
    const error = await new Promise((resolve) => {
      connect({ host, port: 9, lookup }).on('error', resolve).on('connect', resolve);
    });
    expect(error).toEqual(REFUSED);
  });
});

describe('the camera itself', () => {
  it('may be anywhere, unless said otherwise', () => {
    new AddressGuard().lookupFor({ host: '127.0.0.1', port: 80, named: false });
    const guard = new AddressGuard({ mostPrivate: 'private' });
    guard.lookupFor({ host: '192.168.1.1', port: 80, named: false });
    for (const host of ['127.0.0.1', '169.254.169.254'])
      expect(() => guard.lookupFor({ host, port: 80, named: false })).toThrow(REFUSED);
  });

  it('does not get more private later, in another thread neither', () => {
    const guard = guardOf('8.8.8.8');
    guard.reached({ host: 'camera', port: 80, named: false }, '127.0.0.1');
    expect(guard.allowsNamed('127.0.0.1', 80)).toBe(false);
    const other = new AddressGuard(guard.limits);
    expect(() => other.lookupFor({ host: '127.0.0.1', port: 80, named: false })).toThrow(REFUSED);
  });
});
