import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.js';
import { assign } from './assignment.js';

describe('assign', () => {
  it('gives up the best pair where the total is better without it', () => {
    expect(solve([3, 2, 2, 0], 2, 2)).toEqual([1, 0]);
  });

  it('leaves rows over when there are more rows than columns', () => {
    expect(solve([1, 5, 3], 3, 1)).toEqual([-1, 0, -1]);
  });

  it('takes the best columns when there are more of them', () => {
    expect(solve([1, 5, 3], 1, 3)).toEqual([1]);
  });

  it('never makes a pair that may not be', () => {
    expect(solve([1, 2, 0, 1.5, 0, 0.1], 3, 2)).toEqual([0, 1, -1]);
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
      const used = [...solve(weights, rows, columns).entries()].filter(([, column]) => column >= 0);
      expect(new Set(used.map(([, column]) => column)).size).toBe(used.length);
      const total = used.reduce((sum, [row, column]) => sum + (weights[row * columns + column] ?? 0), 0);
      expect(total).toBeCloseTo(bestTotal(weights, rows, columns), 9);
    }
  });

  it('pairs what is too large for the exact way row by row, each side once', () => {
    const size = 300;
    const weights = Array.from({ length: size * size }, (_, cell) => (cell % size === Math.floor(cell / size) ? 2 : 1));
    expect(solve(weights, size, size)).toEqual(Array.from({ length: size }, (_, index) => index));
  });
});

/** @param weights row after row; 0: the pair may not be. */
function solve(weights: readonly number[], rows: number, columns: number): number[] {
  const pairs = weights.map((weight, cell) => ({ row: Math.floor(cell / columns), column: cell % columns, weight }));
  return [
    ...assign(
      pairs.filter(({ weight }) => weight > 0),
      rows,
      columns,
    ),
  ];
}

function bestTotal(weights: readonly number[], rows: number, columns: number, row = 0, taken = 0): number {
  if (row === rows) return 0;
  let best = bestTotal(weights, rows, columns, row + 1, taken);
  for (let column = 0; column < columns; column++) {
    if (taken & (1 << column)) continue;
    const weight = weights[row * columns + column] ?? 0;
    best = Math.max(best, weight + bestTotal(weights, rows, columns, row + 1, taken | (1 << column)));
  }
  return best;
}
