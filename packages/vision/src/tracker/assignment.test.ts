import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.js';
import { AssignmentSolver } from './assignment.js';

describe('AssignmentSolver', () => {
  it('gives up the best pair where the total is better without it', () => {
    expect(solve([3, 2, 2, 0], 2, 2)).toEqual([1, 0]);
  });

  it('leaves rows over when there are more rows than columns', () => {
    expect(solve([1, 5, 3], 3, 1)).toEqual([-1, 0, -1]);
  });

  it('takes the best columns when there are more of them', () => {
    expect(solve([1, 5, 3], 1, 3)).toEqual([1]);
  });

  it('does nothing with no rows or no columns', () => {
    expect(solve([], 0, 3)).toEqual([]);
    expect(solve([], 2, 0)).toEqual([-1, -1]);
  });

  it('reaches the total of an exhaustive search, each column once, for any shape', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 300; round++) {
      const rows = 1 + Math.floor(6 * random());
      const columns = 1 + Math.floor(6 * random());
      const sparsity = random();
      const weights = Array.from({ length: rows * columns }, () => (random() < sparsity ? 0 : random()));
      const pairs = solve(weights, rows, columns);
      const used = pairs.filter((column) => column >= 0);
      expect(new Set(used).size).toBe(used.length);
      expect(used.length).toBe(Math.min(rows, columns));
      const total = pairs.reduce((sum, column, row) => sum + (column < 0 ? 0 : weights[row * columns + column]!), 0);
      expect(total).toBeCloseTo(bestTotal(weights, rows, columns), 9);
    }
  });
});

const solver = new AssignmentSolver();

function solve(weights: number[], rows: number, columns: number): number[] {
  const columnOfRow = new Int32Array(rows);
  solver.maximise(Float64Array.from(weights), rows, columns, columnOfRow);
  return [...columnOfRow];
}

function bestTotal(weights: number[], rows: number, columns: number, row = 0, taken = 0): number {
  if (row === rows) return 0;
  let best = bestTotal(weights, rows, columns, row + 1, taken);
  for (let column = 0; column < columns; column++) {
    if (taken & (1 << column)) continue;
    best = Math.max(
      best,
      weights[row * columns + column]! + bestTotal(weights, rows, columns, row + 1, taken | (1 << column)),
    );
  }
  return best;
}
