/** What is written on any class colour. */
export const LABEL_TEXT = '#0a0c0b';

/** Bright enough to stand out from video, dark enough not to glare; leaves `LABEL_TEXT` far over the 4.5:1 of WCAG AA. */
const LUMINANCE = 0.42;
const SATURATION = 0.85;
// Golden angle: neighbours in a list of classes get hues far apart, however many there are.
const HUE_STEP = 137.508;
const HUE_START = 155;

/**
 * A class's own colour, the same on every page and machine; all have the same relative luminance (WCAG 2).
 * @param classId ≥ 0 @returns `rgb(r g b)`
 */
export function classColour(classId: number): string {
  const [r, g, b] = classRgb(classId);
  return `rgb(${r} ${g} ${b})`;
}

/** The same as 0..255 numbers. */
export function classRgb(classId: number): [number, number, number] {
  const hue = (HUE_START + classId * HUE_STEP) % 360;
  let low = 0;
  let high = 1;
  let rgb: [number, number, number] = [0, 0, 0];
  // Luminance grows with HSL lightness at a fixed hue, so halving finds it; 12 steps are finer than 8 bits a channel.
  for (let step = 0; step < 12; step++) {
    const lightness = (low + high) / 2;
    rgb = hslToRgb(hue, SATURATION, lightness);
    if (relativeLuminance(rgb) < LUMINANCE) low = lightness;
    else high = lightness;
  }
  return rgb;
}

/** WCAG 2.2 relative luminance of sRGB 0..255, 0..1. */
export function relativeLuminance([r, g, b]: readonly [number, number, number]): number {
  const linear = (value: number) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function hslToRgb(hue: number, saturation: number, lightness: number): [number, number, number] {
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    const a = saturation * Math.min(lightness, 1 - lightness);
    return Math.round(255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
