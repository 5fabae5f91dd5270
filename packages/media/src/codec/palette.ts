import { FAMILY_COLOURS, familyOf, type ObjectFamily, OVERLAY_LOOK } from '@lookout/protocol';

/** A colour as JPEG stores it: BT.601, full range, 0..255. */
export interface YuvColor {
  y: number;
  u: number;
  v: number;
}

export const WHITE = toYuv(0xffffff);
export const BLACK = toYuv(0x000000);
/** Behind the text of labels. */
export const GLASS = toYuv(OVERLAY_LOOK.label.glass);
/** Of what is not confirmed. */
export const GUESS = toYuv(FAMILY_COLOURS.thing);

const COLORS: Readonly<Record<ObjectFamily, YuvColor>> = {
  person: toYuv(FAMILY_COLOURS.person),
  vehicle: toYuv(FAMILY_COLOURS.vehicle),
  animal: toYuv(FAMILY_COLOURS.animal),
  thing: toYuv(FAMILY_COLOURS.thing),
};

/** The colour of a class: that of its family. */
export function colorOfClass(className: string): YuvColor {
  return COLORS[familyOf(className)];
}

function toYuv(rgb: number): YuvColor {
  const [r, g, b] = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
  const y = 0.299 * r + 0.587 * g + 0.114 * b;
  const u = Math.round(128 + (b - y) / 1.772);
  const v = Math.round(128 + (r - y) / 1.402);
  return { y: Math.round(y), u: Math.min(255, u), v: Math.min(255, v) };
}
