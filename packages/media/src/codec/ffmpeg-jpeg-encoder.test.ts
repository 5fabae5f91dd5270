import { describe, expect, it } from 'vitest';
import { paintJpeg } from '../testing/painted-pictures.js';
import { qscaleForQuality } from './ffmpeg-jpeg-encoder.js';
import { PictureCodec } from './picture-codec.js';

/** Sum of libjpeg's luminance table at a quality, entry by entry as jcparam.c rounds it (from ITU-T T.81 table K.1). */
const LIBJPEG_SUMS: Record<number, number> = { 50: 3688, 75: 1858, 80: 1477, 85: 1109, 90: 736 };

function luminanceSum(jpeg: Uint8Array): number {
  const at = Buffer.from(jpeg).indexOf('ffdb', 'hex');
  return jpeg.subarray(at + 5, at + 69).reduce((sum, value) => sum + value, 0);
}

describe('qscaleForQuality', () => {
  it('falls with quality and stays in 1..31', () => {
    const scales = Array.from({ length: 66 }, (_, i) => qscaleForQuality(30 + i));
    for (let i = 1; i < scales.length; i++) expect(scales[i]!).toBeLessThanOrEqual(scales[i - 1]!);
    expect(scales.at(-1)).toBe(1);
    expect(scales[0]).toBeLessThanOrEqual(31);
  });

  it('gives tables whose sum is within half a step of libjpeg’s', () => {
    using codec = new PictureCodec({ turboJpeg: false });
    using picture = codec.decodeJpeg(paintJpeg(64, 64, (x, y) => [(x * y) & 255, 128, 128]));
    for (const [quality, sum] of Object.entries(LIBJPEG_SUMS)) {
      expect(Math.abs(luminanceSum(picture.toJpeg(Number(quality))) - sum), `quality ${quality}`).toBeLessThan(145);
    }
  });
});
