import type { Detection } from '@lookout/protocol';
import { colorOfClass, type YuvColor } from './palette.js';
import type { Glyph, StrokeFont } from './stroke-font.js';

/** A writable planar 4:2:0 picture, full range; chroma planes are half as wide and high, rounded up. */
export interface YuvPicture {
  width: number;
  height: number;
  y: Uint8Array;
  u: Uint8Array;
  v: Uint8Array;
  yStride: number;
  uvStride: number;
}

const MAX_LABEL_CHARACTERS = 40;
/** Lines of a picture that make one grid unit of the font: labels keep their share of the picture. */
const LINES_PER_UNIT = 400;
/** Bytes in a row up to which a call of `fill` costs more than the bytes themselves: the upright lines of boxes. */
const MAX_FILLED_BY_LOOP = 16;

/**
 * Burns a rectangle and a filled label (`person 87%`) for each detection into the planes, without leaving YUV. Line width and
 * text scale with the picture. The first detection (the surest) comes on top; labels come over all boxes.
 * @param fontOfUnit gives the label font at a size in pixels per grid unit, kept by the caller.
 */
export function drawDetections(
  picture: YuvPicture,
  detections: readonly Detection[],
  fontOfUnit: (unit: number) => StrokeFont,
): void {
  const shortSide = Math.min(picture.width, picture.height);
  // Even, and at even places: then chroma, half as fine, has the same edges.
  const line = 2 * Math.max(1, Math.round(shortSide / 500));
  const font = fontOfUnit(shortSide / LINES_PER_UNIT);
  const visible = detections.filter(({ bbox }) => bbox.every(Number.isFinite)).reverse();
  for (const { bbox, class_id } of visible) drawBox(picture, bbox, line, colorOfClass(class_id));
  for (const detection of visible) drawLabel(picture, detection, line, font);
}

/** The text of a label, cut to a bounded length. */
export function labelOf({ class_name, confidence }: Detection): string {
  const name = [...class_name].slice(0, MAX_LABEL_CHARACTERS).join('');
  return `${name} ${Math.round(confidence * 100)}%`;
}

function drawBox(picture: YuvPicture, [x1, y1, x2, y2]: Detection['bbox'], line: number, color: YuvColor): void {
  const left = even(x1);
  const top = even(y1);
  const right = Math.max(even(x2), left + 2 * line);
  const bottom = Math.max(even(y2), top + 2 * line);
  fillRect(picture, left, top, right, top + line, color);
  fillRect(picture, left, bottom - line, right, bottom, color);
  fillRect(picture, left, top + line, left + line, bottom - line, color);
  fillRect(picture, right - line, top + line, right, bottom - line, color);
}

function drawLabel(picture: YuvPicture, detection: Detection, line: number, font: StrokeFont): void {
  const color = colorOfClass(detection.class_id);
  const glyphs = [...labelOf(detection)].map((character) => font.glyph(character));
  const padding = even(line + 1);
  const width = even(glyphs.reduce((sum, glyph) => sum + glyph.width, 0) + 2 * padding);
  const height = even(font.height + 2);
  const [x1, y1] = detection.bbox;
  const left = Math.max(0, Math.min(even(x1), even(picture.width - width)));
  const boxTop = even(y1);
  // Above the box; inside it where there is no room above.
  const top = boxTop - height >= 0 ? boxTop - height : Math.max(0, boxTop);
  fillRect(picture, left, top, left + width, top + height, color);
  let x = left + padding;
  for (const glyph of glyphs) {
    blendGlyph(picture, x, top + 1, glyph, color);
    x += glyph.width;
  }
}

/** Corners in pixels, even; what lies outside the picture is cut. */
function fillRect(
  picture: YuvPicture,
  left: number,
  top: number,
  right: number,
  bottom: number,
  color: YuvColor,
): void {
  const [x1, x2] = [Math.max(0, left), Math.min(picture.width, right)];
  const [y1, y2] = [Math.max(0, top), Math.min(picture.height, bottom)];
  if (x1 >= x2 || y1 >= y2) return;
  const { yStride, uvStride } = picture;
  for (let y = y1; y < y2; y++) fillRow(picture.y, y * yStride + x1, y * yStride + x2, color.y);
  const [u1, u2] = [x1 >> 1, (x2 + 1) >> 1];
  for (let y = y1 >> 1; y < (y2 + 1) >> 1; y++) {
    fillRow(picture.u, y * uvStride + u1, y * uvStride + u2, color.u);
    fillRow(picture.v, y * uvStride + u1, y * uvStride + u2, color.v);
  }
}

function fillRow(plane: Uint8Array, from: number, to: number, value: number): void {
  if (to - from > MAX_FILLED_BY_LOOP) {
    plane.fill(value, from, to);
  } else {
    for (let i = from; i < to; i++) plane[i] = value;
  }
}

/** Lays a glyph over a label filled with `color`. Chroma fades to grey by a quarter for each of its four pixels covered. */
function blendGlyph(picture: YuvPicture, left: number, top: number, { covered }: Glyph, color: YuvColor): void {
  // In locals: V8 would load each plane from the picture again for every pixel.
  const { y: luma, u: blue, v: red, yStride, uvStride, width, height } = picture;
  const lumaStep = (color.textY - color.y) / 255;
  const blueStep = (128 - color.u) / 1020;
  const redStep = (128 - color.v) / 1020;
  for (const pixel of covered) {
    const x = left + ((pixel >> 8) & 255);
    const y = top + (pixel >> 16);
    const coverage = pixel & 255;
    if (x >= width || y >= height) continue;
    luma[y * yStride + x] = color.y + lumaStep * coverage;
    const chroma = (y >> 1) * uvStride + (x >> 1);
    blue[chroma] = blue[chroma]! + blueStep * coverage;
    red[chroma] = red[chroma]! + redStep * coverage;
  }
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}
