import { expect, it } from 'vitest';
import { EmulatedLink } from './emulated-link.js';

const packet = (bytes: number) => new Uint8Array(bytes);

it('lets packets through at its rate, a delay later', () => {
  const link = new EmulatedLink(() => 0.5);
  link.shape = { bitsPerSecond: 8000, delayMs: 80, loss: 0.02 };
  link.put(packet(100), 0);
  link.put(packet(50), 0);
  expect(link.dueMs).toBe(180);
  expect(link.take(179)).toBeUndefined();
  expect(link.take(180)).toHaveLength(100);
  expect(link.take(229)).toBeUndefined();
  expect(link.take(230)).toHaveLength(50);
  expect(link.dueMs).toBeUndefined();
});

it('loses as many as it is told to, and what does not fit', () => {
  let drawn = 0;
  const link = new EmulatedLink(() => (drawn++ % 10) / 10);
  link.shape = { bitsPerSecond: 8e6, delayMs: 0, loss: 0.2 };
  for (let i = 0; i < 100; i++) link.put(packet(10), 0);
  let arrived = 0;
  while (link.take(1e9)) arrived++;
  expect(arrived).toBe(80);
  link.shape = { bitsPerSecond: 8, delayMs: 0, loss: 0 };
  for (let i = 0; i < 1200; i++) link.put(packet(10), 0);
  arrived = 0;
  while (link.take(1e9)) arrived++;
  expect(arrived).toBe(1000);
});

it('is a plain wire without a shape, and keeps the order when its shape is taken away', () => {
  const link = new EmulatedLink(() => 0);
  link.put(packet(1), 5);
  expect(link.take(5)).toHaveLength(1);
  link.shape = { bitsPerSecond: 8000, delayMs: 100, loss: 0 };
  link.put(packet(2), 10);
  link.shape = { bitsPerSecond: 0, delayMs: 0, loss: 0 };
  link.put(packet(3), 11);
  expect(link.take(11)).toBeUndefined();
  expect(link.take(112)).toHaveLength(2);
  expect(link.take(112)).toHaveLength(3);
});
