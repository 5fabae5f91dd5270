import type { Box, Letterbox } from '@lookout/protocol';

/** Cells of brightness along each side of a look. */
const LUMA_CELLS = 16;
/** Cells of each colour difference along each side. */
const CHROMA_CELLS = 4;
const LUMA_LENGTH = LUMA_CELLS * LUMA_CELLS;
const CHROMA_LENGTH = CHROMA_CELLS * CHROMA_CELLS;

/** Bytes of a look. */
export const LOOK_LENGTH = LUMA_LENGTH + 2 * CHROMA_LENGTH;

/** Points per cell and axis at which pixels are read, at least. */
const POINTS_PER_CELL = 2;

/** A frame laid out for a model: `letterbox.width × height × 3` numbers of 0..255, R G B R G B …. */
export interface LaidOutFrame {
  rgb: ArrayLike<number>;
  letterbox: Letterbox;
  /** Size of the frame before it was laid out, pixels. */
  sourceWidth: number;
  sourceHeight: number;
}

/**
 * What a part of a frame looks like: a small picture of its brightness and a smaller one of its colours, as bytes. Two looks of the same
 * part are compared with `isSameLook`. Costs some 20 µs, whatever the size of the part.
 * @param box in pixels of the frame before it was laid out; parts outside the frame repeat its edge.
 */
export function describeLook(frame: LaidOutFrame, box: Box): Uint8Array<ArrayBuffer> {
  const look = new Uint8Array(LOOK_LENGTH);
  const luma = new Float64Array(LUMA_LENGTH);
  const blue = new Float64Array(CHROMA_LENGTH);
  const red = new Float64Array(CHROMA_LENGTH);
  const { columns, rows } = pointsIn(frame, box);
  const lumaPerChroma = LUMA_CELLS / CHROMA_CELLS;
  for (const [i, row] of rows.entries()) {
    const lumaRow = Math.floor((i * LUMA_CELLS) / rows.length);
    for (const [j, column] of columns.entries()) {
      const lumaColumn = Math.floor((j * LUMA_CELLS) / columns.length);
      const r = levelAt(frame, column, row, 0);
      const g = levelAt(frame, column, row, 1);
      const b = levelAt(frame, column, row, 2);
      const y = 0.299 * r + 0.587 * g + 0.114 * b;
      luma[lumaRow * LUMA_CELLS + lumaColumn]! += y;
      const chroma = Math.floor(lumaRow / lumaPerChroma) * CHROMA_CELLS + Math.floor(lumaColumn / lumaPerChroma);
      blue[chroma]! += (b - y) / 1.772;
      red[chroma]! += (r - y) / 1.402;
    }
  }
  const perLuma = (columns.length * rows.length) / LUMA_LENGTH;
  const perChroma = (columns.length * rows.length) / CHROMA_LENGTH;
  for (let i = 0; i < LUMA_LENGTH; i++) look[i] = byteOf(luma[i]! / perLuma);
  for (let i = 0; i < CHROMA_LENGTH; i++) {
    look[LUMA_LENGTH + i] = byteOf(128 + blue[i]! / perChroma);
    look[LUMA_LENGTH + CHROMA_LENGTH + i] = byteOf(128 + red[i]! / perChroma);
  }
  return look;
}

/** Correlation of brightness below which two looks differ, -1..1. */
const MIN_CORRELATION = 0.85;
/**
 * Difference in brightness above which two looks differ, levels of 0..255, once the light is made equal. In front of fixed cameras, by day
 * and by infrared at night, somebody who stands at a place changes its look by 19 levels and more.
 */
const MAX_RESIDUAL = 14;
/** Difference of colours above which two looks differ, levels. */
const MAX_COLOUR_DIFFERENCE = 12;
/** A look whose colours vary less is that of a camera that sees by infrared, which has no colours to compare. */
const MIN_COLOUR = 1;

/**
 * Whether two looks of a part of a camera's frame show the same, in light of any strength. Errs on the side of a difference: what is taken
 * for the same is ignored.
 */
export function isSameLook(a: Uint8Array, b: Uint8Array): boolean {
  const luma = compareBrightness(a, b);
  if (luma.correlation < MIN_CORRELATION || luma.residual > MAX_RESIDUAL) return false;
  return isColourless(a) || isColourless(b) || colourDifference(a, b) <= MAX_COLOUR_DIFFERENCE;
}

/** @returns `correlation` -1..1, and what is left of the difference when the light is made equal, levels */
function compareBrightness(a: Uint8Array, b: Uint8Array): { correlation: number; residual: number } {
  const [meanA, meanB] = [meanBrightness(a), meanBrightness(b)];
  let [covariance, varianceA, varianceB] = [0, 0, 0];
  for (let i = 0; i < LUMA_LENGTH; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    covariance += x * y;
    varianceA += x * x;
    varianceB += y * y;
  }
  if (varianceA === 0 || varianceB === 0) return { correlation: 0, residual: 0 };
  const correlation = covariance / Math.sqrt(varianceA * varianceB);
  const contrast = Math.sqrt(Math.max(varianceA, varianceB) / LUMA_LENGTH);
  return { correlation, residual: contrast * Math.sqrt(Math.max(0, 1 - correlation ** 2)) };
}

function colourDifference(a: Uint8Array, b: Uint8Array): number {
  let squares = 0;
  for (let i = LUMA_LENGTH; i < LOOK_LENGTH; i++) squares += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(squares / (2 * CHROMA_LENGTH));
}

function isColourless(look: Uint8Array): boolean {
  let most = 0;
  for (let i = LUMA_LENGTH; i < LOOK_LENGTH; i++) most = Math.max(most, Math.abs(look[i]! - 128));
  return most <= MIN_COLOUR;
}

function meanBrightness(look: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < LUMA_LENGTH; i++) sum += look[i]!;
  return sum / LUMA_LENGTH;
}

/** Where in the laid-out frame a box is read: so many points in each cell. */
function pointsIn({ letterbox, sourceWidth, sourceHeight }: LaidOutFrame, [x1, y1, x2, y2]: Box) {
  const { x, y, contentWidth, contentHeight } = letterbox;
  const [scaleX, scaleY] = [contentWidth / sourceWidth, contentHeight / sourceHeight];
  return {
    columns: spread(x + x1 * scaleX, x + x2 * scaleX, x, x + contentWidth - 1),
    rows: spread(y + y1 * scaleY, y + y2 * scaleY, y, y + contentHeight - 1),
  };
}

/** Centres of pixels are half a pixel from their edges. */
function spread(from: number, to: number, first: number, last: number): Float64Array {
  const perCell = Math.max(POINTS_PER_CELL, Math.ceil((to - from) / LUMA_CELLS / 2));
  const count = perCell * LUMA_CELLS;
  return Float64Array.from({ length: count }, (_, i) => {
    const at = from + ((i + 0.5) * (to - from)) / count - 0.5;
    return Math.min(last, Math.max(first, at));
  });
}

/** Between pixels, as small parts have fewer pixels than a look has cells, and other ones at another size of the model's input. */
function levelAt({ rgb, letterbox: { width } }: LaidOutFrame, x: number, y: number, channel: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - column, y - row];
  const at = (row * width + column) * 3 + channel;
  const nextColumn = right > 0 ? 3 : 0;
  const nextRow = down > 0 ? 3 * width : 0;
  const above = rgb[at]! * (1 - right) + rgb[at + nextColumn]! * right;
  const below = rgb[at + nextRow]! * (1 - right) + rgb[at + nextRow + nextColumn]! * right;
  return above * (1 - down) + below * down;
}

function byteOf(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}
