/** How rows of pictures are to be, CSS pixels. */
export interface RowsLook {
  /** Of the space that they fill. */
  width: number;
  /** Between two pictures. */
  gap: number;
  /** Rows get as close to it as the shapes allow. */
  idealHeight: number;
  /** A row that would be higher leaves space at its end. */
  maxHeight: number;
  /** A picture is narrower only where it has a row of its own. */
  minWidth: number;
}

/**
 * Sets pictures in rows that fill the width, each row of one height and each picture in its own shape, in their order.
 * @param shapes width ÷ height of each picture
 * @returns the width of each, CSS pixels
 * @example justifiedRows([4 / 3, 4 / 3], { width: 816, gap: 16, idealHeight: 300, maxHeight: 500, minWidth: 100 }) // [400, 400]
 */
export function justifiedRows(shapes: readonly number[], look: RowsLook): number[] {
  return rowsOf(shapes, look).flatMap(({ widths }) => widths);
}

/** Pictures side by side, CSS pixels. */
export interface Row {
  height: number;
  widths: readonly number[];
}

/** The same rows, one by one. */
export function rowsOf(shapes: readonly number[], given: RowsLook): Row[] {
  // A page that is not laid out yet has none.
  const look = { ...given, width: Math.max(given.width, 1) };
  let from = 0;
  return rowEnds(shapes, look).map((end) => {
    const row = shapes.slice(from, end);
    from = end;
    const height = Math.min(heightOf(row, look), look.maxHeight);
    return { height, widths: row.map((shape) => shape * height) };
  });
}

/** Costs that differ by less are equal. */
const ROUNDING = 1e-9;

/** The ends of those rows of which the heights differ least from the ideal one; of equal choices that with the larger pictures first. */
function rowEnds(shapes: readonly number[], look: RowsLook): number[] {
  // From the last picture to the first: the best rows of what begins with it.
  const best: Array<{ cost: number; ends: number[] }> = [];
  best[shapes.length] = { cost: 0, ends: [] };
  for (let from = shapes.length - 1; from >= 0; from--) {
    for (let end = from + 1; end <= shapes.length; end++) {
      const row = shapes.slice(from, end);
      const height = heightOf(row, look);
      if (row.length > 1 && Math.min(...row) * height < look.minWidth) break;
      const rest = best[end]!;
      const cost = Math.log(height / look.idealHeight) ** 2 + rest.cost;
      if (cost < (best[from]?.cost ?? Number.POSITIVE_INFINITY) - ROUNDING)
        best[from] = { cost, ends: [end, ...rest.ends] };
    }
  }
  return best[0]?.ends ?? [];
}

/** Of a row that fills the width. */
function heightOf(row: readonly number[], { width, gap }: RowsLook): number {
  return (width - gap * (row.length - 1)) / row.reduce((sum, shape) => sum + shape, 0);
}
