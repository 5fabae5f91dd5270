import { describe, expect, it } from 'vitest';
import { unit } from './testing/vectors.js';
import { checkTexts, type EmbeddedText, type PhraseTexts } from './text-check.js';

// Axes of a toy text space: forklift, red, helmet, person, closed.
const text = (words: string, ...direction: number[]): EmbeddedText => ({ text: words, vector: unit(...direction) });
const forklift = text('forklift', 1, 0, 0, 0, 0);
const redForklift = text('red forklift', 1, 0.6, 0, 0, 0);
const helmet = text('person wearing a helmet', 0, 0, 1, 0.6, 0);
const noHelmet = text('person without a helmet', 0, 0, 0.5, 0.9, 0);
const person = text('person', 0, 0, 0, 1, 0);

function phrase(given: Partial<PhraseTexts> & { phrase: EmbeddedText }): PhraseTexts {
  return { polarity: 'present', plain: [], opposite: [], siblings: [], ...given };
}
const kinds = (texts: PhraseTexts, names?: EmbeddedText[]) => checkTexts(texts, names).map(({ kind }) => kind);

describe('a model with a closed list of names', () => {
  it('supports what is on its list', () => {
    expect(kinds(phrase({ phrase: forklift }), [forklift, person])).toEqual([]);
  });

  it('refuses a phrase unlike anything on its list, and names the closest', () => {
    const [reason] = checkTexts(phrase({ phrase: redForklift }), [person, text('crash helmet', 0, 0, 1, 0, 0)]);
    expect(reason).toMatchObject({ kind: 'no_support', why: expect.stringContaining('“red forklift”') });
    expect(reason?.why).toContain('“person” and “crash helmet”');
  });

  it('refuses an attribute if all names are as near to the plain noun: no image could show it', () => {
    const [reason] = checkTexts(phrase({ phrase: redForklift, plain: [forklift] }), [forklift, person]);
    expect(reason).toMatchObject({ kind: 'attribute_not_seen', why: expect.stringContaining('“forklift”') });
  });

  it('allows an attribute that some name has', () => {
    const fireEngine = text('fire engine', 1, 0.7, 0, 0, 0);
    expect(kinds(phrase({ phrase: redForklift, plain: [forklift] }), [forklift, fireEngine])).toEqual([]);
  });

  it('may see helmets and still be blind to their absence', () => {
    const names = [text('crash helmet', 0, 0, 1, 0, 0)];
    const texts = phrase({ phrase: helmet, plain: [person], opposite: [noHelmet] });
    expect(kinds(texts, names)).toEqual([]);
    const [reason] = checkTexts({ ...texts, polarity: 'absent' }, names);
    expect(reason).toMatchObject({
      kind: 'attribute_not_seen',
      why: expect.stringContaining('“person without a helmet”'),
    });
    expect(kinds({ ...texts, polarity: 'absent' }, [...names, person])).toEqual([]);
  });
});

describe('a model that may know anything', () => {
  it('only needs to tell the texts apart', () => {
    expect(kinds(phrase({ phrase: redForklift, plain: [forklift] }))).toEqual([]);
  });

  it.each(['opposite', 'plain', 'siblings'] as const)('refuses a phrase that is nearly its %s', (role) => {
    const open = text('open gate', 1, 0, 0, 0, 0.1);
    const closed = text('closed gate', 1, 0, 0, 0, 0.3);
    const [reason] = checkTexts(phrase({ phrase: open, [role]: [closed] }));
    expect(reason).toMatchObject({ kind: 'like_its_opposite', why: expect.stringContaining('“closed gate”') });
  });

  it('is never given a negation', () => {
    const [reason] = checkTexts(phrase({ phrase: noHelmet }));
    expect(reason).toMatchObject({ kind: 'negation', why: expect.stringContaining('“without”') });
  });
});
