import { expect, it } from 'vitest';
import { type OpenFind, OpenFinds } from './open-finds.js';

function setup() {
  const finds = new OpenFinds();
  let last = 0;
  let atMs = 0;
  const at = (x: number, fires = true): OpenFind => ({ bbox: [x, 0, x + 100, 100], confidence: 0.5, fires });
  const look = (...found: OpenFind[]) => {
    atMs += 2000;
    finds.look(found, atMs, () => ++last);
    return finds.objects.map(({ id, bbox }) => [id, bbox[0]]);
  };
  return { finds, at, look };
}

it('follows overlapping finds, and treats a find elsewhere as another object', () => {
  const { at, look } = setup();
  expect(look(at(0))).toEqual([[1, 0]]);
  expect(look(at(30), at(500))).toEqual([
    [1, 30],
    [2, 500],
  ]);
});

it('keeps an object missed once or twice, and drops it after three misses', () => {
  const { at, look } = setup();
  look(at(0));
  expect(look()).toHaveLength(1);
  expect(look(at(0, false))).toHaveLength(1);
  expect(look()).toEqual([]);
  expect(look(at(0))).toEqual([[2, 0]]);
});

it('follows no more than twenty at once', () => {
  const { at, look } = setup();
  expect(look(...Array.from({ length: 30 }, (_, i) => at(i * 200)))).toHaveLength(20);
});
