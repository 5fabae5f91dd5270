import { BEHAVIORS, Rule, Trigger } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import {
  differingParts,
  type Edits,
  editsBetween,
  isValidPart,
  knownParts,
  lostWith,
  type Part,
  partsOf,
  ruleOf,
  TRAITS,
  withEdits,
} from './parts.js';

const STAY: Rule = {
  cameras: 'all',
  severity: 'warning',
  cooldown_s: 60,
  schedule: { from: '22:00', to: '06:00' },
  trigger: { behavior: 'stay', subject: { classes: ['person'] }, zone: 'back door', seconds: 30 },
};
const CROSS: Rule = {
  cameras: ['yard'],
  severity: 'info',
  cooldown_s: 0,
  schedule: [
    { from: '07:00', to: '09:00', days: ['mon'] },
    { from: '16:00', to: '18:00' },
  ],
  trigger: { behavior: 'cross', subject: { classes: ['car', 'bus'] }, line: 'gate', direction: 'forward' },
};
const NEAR: Rule = {
  cameras: 'all',
  severity: 'critical',
  cooldown_s: 60,
  trigger: {
    behavior: 'near',
    subject: { classes: ['person'] },
    other: { classes: ['oven'] },
    count: { op: '>=', value: 2 },
  },
};

describe('the parts of a rule', () => {
  it.each([
    ['a stay', STAY],
    ['a crossing', CROSS],
    ['a nearness', NEAR],
  ])('make %s again', (_name, rule) => {
    expect(ruleOf(partsOf(rule))).toEqual(rule);
  });

  it('are told as far as they are known', () => {
    const { cameras, severity, cooldown_s } = STAY;
    const partial = { cameras, severity, cooldown_s, trigger: { subject: { classes: ['person'] } } };
    const { who, does, long, when } = knownParts(partial);
    expect({ who, does, long, when }).toEqual({
      who: { classes: ['person'], count: undefined },
      does: undefined,
      long: undefined,
      when: { windows: [] },
    });
  });

  it.each(BEHAVIORS)('take the keys that the contract gives to `%s`', (behavior) => {
    const shape = Trigger.options.find((option) => option.shape.behavior.value === behavior)?.shape ?? {};
    const { place, counts, seconds, directions, levels, hasOther } = TRAITS[behavior];
    expect({
      place: 'line' in shape ? 'line' : 'zone' in shape && 'zone',
      counts: 'count' in shape,
      seconds: 'seconds' in shape,
      directions: 'direction' in shape,
      levels: 'level' in shape,
      hasOther: 'other' in shape,
    }).toEqual({
      place,
      counts,
      seconds: seconds !== undefined,
      levels: levels !== undefined,
      hasOther: hasOther ?? false,
      directions: directions !== undefined,
    });
  });
});

describe('a part by itself', () => {
  const parts = partsOf(STAY);
  it.each<[Part, Edits, boolean]>([
    ['who', {}, true],
    ['who', { who: { classes: [] } }, false],
    ['who', { who: { classes: ['person'], count: { op: '>=', value: Number.NaN } } }, false],
    ['does', { does: { behavior: 'near', other: [] } }, false],
    ['where', { where: { cameras: [] } }, false],
    ['where', { does: { behavior: 'cross' } }, false],
    ['where', { does: { behavior: 'cross' }, where: { cameras: 'all', line: 'gate' } }, true],
    ['long', { long: { seconds: 8 * 86_400 } }, false],
    ['long', { long: { seconds: Number.NaN } }, false],
    ['when', { when: { windows: [{ from: '', to: '06:00' }] } }, false],
    ['when', { when: { windows: [{ from: '22:00', to: '06:00', days: [] }] } }, false],
    ['loud', {}, true],
  ])('%s, %j: %s', (part, change, expected) => {
    expect(isValidPart(part, { ...parts, ...change })).toBe(expected);
  });
});

