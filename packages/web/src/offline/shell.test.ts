import { expect, it } from 'vitest';
import { routeOf, staleCaches } from './shell.js';

const SCOPE = 'https://home.test/lookout/';

it.each([
  ['GET', 'no-cors', 'assets/start-1a2b.js', 'asset'],
  ['GET', 'navigate', '', 'page'],
  ['GET', 'navigate', 'cameras/yard?tab=live#top', 'page'],
  ['GET', 'navigate', 'api/cameras/yard/snapshot.jpg', undefined],
  ['GET', 'navigate', 'stream/yard.mjpeg', undefined],
  ['GET', 'cors', 'api/cameras', undefined],
  ['GET', 'no-cors', 'api/events/1/snapshot.jpg', undefined],
  ['GET', 'no-cors', 'manifest.webmanifest', undefined],
  ['POST', 'navigate', 'cameras', undefined],
] as const)('%s %s %s: %s', (method, mode, path, route) => {
  expect(routeOf({ method, mode, url: SCOPE + path }, SCOPE)).toBe(route);
});

it('leaves what a proxy serves beside it', () => {
  expect(routeOf({ method: 'GET', mode: 'navigate', url: 'https://home.test/other' }, SCOPE)).toBeUndefined();
  expect(routeOf({ method: 'GET', mode: 'cors', url: 'https://home.test/assets/x.js' }, SCOPE)).toBeUndefined();
});

it('keeps the files of two builds, and what others keep', () => {
  const names = ['lookout-assets-a', 'other', 'lookout-assets-b', 'lookout-pages', 'lookout-assets-c'];
  expect(staleCaches(names)).toEqual(['lookout-assets-a']);
  expect(staleCaches(names.slice(2))).toEqual([]);
});
