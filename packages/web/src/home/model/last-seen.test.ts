import { expect, it } from 'vitest';
import { lastSeenInWords, lastSeenOf } from './last-seen.js';

const NOW = new Date(2026, 4, 6, 14, 10).getTime();
const at = (day: number, hour: number, minute: number) => new Date(2026, 4, day, hour, minute).getTime();

it.each([
  [{ className: 'person', atMs: at(6, 13, 58) }, 'Last person 13:58'],
  [{ className: 'car', atMs: at(5, 22, 31) }, 'Last car, last night 22:31'],
  [{ className: 'dog', atMs: NOW - 5000 }, 'Last dog, just now'],
])('%j is “%s”', (seen, words) => {
  expect(lastSeenInWords(seen, NOW)).toBe(words);
});

it('takes the newest of what the camera and its last hour tell', () => {
  const steps = [{ at: at(6, 13, 50), watched: 1, classes: { dog: 1 }, events: 0 }];
  expect(lastSeenOf({ person: at(6, 13, 40) }, steps)).toEqual({ className: 'dog', atMs: at(6, 13, 50) });
  expect(lastSeenOf({ person: at(6, 13, 58) }, steps)).toEqual({ className: 'person', atMs: at(6, 13, 58) });
  expect(lastSeenOf(undefined, [])).toBeUndefined();
});

it('tells of things only where nothing else was seen', () => {
  expect(lastSeenOf({ chair: 9, person: 5 }, [])).toMatchObject({ className: 'person' });
  expect(lastSeenOf({ chair: 9 }, [])).toMatchObject({ className: 'chair' });
});
