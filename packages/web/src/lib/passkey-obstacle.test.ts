import { expect, it } from 'vitest';
import { passkeyObstacle, wasDeclined } from './passkey-obstacle.js';

it.each([
  [{ hostname: 'localhost', isSecure: true, hasApi: true }, undefined],
  [{ hostname: 'cam.home.arpa', isSecure: true, hasApi: true }, undefined],
  [{ hostname: '192.168.1.5', isSecure: true, hasApi: true }, 'address'],
  [{ hostname: '[fd00::5]', isSecure: true, hasApi: true }, 'address'],
  [{ hostname: 'cam.home.arpa', isSecure: false, hasApi: false }, 'https'],
  [{ hostname: 'cam.home.arpa', isSecure: true, hasApi: false }, 'browser'],
] as const)('of %j, what is in the way is %s', (facts, obstacle) => {
  expect(passkeyObstacle(facts)).toBe(obstacle);
});

it('a closed dialog is no error', () => {
  expect(wasDeclined(new DOMException('no', 'NotAllowedError'))).toBe(true);
  expect(wasDeclined(new Error('no'))).toBe(false);
});
