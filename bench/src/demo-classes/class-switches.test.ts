import type { Detection } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { ClassSwitches } from './class-switches.js';

const one = (class_name: string, confidence: number, track_id?: number): Detection => ({
  bbox: [0, 0, 1, 1],
  confidence,
  class_id: 0,
  class_name,
  ...(track_id !== undefined && { track_id }),
});

it('counts the changes of a track’s class, and finds the lowest score', () => {
  const switches = new ClassSwitches();
  switches.add(1000, [one('car', 0.8, 1), one('person', 0.5)]);
  switches.add(11_000, [one('truck', 0.7, 1), one('dog', 0.45)]);
  switches.add(21_000, [one('car', 0.7, 1), one('car', 0.6, 2)]);
  switches.add(31_000, [one('car', 0.9, 1)]);
  expect(switches.switchesPerMinute).toBe(4);
  expect(switches.objects).toBe(2);
  expect(switches.least).toBe(0.45);
});
