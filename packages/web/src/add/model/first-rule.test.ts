import type { Interpretation, Rule } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { firstSubject, limitedTo, ruleFor } from './first-rule.js';
import { ANY } from './look-for.js';

const names = ['person', 'car', 'dog', 'backpack', 'chair'];

it('the first rule is about what the camera looks for, people first', () => {
  expect(firstSubject([ANY], names)).toBe('person');
  expect(firstSubject(['dog', 'car'], names)).toBe('vehicle');
  expect(firstSubject(['backpack'], names)).toBe('parcel');
  expect(firstSubject(['chair'], names)).toEqual({ name: 'chair' });
  expect(firstSubject([ANY], ['crack'])).toEqual({ name: 'crack' });
  expect(firstSubject([], names)).toBeUndefined();
});

const read = (cameras: Rule['cameras']): Interpretation => ({
  status: 'ok',
  rules: [{ trigger: { behavior: 'appear', subject: { classes: ['person'] } }, cameras } as unknown as Rule],
  ...{ summary: 'Warn when a person is seen.', assumptions: [], spans: [] },
});

it('a sentence counts only if it is about this camera alone', () => {
  expect(ruleFor('yard', 'say', read(['yard']))).toMatchObject({
    prompt: 'say',
    summary: 'Warn when a person is seen.',
  });
  for (const cameras of [['yard', 'gate'], ['gate'], 'all'] as const) {
    expect(ruleFor('yard', 'say', read(cameras as Rule['cameras']))).toBeUndefined();
  }
  const asks: Interpretation = { status: 'needs_input', questions: [], partial: { rules: [] }, spans: [] };
  expect(ruleFor('yard', 'say', asks)).toBeUndefined();
  expect([limitedTo('yard', read('all'))[0]?.cameras, limitedTo('yard', asks)]).toEqual([['yard'], []]);
});
