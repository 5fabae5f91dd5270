import { AssignmentSolver } from './assignment.js';

/** Above this many cells a tangle is solved greedily: the exact way would cost more than a frame's time. */
const MAX_EXACT_CELLS = 250 * 250;

/**
 * Pairs of rows and columns of greatest total weight, where few pairs are possible: what hangs together is found first and
 * each part solved by itself. A part of one pair is the usual case and costs nothing; in a part of more than 250 × 250 each
 * row takes its best free column in turn. Buffers are kept between calls.
 */
export class SparseMatcher {
  readonly #solver = new AssignmentSolver();
  #count = 0;
  #edgeRow = new Int32Array(256);
  #edgeColumn = new Int32Array(256);
  #edgeWeight = new Float64Array(256);
  #parent = new Int32Array(0);
  /** Of each row, then of each column: its place in its part, −1 before it has one. */
  #place = new Int32Array(0);
  #weights = new Float64Array(0);
  #columnOfRow = new Int32Array(0);

  /** Forgets the pairs of the last round. */
  clear(): void {
    this.#count = 0;
  }

  /** Says that a pair is possible, of weight > 0. Each pair once, row after row; rows that matter most first. */
  add(row: number, column: number, weight: number): void {
    if (this.#count === this.#edgeRow.length) this.#grow();
    this.#edgeRow[this.#count] = row;
    this.#edgeColumn[this.#count] = column;
    this.#edgeWeight[this.#count++] = weight;
  }

  /** Calls `onPair` for each pair of the best pairing of the pairs added. */
  solve(rows: number, columns: number, onPair: (row: number, column: number) => void): void {
    if (this.#count === 0) return;
    this.#join(rows, columns);
    const parts = new Map<number, number[]>();
    for (let edge = 0; edge < this.#count; edge++) {
      const root = this.#find(this.#edgeRow[edge]!);
      const part = parts.get(root);
      if (part) part.push(edge);
      else parts.set(root, [edge]);
    }
    for (const edges of parts.values()) {
      if (edges.length === 1) onPair(this.#edgeRow[edges[0]!]!, this.#edgeColumn[edges[0]!]!);
      else if (edges.length > MAX_EXACT_CELLS) this.#solveGreedily(edges, onPair);
      else this.#solvePart(edges, rows, onPair);
    }
  }

  /** @param allRows where the places of columns begin */
  #solvePart(edges: number[], allRows: number, onPair: (row: number, column: number) => void): void {
    const rows = this.#distinct(edges, this.#edgeRow, 0);
    const columns = this.#distinct(edges, this.#edgeColumn, allRows);
    const cells = rows.length * columns.length;
    if (cells > MAX_EXACT_CELLS) {
      this.#solveGreedily(edges, onPair);
      return;
    }
    if (this.#weights.length < cells) this.#weights = new Float64Array(2 * cells);
    if (this.#columnOfRow.length < rows.length) this.#columnOfRow = new Int32Array(2 * rows.length);
    this.#weights.fill(0, 0, cells);
    for (const edge of edges) {
      const row = this.#place[this.#edgeRow[edge]!]!;
      const column = this.#place[allRows + this.#edgeColumn[edge]!]!;
      this.#weights[row * columns.length + column] = this.#edgeWeight[edge]!;
    }
    this.#solver.maximise(this.#weights, rows.length, columns.length, this.#columnOfRow);
    for (let row = 0; row < rows.length; row++) {
      const column = this.#columnOfRow[row]!;
      if (column >= 0 && this.#weights[row * columns.length + column]! > 0) onPair(rows[row]!, columns[column]!);
    }
  }

  /** Each row in turn takes its best free column. */
  #solveGreedily(edges: number[], onPair: (row: number, column: number) => void): void {
    const takenColumns = new Set<number>();
    for (let from = 0; from < edges.length; ) {
      const row = this.#edgeRow[edges[from]!]!;
      let best = -1;
      let to = from;
      for (; to < edges.length && this.#edgeRow[edges[to]!] === row; to++) {
        const edge = edges[to]!;
        if (takenColumns.has(this.#edgeColumn[edge]!)) continue;
        if (best < 0 || this.#edgeWeight[edge]! > this.#edgeWeight[best]!) best = edge;
      }
      from = to;
      if (best < 0) continue;
      takenColumns.add(this.#edgeColumn[best]!);
      onPair(row, this.#edgeColumn[best]!);
    }
  }

  /** Union-find over rows 0..rows − 1 and columns rows..rows + columns − 1. */
  #join(rows: number, columns: number): void {
    const nodes = rows + columns;
    if (this.#parent.length < nodes) {
      this.#parent = new Int32Array(2 * nodes);
      this.#place = new Int32Array(2 * nodes);
    }
    this.#place.fill(-1, 0, nodes);
    for (let node = 0; node < nodes; node++) this.#parent[node] = node;
    for (let edge = 0; edge < this.#count; edge++) {
      const a = this.#find(this.#edgeRow[edge]!);
      const b = this.#find(rows + this.#edgeColumn[edge]!);
      if (a !== b) this.#parent[a] = b;
    }
  }

  #find(node: number): number {
    const parent = this.#parent;
    let root = node;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]!]!;
      root = parent[root]!;
    }
    return root;
  }

  /** The rows or columns of a part, which get their places in it. @param from where the places of such begin */
  #distinct(edges: number[], ends: Int32Array, from: number): number[] {
    const distinct: number[] = [];
    for (const edge of edges) {
      const end = ends[edge]!;
      if (this.#place[from + end] !== -1) continue;
      this.#place[from + end] = distinct.length;
      distinct.push(end);
    }
    return distinct;
  }

  #grow(): void {
    const size = 2 * this.#edgeRow.length;
    const grow = <T extends Int32Array | Float64Array>(old: T, next: T): T => {
      next.set(old);
      return next;
    };
    this.#edgeRow = grow(this.#edgeRow, new Int32Array(size));
    this.#edgeColumn = grow(this.#edgeColumn, new Int32Array(size));
    this.#edgeWeight = grow(this.#edgeWeight, new Float64Array(size));
  }
}
