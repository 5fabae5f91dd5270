/** A colour as JPEG stores it: BT.601, full range, 0..255. */
export interface YuvColor {
  y: number;
  u: number;
  v: number;
  /** Luminance of text that is well read on it: black or white. */
  textY: number;
}

/** Saturated, of different hue and lightness side by side, none near grass, asphalt or skin. */
const RGB_COLORS = [
  0x00e5ff, 0xff9f1c, 0xff3b6b, 0x8cff2e, 0xb46bff, 0xffe600, 0x2f7bff, 0xff6ad5, 0x00e09a, 0xff5a1f, 0x7de3ff,
  0xd4ff6a, 0xe84545, 0x5e60ff, 0xffc2a1, 0x00b3a4,
];

const COLORS = RGB_COLORS.map(toYuv);

/** The colour of a class, always the same one. @param classId 0, 1, 2 … */
export function colorOfClass(classId: number): YuvColor {
  return COLORS[Math.abs(Math.trunc(classId) || 0) % COLORS.length]!;
}

function toYuv(rgb: number): YuvColor {
  const [r, g, b] = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
  const y = 0.299 * r + 0.587 * g + 0.114 * b;
  const u = Math.round(128 + (b - y) / 1.772);
  const v = Math.round(128 + (r - y) / 1.402);
  return { y: Math.round(y), u: Math.min(255, u), v: Math.min(255, v), textY: y > 120 ? 8 : 255 };
}
