import { FAMILY_COLOURS, familyOf, type ObjectFamily, OVERLAY_LOOK } from '@lookout/protocol/core';
import type { YuvColor } from './yuv-picture.js';

export const WHITE = toYuv(0xffffff);
export const BLACK = toYuv(0x000000);
/** Of what set off a warning. */
export const ALARM = toYuv(OVERLAY_LOOK.alarm.colour);

const FAMILIES: Readonly<Record<ObjectFamily, YuvColor>> = {
  person: toYuv(FAMILY_COLOURS.person),
  vehicle: toYuv(FAMILY_COLOURS.vehicle),
  animal: toYuv(FAMILY_COLOURS.animal),
  thing: toYuv(FAMILY_COLOURS.thing),
};

/** The colour of a class: that of its family. */
export function colorOfClass(className: string): YuvColor {
  return FAMILIES[familyOf(className)];
}

/** @param rgb `0xrrggbb` */
export function toYuv(rgb: number): YuvColor {
  const [r, g, b] = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
  const y = 0.299 * r + 0.587 * g + 0.114 * b;
  const u = Math.round(128 + (b - y) / 1.772);
  const v = Math.round(128 + (r - y) / 1.402);
  return { y: Math.round(y), u: Math.min(255, u), v: Math.min(255, v) };
}

/** `Math.hypot` takes ten times as long. */
export function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

/** Clamps to 0..1. */
export function share(value: number): number {
  return Math.max(0, Math.min(1, value));
}
