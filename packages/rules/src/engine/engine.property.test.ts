import type { Trigger } from '@lookout/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Actor } from '../testing/actor.js';
import { REGIONS, ruleOf } from '../testing/play.js';
import { Chance } from '../testing/random.js';
import { simulateVision, USUAL_NOISE } from '../testing/simulated-vision.js';
import { RuleEngine } from './engine.js';
import type { EventChange } from './events/event.js';
import type { RuleFrame } from './scene/frame.js';

const CHECK = { seed: 20260101, numRuns: 12 };
const WEEK_MS = 7 * 86_400_000;
const person = { classes: ['person'] };
const suitcase = { classes: ['suitcase'] };

/** One rule of each behaviour. */
const TRIGGERS: Trigger[] = [
  { behavior: 'appear', subject: person, zone: 'yard' },
  { behavior: 'appear', subject: person, zone: 'yard', count: { op: '>=', value: 2 } },
  { behavior: 'appear', subject: person, count: { op: '<', value: 1 } },
  { behavior: 'enter', subject: person, zone: 'yard' },
  { behavior: 'leave', subject: person, zone: 'yard' },
  { behavior: 'stay', subject: person, zone: 'yard', seconds: 3 },
  { behavior: 'cross', subject: person, line: 'gate', direction: 'any' },
  { behavior: 'move', subject: person, direction: 'left' },
  { behavior: 'speed', subject: person, level: 'fast' },
  { behavior: 'stop', subject: person, seconds: 2 },
  { behavior: 'absent', subject: person, zone: 'yard', seconds: 4 },
  { behavior: 'near', subject: person, other: person },
  { behavior: 'without', subject: suitcase, other: person, seconds: 2 },
  { behavior: 'removed', subject: suitcase },
  { behavior: 'fall', subject: person },
];

/** Half a minute of people and things that come, walk about, stand and go, as a noisy detector sees them. */
function street(seed: number, camera = 'cam'): RuleFrame[] {
  const chance = new Chance(seed);
  const place = () => ({ x: chance.between(100, 900), y: chance.between(350, 900) });
  const actors = Array.from({ length: 5 }, () => {
    const atMs = chance.between(0, 10_000);
    const className = chance.pick(['person', 'person', 'suitcase']);
    const actor = new Actor(className, { ...place(), atMs, height: chance.between(80, 200) });
    while (actor.nowMs < chance.between(15_000, 30_000)) {
      const { x, y } = place();
      actor.goTo(x, y, chance.between(0.4, 2.5)).stand(chance.between(0, 5000));
    }
    return actor.switchId(chance.between(0, 20_000));
  });
  const recording = {
    camera,
    actors,
    fromMs: 0,
    untilMs: 30_000,
    fps: chance.between(4, 20),
    width: 1000,
    height: 1000,
  };
  return simulateVision(recording, USUAL_NOISE, chance);
}

function createEngine(cooldown_s: number, cameras = ['cam']): RuleEngine {
  const engine = new RuleEngine({ timezone: 'Europe/Berlin' });
  for (const camera of cameras) engine.setCamera(camera, REGIONS);
  const schedule = { from: '00:00', to: '24:00' };
  engine.setRules(
    TRIGGERS.map((trigger, index) => ({ id: `${index}`, rule: ruleOf(trigger, { cooldown_s, schedule }) })),
  );
  return engine;
}

function play(frames: readonly RuleFrame[], cooldown_s: number): EventChange[] {
  const engine = createEngine(cooldown_s);
  return frames.flatMap((frame) => engine.frame(frame));
}

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const cooldowns = fc.constantFrom(0, 5, 60);