describe('an edit', () => {
  const parts = partsOf(STAY);

  it('replaces one part as a whole', () => {
    const edited = withEdits(parts, { long: { seconds: 90 } });
    expect(ruleOf(edited)).toEqual({ ...STAY, trigger: { ...STAY.trigger, seconds: 90 } });
    expect(differingParts(parts, edited)).toEqual(['long']);
  });

  it('fills in what another behaviour needs, and leaves out what it cannot have', () => {
    const trigger = { behavior: 'move', subject: { classes: ['person'] }, zone: 'back door', direction: 'left' };
    expect(ruleOf(withEdits(parts, { does: { behavior: 'move' } }))?.trigger).toEqual(trigger);
    const absent = withEdits(partsOf(CROSS), { does: { behavior: 'absent' } });
    expect(ruleOf(absent)?.trigger).toEqual({ behavior: 'absent', subject: { classes: ['car', 'bus'] }, seconds: 60 });
  });

  it('gives no rule before the line to cross is known, or the other kind of object', () => {
    expect(ruleOf(withEdits(parts, { does: { behavior: 'cross' } }))).toBeUndefined();
    expect(ruleOf(withEdits(parts, { does: { behavior: 'without', other: [] } }))).toBeUndefined();
    const where = { cameras: 'all', line: 'gate' } as const;
    expect(ruleOf(withEdits(parts, { does: { behavior: 'cross' }, where }))?.trigger).toEqual({
      behavior: 'cross',
      subject: { classes: ['person'] },
      line: 'gate',
      direction: 'any',
    });
  });

  it('tells beforehand what a behaviour gives up', () => {
    const several = partsOf({ ...NEAR, trigger: { ...NEAR.trigger, zone: 'lawn', seconds: 5 } as Rule['trigger'] });
    expect(lostWith(several, 'enter')).toEqual({ count: true, seconds: true, place: false });
    expect(lostWith(several, 'cross')).toEqual({ count: true, seconds: true, place: true });
    expect(lostWith(several, 'stay')).toEqual({ count: false, seconds: false, place: false });
  });

  it('keeps the phrase of its subject', () => {
    const subject = { classes: ['person'], phrase: 'person wearing a helmet', polarity: 'absent' } as const;
    const described = Rule.parse({ trigger: { behavior: 'appear', subject } });
    expect(ruleOf(partsOf(described))).toEqual(described);
    const other = withEdits(partsOf(described), { where: { cameras: ['yard'] } });
    expect(ruleOf(other)?.trigger.subject).toEqual(subject);
    expect(isValidPart('who', withEdits(other, { who: { ...other.who, phrase: ' ' } }))).toBe(false);
    const plain = { classes: ['person'] };
    expect(differingParts(partsOf(described), withEdits(other, { who: plain, where: { cameras: 'all' } }))).toEqual([
      'who',
    ]);
  });

  it('keeps the question of its second look, as part of `loud`', () => {
    const verify = { question: 'Is it?', timeout_s: 10, on_timeout: 'pass', hold: false } as const;
    const asking = withEdits(parts, { loud: { ...parts.loud, verify } });
    expect(ruleOf(asking)?.verify).toEqual(verify);
    expect(partsOf(ruleOf(asking) as Rule).loud.verify).toEqual(verify);
    expect(Object.keys(editsBetween(parts, asking))).toEqual(['loud']);
    expect(
      isValidPart('loud', withEdits(parts, { loud: { ...parts.loud, verify: { ...verify, question: ' ' } } })),
    ).toBe(false);
  });

  it('is found again between what the words say and what was saved', () => {
    const saved = withEdits(parts, { when: { windows: [] }, loud: { severity: 'info', cooldownS: 600 } });
    const edits = editsBetween(parts, saved);
    expect(Object.keys(edits)).toEqual(['when', 'loud']);
    expect(ruleOf(withEdits(parts, edits))).toEqual(ruleOf(saved));
  });
});
