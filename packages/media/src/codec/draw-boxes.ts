import {
  type Detection,
  FAMILY_COLOURS,
  familyOf,
  labelledObjects,
  layoutLabels,
  type ObjectFamily,
  OVERLAY_LOOK,
  type Rect,
} from '@lookout/protocol';
import type { Glyph, StrokeFont } from './stroke-font.js';
import { type Area, blendArea, blendPixel, fillArea, type YuvColor, type YuvPicture } from './yuv-picture.js';

const WHITE = toYuv(0xffffff);
const BLACK = toYuv(0x000000);
/** Behind the text of labels. */
const GLASS = toYuv(OVERLAY_LOOK.label.glass);
/** For detections that are not confirmed. */
const GUESS = toYuv(FAMILY_COLOURS.thing);

const COLORS: Readonly<Record<ObjectFamily, YuvColor>> = {
  person: toYuv(FAMILY_COLOURS.person),
  vehicle: toYuv(FAMILY_COLOURS.vehicle),
  animal: toYuv(FAMILY_COLOURS.animal),
  thing: toYuv(FAMILY_COLOURS.thing),
};

const MAX_LABEL_CHARACTERS = 40;
/** Grid units of the font per pixel of font size: capitals of 9 units are as high as those of a 12.5-pixel font. */
const UNITS_PER_TEXT_PIXEL = 12.5;

/** Lengths of `OVERLAY_LOOK` at the size of this picture, pixels. */
interface Look {
  line: number;
  corner: number;
  halo: number;
  scale: number;
}

/**
 * Burns the boxes and labels of detections into the planes, directly in YUV, as `OVERLAY_LOOK` defines them, scaled to the picture. The
 * first detection is on top; labels cover all boxes. Nobody can point at a box here, so only new objects are labelled.
 * @param timestampMs of the frame, to tell which objects are new; absent: all are.
 * @param fontOfUnit returns the label font at a size in pixels per grid unit; the caller keeps it.
 */
export function drawDetections(
  picture: YuvPicture,
  detections: readonly Detection[],
  timestampMs: number | undefined,
  fontOfUnit: (unit: number) => StrokeFont,
): void {
  const scale = picture.height / OVERLAY_LOOK.referenceHeight;
  const look = {
    // Two pixels at least: chroma has half the resolution, so a thinner line would have no colour of its own.
    line: Math.max(2, Math.round(OVERLAY_LOOK.line.regular * scale)),
    corner: OVERLAY_LOOK.corner.regular * scale,
    halo: Math.max(1, Math.round(OVERLAY_LOOK.halo.width * scale)),
    scale,
  };
  const visible = detections.filter(({ bbox }) => bbox.every(Number.isFinite));
  for (const { bbox, class_name, confirmed } of visible.toReversed()) {
    const area = areaOf(bbox, look.line);
    if (confirmed === false) drawGuess(picture, area, look);
    else drawBox(picture, area, colorOfClass(class_name), look);
  }
  drawLabels(picture, visible, labelledObjects(visible, timestampMs), look, fontOfUnit);
}

/** The text of a label, cut to a maximum length. */
export function labelOf({ class_name }: Detection): string {
  return [...class_name].slice(0, MAX_LABEL_CHARACTERS).join('');
}

/** Coordinates are even, so that chroma, at half the resolution, has the same edges. */
function areaOf([x1, y1, x2, y2]: Detection['bbox'], line: number): Area {
  const [left, top] = [even(x1), even(y1)];
  return { left, top, right: Math.max(even(x2), left + 2 * line), bottom: Math.max(even(y2), top + 2 * line) };
}

function drawBox(picture: YuvPicture, area: Area, color: YuvColor, look: Look): void {
  const { left, top, right, bottom } = area;
  const { line, halo } = look;
  const { opacity } = OVERLAY_LOOK.halo;
  const side = Math.min(right - left, bottom - top);
  const corner = 2 * Math.floor(Math.min(look.corner, OVERLAY_LOOK.maxCornerShare * side) / 2);
  const upright = { top: top + corner, bottom: bottom - corner };
  const level = { left: left + corner, right: right - corner };
  const shade = (part: Area) => blendArea(picture, part, BLACK, () => opacity);
  shade({ ...level, top: top - halo, bottom: top });
  shade({ ...level, top: bottom, bottom: bottom + halo });
  shade({ ...upright, left: left - halo, right: left });
  shade({ ...upright, left: right, right: right + halo });
  fillArea(picture, { ...level, top, bottom: top + line }, color);
  fillArea(picture, { ...level, top: bottom - line, bottom }, color);
  fillArea(picture, { ...upright, left, right: left + line }, color);
  fillArea(picture, { ...upright, left: right - line, right }, color);
  drawCorners(picture, area, corner, color, look);
}

