import { CameraId } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { nameFromUrl, slugify, uniqueCameraId } from './camera-id.js';

describe('slugify', () => {
  it.each([
    ['Yard', 'yard'],
    ['Garten Süd #2', 'garten-sud-2'],
    ['Straße', 'strasse'],
    ['Двор', 'dvor'],
    ['Αυλή', 'ayli'],
    ['Łódź — brama', 'lodz-brama'],
    ['ＡＢ１', 'ab1'],
    ['庭', 'camera'],
    ['  --  ', 'camera'],
    ['x'.repeat(100), 'x'.repeat(64)],
    [`${'x'.repeat(63)} y`, 'x'.repeat(63)],
  ])('makes %j into %j', (name, id) => {
    expect(slugify(name)).toBe(id);
    expect(CameraId.safeParse(id).success).toBe(true);
  });
});

it('uniqueCameraId counts up, within the length of an id', () => {
  const taken = new Set(['yard', 'yard-2', 'x'.repeat(64)]);
  expect(uniqueCameraId('gate', (id) => taken.has(id))).toBe('gate');
  expect(uniqueCameraId('yard', (id) => taken.has(id))).toBe('yard-3');
  const long = uniqueCameraId('x'.repeat(64), (id) => taken.has(id));
  expect(long).toBe(`${'x'.repeat(62)}-2`);
});

it.each([
  ['rtsp://user:secret@10.0.0.5:554/h264', '10.0.0.5'],
  ['/dev/video0', 'video0'],
  ['demo:street', 'street'],
  ['file:///clips/my%20yard.mp4', 'my yard'],
  ['clips/yard.mp4', 'yard'],
  ['http://[broken', 'camera'],
])('names %s %s', (url, name) => {
  expect(nameFromUrl(url)).toBe(name);
});
