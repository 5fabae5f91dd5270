import { expect, it } from 'vitest';
import { barsOf, MINUTE_MS, minutesOf, summaryOf } from './hour.js';

const step = (minute: number, classes: Record<string, number>, watched = 1, events = 0) => ({
  at: minute * MINUTE_MS,
  watched,
  classes,
  events,
});
const NOW = 4.5 * MINUTE_MS;
const HOUR = minutesOf(
  [step(0, { person: 2, car: 1 }), step(1, {}, 0.2), step(2, { dog: 1 }, 1, 1), step(3, {}), step(4, {}, 0.1)],
  NOW,
);

it('counts families, and minutes without a picture, but not the one that is not over', () => {
  expect(HOUR.map(({ isGap }) => isGap)).toEqual([false, true, false, false, false]);
  expect(HOUR[0]).toMatchObject({ seen: { person: 2, vehicle: 1, animal: 0, thing: 0 }, isWarned: false });
  expect(HOUR[2]).toMatchObject({ isWarned: true });
});

it('stacks people, vehicles, animals and things', () => {
  expect(barsOf(HOUR)).toEqual({
    person: [{ minute: 0, top: 0.5, height: 0.5 }],
    vehicle: [{ minute: 0, top: 0.25, height: 0.25 }],
    animal: [{ minute: 2, top: 0.75, height: 0.25 }],
    thing: [],
  });
});

it('fills the height with the highest bar', () => {
  const [bar] = barsOf(minutesOf([step(0, { person: 9 })], NOW)).person;
  expect(bar).toEqual({ minute: 0, top: 0, height: 1 });
});

it('is told in numbers too', () => {
  expect(summaryOf(HOUR)).toEqual({ minutes: { person: 1, vehicle: 1, animal: 1, thing: 0 }, warned: 1, gap: 1 });
});
