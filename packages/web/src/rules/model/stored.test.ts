import type { Interpretation, Rule, StoredRule } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { draftRules } from './chips.js';
import { marksOf } from './marks.js';
import { narrowTo, startOfStored } from './stored.js';

const PROMPT = 'warn me when a car enters the driveway or a dog leaves the garden';

const rule = (behavior: 'enter' | 'leave', name: string, zone: string): Rule => ({
  cameras: 'all',
  severity: 'warning',
  cooldown_s: 60,
  trigger: { behavior, subject: { classes: [name] }, zone },
});
const CAR = rule('enter', 'car', 'driveway');
const DOG = rule('leave', 'dog', 'garden');

const READ: Interpretation = {
  status: 'ok',
  rules: [CAR, DOG],
  summary: 'Two rules.',
  assumptions: [],
  spans: [
    { start: 0, end: 7, key: 'severity' },
    { start: 13, end: 18, key: 'subject', rule: 0 },
    { start: 42, end: 47, key: 'subject', rule: 1 },
  ],
};

const stored = (saved: Rule, prompt: string | null = PROMPT) => ({ id: 'r1', prompt, rule: saved }) as StoredRule;

describe('a stored rule of a sentence that states two', () => {
  it('is the one that it resembles most, with the words of that one', () => {
    const narrowed = narrowTo({ ...DOG, cooldown_s: 600 }, READ);
    expect(narrowed).toMatchObject({
      rules: [DOG],
      spans: [
        { start: 0, key: 'severity' },
        { start: 42, key: 'subject', rule: 0 },
      ],
    });
  });

  it('starts with what was set by hand', () => {
    const saved = { ...DOG, cooldown_s: 600 };
    const { prompt, byHand } = startOfStored(stored(saved), READ);
    expect(prompt).toBe(PROMPT);
    expect(byHand.map((each) => Object.keys(each))).toEqual([['loud']]);
    const narrowed = narrowTo(saved, READ);
    expect(draftRules(prompt, narrowed, marksOf(prompt, narrowed), byHand)[0]?.rule).toEqual(saved);
  });
});

it('a sentence that can no longer be read starts without changes: its questions come first', () => {
  const unread: Interpretation = {
    status: 'unsupported',
    reasons: [{ phrase: 'x', why: '', suggestions: [] }],
    spans: [],
  };
  expect(startOfStored(stored(CAR), unread)).toEqual({ prompt: PROMPT, byHand: [] });
  expect(narrowTo(CAR, unread)).toBe(unread);
});

it('a rule that was given without a sentence starts with none', () => {
  expect(startOfStored(stored(CAR, null), undefined)).toEqual({ prompt: '', byHand: [] });
});
