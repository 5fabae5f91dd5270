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

it.each<[Trigger['subject'], Extract<Trigger, { behavior: 'appear' }>['count'], string]>([
  [{ classes: ['person'], phrase: 'person wearing a helmet' }, undefined, 'a person wearing a helmet is seen'],
  [
    { classes: ['person'], phrase: 'a person wearing a helmet', polarity: 'absent' },
    undefined,
    'a person without a helmet is seen',
  ],
  [
    { classes: ['person'], phrase: 'person carrying a ladder', polarity: 'absent' },
    undefined,
    'a person not carrying a ladder is seen',
  ],
  [{ classes: ['car'], phrase: 'a red car' }, { op: '>=', value: 2 }, 'at least 2 red cars are seen'],
  [{ classes: ['car'], phrase: 'red car', polarity: 'absent' }, undefined, 'a car other than a red car is seen'],
  [
    { classes: ['car'], phrase: 'red car', polarity: 'absent' },
    { op: '>', value: 2 },
    'more than 2 cars other than a red car are seen',
  ],
  [{ classes: ['bus'], phrase: 'school bus' }, { op: '==', value: 1 }, 'exactly 1 school bus is seen'],
  [
    { classes: ['person'], phrase: 'person in a red jacket' },
    { op: '<', value: 3 },
    'fewer than 3 people in a red jacket are seen',
  ],
  [{ classes: ['*'], phrase: 'smoke' }, undefined, 'smoke is seen'],
  [{ classes: ['*'], phrase: 'a forklift' }, undefined, 'a forklift is seen'],
])('descriptions of %j %j read well', (subject, count, words) => {
  expect(summaryOf({ subject, ...(count && { count }) })).toBe(`Warn when ${words}.`);
});

it('describes the absence of a phrase', () => {
  const subject = { classes: ['person'], phrase: 'a person wearing a helmet' };
  expect(summaryOf({ behavior: 'absent', subject, seconds: 60 })).toBe(
    'Warn when no person wearing a helmet is seen for 1 min or longer.',
  );
});
