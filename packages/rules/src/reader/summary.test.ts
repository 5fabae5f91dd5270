import { type Day, Rule, type Trigger } from '@lookout/protocol';
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

it.each<[Day[], string]>([
  [['mon', 'tue', 'wed', 'thu', 'fri'], 'Monday to Friday'],
  [['sat', 'sun'], 'Saturday and Sunday'],
  [['mon', 'wed', 'thu', 'fri', 'sat'], 'Monday and Wednesday to Saturday'],
  [['fri', 'sun', 'mon'], 'Monday, Friday and Sunday'],
])('days %j read well', (days, words) => {
  const rule = { cameras: 'all', severity: 'warning', trigger: { behavior: 'appear', subject: { classes: ['cat'] } } };
  const schedule = { from: '22:00', to: '06:00', days };
  expect(summarise([Rule.parse({ ...rule, schedule })])).toBe(
    `Warn when a cat is seen, between 22:00 and 06:00 on ${words}.`,
  );
});
