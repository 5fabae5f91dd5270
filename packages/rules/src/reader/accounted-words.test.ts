import type { Interpretation } from '@lookout/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from './interpret.js';
import { BEHAVIOUR_CASES } from './testing/behaviour-cases.js';
import { CHATTY_CASES } from './testing/chatty-cases.js';
import { CLASS_CASES } from './testing/class-cases.js';
import { NAME_CASES } from './testing/name-cases.js';
import { NUMBER_CASES } from './testing/number-cases.js';
import { SEVERAL_CASES } from './testing/several-cases.js';
import { SIDE_CASES } from './testing/side-cases.js';
import { TIME_CASES } from './testing/time-cases.js';

/** Sentences that become rules. */
const ARMED = [
  CLASS_CASES,
  NAME_CASES,
  TIME_CASES,
  NUMBER_CASES,
  BEHAVIOUR_CASES,
  SEVERAL_CASES,
  CHATTY_CASES,
  SIDE_CASES,
]
  .flat()
  .filter(({ prompt, context }) => interpret(prompt, context).status === 'ok');

/** Conditions that no rule has, and words that nobody knows. */
const CONDITIONS = [
  'zorbing',
  'quixotic',
  'furious',
  'barefoot',
  'striped',
  'smiling',
  'limping',
  'twice',
  'alone',
  'drunk',
  'suspiciously',
  'quickly and quietly',
  'wearing a hat',
  'with a beard',
  'without shoes',
  'in a hurry',
  'who is lost',
  'unless it rains',
  'while it is foggy',
  'per hour',
  'faster than 30 km/h',
  'tonight',
  'after closing time',
  'blorf',
  'Grzegorz',
  'again',
  'bald',
  'from Germany',
  'holding flowers',
  'except Bob',
  'taller than me',
];
/** Words that say nothing. */
const EMPTIES = ['please', 'pls', 'kindly', 'thanks', 'immediately', 'asap'];

const armed = fc.constantFrom(...ARMED);
const place = fc.double({ min: 0, max: 1, noNaN: true });
const RUNS = { seed: 20_261_130, numRuns: 600 };

/** Puts words between two words of a prompt. */
function insert(prompt: string, words: string, at: number): string {
  const parts = prompt.split(' ');
  const index = Math.round(at * parts.length);
  return [...parts.slice(0, index), words, ...parts.slice(index)].join(' ');
}

function rulesOf(answer: Interpretation): string {
  return answer.status === 'ok' ? JSON.stringify(answer.rules) : answer.status;
}

describe('the law of accounted words', () => {
  it('never arms the same rule with a condition more, unless the condition is named in the assumptions', () => {
    fc.assert(
      fc.property(armed, fc.constantFrom(...CONDITIONS), place, ({ prompt, context }, condition, at) => {
        const before = interpret(prompt, context);
        const after = interpret(insert(prompt, condition, at), context);
        if (rulesOf(after) !== rulesOf(before)) return;
        const assumptions = after.status === 'ok' ? after.assumptions.join(' ').toLowerCase() : '';
        const words = condition
          .toLowerCase()
          .split(' ')
          .filter((word) => word.length > 3);
        expect(
          words.some((word) => assumptions.includes(word)),
          `${insert(prompt, condition, at)}: ${assumptions}`,
        ).toBe(true);
      }),
      RUNS,
    );
  });

  it('reads a sentence as the same rule with words more that say nothing', () => {
    fc.assert(
      fc.property(armed, fc.constantFrom(...EMPTIES), fc.boolean(), ({ prompt, context }, word, first) => {
        const more = first ? `${word}, ${prompt}` : `${prompt.replace(/[.!?]+$/, '')}, ${word}`;
        expect(rulesOf(interpret(more, context)), more).toBe(rulesOf(interpret(prompt, context)));
      }),
      RUNS,
    );
  });

  it('answers any text without throwing, and arms none that has no words of a rule', () => {
    const [{ context }] = ARMED as [(typeof ARMED)[number]];
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        expect(['ok', 'needs_input', 'unsupported']).toContain(interpret(text, context).status);
      }),
      RUNS,
    );
  });
});
