import type { Interpretation, Span, SpanKey } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { locate, marksOf, partOfAssumption, phrasesOf, segmentsOf, shiftMarks, withReplaced } from './marks.js';
import type { Edits, PartValues } from './parts.js';

const PROMPT = 'warn me if someone hangs around the back door at night';

/** A span of these words, which stand once in the sentence. */
function span(prompt: string, words: string, key: SpanKey, rule?: number) {
  const start = prompt.indexOf(words);
  return { start, end: start + words.length, key, ...(rule !== undefined && { rule }) };
}

const SPANS = [
  span(PROMPT, 'warn me', 'severity'),
  span(PROMPT, 'if', 'empty'),
  span(PROMPT, 'someone', 'subject', 0),
  span(PROMPT, 'hangs', 'behavior', 0),
  span(PROMPT, 'around', 'behavior', 0),
  span(PROMPT, 'the back door', 'zone', 0),
  span(PROMPT, 'at night', 'schedule', 0),
];

const read = (words: Pick<Interpretation, 'spans'> & object): Interpretation => words as Interpretation;
const OK = read({ status: 'ok', spans: SPANS } as never);

/** `[text]{part or kind}` for marked pieces. */
const shown = (prompt: string, interpretation: Interpretation) =>
  segmentsOf(prompt, marksOf(prompt, interpretation))
    .map(({ text, mark }) => (mark ? `[${text}]{${mark.part ?? mark.kind}}` : text))
    .join('');

describe('the marks of a sentence', () => {
  it('stand under each phrase that became a part, as one where parts touch', () => {
    expect(shown(PROMPT, OK)).toBe(
      '[warn me]{loud} if [someone]{who} [hangs around]{does} [the back door]{where} [at night]{when}',
    );
  });

  it('show what a question is about', () => {
    const questions = [{ about: 'zone', phrase: 'back door', text: '', candidates: [] }];
    const asked = read({ status: 'needs_input', questions, spans: SPANS.filter(({ key }) => key !== 'zone') } as never);
    expect(shown(PROMPT, asked)).toContain('the [back door]{asked} [at night]{when}');
  });

  it('show each phrase that no rule can express, whatever its case', () => {
    const prompt = 'a person without a helmet in the rain';
    const reasons = [{ phrase: 'Without a helmet' }, { phrase: 'in the rain' }];
    const refused = read({ status: 'unsupported', reasons, spans: [span(prompt, 'a person', 'subject')] } as never);
    expect(shown(prompt, refused)).toBe('[a person]{who} [without a helmet]{refused} [in the rain]{refused}');
  });

  it('make up the sentence, whatever was answered', () => {
    const pieces = segmentsOf(PROMPT, marksOf(PROMPT, OK));
    expect(pieces.map(({ text }) => text).join('')).toBe(PROMPT);
    expect(segmentsOf('', [])).toEqual([]);
  });

  it('keep the phrases of each rule apart', () => {
    const prompt = 'warn me when a car stops or a dog enters';
    const spans = [
      span(prompt, 'warn me', 'severity'),
      span(prompt, 'a car', 'subject', 0),
      span(prompt, 'a dog', 'subject', 1),
    ];
    const marks = marksOf(prompt, read({ status: 'ok', spans } as never));
    expect(phrasesOf(prompt, marks, 0)).toEqual({ loud: ['warn me'], who: ['a car'] });
    expect(phrasesOf(prompt, marks, 1)).toEqual({ loud: ['warn me'], who: ['a dog'] });
  });

  it('belong to each of the rules that share them', () => {
    const prompt = 'people in the garden or driveway, or cars';
    const spans = [
      span(prompt, 'people', 'subject', 0),
      span(prompt, 'people', 'subject', 1),
      span(prompt, 'in the garden or driveway', 'zone', 0),
      span(prompt, 'in the garden or driveway', 'zone', 1),
      span(prompt, 'cars', 'subject', 2),
    ];
    const marks = marksOf(prompt, read({ status: 'ok', spans } as never));
    expect([0, 1, 2].map((rule) => phrasesOf(prompt, marks, rule))).toEqual([
      { who: ['people'], where: ['in the garden or driveway'] },
      { who: ['people'], where: ['in the garden or driveway'] },
      { who: ['cars'] },
    ]);
  });
});

describe('words of a part that was set by hand', () => {
  const replacedIn = (prompt: string, spans: Span[], said: Partial<PartValues>, edits: Edits) =>
    withReplaced(marksOf(prompt, read({ status: 'ok', spans } as never)), [{ said, edits }])
      .filter(({ kind }) => kind === 'replaced')
      .map(({ start, end }) => prompt.slice(start, end));

  it('are no longer what counts', () => {
    const said = { long: { seconds: 30 }, where: { cameras: 'all' as const, zone: 'back door' } };
    const edits = { long: { seconds: 60 }, where: { cameras: 'all' as const } };
    expect(replacedIn(PROMPT, SPANS, said, edits)).toEqual(['the back door']);
    expect(withReplaced(marksOf(PROMPT, OK), [])).toEqual(marksOf(PROMPT, OK));
  });

  it('still count where they are true', () => {
    const prompt = 'two people stay';
    const spans = [span(prompt, 'two', 'count', 0), span(prompt, 'people', 'subject', 0)];
    const people = (count: number) => ({ who: { classes: ['person'], count: { op: '>=' as const, value: count } } });
    expect(replacedIn(prompt, spans, people(2), people(3))).toEqual(['two']);
    expect(replacedIn(prompt, spans, people(2), people(2))).toEqual([]);
    expect(replacedIn(prompt, spans, people(2), { who: { classes: ['dog'] } })).toEqual(['two people']);
  });
});

describe('while the sentence is changed', () => {
  const marks = marksOf(PROMPT, OK);
  const texts = (after: string) => shiftMarks(marks, PROMPT, after).map(({ start, end }) => after.slice(start, end));

  it('marks stay with their words', () => {
    const all = ['warn me', 'someone', 'hangs around', 'the back door', 'at night'];
    expect(texts(PROMPT)).toEqual(all);
    expect(texts(`${PROMPT} please`)).toEqual(all);
    expect(texts(`please ${PROMPT}`)).toEqual(all);
    expect(texts(PROMPT.replace('if', 'as soon as'))).toEqual(all);
  });

  it('the mark of a changed phrase goes', () => {
    expect(texts(PROMPT.replace('back door', 'shed'))).toEqual(['warn me', 'someone', 'hangs around', 'at night']);
    expect(texts('')).toEqual([]);
  });
});

describe('locate', () => {
  it('prefers words that became nothing else, and whole words', () => {
    const prompt = 'bit by it, it barks';
    const spans = [{ start: 11, end: 13, key: 'subject' as const }];
    expect(locate(prompt, 'it', spans)).toEqual({ start: 7, end: 9 });
    expect(locate(prompt, 'it', [])).toEqual({ start: 7, end: 9 });
    expect(locate(prompt, 'IT', [{ start: 0, end: 19, key: 'subject' }])).toEqual({ start: 7, end: 9 });
    expect(locate(prompt, 'cat', [])).toBeUndefined();
    expect(locate(prompt, '', [])).toBeUndefined();
  });
});

it.each([
  ['“at night” means 22:00 to 06:00', 'when'],
  ['“hangs around” means staying', 'does'],
  ['“Someone” means a person', 'who'],
  ['“if” is not used', undefined],
  ['times are as usual', undefined],
])('the assumption %s is about: %s', (assumption, part) => {
  expect(partOfAssumption(assumption, PROMPT, marksOf(PROMPT, OK))).toBe(part);
});
