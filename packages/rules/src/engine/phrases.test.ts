import type { Trigger } from '@lookout/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phraseKey } from '../phrases/phrase-key.js';
import { type Placed, Play, REGIONS, ruleOf, SETTLED_MS, walk } from '../testing/play.js';
import { Chance } from '../testing/random.js';
import { RuleEngine } from './engine.js';
import type { RuleFrame, RuleObject } from './scene/frame.js';

const HELMET = { classes: ['person'], phrase: 'person wearing a helmet' };
const NO_HELMET = { ...HELMET, polarity: 'absent' as const };
const SMOKE = { classes: ['*'], phrase: 'smoke' };
const helmet = phraseKey(HELMET);
const noHelmet = phraseKey(NO_HELMET);
const T = SETTLED_MS;

/** A person in the yard who fulfils these phrases. */
const worker = (phrases: readonly string[], more: Partial<Placed> = {}): Placed => ({
  id: 1,
  x: 600,
  y: 600,
  phrases,
  ...more,
});
const played = (trigger: Trigger) => new Play(ruleOf(trigger)).settle();

describe('a key', () => {
  it('is the same for another spelling and another order of classes, and differs by classes and polarity', () => {
    const key = phraseKey({ classes: ['car', 'truck'], phrase: 'A  red Car ' });
    expect(phraseKey({ classes: ['truck', 'car'], phrase: 'a red car', polarity: 'present' })).toBe(key);
    expect(phraseKey({ classes: ['car', 'truck'], phrase: 'a red car', polarity: 'absent' })).not.toBe(key);
    expect(phraseKey({ classes: ['car'], phrase: 'a red car' })).not.toBe(key);
  });
});

describe('a rule with a phrase', () => {
  it.each<[string, readonly string[], number]>([
    ['not for one that was not compared with it', [], 0],
    ['for one that fulfils it', [helmet], 1],
    ['not for one that fulfils its opposite', [noHelmet], 0],
  ])('fires %s', (_name, phrases, count) => {
    const play = played({ behavior: 'appear', subject: HELMET });
    play.run(T, T + 2000, () => [worker(phrases)]);
    expect(play.events).toHaveLength(count);
  });

  it('with polarity absent fires only for objects known to lack it', () => {
    const play = played({ behavior: 'appear', subject: NO_HELMET });
    play.run(T, T + 2000, () => [worker([])]).run(T + 2000, T + 4000, () => [worker([noHelmet])]);
    expect(play.fired).toEqual([T + 2000]);
    expect(play.reasons).toEqual(['A person without a helmet came into view.']);
  });

  it('counts a stay from when the phrase began to be fulfilled', () => {
    const play = played({ behavior: 'stay', subject: HELMET, zone: 'Yard', seconds: 5 });
    play.run(T, T + 20_000, (ms) => [worker(ms < T + 10_000 ? [] : [helmet])]);
    expect(play.fired).toEqual([T + 15_000]);
    expect(play.reasons).toEqual(['A person wearing a helmet stayed in “Yard” for 5 s.']);
  });

  it('tolerates a short gap in the reports of the phrase, but not a long one', () => {
    const play = played({ behavior: 'stay', subject: HELMET, seconds: 5 });
    const hasIt = (ms: number) => !(ms >= T + 2000 && ms < T + 3500) && !(ms >= T + 10_000 && ms < T + 15_000);
    play.run(T, T + 20_000, (ms) => [worker(hasIt(ms) ? [helmet] : [])]);
    expect(play.fired).toEqual([T + 5000]);
    expect(play.changes.filter(({ kind }) => kind === 'ended')).toHaveLength(1);
  });

  it('goes on when another track, not checked yet, continues the object', () => {
    const play = played({ behavior: 'stay', subject: HELMET, seconds: 8 });
    play.run(T, T + 12_000, (ms) => {
      if (ms < T + 4000) return [worker([helmet])];
      return [worker(ms < T + 9000 ? [] : [helmet], { id: 2, firstSeenMs: T + 4000 })];
    });
    expect(play.fired).toEqual([T + 8000]);
  });

  it('counts objects that fulfil it', () => {
    const play = played({ behavior: 'appear', subject: HELMET, count: { op: '>=', value: 2 } });
    play.run(T, T + 6000, (ms) => [
      worker([helmet]),
      worker(ms < T + 3000 ? [] : [helmet], { id: 2, x: 300 }),
      worker([], { id: 3, x: 900 }),
    ]);
    expect(play.fired).toEqual([T + 3000]);
    expect(play.reasons).toEqual(['2 people wearing a helmet were in view at once.']);
  });

  it('counts other objects as absent', () => {
    const play = played({ behavior: 'absent', subject: HELMET, zone: 'Yard', seconds: 8 });
    play.run(T, T + 4000, () => [worker([helmet])]).run(T + 4000, T + 16_000, () => [worker([])]);
    // The last report of the phrase holds for two seconds.
    expect(play.fired.map((ms) => Math.round((ms - T) / 1000))).toEqual([14]);
    expect(play.reasons).toEqual(['No person wearing a helmet was in “Yard” for 8 s.']);
  });

  it.each<[Trigger, string]>([
    [{ behavior: 'enter', subject: HELMET, zone: 'Yard' }, 'A person wearing a helmet entered “Yard”.'],
    [
      { behavior: 'cross', subject: HELMET, line: 'gate', direction: 'any' },
      'A person wearing a helmet crossed “gate” from house to street.',
    ],
  ])('fires for %j if the phrase is reported later', (trigger, reason) => {
    const play = played(trigger);
    play.run(T, T + 9000, (ms) => [
      worker(ms < T + 7000 ? [] : [helmet], { x: walk(ms, T + 1000, T + 4000, 200, 700) }),
    ]);
    expect(play.fired).toEqual([T + 7000]);
    expect(play.reasons).toEqual([reason]);
    expect((play.events[0]?.startedAtMs ?? 0) - T).toBeLessThan(4000);
  });

  it('does not take a late change for an entry', () => {
    const play = played({ behavior: 'enter', subject: NO_HELMET, zone: 'Yard' });
    play.run(T, T + 30_000, (ms) => [
      worker(ms < T + 20_000 ? [helmet] : [noHelmet], { x: walk(ms, T + 1000, T + 4000, 200, 700) }),
    ]);
    expect(play.fired).toEqual([]);
  });

  it('works with near', () => {
    const play = played({ behavior: 'near', subject: HELMET, other: { classes: ['car'] } });
    const car: Placed = { id: 9, x: 660, y: 600, className: 'car' };
    play.run(T, T + 6000, (ms) => [worker(ms < T + 3000 ? [] : [helmet]), car]);
    expect(play.fired.map((ms) => ms - T)).toEqual([3400]);
  });
});

