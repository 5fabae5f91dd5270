import { type Row, type RowsLook, rowsOf } from '../../home/model/justified-rows.js';

/** Where a picture stands on the wall, CSS pixels from its upper left corner. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WallLayout {
  /** Of each picture, in their order. */
  places: readonly Place[];
  /** Of all rows. */
  height: number;
}

/** Rows below one another, as high as the look says: the wall scrolls. @param shapes width ÷ height of each picture */
export function scrollingLayout(shapes: readonly number[], look: RowsLook): WallLayout {
  return stacked(rowsOf(shapes, look), look.gap, { x: 0, y: 0 });
}

/** What a wall without scrolling has to fit in. */
export interface Screen {
  width: number;
  height: number;
  gap: number;
}

/** Rows that would be lower than the others by more than this are not tried: there are better ones. */
const MOST_SHRUNK = 3;
/** Of rows on a screen without room for any. */
const LEAST_HEIGHT = 100;

/** All pictures on one screen, as large as they can be there, in the middle. Where they can't be, the wall is higher than the screen. */
export function fittingLayout(shapes: readonly number[], screen: Screen): WallLayout {
  const { width, height, gap } = screen;
  const total = shapes.reduce((sum, shape) => sum + shape, 0);
  const narrowest = Math.min(...shapes);
  const rowsOfHeight = (each: number) => {
    const minWidth = (narrowest * each) / MOST_SHRUNK;
    return rowsOf(shapes, { width, gap, minWidth, idealHeight: each, maxHeight: each });
  };
  let best: Row[] = [];
  for (let count = 1; count <= shapes.length; count++) {
    const rowHeight = (height - gap * (count - 1)) / count;
    if (rowHeight <= 0) break;
    // So few rows can't hold them all.
    if (total * rowHeight > width * count * MOST_SHRUNK) continue;
    const rows = rowsOfHeight(rowHeight);
    const fits = heightOf(rows, gap) <= height + ROUNDING;
    if (fits && areaOf(rows) > areaOf(best)) best = rows;
    // More rows are lower still.
    if (fits && rows.length < count) break;
  }
  if (best.length === 0) best = rowsOfHeight(LEAST_HEIGHT);
  const y = Math.max(0, (height - heightOf(best, gap)) / 2);
  return stacked(best, gap, { x: width / 2, y });
}

/**
 * Between which pictures a point is.
 * @returns the index of the picture that it is before; as many as there are: it is behind the last
 */
export function gapAt(places: readonly Place[], { x, y }: { x: number; y: number }): number {
  const rowTops = [...new Set(places.map((place) => place.y))];
  const below = rowTops.findLast((top) => top <= y) ?? rowTops[0];
  const inRow = places.flatMap((place, index) => (place.y === below ? [{ place, index }] : []));
  // A row of one picture is passed downwards.
  const isBefore = ({ x: left, y: top, width, height }: Place) =>
    inRow.length === 1 ? y < top + height / 2 : x < left + width / 2;
  const next = inRow.find(({ place }) => isBefore(place));
  return next?.index ?? (inRow.at(-1)?.index ?? -1) + 1;
}

const ROUNDING = 0.01;

/** @param from upper left corner of the first row; `x` other than 0: the middle of every row */
function stacked(rows: readonly Row[], gap: number, from: { x: number; y: number }): WallLayout {
  let { y } = from;
  const places = rows.flatMap(({ height, widths }) => {
    let x = from.x === 0 ? 0 : from.x - widthOf(widths, gap) / 2;
    const row = widths.map((width) => {
      const place = { x, y, width, height };
      x += width + gap;
      return place;
    });
    y += height + gap;
    return row;
  });
  return { places, height: from.y + heightOf(rows, gap) };
}

const widthOf = (widths: readonly number[], gap: number) =>
  widths.reduce((sum, width) => sum + width, gap * (widths.length - 1));
const heightOf = (rows: readonly Row[], gap: number) =>
  rows.reduce((sum, { height }) => sum + height, gap * Math.max(0, rows.length - 1));
const areaOf = (rows: readonly Row[]) =>
  rows.reduce((sum, { height, widths }) => sum + height * widths.reduce((all, width) => all + width, 0), 0);
