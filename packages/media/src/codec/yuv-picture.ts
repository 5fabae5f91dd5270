/** A colour as JPEG stores it: BT.601, full range, 0..255. */
export interface YuvColor {
  y: number;
  u: number;
  v: number;
}

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

/** Corners in whole pixels: from `left`, `top` up to but not including `right`, `bottom`. */
export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Row length in bytes up to which calling `fill` costs more than a loop: the vertical lines of boxes. */
const MAX_FILLED_BY_LOOP = 16;

/** Fills an area; parts outside the picture are cut. Chroma is exact when the corners are even. */
export function fillArea(picture: YuvPicture, area: Area, color: YuvColor): void {
  const { x1, y1, x2, y2 } = clip(picture, area);
  if (x1 >= x2 || y1 >= y2) return;
  const { yStride, uvStride } = picture;
  for (let y = y1; y < y2; y++) fillRow(picture.y, y * yStride + x1, y * yStride + x2, color.y);
  const [u1, u2] = [x1 >> 1, (x2 + 1) >> 1];
  for (let y = y1 >> 1; y < (y2 + 1) >> 1; y++) {
    fillRow(picture.u, y * uvStride + u1, y * uvStride + u2, color.u);
    fillRow(picture.v, y * uvStride + u1, y * uvStride + u2, color.v);
  }
}

/** Blends a colour over each pixel of an area; parts outside the picture are cut. @param opacity of the pixel at x, y, 0..1 */
export function blendArea(
  picture: YuvPicture,
  area: Area,
  color: YuvColor,
  opacity: (x: number, y: number) => number,
): void {
  const { x1, y1, x2, y2 } = clip(picture, area);
  for (let y = y1; y < y2; y++) for (let x = x1; x < x2; x++) blendPixel(picture, x, y, color, opacity(x, y));
}

/** The pixel must be inside the picture. It shares its chroma with three others, so it moves it by a quarter only. @param opacity 0..1 */
export function blendPixel(picture: YuvPicture, x: number, y: number, color: YuvColor, opacity: number): void {
  if (opacity <= 0) return;
  const { y: luma, u: blue, v: red, yStride, uvStride } = picture;
  const at = y * yStride + x;
  luma[at] = luma[at]! + (color.y - luma[at]!) * opacity + 0.5;
  const chroma = (y >> 1) * uvStride + (x >> 1);
  blue[chroma] = blue[chroma]! + ((color.u - blue[chroma]!) * opacity) / 4 + 0.5;
  red[chroma] = red[chroma]! + ((color.v - red[chroma]!) * opacity) / 4 + 0.5;
}

function clip({ width, height }: YuvPicture, { left, top, right, bottom }: Area) {
  return {
    x1: Math.max(0, left),
    y1: Math.max(0, top),
    x2: Math.min(width, right),
    y2: Math.min(height, bottom),
  };
}

function fillRow(plane: Uint8Array, from: number, to: number, value: number): void {
  if (to - from > MAX_FILLED_BY_LOOP) {
    plane.fill(value, from, to);
  } else {
    for (let i = from; i < to; i++) plane[i] = value;
  }
}
