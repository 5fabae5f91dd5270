import type { Interpretation, PartialRule, Question, Rule, SpanKey } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { type ByHand, type Chip, draftRules, onCamera, setByHand } from './chips.js';
import { marksOf } from './marks.js';
import { type Edits, PARTS } from './parts.js';

const PROMPT = 'warn me if someone hangs around the shed at night';
const WORDS: Array<[string, SpanKey]> = [
  ['warn me', 'severity'],
  ['someone', 'subject'],
  ['hangs around', 'behavior'],
  ['the shed', 'zone'],
  ['at night', 'schedule'],
];
const spansOf = (words = WORDS) =>
  words.map(([text, key]) => ({ start: PROMPT.indexOf(text), end: PROMPT.indexOf(text) + text.length, key, rule: 0 }));

const RULE: Rule = {
  cameras: 'all',
  severity: 'warning',
  cooldown_s: 60,
  schedule: { from: '22:00', to: '06:00' },
  trigger: { behavior: 'stay', subject: { classes: ['person'] }, zone: 'the shed', seconds: 30 },
};
const OK: Interpretation = { status: 'ok', rules: [RULE], summary: '', assumptions: [], spans: spansOf() };

const { zone: _, ...known } = RULE.trigger as { zone?: string } & Rule['trigger'];
const PARTIAL: PartialRule = { ...RULE, trigger: known };
const SHED: Question = { about: 'zone', phrase: 'the shed', text: 'Which area?', candidates: ['driveway'] };
const ASKED: Interpretation = {
  status: 'needs_input',
  questions: [SHED],
  partial: { rules: [PARTIAL] },
  spans: spansOf(WORDS.filter(([, key]) => key !== 'zone')),
};

/** @param edits set by hand when the sentence was read as it is now */
function drafts(interpretation: Interpretation, edits: Edits = {}) {
  const marks = marksOf(PROMPT, interpretation);
  const phrases = draftRules(PROMPT, interpretation, marks, [])[0]?.phrases ?? {};
  return draftRules(PROMPT, interpretation, marks, [setByHand({}, edits, phrases)]);
}

/** `who: someone`, `long: usual`, `where?` for what is open. */
function told(chip: Chip): string {
  if (chip.kind === 'refused') return `refused: ${chip.phrase}`;
  if (chip.kind === 'open') return `${chip.part}?`;
  return `${chip.part}: ${chip.source.kind === 'said' ? chip.source.phrases.join(', ') : chip.source.kind}`;
}
const chipsOf = (...args: Parameters<typeof drafts>) => drafts(...args)[0]?.chips.map(told);

describe('the chips of a sentence', () => {
  it('show every part of a whole rule, with the words it came from', () => {
    expect(chipsOf(OK)).toEqual([
      'who: someone',
      'does: hangs around',
      'where: the shed',
      'long: usual',
      'when: at night',
      'loud: warn me',
    ]);
    expect(drafts(OK)[0]?.rule).toEqual(RULE);
  });

  it('leave out the time of a behaviour that takes none', () => {
    const rules: Rule[] = [{ ...RULE, trigger: { behavior: 'fall', subject: { classes: ['person'] } } }];
    expect(chipsOf({ ...OK, rules })).not.toContain('long: usual');
  });

  it('say what was set by hand', () => {
    const edits = { long: { seconds: 90 } };
    expect(chipsOf(OK, edits)).toContain('long: edited');
    expect(drafts(OK, edits)[0]?.rule).toEqual({ ...RULE, trigger: { ...RULE.trigger, seconds: 90 } });
  });

  it('go back to the sentence once other words stand where a part was set by hand', () => {
    const byHand: ByHand[] = [{ where: { value: { cameras: 'all', zone: 'lawn' }, words: 'the garage' } }];
    expect(draftRules(PROMPT, OK, marksOf(PROMPT, OK), byHand)[0]?.rule).toEqual(RULE);
    expect(PARTS.map((part) => draftRules(PROMPT, OK, marksOf(PROMPT, OK), byHand)[0]?.edits[part])).toEqual(
      PARTS.map(() => undefined),
    );
  });

  it('leave the line open after a change to crossing one', () => {
    expect(chipsOf(OK, { does: { behavior: 'cross' } })).toContain('where?');
    expect(drafts(OK, { does: { behavior: 'cross' } })[0]?.rule).toBeUndefined();
  });

  it('ask for what is not clear, and show what is', () => {
    expect(chipsOf(ASKED)).toEqual([
      'who: someone',
      'does: hangs around',
      'where?',
      'long: usual',
      'when: at night',
      'loud: warn me',
    ]);
    expect(drafts(ASKED)[0]?.rule).toBeUndefined();
  });

  it('are no rule before the sentence is read, whatever is set by hand: more may be in it than is known', () => {
    const draft = drafts(ASKED, { where: { cameras: 'all', zone: 'driveway' }, long: { seconds: 5 } })[0];
    expect(draft?.rule).toBeUndefined();
    expect(draft?.chips.map(told)).toEqual(expect.arrayContaining(['where?', 'long: edited']));
  });

  it('show what no rule can say beside what is understood, and give no rule whatever is set by hand', () => {
    const reasons = [{ phrase: 'the shed', why: '', suggestions: [] }];
    const refused: Interpretation = {
      status: 'unsupported',
      reasons,
      partial: { rules: [PARTIAL] },
      spans: ASKED.spans,
    };
    expect(chipsOf(refused)).toEqual([
      'who: someone',
      'does: hangs around',
      'long: usual',
      'when: at night',
      'loud: warn me',
      'refused: the shed',
    ]);
    expect(drafts(refused, { where: { cameras: 'all', zone: 'driveway' } })[0]?.rule).toBeUndefined();
    expect(chipsOf({ status: 'unsupported', reasons, spans: [] })).toEqual(['refused: the shed']);
    const nothingLeft = { behavior: 'without', subject: { classes: [] }, other: { classes: [] }, seconds: 30 };
    const partial = { rules: [{ ...PARTIAL, trigger: nothingLeft }] };
    expect(chipsOf({ status: 'unsupported', reasons, partial, spans: [] })).toEqual([
      'long: usual',
      'refused: the shed',
    ]);
  });
});

describe('a camera chosen beforehand', () => {
  const placesIn = (interpretation: Interpretation, byHand: readonly ByHand[]) =>
    draftRules(PROMPT, interpretation, marksOf(PROMPT, interpretation), byHand).map(({ parts }) => parts.where);
  const { zone: _zone, ...anywhere } = RULE.trigger as { zone?: string } & Rule['trigger'];
  const NO_PLACE: Interpretation = {
    ...OK,
    rules: [{ ...RULE, trigger: anywhere as Rule['trigger'] }],
    spans: ASKED.spans,
  };

  it('is where every rule of a sentence watches that names no place', () => {
    const two: Interpretation = { ...NO_PLACE, rules: [...NO_PLACE.rules, ...NO_PLACE.rules] };
    expect(placesIn(two, onCamera('yard', []))).toEqual([{ cameras: ['yard'] }, { cameras: ['yard'] }]);
  });

  it('gives way to the place that the sentence names', () => {
    expect(placesIn(OK, onCamera('yard', []))).toMatchObject([{ cameras: 'all', zone: 'the shed' }]);
  });

  it('keeps what else was set by hand', () => {
    const long = { value: { seconds: 5 }, words: '' };
    expect(onCamera('yard', [{ long }])[0]).toEqual({ long, where: { value: { cameras: ['yard'] }, words: '' } });
  });
});
