import { expect, it } from 'vitest';
import { probeDecoders } from './decoders.js';

it('reports the decoders every build has', () => {
  const { software, hardware } = probeDecoders();
  expect(software).toMatchObject({ h264: 'h264', hevc: 'hevc', mjpeg: 'mjpeg', mpeg4: 'mpeg4' });
  for (const { type, available } of hardware) {
    expect(type).toMatch(/^[a-z0-9]+$/);
    expect(typeof available).toBe('boolean');
  }
});
