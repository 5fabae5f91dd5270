import { NewRule, Schedule } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { describeIssue } from './issues.js';

function issuesOf(schema: z.ZodType, input: unknown): string[] {
  const issues = schema.safeParse(input).error?.issues ?? [];
  return issues.flatMap((issue) => describeIssue(issue, input)).map(({ path, message }) => `${path}: ${message}`);
}

const subject = { classes: ['person'] };

describe('a value that may have several shapes', () => {
  it.each<[string, unknown, string[]]>([
    [
      'a list that is empty',
      { rule: { trigger: { behavior: 'appear', subject: { classes: [] } } } },
      ['rule.trigger.subject.classes: expected at least 1 entry, got a list'],
    ],
    [
      'a number that is too large',
      { rule: { trigger: { behavior: 'stay', subject, seconds: 1e9 } } },
      ['rule.trigger.seconds: expected at most 604800, got 1000000000'],
    ],
    [
      'a key that is unknown',
      { rule: { trigger: { behavior: 'enter', subject, speed: 3 } } },
      ['rule.trigger.speed: unknown key'],
    ],
    ['a text that is none', { prompt: 3 }, ['prompt: expected a string, got 3']],
  ])('is refused for what is wrong inside it: %s', (_what, input, messages) => {
    expect(issuesOf(NewRule, input)).toEqual(messages);
  });

  it('is refused as a whole if it has none of the shapes', () => {
    expect(issuesOf(NewRule, {})).toEqual([': expected a string or an object, got an object']);
    expect(issuesOf(Schedule, 'nights')).toEqual([': expected an object or a list, got "nights"']);
  });

  it('is described by the shape that was given', () => {
    expect(issuesOf(Schedule, [{ from: '22:00', to: '25:00' }])).toEqual([
      '0.to: expected HH:MM, 00:00 to 24:00, got "25:00"',
    ]);
  });
});
