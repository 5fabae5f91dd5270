import { describe, expect, it } from 'vitest';
import { JPEG_REFERENCE_QUALITY, jpegQualityFor, relativeJpegBytes } from './jpeg-bytes.js';

describe('relativeJpegBytes', () => {
  it('is 1 at the reference, and its inverse leads back', () => {
    expect(relativeJpegBytes(JPEG_REFERENCE_QUALITY)).toBe(1);
    for (let quality = 0.3; quality < 0.96; quality += 0.05)
      expect(jpegQualityFor(relativeJpegBytes(quality))).toBeCloseTo(quality, 10);
  });

  it.each([
    ['libjpeg', { 0.3: 0.4, 0.5: 0.56, 0.7: 0.78, 0.9: 1.55, 0.95: 2.3 }],
    ['Chromium', { 0.3: 0.41, 0.4: 0.5, 0.5: 0.59, 0.6: 0.685, 0.7: 0.806, 0.9: 1.45, 0.95: 2.02 }],
  ])('is within a tenth of what %s makes of street scenes', (_, measured) => {
    for (const [quality, bytes] of Object.entries(measured))
      expect(Math.abs(relativeJpegBytes(Number(quality)) / bytes - 1)).toBeLessThan(0.1);
  });
});
