import { describe, expect, it } from 'vitest';
import { onOwnHost, scopeOf, serviceAddress, shownText } from './own-host.js';

describe('an address that a device names', () => {
  it.each([
    ['rtsp://192.168.1.20:554/a?b=1&c=2', 'rtsp://192.168.1.20:554/a?b=1&c=2', undefined],
    ['rtsp://10.0.0.5:8554/a', 'rtsp://192.168.1.20:8554/a', '10.0.0.5'],
    ['rtsp://admin:secret@10.0.0.5/a', 'rtsp://192.168.1.20/a', '10.0.0.5'],
    ['rtsp://[fe80::1]:554/a', 'rtsp://192.168.1.20:554/a', '[fe80::1]'],
  ])('%s is %s', (named, url, other) => {
    const found = onOwnHost(named, '192.168.1.20', ['rtsp:']);
    expect(found?.url.href).toBe(url);
    expect(found?.named).toBe(other);
  });

  it.each(['', 'stream1', 'file:///etc/passwd', 'http://192.168.1.20/a', undefined, 7, {}])('is not %s', (named) => {
    expect(onOwnHost(named, '192.168.1.20', ['rtsp:'])).toBeUndefined();
  });

  it('is the one on its own host for its service, else moved there', () => {
    const own = 'http://192.168.1.20:8000/onvif/device_service';
    expect(serviceAddress(['http://10.0.0.5/x', own], '192.168.1.20')).toBe(own);
    expect(serviceAddress(['nonsense', 'http://10.0.0.5:81/x'], '192.168.1.20')).toBe('http://192.168.1.20:81/x');
    expect(serviceAddress([], '192.168.1.20')).toBe('http://192.168.1.20/onvif/device_service');
  });
});

it('reads scopes, whatever they contain', () => {
  const scopes = [
    'onvif://www.onvif.org/name/Front%20door',
    'onvif://www.onvif.org/hardware/T%zz',
    'onvif://www.onvif.org/location/country/Norway',
  ];
  expect(['name', 'hardware', 'location', 'mfr'].map((kind) => scopeOf(scopes, kind))).toEqual([
    'Front door',
    'T%zz',
    'Norway',
    null,
  ]);
});

it('shows no control characters, and no more than 100 characters', () => {
  expect(shownText('a\u0000\nb\u202ec')).toBe('a b c');
  expect(shownText('x'.repeat(200))).toHaveLength(100);
  expect(shownText(' \n')).toBeNull();
});
