import type { Detection } from '@lookout/protocol';
import { createTracker } from '@lookout/vision';
import { expect, it } from 'vitest';
import { ClassTracker } from './class-tracker.js';

const found: Detection = { bbox: [10, 10, 50, 90], confidence: 0.9, class_id: 0, class_name: 'person' };

function idsOver(models: readonly (readonly string[])[]): (number | undefined)[] {
  const trackers = new ClassTracker(createTracker());
  return models.map((classNames, at) => trackers.of(classNames).update([found], 100 * at)[0]?.track_id);
}

it('keeps tracks where another model has the same classes', () => {
  expect(
    idsOver([
      ['person', 'car'],
      ['person', 'car'],
    ]),
  ).toEqual([1, 1]);
});

it('ends tracks where the classes differ, and never uses an id again on the way back', () => {
  expect(idsOver([['person'], ['crack'], ['crack'], ['person']])).toEqual([1, 2, 2, 3]);
});

it('ends tracks when all is forgotten, and goes on with new ids', () => {
  const trackers = new ClassTracker(createTracker());
  trackers.of(['person']).update([found], 0);
  trackers.forget();
  expect(trackers.of(['person']).update([found], 100)[0]?.track_id).toBe(2);
});
