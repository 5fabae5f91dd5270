import { expect, it } from 'vitest';
import { FrameRing } from './frame-ring.js';

function ring() {
  const freed: string[] = [];
  return { freed, frames: new FrameRing<string>((value) => freed.push(value)) };
}

it('keeps the six newest frames', () => {
  const { freed, frames } = ring();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) frames.add(name);
  expect(freed).toEqual(['a', 'b']);
  expect([1, 2, 7].map((id) => frames.get(id))).toEqual([undefined, 'c', 'h']);
});

it('keeps a retained frame until the last release', () => {
  const { freed, frames } = ring();
  frames.retain(frames.add('a'));
  frames.retain(0);
  for (const name of ['b', 'c', 'd', 'e', 'f', 'g', 'h']) frames.add(name);
  frames.release(0);
  expect(frames.get(0)).toBe('a');
  frames.release(0);
  expect(freed).toEqual(['b', 'a']);
  frames.release(0);
  frames.retain(77);
});

it('holds ten at most, retained or not', () => {
  const { freed, frames } = ring();
  for (let i = 0; i < 20; i++) frames.retain(frames.add(String(i)));
  expect(frames.size).toBe(10);
  expect(freed).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
  frames.clear();
  expect(freed.length).toBe(20);
});
