/** Where the sizes below are 1, and what a camera on a good link sends: above, bytes double for a difference nobody sees. */
export const JPEG_REFERENCE_QUALITY = 0.8;
/** Bytes grow a little slower than the area of the same scene: with this power of the width. */
export const JPEG_WIDTH_POWER = 1.7;
const CURVE_END = 1.03;
const CURVE_POWER = 0.75;

/**
 * Bytes of a JPEG relative to the same picture at `JPEG_REFERENCE_QUALITY`: a fit to street scenes through libjpeg and through Chromium's
 * encoder, within a tenth of both. Only ratios of near neighbours matter: what a scene itself costs is measured.
 * @param quality 0.3..0.95
 */
export function relativeJpegBytes(quality: number): number {
  return ((CURVE_END - quality) / (CURVE_END - JPEG_REFERENCE_QUALITY)) ** -CURVE_POWER;
}

/** The inverse of `relativeJpegBytes`; may lie outside what encoders take. */
export function jpegQualityFor(relativeBytes: number): number {
  return CURVE_END - (CURVE_END - JPEG_REFERENCE_QUALITY) * relativeBytes ** (-1 / CURVE_POWER);
}