describe('events', () => {
  it('are the same whenever and in whatever pieces the frames are taken in, and whatever other cameras show', () => {
    fc.assert(
      fc.property(
        seeds,
        cooldowns,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (seed, cooldown, pieces) => {
          const frames = street(seed);
          const others = street(seed + 1, 'other');
          const engine = createEngine(cooldown, ['cam', 'other']);
          const changes: EventChange[] = [];
          let next = 0;
          for (let turn = 0; next < frames.length; turn++) {
            const size = pieces[turn % pieces.length] ?? 1;
            for (const frame of frames.slice(next, next + size)) changes.push(...engine.frame(frame));
            for (const frame of others.slice(next, next + size)) engine.frame(frame);
            next += size;
          }
          expect(changes).toEqual(play(frames, cooldown));
        },
      ),
      CHECK,
    );
  });

  it('move with the time of the frames', () => {
    fc.assert(
      fc.property(seeds, cooldowns, fc.integer({ min: 1, max: 3000 }), (seed, cooldown, weeks) => {
        const byMs = weeks * WEEK_MS;
        const moved = street(seed).map((frame) => ({
          ...frame,
          timestampMs: frame.timestampMs + byMs,
          objects: frame.objects.map((one) => ({
            ...one,
            firstSeenMs: one.firstSeenMs + byMs,
            lastSeenMs: one.lastSeenMs + byMs,
          })),
        }));
        const expected = play(street(seed), cooldown).map(({ kind, event }) => [
          kind,
          event.key,
          event.frameTimestampMs + byMs,
          Math.round(event.startedAtMs + byMs),
        ]);
        const told = play(moved, cooldown).map(({ kind, event }) => [
          kind,
          event.key,
          event.frameTimestampMs,
          Math.round(event.startedAtMs),
        ]);
        expect(told).toEqual(expected);
      }),
      CHECK,
    );
  });

  it('do not depend on the resolution of the picture', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.25, 0.5, 2), (seed, factor) => {
        const scaled = street(seed).map((frame) => ({
          ...frame,
          width: frame.width * factor,
          height: frame.height * factor,
          objects: frame.objects.map((one) => ({
            ...one,
            bbox: one.bbox.map((edge) => edge * factor) as [number, number, number, number],
            velocity: one.velocity?.map((speed) => speed * factor) as [number, number],
          })),
        }));
        const times = (changes: EventChange[]) =>
          changes.map(({ kind, event }) => [kind, event.key, event.frameTimestampMs]);
        expect(times(play(scaled, 0))).toEqual(times(play(street(seed), 0)));
      }),
      CHECK,
    );
  });

  it('are created once, then updated, and end after they began', () => {
    fc.assert(
      fc.property(seeds, cooldowns, (seed, cooldown) => {
        const known = new Set<string>();
        for (const { kind, event } of play(street(seed), cooldown)) {
          expect(known.has(event.key)).toBe(kind !== 'created');
          known.add(event.key);
          expect(event.startedAtMs).toBeLessThanOrEqual(event.frameTimestampMs);
          expect(event.endedAtMs === null).toBe(kind !== 'ended');
          expect(event.endedAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(event.startedAtMs);
          expect(event.reason).toMatch(/^[A-Z0-9].*\.$/);
          expect(Object.values(event.measured).every(Number.isFinite)).toBe(true);
        }
      }),
      CHECK,
    );
  });
});

describe('the engine', () => {
  it('takes any boxes and times without failing, and reports no numbers that are none', () => {
    const number = fc.oneof(
      fc.double(),
      fc.integer({ min: -100, max: 2000 }),
      fc.constantFrom(Number.NaN, Infinity, 0),
    );
    const object = fc.record({
      id: fc.integer({ min: 1, max: 5 }),
      class_name: fc.constantFrom('person', 'suitcase', ''),
      bbox: fc.tuple(number, number, number, number),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      velocity: fc.tuple(number, number),
      firstSeenMs: number,
      lastSeenMs: number,
      isResident: fc.boolean(),
    });
    const frame = fc.record({
      timestampMs: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer()),
      objects: fc.array(object, { maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 40 }), (frames) => {
        const engine = createEngine(0);
        for (const one of frames) {
          for (const { event } of engine.frame({ camera: 'cam', width: 640, height: 480, ...one })) {
            expect(Number.isNaN(event.startedAtMs)).toBe(false);
            expect(Object.values(event.measured).some(Number.isNaN)).toBe(false);
          }
        }
      }),
      { ...CHECK, numRuns: 200 },
    );
  });
});
