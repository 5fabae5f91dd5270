/** Cells of strides 8, 16 and 32 of a square input, in the order grid detectors number them. */
export function gridCells(side: number): { column: number; row: number; stride: number }[] {
  return [8, 16, 32].flatMap((stride) => {
    const across = side / stride;
    return Array.from({ length: across * across }, (_, i) => ({
      column: i % across,
      row: Math.floor(i / across),
      stride,
    }));
  });
}

/** Output of a detector of `classes` classes that sees nothing: for each cell, a box around it two cells wide, and low scores. */
export function quietRows(
  side: number,
  classes: number,
  kind: 'raw' | 'decoded',
): { box: number[]; scores: number[] }[] {
  return gridCells(side).map(({ column, row, stride }, i) => {
    const x = 0.3 + (i % 5) / 10;
    const y = 0.3 + (i % 3) / 10;
    const scores = Array.from({ length: classes }, (_, id) => 0.001 * (1 + ((i * 7 + id * 13) % 50)));
    const box =
      kind === 'raw'
        ? [x, y, Math.log(2 + (i % 7) / 10), Math.log(2)]
        : [(column + x) * stride, (row + y) * stride, (2 + (i % 7) / 10) * stride, 2 * stride];
    return { box, scores };
  });
}
