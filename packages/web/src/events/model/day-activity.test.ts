import { expect, it } from 'vitest';
import { nextDay, QUARTER_MS, quartersOf } from './day-activity.js';
import { startOfDay } from './days.js';

const day = startOfDay(Date.UTC(2026, 10, 30, 12));
const NOW = day + 8 * QUARTER_MS;
const step = (quarter: number, classes: Record<string, number>, watched = 1, events = 0) => ({
  at: day + quarter * QUARTER_MS,
  watched,
  classes,
  events,
});

it('adds up what all cameras saw, by family', () => {
  const yard = { steps: [step(0, { person: 2, car: 1 }), step(1, { dog: 1 }, 0.2)] };
  const hall = { steps: [step(0, { person: 1, chair: 4 }, 0.1)] };
  const [first, second] = quartersOf(day, [yard, hall], [], NOW);
  expect(first).toEqual({ seen: { person: 3, vehicle: 1, animal: 0, thing: 4 }, isGap: false, events: 0 });
  expect(second?.seen).toMatchObject({ animal: 1 });
});

it('has gaps between the first picture and now, and no others', () => {
  const steps = Array.from({ length: 96 }, (_, quarter) => step(quarter, {}, quarter === 3 || quarter === 5 ? 1 : 0.1));
  const gaps = quartersOf(day, [{ steps }], [], NOW).flatMap(({ isGap }, quarter) => (isGap ? [quarter] : []));
  expect(gaps).toEqual([4, 6, 7]);
});

it('counts each event once, whether it is remembered, listed or both', () => {
  const listed = [3, 3, 5].map((quarter) => day + quarter * QUARTER_MS + 1000);
  const quarters = quartersOf(day, [{ steps: [step(3, {}, 1, 2), step(4, {}, 1, 1)] }], listed, NOW);
  expect(quarters.map(({ events }) => events).slice(2, 7)).toEqual([0, 2, 1, 1, 0]);
});

it('leaves out what is of another day', () => {
  const quarters = quartersOf(day, [{ steps: [step(-1, { person: 1 }), step(96, { person: 1 })] }], [day - 1], NOW);
  expect(quarters.every(({ seen, events }) => seen.person === 0 && events === 0)).toBe(true);
  expect(quarters.length * QUARTER_MS).toBe(nextDay(day) - day);
});
