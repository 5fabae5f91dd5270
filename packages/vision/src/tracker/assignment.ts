/** A row and a column that may be paired, and the weight of the pair. */
export interface PossiblePair {
  readonly row: number;
  readonly column: number;
  /** > 0. */
  readonly weight: number;
}

/** Above this many cells rows are assigned greedily: the exact solution would take longer than a frame. */
const MAX_EXACT_CELLS = 250 * 250;

/**
 * The pairing with the greatest total weight, each row and column at most once. With more than 250 × 250 rows and columns, each row
 * takes its best free column in turn.
 * @param pairs each at most once, row after row, most important rows first.
 * @returns the column of each row, −1 for rows without one.
 */
export function assign(pairs: readonly PossiblePair[], rows: number, columns: number): Int32Array {
  if (rows * columns > MAX_EXACT_CELLS) return assignGreedily(pairs, rows);
  const weights = new Float64Array(rows * columns);
  for (const { row, column, weight } of pairs) weights[row * columns + column] = weight;
  return maximiseTotal(weights, rows, columns).map((column, row) =>
    (weights[row * columns + column] ?? 0) > 0 ? column : -1,
  );
}

function assignGreedily(pairs: readonly PossiblePair[], rows: number): Int32Array {
  const columnOfRow = new Int32Array(rows).fill(-1);
  const weightOfRow = new Float64Array(rows);
  const rowOfColumn = new Map<number, number>();
  for (const { row, column, weight } of pairs) {
    if (rowOfColumn.has(column) || weight <= (weightOfRow[row] ?? 0)) continue;
    rowOfColumn.delete(columnOfRow[row] ?? -1);
    rowOfColumn.set(column, row);
    columnOfRow[row] = column;
    weightOfRow[row] = weight;
  }
  return columnOfRow;
}

/**
 * The pairing with the greatest total weight in a full matrix.
 * @param weights row-major `rows × columns`, finite.
 * @returns the column of each row, −1 for rows left over if there are more rows than columns. Every row of a wide matrix and
 *   every column of a tall one is paired, even at weight 0.
 * @example maximiseTotal(Float64Array.of(3, 2, 2, 0), 2, 2) // [1, 0]: 2 + 2 beats 3 + 0
 */
export function maximiseTotal(weights: Float64Array, rows: number, columns: number): Int32Array {
  if (rows <= columns) return solveWide(weights, rows, columns);
  const transposed = weights.map((_, cell) => weights[(cell % rows) * columns + Math.floor(cell / rows)]!);
  const columnOfRow = new Int32Array(rows).fill(-1);
  for (const [column, row] of solveWide(transposed, columns, rows).entries()) columnOfRow[row] = column;
  return columnOfRow;
}

/**
 * Linear assignment by shortest augmenting paths with dual potentials (Jonker and Volgenant, "A shortest augmenting path
 * algorithm for dense and sparse linear assignment problems", Computing 38, 1987, without its initial heuristics).
 * O(rows² · columns). Needs rows ≤ columns. Rows and columns count from 1 inside; column 0 is where each augmenting path starts.
 */
function solveWide(weights: Float64Array, rows: number, columns: number): Int32Array {
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const distance = new Float64Array(columns + 1);
  const previousColumn = new Int32Array(columns + 1);
  const rowOfColumn = new Int32Array(columns + 1);
  const visited = new Uint8Array(columns + 1);
  for (let newRow = 1; newRow <= rows; newRow++) {
    rowOfColumn[0] = newRow;
    distance.fill(Infinity);
    visited.fill(0);
    let column = 0;
    do {
      visited[column] = 1;
      const row = rowOfColumn[column]!;
      const offset = (row - 1) * columns - 1;
      const potential = rowPotential[row]!;
      let step = Infinity;
      let nextColumn = 0;
      for (let j = 1; j <= columns; j++) {
        if (visited[j]) continue;
        const reduced = -weights[offset + j]! - potential - columnPotential[j]!;
        if (reduced < distance[j]!) {
          distance[j] = reduced;
          previousColumn[j] = column;
        }
        if (distance[j]! < step) {
          step = distance[j]!;
          nextColumn = j;
        }
      }
      for (let j = 0; j <= columns; j++) {
        if (visited[j]) {
          rowPotential[rowOfColumn[j]!]! += step;
          columnPotential[j]! -= step;
        } else {
          distance[j]! -= step;
        }
      }
      column = nextColumn;
    } while (rowOfColumn[column] !== 0);
    while (column !== 0) {
      const previous = previousColumn[column]!;
      rowOfColumn[column] = rowOfColumn[previous]!;
      column = previous;
    }
  }
  const columnOfRow = new Int32Array(rows);
  for (let column = 1; column <= columns; column++) {
    const row = rowOfColumn[column]!;
    if (row > 0) columnOfRow[row - 1] = column - 1;
  }
  return columnOfRow;
}
