import { describe, expect, it } from 'vitest';
import { estimateJpegQuality } from './jpeg-quality.js';

// ITU-T T.81, table K.1, in any order: only its sum counts.
const K1 = [
  [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55],
  [14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62],
  [18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92],
  [49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99],
].flat();

/** The table as IJG's encoder scales it for a quality. */
function tableAt(quality: number): number[] {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return K1.map((step) => Math.max(1, Math.min(255, Math.floor((step * scale + 50) / 100))));
}

const APP0 = [0xff, 0xe0, 0, 4, 1, 2];
const segment = (marker: number, content: number[]) => [0xff, marker, 0, content.length + 2, ...content];
const jpeg = (...segments: number[][]) => new Uint8Array([0xff, 0xd8, ...segments.flat()]);

describe('estimateJpegQuality', () => {
  it('finds what IJG’s encoder was told', () => {
    for (const quality of [30, 50, 60, 75, 80, 90]) {
      const found = estimateJpegQuality(jpeg(APP0, segment(0xdb, [0, ...tableAt(quality)])));
      expect(Math.abs(found! - quality)).toBeLessThanOrEqual(1);
    }
  });

  it('takes the luminance’s table of several, and those of 16 bits', () => {
    const chrominance = [1, ...tableAt(20)];
    const wide = [0x10, ...tableAt(80).flatMap((step) => [0, step])];
    expect(estimateJpegQuality(jpeg(segment(0xdb, [...chrominance, 0, ...tableAt(80)])))).toBe(80);
    expect(estimateJpegQuality(jpeg(segment(0xdb, chrominance), segment(0xdb, wide)))).toBe(80);
  });

  it('says nothing of what is no JPEG, or has no table before its picture', () => {
    expect(estimateJpegQuality(new Uint8Array())).toBeUndefined();
    expect(estimateJpegQuality(new Uint8Array([0x89, 0x50, 0x4e, 0x47]))).toBeUndefined();
    expect(estimateJpegQuality(jpeg(APP0, segment(0xda, [1])))).toBeUndefined();
    expect(estimateJpegQuality(jpeg(segment(0xdb, [0, 1, 2, 3])))).toBeUndefined();
    expect(estimateJpegQuality(new Uint8Array([0xff, 0xd8, 0xff, 0xdb]))).toBeUndefined();
    // A length of nothing leads nowhere, and ends.
    expect(estimateJpegQuality(jpeg([0xff, 0xe0, 0, 0, 0, 0]))).toBeUndefined();
  });
});
