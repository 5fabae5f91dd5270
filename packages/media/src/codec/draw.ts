import type { Detection } from '@lookout/protocol';
import { colorOfClass, type YuvColor } from './palette.js';
import type { StrokeFont } from './stroke-font.js';

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
  for (const { width: glyphWidth, height: glyphHeight, alpha } of glyphs) {
    blendGlyph(picture, x, top + 1, glyphWidth, glyphHeight, alpha, color);
    x += glyphWidth;
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
  for (let y = y1; y < y2; y++) picture.y.fill(color.y, y * yStride + x1, y * yStride + x2);
  const [u1, u2] = [x1 >> 1, (x2 + 1) >> 1];
  for (let y = y1 >> 1; y < (y2 + 1) >> 1; y++) {
    picture.u.fill(color.u, y * uvStride + u1, y * uvStride + u2);
    picture.v.fill(color.v, y * uvStride + u1, y * uvStride + u2);
  }
}

/** Lays a glyph over a label filled with `color`. Chroma fades to grey by a quarter for each of its four pixels covered. */
function blendGlyph(
  picture: YuvPicture,
  left: number,
  top: number,
  width: number,
  height: number,
  alpha: Uint8Array,
  color: YuvColor,
): void {
  const { yStride, uvStride } = picture;
  const endX = Math.min(width, picture.width - left);
  const endY = Math.min(height, picture.height - top);
  for (let row = 0; row < endY; row++) {
    const y = top + row;
    for (let column = 0; column < endX; column++) {
      const coverage = alpha[row * width + column]!;
      if (coverage === 0) continue;
      const x = left + column;
      picture.y[y * yStride + x] = color.y + ((color.textY - color.y) * coverage) / 255;
      const chroma = (y >> 1) * uvStride + (x >> 1);
      const share = coverage / 1020;
      picture.u[chroma] = picture.u[chroma]! + (128 - color.u) * share;
      picture.v[chroma] = picture.v[chroma]! + (128 - color.v) * share;
    }
  }
}

function even(value: number): number {
  return 2 * Math.round(value / 2);
}
