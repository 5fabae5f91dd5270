import { Interpretation } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { interpret } from './interpret.js';
import { BEHAVIOUR_CASES } from './testing/behaviour-cases.js';
import { isExpected, notation } from './testing/cases.js';
import { CHATTY_CASES } from './testing/chatty-cases.js';
import { CLASS_CASES } from './testing/class-cases.js';
import { HOME } from './testing/contexts.js';
import { NAME_CASES } from './testing/name-cases.js';
import { NUMBER_CASES } from './testing/number-cases.js';
import { ODD_CASES } from './testing/odd-cases.js';
import { SEVERAL_CASES } from './testing/several-cases.js';
import { SIDE_CASES } from './testing/side-cases.js';
import { TIME_CASES } from './testing/time-cases.js';

describe.each([
  ['classes', CLASS_CASES],
  ['names and directions', NAME_CASES],
  ['times', TIME_CASES],
  ['numbers', NUMBER_CASES],
  ['behaviours', BEHAVIOUR_CASES],
  ['several things', SEVERAL_CASES],
  ['sides of lines', SIDE_CASES],
  ['chatty sentences', CHATTY_CASES],
  ['odd input', ODD_CASES],
])('reads %s', (_, list) => {
  it.each(list)('$prompt → $expected', ({ prompt, context, expected }) => {
    const answer = interpret(prompt, context);
    expect(Interpretation.parse(answer)).toEqual(answer);
    // The notation is compared only where it differs, since a phrase may be longer than the expected one.
    expect(isExpected(answer, expected) ? expected : notation(answer)).toBe(expected);
  });
});

describe('interpret', () => {
  it('answers with rules, a summary, assumptions and spans', () => {
    const prompt = 'warn me if someone hangs around the back door for more than 30 seconds at night';
    expect(interpret(prompt, HOME)).toEqual({
      status: 'ok',
      rules: [
        {
          cameras: 'all',
          severity: 'warning',
          cooldown_s: 60,
          schedule: { from: '22:00', to: '06:00' },
          trigger: { behavior: 'stay', subject: { classes: ['person'] }, zone: 'back door', seconds: 30 },
        },
      ],
      summary: 'Warn when a person stays in “back door” for 30 s or longer, between 22:00 and 06:00.',
      assumptions: ['“hangs around” means staying', '“at night” means 22:00 to 06:00'],
      spans: [
        { start: 0, end: 10, key: 'empty' },
        { start: 11, end: 18, rule: 0, key: 'subject' },
        { start: 19, end: 31, rule: 0, key: 'behavior' },
        { start: 32, end: 45, rule: 0, key: 'zone' },
        { start: 46, end: 70, rule: 0, key: 'seconds' },
        { start: 71, end: 79, rule: 0, key: 'schedule' },
      ],
    });
  });

  it('asks with what is known already', () => {
    expect(interpret('someone in the shed at night', HOME)).toMatchObject({
      status: 'needs_input',
      questions: [{ about: 'zone', phrase: 'shed', text: 'Which area is “shed”?', candidates: HOME.zones }],
      partial: { rules: [{ trigger: { behavior: 'appear', subject: { classes: ['person'] } } }] },
    });
  });

  it('tells all it understood beside what it asks or refuses', () => {
    const known = {
      severity: 'critical',
      schedule: { from: '22:00', to: '06:00' },
      trigger: { behavior: 'stay', subject: { classes: ['person'] }, seconds: 600 },
    };
    const asked = interpret('urgent: someone stays in the shed for 10 minutes at night', HOME);
    expect(asked).toMatchObject({ status: 'needs_input', partial: { rules: [known] } });
    const refused = interpret('urgent: someone sad stays in the garden for 10 minutes at night', HOME);
    expect(refused).toMatchObject({
      status: 'unsupported',
      partial: { rules: [{ ...known, trigger: { ...known.trigger, zone: 'garden' } }] },
    });
  });

  it('names the model that cannot see something', () => {
    expect(interpret('a forklift in the garden', HOME)).toMatchObject({
      status: 'unsupported',
      reasons: [{ phrase: 'forklift', why: '“forklift” is not something model nanodet-g can see' }],
    });
  });

  it('covers every word of the prompt by spans', () => {
    for (const { prompt, context } of [...BEHAVIOUR_CASES, ...SEVERAL_CASES]) {
      const answer = interpret(prompt, context);
      if (answer.status !== 'ok') continue;
      const rest = answer.spans.reduce(
        (text, { start, end }) => text.slice(0, start) + ' '.repeat(end - start) + text.slice(end),
        prompt,
      );
      expect(rest.replace(/[\s\p{P}]/gu, ''), prompt).toBe('');
    }
  });

  it.each([
    ['nothing', ''],
    ['only spaces', '   '],
    ['10 000 characters', 'someone in the garden '.repeat(500)],
    ['one endless word', 'a'.repeat(1999)],
    ['many conditions', 'a dog or '.repeat(200)],
    ['unpaired surrogates', 'someone \ud800 in the garden'],
  ])('refuses %s without throwing', (_, prompt) => {
    expect(interpret(prompt, HOME).status).toBe('unsupported');
  });

  it('asks which of two zones of one name is meant', () => {
    const context = { ...HOME, zones: ['Gate', 'gate '] };
    expect(notation(interpret('someone in the gate', context))).toBe('? zone: gate');
  });
});