describe('an object found by its description', () => {
  const smoke: Placed = { id: 5, x: 600, y: 600, className: 'smoke', isOpen: true };

  it('counts as seen while it is listed, though it is looked for only at intervals', () => {
    const play = played({ behavior: 'stay', subject: SMOKE, zone: 'Yard', seconds: 6 });
    play.run(T, T + 10_000, (ms) => [{ ...smoke, firstSeenMs: T, lastSeenMs: ms - ((ms - T) % 5000) }]);
    expect(play.fired).toEqual([T + 6000]);
    expect(play.reasons).toEqual(['Smoke stayed in “Yard” for 6 s.']);
  });

  it('is ignored by rules about any object, its class or another phrase', () => {
    const subjects = [{ classes: ['*'] }, { classes: ['smoke'] }, { classes: ['*'], phrase: 'fog' }];
    const play = new Play(subjects.map((subject) => ruleOf({ behavior: 'appear', subject }))).settle();
    play.run(T, T + 3000, () => [smoke]);
    expect(play.events).toEqual([]);
  });

  it('does not count as company for other objects', () => {
    const play = played({
      behavior: 'without',
      subject: { classes: ['suitcase'] },
      other: { classes: ['*'] },
      seconds: 3,
    });
    play.run(T, T + 5000, () => [{ id: 1, x: 600, y: 600, className: 'suitcase' }, smoke]);
    expect(play.fired).toEqual([T + 3000]);
  });
});

const PERSON = { classes: ['person'] };
const YARD = { zone: 'yard' };
/** One trigger of each behaviour about a subject. */
const triggersOf = (subject: Trigger['subject']): Trigger[] => [
  { behavior: 'appear', subject, ...YARD },
  { behavior: 'appear', subject, count: { op: '<', value: 2 } },
  { behavior: 'enter', subject, ...YARD },
  { behavior: 'leave', subject, ...YARD },
  { behavior: 'stay', subject, ...YARD, seconds: 2 },
  { behavior: 'cross', subject, line: 'gate', direction: 'any' },
  { behavior: 'move', subject, direction: 'left' },
  { behavior: 'speed', subject, level: 'fast' },
  { behavior: 'stop', subject, seconds: 2 },
  { behavior: 'absent', subject, ...YARD, seconds: 2 },
  { behavior: 'near', subject, other: { classes: ['*'] } },
  { behavior: 'without', subject, other: { classes: ['*'] }, seconds: 2 },
  { behavior: 'removed', subject },
];

