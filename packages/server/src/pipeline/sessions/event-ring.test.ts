import { expect, it } from 'vitest';
import { EventRing } from './event-ring.js';

function read(ring: EventRing, after: number): Array<[id: number, text: string, lost: number]> {
  const all: Array<[number, string, number]> = [];
  for (let next = ring.after(after); next; next = ring.after(next.event.id)) {
    all.push([next.event.id, next.event.text, next.lost]);
  }
  return all;
}

it('gives what came after an id', () => {
  const ring = new EventRing();
  expect(ring.after(0)).toBeUndefined();
  for (const text of ['a', 'b', 'c']) ring.push(text);
  expect(read(ring, 1)).toEqual([
    [2, 'b', 0],
    [3, 'c', 0],
  ]);
  expect(read(ring, 3)).toEqual([]);
  expect(read(ring, 99)).toEqual([]);
});

it('is bounded by count, and tells how many are gone', () => {
  const ring = new EventRing({ maxEvents: 3 });
  for (const text of ['a', 'b', 'c', 'd', 'e']) ring.push(text);
  expect(read(ring, 0)).toEqual([
    [3, 'c', 2],
    [4, 'd', 0],
    [5, 'e', 0],
  ]);
});

it('is bounded by length, but keeps the newest', () => {
  const ring = new EventRing({ maxCharacters: 10 });
  ring.push('12345');
  ring.push('67890');
  expect(read(ring, 0)).toHaveLength(2);
  ring.push('x'.repeat(50));
  expect(read(ring, 0)).toEqual([[3, 'x'.repeat(50), 2]]);
  ring.push('y');
  expect(read(ring, 0)).toEqual([[4, 'y', 3]]);
});
