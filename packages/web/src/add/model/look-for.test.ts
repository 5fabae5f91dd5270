import { describe, expect, it } from 'vitest';
import { ANY, classesOf, familyMembers, shareOf, toggleMembers, usualChoice } from './look-for.js';

const names = ['person', 'bicycle', 'car', 'dog', 'cat', 'backpack', 'suitcase', 'chair'];

describe('families of objects', () => {
  it('hold what the model can see, and only those it has', () => {
    expect([...familyMembers(names)]).toEqual([
      ['person', ['person']],
      ['vehicle', ['bicycle', 'car']],
      ['animal', ['dog', 'cat']],
      ['parcel', ['backpack', 'suitcase']],
    ]);
    expect([...familyMembers(['Package', 'crack'])]).toEqual([['parcel', ['Package']]]);
  });

  it('are all looked for at first; a model without any is used for all it can see', () => {
    expect(usualChoice(names)).toEqual(names.slice(0, -1));
    expect(usualChoice(['crack', 'rust'])).toEqual([ANY]);
  });

  it('are on, off, or on in part', () => {
    expect(['person', 'car dog', 'car', '', ANY].map((text) => shareOf(['car', 'dog'], text.split(' ')))).toEqual([
      'none',
      'all',
      'some',
      'none',
      'all',
    ]);
  });

  it('are switched as a whole, and leave the others as they are', () => {
    expect(toggleMembers(['dog', 'cat'], ['person'], names)).toEqual(['person', 'dog', 'cat']);
    expect(toggleMembers(['dog', 'cat'], ['person', 'cat'], names)).toEqual(['person', 'dog', 'cat']);
    expect(toggleMembers(['dog', 'cat'], ['dog', 'cat', 'person'], names)).toEqual(['person']);
    expect(toggleMembers(['dog', 'cat'], [ANY], names)).toEqual([
      ...['person', 'bicycle', 'car', 'backpack', 'suitcase', 'chair'],
    ]);
  });
});

it('a camera that looks for everything is told no names', () => {
  expect([classesOf([ANY]), classesOf(['dog'])]).toEqual([undefined, ['dog']]);
});
