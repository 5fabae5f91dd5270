import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.js';
import { AssignmentSolver } from './assignment.js';
import { SparseMatcher } from './sparse-matcher.js';

describe('SparseMatcher', () => {
  it('pairs nothing where nothing was added', () => {
    const matcher = new SparseMatcher();
    matcher.add(0, 0, 1);
    matcher.clear();
    expect(pairsOf(matcher, 3, 3)).toEqual([]);
  });

  it('never makes a pair that was not added', () => {
    const matcher = new SparseMatcher();
    for (const column of [0, 1]) matcher.add(0, column, 1 + column);
    matcher.add(1, 1, 1.5);
    matcher.add(2, 1, 0.1);
    expect(pairsOf(matcher, 3, 2)).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('reaches the total of the dense solution', () => {
    const random = seededRandom(3);
    const matcher = new SparseMatcher();
    for (let round = 0; round < 100; round++) {
      const rows = 1 + Math.floor(20 * random());
      const columns = 1 + Math.floor(20 * random());
      const weights = Float64Array.from({ length: rows * columns }, () => (random() < 0.85 ? 0 : random()));
      matcher.clear();
      for (const [cell, weight] of weights.entries()) {
        if (weight > 0) matcher.add(Math.floor(cell / columns), cell % columns, weight);
      }
      const dense = new Int32Array(rows);
      new AssignmentSolver().maximise(weights, rows, columns, dense);
      const denseTotal = dense.reduce(
        (sum, column, row) => sum + (column < 0 ? 0 : weights[row * columns + column]!),
        0,
      );
      const pairs = pairsOf(matcher, rows, columns);
      expect(new Set(pairs.map(([row]) => row)).size).toBe(pairs.length);
      expect(new Set(pairs.map(([, column]) => column)).size).toBe(pairs.length);
      expect(pairs.reduce((sum, [row, column]) => sum + weights[row * columns + column]!, 0)).toBeCloseTo(
        denseTotal,
        9,
      );
    }
  });

  it('pairs a tangle too large for the exact way row by row, each side once', () => {
    const matcher = new SparseMatcher();
    const size = 300;
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) matcher.add(row, column, row === column ? 2 : 1);
    }
    expect(pairsOf(matcher, size, size)).toEqual(Array.from({ length: size }, (_, index) => [index, index]));
  });
});

function pairsOf(matcher: SparseMatcher, rows: number, columns: number): [number, number][] {
  const pairs: [number, number][] = [];
  matcher.solve(rows, columns, (row, column) => pairs.push([row, column]));
  return pairs.sort((a, b) => a[0] - b[0]);
}
