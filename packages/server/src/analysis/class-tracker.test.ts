import { createTracker } from '@lookout/vision';
import { expect, it } from 'vitest';
import { ClassTracker } from './class-tracker.js';

it('follows on where another model has the same classes', () => {
  const trackers = new ClassTracker(createTracker);
  const before = trackers.of(['person', 'car']);
  expect(trackers.of(['person', 'car'])).toBe(before);
});

it('begins anew where the classes are others', () => {
  const trackers = new ClassTracker(createTracker);
  const before = trackers.of(['person', 'car']);
  const after = trackers.of(['crack', 'pothole']);
  expect(after).not.toBe(before);
  expect(trackers.of(['crack', 'pothole'])).toBe(after);
});

it('begins anew once all is forgotten', () => {
  const trackers = new ClassTracker(createTracker);
  const classNames = ['person'];
  const before = trackers.of(classNames);
  trackers.forget();
  expect(trackers.of(classNames)).not.toBe(before);
});
