/**
 * Linear assignment by shortest augmenting paths with dual potentials (Jonker and Volgenant, "A shortest augmenting path
 * algorithm for dense and sparse linear assignment problems", Computing 38, 1987, without its initial heuristics).
 * O(min(r, c)² · max(r, c)). Buffers are kept between calls and grow as needed: one solver per owner.
 */
export class AssignmentSolver {
  #rowPotential = new Float64Array(0);
  #columnPotential = new Float64Array(0);
  #distance = new Float64Array(0);
  #previousColumn = new Int32Array(0);
  #rowOfColumn = new Int32Array(0);
  #visited = new Uint8Array(0);
  #transposed = new Float64Array(0);

  /**
   * The pairing of greatest total weight.
   * @param weights row-major `rows × columns`, finite.
   * @param columnOfRow receives for each row its column, or -1 for the rows left over when there are more rows than columns.
   *   Every row of a wide matrix and every column of a tall one is paired, at weight 0 too: a pair that may not be has
   *   weight 0 and is to be dropped by the caller.
   * @example maximise(Float64Array.of(3, 2, 2, 0), 2, 2, out) // out = [1, 0]: 2 + 2 beats 3 + 0
   */
  maximise(weights: Float64Array, rows: number, columns: number, columnOfRow: Int32Array): void {
    columnOfRow.fill(-1, 0, rows);
    if (rows === 0 || columns === 0) return;
    if (rows <= columns) {
      this.#solve(weights, rows, columns);
      for (let column = 1; column <= columns; column++) {
        const row = this.#rowOfColumn[column]!;
        if (row > 0) columnOfRow[row - 1] = column - 1;
      }
    } else {
      this.#solve(this.#transpose(weights, rows, columns), columns, rows);
      for (let row = 1; row <= rows; row++) columnOfRow[row - 1] = this.#rowOfColumn[row]! - 1;
    }
  }

  /** Rows and columns count from 1 inside; column 0 is where each augmenting path starts. Needs rows ≤ columns. */
  #solve(weights: Float64Array, rows: number, columns: number): void {
    this.#reserve(rows, columns);
    const rowPotential = this.#rowPotential;
    const columnPotential = this.#columnPotential;
    const distance = this.#distance;
    const previousColumn = this.#previousColumn;
    const rowOfColumn = this.#rowOfColumn;
    const visited = this.#visited;
    rowPotential.fill(0, 0, rows + 1);
    columnPotential.fill(0, 0, columns + 1);
    rowOfColumn.fill(0, 0, columns + 1);

    for (let newRow = 1; newRow <= rows; newRow++) {
      rowOfColumn[0] = newRow;
      distance.fill(Infinity, 0, columns + 1);
      visited.fill(0, 0, columns + 1);
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
  }

  #transpose(weights: Float64Array, rows: number, columns: number): Float64Array {
    if (this.#transposed.length < rows * columns) this.#transposed = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        this.#transposed[column * rows + row] = weights[row * columns + column]!;
      }
    }
    return this.#transposed;
  }

  #reserve(rows: number, columns: number): void {
    if (this.#rowPotential.length <= rows) this.#rowPotential = new Float64Array(2 * rows + 1);
    if (this.#columnPotential.length <= columns) {
      const size = 2 * columns + 1;
      this.#columnPotential = new Float64Array(size);
      this.#distance = new Float64Array(size);
      this.#previousColumn = new Int32Array(size);
      this.#rowOfColumn = new Int32Array(size);
      this.#visited = new Uint8Array(size);
    }
  }
}