/** Rounded corners of a box, by each pixel's distance from the outer edge. */
function drawCorners(picture: YuvPicture, area: Area, corner: number, color: YuvColor, { line, halo }: Look): void {
  const { left, top, right, bottom } = area;
  const { width, height } = picture;
  for (let row = -halo; row < corner; row++) {
    for (let column = -halo; column < corner; column++) {
      const beyond = length(corner - column - 0.5, corner - row - 0.5) - corner;
      const onLine = share(0.5 - beyond) * share(beyond + line + 0.5);
      const onHalo = share(beyond + 0.5) * share(halo + 0.5 - beyond) * OVERLAY_LOOK.halo.opacity;
      if (onLine === 0 && onHalo === 0) continue;
      for (const x of [left + column, right - 1 - column]) {
        if (x < 0 || x >= width) continue;
        for (const y of [top + row, bottom - 1 - row]) {
          if (y < 0 || y >= height) continue;
          blendPixel(picture, x, y, BLACK, onHalo);
          blendPixel(picture, x, y, color, onLine);
        }
      }
    }
  }
}

function drawGuess(picture: YuvPicture, { left, top, right, bottom }: Area, { scale }: Look): void {
  const { guess } = OVERLAY_LOOK;
  const line = Math.max(1, Math.round(guess.line * scale));
  const dash = Math.max(2, Math.round(guess.dash * scale));
  const period = dash + Math.max(2, Math.round(guess.gap * scale));
  const dashed = (area: Area, at: (x: number, y: number) => number) =>
    blendArea(picture, area, GUESS, (x, y) => (at(x, y) % period < dash ? guess.opacity : 0));
  dashed({ left, top, right, bottom: top + line }, (x) => x - left);
  dashed({ left, top: bottom - line, right, bottom }, (x) => x - left);
  dashed({ left, top: top + line, right: left + line, bottom: bottom - line }, (_, y) => y - top);
  dashed({ left: right - line, top: top + line, right, bottom: bottom - line }, (_, y) => y - top);
}

function drawLabels(
  picture: YuvPicture,
  visible: readonly Detection[],
  labelled: readonly Detection[],
  { scale }: Look,
  fontOfUnit: (unit: number) => StrokeFont,
): void {
  if (labelled.length === 0) return;
  const { label } = OVERLAY_LOOK;
  const font = fontOfUnit((label.text * scale) / UNITS_PER_TEXT_PIXEL);
  const height = Math.max(Math.round(label.height.regular * scale), font.height);
  const padding = Math.round(label.padding * scale);
  const dot = Math.max(4, Math.round(label.dot * scale));
  const gap = Math.max(2, Math.round(label.gap * scale));
  const requests = labelled
    .map((detection) => {
      const glyphs = [...labelOf(detection)].map((character) => font.glyph(character));
      const labelWidth = 2 * padding + dot + gap + glyphs.reduce((sum, glyph) => sum + glyph.width, 0);
      return { detection, glyphs, labelWidth, box: rectOf(detection.bbox) };
    })
    .filter(({ labelWidth }) => labelWidth <= picture.width * label.maxShare);
  const places = layoutLabels(requests, {
    bounds: { x: 0, y: 0, width: picture.width, height: picture.height },
    boxes: visible.map(({ bbox }) => rectOf(bbox)),
    labelHeight: height,
    gap,
  });
  for (const [i, { detection, glyphs, labelWidth }] of requests.entries()) {
    const place = places[i];
    if (!place) continue;
    const [left, top] = [Math.round(place.x), Math.round(place.y)];
    const middle = top + height / 2;
    drawPill(picture, { left, top, right: left + labelWidth, bottom: top + height });
    drawDot(picture, left + padding + dot / 2, middle, dot / 2, colorOfClass(detection.class_name));
    let x = left + padding + dot + gap;
    for (const glyph of glyphs) {
      drawGlyph(picture, x, Math.round(middle - font.height / 2), glyph);
      x += glyph.width;
    }
  }
}

function drawPill(picture: YuvPicture, area: Area): void {
  const radius = (area.bottom - area.top) / 2;
  const { glassOpacity } = OVERLAY_LOOK.label;
  const middle = area.top + radius;
  blendArea(picture, area, GLASS, (x, y) => {
    const acrossX = Math.max(0, area.left + radius - x - 0.5, x + 0.5 - (area.right - radius));
    return glassOpacity * share(radius + 0.5 - length(acrossX, y + 0.5 - middle));
  });
}

function drawDot(picture: YuvPicture, centerX: number, centerY: number, radius: number, color: YuvColor): void {
  const area = {
    left: Math.floor(centerX - radius),
    top: Math.floor(centerY - radius),
    right: Math.ceil(centerX + radius),
    bottom: Math.ceil(centerY + radius),
  };
  blendArea(picture, area, color, (x, y) => share(radius + 0.5 - length(x + 0.5 - centerX, y + 0.5 - centerY)));
}

function drawGlyph(picture: YuvPicture, left: number, top: number, { covered }: Glyph): void {
  const { width, height } = picture;
  for (const pixel of covered) {
    const x = left + ((pixel >> 8) & 255);
    const y = top + (pixel >> 16);
    if (x >= 0 && x < width && y >= 0 && y < height) blendPixel(picture, x, y, WHITE, (pixel & 255) / 255);
  }
}

function rectOf([x1, y1, x2, y2]: Detection['bbox']): Rect {
  return { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
}

/** `Math.hypot` takes ten times as long. */
function length(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

/** Clamps to 0..1. */
function share(value: number): number {
  return Math.max(0, Math.min(1, value));
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}

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
