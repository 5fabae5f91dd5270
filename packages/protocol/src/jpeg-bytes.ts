/**
 * The quality at which the sizes below are 1, and at which a camera sends over a good link: above it, bytes double for a difference nobody
 * sees.
 */
export const JPEG_REFERENCE_QUALITY = 0.8;
/** Bytes grow slightly slower than the area of the same scene: with this power of the width. */
export const JPEG_WIDTH_POWER = 1.7;
const CURVE_END = 1.03;
const CURVE_POWER = 0.75;

/**
 * Bytes of a JPEG relative to the same picture at `JPEG_REFERENCE_QUALITY`: a fit to street scenes encoded by libjpeg and by Chromium,
 * within a tenth of both. Only ratios between similar qualities matter: the cost of a scene itself is measured.
 * @param quality 0.3..0.95
 */
export function relativeJpegBytes(quality: number): number {
  return ((CURVE_END - quality) / (CURVE_END - JPEG_REFERENCE_QUALITY)) ** -CURVE_POWER;
}

/** The inverse of `relativeJpegBytes`; may lie outside the range that encoders accept. */
export function jpegQualityFor(relativeBytes: number): number {
  return CURVE_END - (CURVE_END - JPEG_REFERENCE_QUALITY) * relativeBytes ** (-1 / CURVE_POWER);
}