/** Twenty seconds of people who walk to and fro, stand and go. */
function street(seed: number): RuleFrame[] {
  const chance = new Chance(seed);
  const people = Array.from({ length: 4 }, (_, i) => ({
    id: i + 1,
    fromMs: chance.between(0, 12_000),
    untilMs: chance.between(12_000, 26_000),
    speed: chance.between(-0.2, 0.2) * chance.pick([0, 1, 2]),
    x: chance.between(100, 900),
    y: chance.between(400, 800),
  }));
  return Array.from({ length: 130 }, (_, i) => {
    const timestampMs = i * 200;
    const objects = people
      .filter(({ fromMs, untilMs }) => timestampMs >= fromMs && timestampMs < untilMs)
      .map(({ id, x, y, speed, fromMs }): RuleObject => {
        const at = x + speed * (timestampMs - fromMs);
        const times = { firstSeenMs: Math.ceil(fromMs / 200) * 200, lastSeenMs: timestampMs };
        return {
          id,
          class_name: 'person',
          bbox: [at - 20, y - 100, at + 20, y],
          confidence: 0.9,
          ...times,
          isResident: false,
        };
      });
    return { camera: 'cam', timestampMs, width: 1000, height: 1000, objects };
  });
}

function happenings(triggers: readonly Trigger[], frames: readonly RuleFrame[]) {
  const engine = new RuleEngine({ timezone: 'UTC' });
  engine.setCamera('cam', REGIONS);
  engine.setRules(triggers.map((trigger, i) => ({ id: `${i}`, rule: ruleOf(trigger) })));
  return frames
    .flatMap((frame) => engine.frame(frame))
    .map(({ kind, event: { ruleId, frameTimestampMs, startedAtMs, endedAtMs, measured, objects } }) => [
      kind,
      ruleId,
      frameTimestampMs,
      startedAtMs,
      endedAtMs,
      measured,
      objects.map(({ id }) => id),
    ]);
}

const withObjects = (
  frames: readonly RuleFrame[],
  change: (objects: readonly RuleObject[], ms: number) => RuleObject[],
) => frames.map((frame) => ({ ...frame, objects: change(frame.objects, frame.timestampMs) }));

describe('whatever people do', () => {
  const CHECK = { seed: 20260301, numRuns: 25 };
  const seeds = fc.integer({ min: 1, max: 1_000_000 });

  it('a phrase that all of them always fulfil changes nothing', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const frames = street(seed);
        const wearing = withObjects(frames, (objects) =>
          objects.map((one) => ({ ...one, phrases: new Set([helmet]) })),
        );
        expect(happenings(triggersOf(HELMET), wearing)).toEqual(happenings(triggersOf(PERSON), frames));
      }),
      CHECK,
    );
  });

  it('a phrase that some of them fulfil is as if the others were of another class', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const frames = street(seed);
        const isWorker = ({ id }: RuleObject) => id % 2 === 0;
        const described = withObjects(frames, (objects) =>
          objects.map((one) => (isWorker(one) ? { ...one, phrases: new Set([helmet]) } : one)),
        );
        const renamed = withObjects(frames, (objects) =>
          objects.map((one) => (isWorker(one) ? one : { ...one, class_name: 'bench' })),
        );
        expect(happenings(triggersOf(HELMET), described)).toEqual(happenings(triggersOf(PERSON), renamed));
      }),
      CHECK,
    );
  });

  it('phrases and objects found by their description change nothing for rules without phrases', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, other) => {
        const frames = street(seed);
        const chance = new Chance(other);
        const more = withObjects(frames, (objects, ms) => [
          ...objects.map((one) => ({ ...one, phrases: new Set(chance.between(0, 1) < 0.5 ? [helmet] : [noHelmet]) })),
          {
            id: 99,
            class_name: 'smoke',
            bbox: [300, 300, 700 + chance.between(0, 50), 700],
            confidence: 0.5,
            firstSeenMs: 0,
            lastSeenMs: ms - (ms % 2000),
            isResident: false,
            isOpen: true,
          },
        ]);
        const triggers = [...triggersOf(PERSON), ...triggersOf({ classes: ['*'] })];
        expect(happenings(triggers, more)).toEqual(happenings(triggers, frames));
      }),
      CHECK,
    );
  });
});
