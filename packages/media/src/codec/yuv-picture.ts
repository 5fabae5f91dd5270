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

/**
 * Blends a colour over a shape. Lines that meet or cross within it are not darker there.
 * @param area that holds the shape, within the picture
 * @param opacity of the whole, 0..1
 * @param drawShape covers pixels of the area by a share of 0..1 each; the largest share counts
 */
export function blendCoverage(
  picture: YuvPicture,
  { left, top, right, bottom }: Area,
  color: YuvColor,
  opacity: number,
  drawShape: (cover: (x: number, y: number, share: number) => void) => void,
): void {
  // Begins at even coordinates, as chroma does.
  const [originX, originY] = [left & ~1, top & ~1];
  const width = (right - originX + 1) & ~1;
  const height = (bottom - originY + 1) & ~1;
  if (width <= 0 || height <= 0) return;
  const coverage = new Uint8Array(width * height);
  drawShape((x, y, share) => {
    const at = (y - originY) * width + x - originX;
    const value = Math.round(share * 255);
    if (value > coverage[at]!) coverage[at] = value;
  });
  const { y: luma, u: blue, v: red, yStride, uvStride } = picture;
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      const at = row * width + column;
      const sum = coverage[at]! + coverage[at + 1]! + coverage[at + width]! + coverage[at + width + 1]!;
      if (sum === 0) continue;
      const chroma = ((originY + row) >> 1) * uvStride + ((originX + column) >> 1);
      const tint = (sum / 1020) * opacity;
      blue[chroma] = blue[chroma]! + (color.u - blue[chroma]!) * tint + 0.5;
      red[chroma] = red[chroma]! + (color.v - red[chroma]!) * tint + 0.5;
      for (let i = 0; i < 4; i++) {
        const [dx, dy] = [i & 1, i >> 1];
        const covered = coverage[at + dy * width + dx]!;
        if (covered === 0) continue;
        const pixel = (originY + row + dy) * yStride + originX + column + dx;
        luma[pixel] = luma[pixel]! + (color.y - luma[pixel]!) * (covered / 255) * opacity + 0.5;
      }
    }
  }
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
