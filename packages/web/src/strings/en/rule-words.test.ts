import { describe, expect, it } from 'vitest';
import { ruleValues as values } from './rule-words.js';

describe('who', () => {
  it.each([
    [['person'], undefined, 'A person'],
    [['oven'], undefined, 'An oven'],
    [['*'], undefined, 'Anything'],
    [['cat', 'dog'], undefined, 'A cat or a dog'],
    [['backpack', 'handbag', 'suitcase'], undefined, 'A backpack, a handbag or a suitcase'],
    [['bicycle', 'car', 'bus', 'truck', 'boat'], undefined, 'A bicycle, a car or 3 others'],
    [['person'], { op: '>=', value: 2 }, 'At least 2 people'],
    [['person'], { op: '==', value: 1 }, 'Exactly 1 person'],
    [['cat', 'dog'], { op: '>', value: 3 }, 'More than 3 cats or dogs'],
    [['*'], { op: '<', value: 5 }, 'Fewer than 5 things'],
  ] as const)('%j %j', (classes, count, expected) => {
    expect(values.objects(classes, count)).toBe(expected);
  });
});

describe('when', () => {
  const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
  it.each([
    [[], 'Always'],
    [[{ from: '22:00', to: '06:00' }], '22:00 to 06:00'],
    [[{ from: '09:00', to: '17:00', days: [...weekdays] }], 'Mon to Fri, 09:00 to 17:00'],
    [[{ from: '00:00', to: '24:00', days: ['sun', 'sat'] }], 'Sat and Sun'],
    [[{ from: '00:00', to: '24:00' }], 'All day'],
    [
      [
        { from: '07:00', to: '09:30' },
        { from: '16:00', to: '18:30', days: ['mon', 'wed', 'fri'] },
      ],
      '07:00 to 09:30; Mon, Wed and Fri, 16:00 to 18:30',
    ],
  ] as const)('%j', (windows, expected) => {
    expect(values.when(windows.map((each) => ({ ...each, days: 'days' in each ? [...each.days] : undefined })))).toBe(
      expected,
    );
  });
});

it.each([
  [30, '30 s or longer'],
  [90, '1 min 30 s or longer'],
  [3600, '1 h or longer'],
  [0.5, '0.5 s or longer'],
])('a time of %d s', (seconds, expected) => {
  expect(values.longer(seconds)).toBe(expected);
});

it.each([
  [0, 'Every time'],
  [60, 'At most once a minute'],
  [300, 'At most once in 5 min'],
  [3600, 'At most once an hour'],
])('how often: %d s', (seconds, expected) => {
  expect(values.cooldown(seconds)).toBe(expected);
});

describe('what it does', () => {
  it.each([
    [{ behavior: 'enter' }, true, 'Goes in'],
    [{ behavior: 'enter' }, false, 'Comes into view'],
    [{ behavior: 'cross', direction: 'any' }, false, 'Crosses'],
    [{ behavior: 'cross', direction: 'forward' }, false, 'Crosses the way its arrow points'],
    [{ behavior: 'move', direction: 'toward' }, false, 'Moves toward the camera'],
    [{ behavior: 'speed', level: 'slow' }, false, 'Is slow'],
    [{ behavior: 'near', other: ['oven'] }, false, 'Is near an oven'],
    [{ behavior: 'without', other: ['person'] }, false, 'Without a person near it'],
    [{ behavior: 'stay' }, true, 'Stays'],
  ] as const)('%j', (does, hasZone, expected) => {
    expect(values.does(does, hasZone)).toBe(expected);
  });
});
