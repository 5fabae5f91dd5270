/** Sum of the 64 luminance steps of ITU-T T.81, table K.1, which the IJG encoder uses for quality 50. */
const SUM_AT_50 = 3688;
const SOI = 0xd8;
const SOS = 0xda;
const DQT = 0xdb;

/**
 * The quality a JPEG was encoded with, on the 1..100 scale of the IJG encoder (used by browsers and most cameras): the inverse of how it
 * scales table K.1. An estimate for encoders with their own tables.
 * @returns undefined for anything but a JPEG with a luminance table before its picture
 */
export function estimateJpegQuality(jpeg: Uint8Array): number | undefined {
  if (jpeg[0] !== 0xff || jpeg[1] !== SOI) return undefined;
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1]!;
    if (marker === SOS) return undefined;
    const end = at + 2 + jpeg[at + 2]! * 256 + jpeg[at + 3]!;
    if (marker === DQT) {
      const sum = luminanceSum(jpeg, at + 4, Math.min(end, jpeg.length));
      if (sum !== undefined) return qualityOf(sum);
    }
    at = end;
  }
  return undefined;
}

/** One segment may hold several tables; number 0 is the luminance's. */
function luminanceSum(jpeg: Uint8Array, from: number, end: number): number | undefined {
  let at = from;
  while (at < end) {
    const wide = jpeg[at]! >> 4 !== 0;
    const id = jpeg[at]! & 15;
    const bytes = wide ? 128 : 64;
    at++;
    if (at + bytes > end) return undefined;
    if (id === 0) {
      let sum = 0;
      for (let i = 0; i < bytes; i++) sum += wide && i % 2 === 0 ? jpeg[at + i]! * 256 : jpeg[at + i]!;
      return sum;
    }
    at += bytes;
  }
  return undefined;
}

function qualityOf(sum: number): number {
  const scale = (sum / SUM_AT_50) * 100;
  const quality = scale <= 100 ? (200 - scale) / 2 : 5000 / scale;
  return Math.max(1, Math.min(100, Math.round(quality)));
}
