/** Sum of the luminance table of ITU-T T.81 annex K.1, the one libjpeg scales by quality. */
const ANNEX_K_LUMINANCE_SUM = 3688;
/** Sum of MPEG-1's default intra matrix without DC, the one FFmpeg's encoder scales by `qscale / 8`; its DC step is always 8. */
const MPEG1_INTRA_SUM = 2104;
const MPEG1_DC = 8;

/**
 * The `qscale` whose luminance table is nearest in sum to libjpeg's at `quality`. FFmpeg's tables have another shape, so they
 * can't be equal; the sum is what readers of a JPEG's quality compare first. Chrominance comes out finer than libjpeg's.
 *
 * 75 → 7, 85 → 4, 95 → 1.
 * @param quality 30..95.
 */
export function qscaleForQuality(quality: number): number {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const wanted = (ANNEX_K_LUMINANCE_SUM * percent) / 100;
  return Math.max(1, Math.min(31, Math.round(((wanted - MPEG1_DC) * 8) / MPEG1_INTRA_SUM)));
}
