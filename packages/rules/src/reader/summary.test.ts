import { Rule, type Trigger } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { summarise } from './summary.js';

const summaryOf = (trigger: Partial<Trigger>) =>
  summarise([Rule.parse({ cameras: 'all', severity: 'warning', trigger: { behavior: 'appear', ...trigger } })]);

it.each<[string[], Extract<Trigger, { behavior: 'appear' }>['count'], string]>([
  [['person'], undefined, 'a person is seen'],
  [['airplane', 'truck'], undefined, 'an airplane or a truck is seen'],
  [['person'], { op: '>=', value: 1 }, 'a person is seen'],
  [['person'], { op: '>', value: 3 }, 'more than 3 people are seen'],
  [['person'], { op: '==', value: 1 }, 'exactly 1 person is seen'],
  [['car', 'bus'], { op: '>=', value: 2 }, 'at least 2 cars or buses are seen'],
  [['*'], { op: '<', value: 2 }, 'fewer than 2 objects are seen'],
])('counts of %s %j read well', (classes, count, words) => {
  expect(summaryOf({ subject: { classes }, ...(count && { count }) })).toBe(`Warn when ${words}.`);
});
