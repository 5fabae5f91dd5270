import { describe, expect, it } from 'vitest';
import { contrastsOf } from './contrasts.js';
import { plainForms } from './plain-forms.js';

const person = (phrase: string) => contrastsOf({ classes: ['person'], phrase });
const anything = (phrase: string) => contrastsOf({ classes: ['*'], phrase });

describe('contrasts', () => {
  it.each<[string, readonly string[], Partial<Record<'parent' | 'siblings' | 'opposite', readonly string[]>>]>([
    [
      'a red car',
      ['car'],
      { parent: ['car'], siblings: ['blue car', 'white car', 'black car', 'green car'], opposite: [] },
    ],
    ['an open gate', ['*'], { parent: ['gate'], opposite: ['closed gate'], siblings: ['door', 'fence'] }],
    ['smoke', ['*'], { parent: [], siblings: ['fog', 'steam', 'dust', 'cloud'] }],
    ['school bus', ['bus'], { parent: ['bus'], siblings: ['minibus', 'trolleybus'] }],
    ['a forklift', ['*'], { siblings: ['tractor', 'excavator', 'pallet jack', 'truck'] }],
    ['a full shopping cart', ['*'], { parent: ['shopping cart'], opposite: ['empty shopping cart'] }],
    [
      'a hat',
      ['*'],
      { parent: ['headgear', 'headdress'], siblings: ['cap', 'turban', 'wimple', 'topknot', 'kaffiyeh'] },
    ],
    ['an animal with a red collar', ['*'], { parent: ['animal'] }],
  ])('%s', (phrase, classes, expected) => {
    expect(contrastsOf({ classes: [...classes], phrase })).toMatchObject(expected);
  });

  it('describe an absence by what is visible instead', () => {
    expect(person('person wearing a helmet')).toMatchObject({
      parent: ['person'],
      opposite: ['bareheaded person with visible hair'],
      siblings: ['person wearing a hard hat', 'person wearing a cap', 'person wearing a hat', 'person wearing a hood'],
    });
    expect(person('a person carrying a ladder').opposite).toEqual(['person with empty hands']);
    expect(person('person wearing gloves').opposite).toEqual(['person with bare hands']);
  });

  it('never contain a negation, the phrase itself, or a caption twice', () => {
    for (const phrase of ['person wearing a red jacket', 'a wall', 'an empty street', 'fog', 'a person in shorts']) {
      const { parent, siblings, opposite, backgrounds } = anything(phrase);
      const all = [...parent, ...siblings, ...opposite, ...backgrounds];
      expect(new Set(all).size, phrase).toBe(all.length);
      expect(
        all.some((one) => /\b(?:no|not|without)\b/.test(one)),
        phrase,
      ).toBe(false);
      expect(all, phrase).not.toContain(phrase.replace(/^an? /, ''));
      expect(backgrounds.length, phrase).toBeGreaterThan(15);
    }
  });

  it('exist for any words', () => {
    for (const phrase of ['🚒', 'xyzzy plugh', 'ein roter Wagen', 'wearing', 'a', 'with with with']) {
      expect(anything(phrase).backgrounds.length).toBeGreaterThan(15);
    }
  });
});

describe('plain forms', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a red forklift', ['forklift'], ['blue forklift', 'white forklift', 'black forklift', 'green forklift']],
    ['a blue delivery van', ['delivery van'], ['red delivery van']],
    ['delivery van', [], []],
    ['fire hydrant', [], []],
    ['a person wearing an orange vest', ['person'], ['person wearing a red vest']],
    ['a red and white truck', ['truck'], ['blue and white truck']],
    ['smoke', [], []],
  ])('of %s', (phrase, plain, exchanged) => {
    const forms = plainForms(phrase);
    expect(forms.plain).toEqual(plain);
    expect(forms.exchanged).toEqual(expect.arrayContaining([...exchanged]));
    if (exchanged.length === 0) expect(forms.exchanged).toEqual([]);
  });
});
