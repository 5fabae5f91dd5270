import { cpus } from 'node:os';
import type { Rule, Trigger } from '@lookout/protocol';
import { type CameraRegions, RuleEngine, type RuleFrame } from '@lookout/rules';
import { Actor, Chance, simulateVision, USUAL_NOISE } from '@lookout/rules/testing';
import { percentile } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';

const TRACKS = 20;
const RULES = 50;
const FPS = 30;
const WIDTH = 1920;
const HEIGHT = 1080;
/** Mean time that all rules may take for a frame, ms. */
const MAX_FRAME_MS = 0.3;
const CLASSES = ['person', 'person', 'person', 'car', 'dog', 'suitcase'];

/**
 * Time that 50 rules of all behaviours take for a frame with 20 noisy tracks at 30 fps, on one core. `npm run bench -- rules [--seconds 3]
 * [--seed 1]`; the exit code is 1 when the bar is missed.
 * @throws Error when the rules do not fire.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds, seed } = numberOptions(args, { seconds: 3, seed: 1 });
  const frames = simulateStreet(seed);
  const timesMs: number[] = [];
  play(frames, []);
  const before = process.cpuUsage();
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) play(frames, timesMs);
  const used = process.cpuUsage(before);
  const meanMs = (used.user + used.system) / 1000 / timesMs.length;
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, one thread`);
  const bars = [
    {
      name: `${TRACKS} tracks, ${RULES} rules, processor time a frame`,
      value: meanMs,
      unit: 'ms',
      atMost: MAX_FRAME_MS,
    },
    { name: 'median by wall clock', value: percentile(timesMs, 0.5), unit: 'ms' },
    { name: 'p99 by wall clock', value: percentile(timesMs, 0.99), unit: 'ms' },
  ];
  if (!report('Rules', bars)) process.exitCode = 1;
  console.log(JSON.stringify({ bench: 'rules', frames: timesMs.length, meanMs }));
}

/** A minute of objects that walk about and stand. */
function simulateStreet(seed: number): RuleFrame[] {
  const chance = new Chance(seed);
  const place = () => ({ x: chance.between(100, WIDTH - 100), y: chance.between(300, HEIGHT - 50) });
  const actors = Array.from({ length: TRACKS }, (_, index) => {
    const actor = new Actor(CLASSES[index % CLASSES.length] ?? 'person', {
      ...place(),
      height: chance.between(80, 220),
    });
    while (actor.nowMs < 60_000) {
      const { x, y } = place();
      actor.goTo(x, y, chance.between(0.3, 2.5)).stand(chance.between(0, 8000));
    }
    return actor;
  });
  const recording = { camera: 'street', actors, fromMs: 0, untilMs: 60_000, fps: FPS, width: WIDTH, height: HEIGHT };
  return simulateVision(recording, USUAL_NOISE, chance);
}

function play(frames: readonly RuleFrame[], timesMs: number[]): void {
  const engine = new RuleEngine({ timezone: 'Europe/Berlin' });
  engine.setCamera('street', regions());
  engine.setRules(Array.from({ length: RULES }, (_, index) => ({ id: `${index}`, rule: ruleAt(index) })));
  let events = 0;
  for (const frame of frames) {
    const startMs = performance.now();
    events += engine.frame(frame).length;
    timesMs.push(performance.now() - startMs);
  }
  if (events < RULES) throw new Error(`Expected the rules to fire, got ${events} changes of events`);
}

/** Eight zones and four lines. */
function regions(): CameraRegions {
  const zones = Array.from({ length: 8 }, (_, index) => {
    const left = 0.05 + 0.23 * (index % 4);
    const top = 0.3 + 0.33 * Math.floor(index / 4);
    const points: [number, number][] = [
      [left, top],
      [left + 0.1, top - 0.05],
      [left + 0.2, top],
      [left + 0.2, top + 0.3],
      [left, top + 0.3],
    ];
    return { name: `zone ${index}`, points };
  });
  const lines = Array.from({ length: 4 }, (_, index) => ({
    name: `line ${index}`,
    from: [0.2 + 0.2 * index, 0.1] as [number, number],
    to: [0.2 + 0.2 * index, 0.95] as [number, number],
  }));
  return { zones, lines };
}

function ruleAt(index: number): Rule {
  const triggers = triggersAt(`zone ${index % 8}`, `line ${index % 4}`);
  const trigger = triggers[index % triggers.length];
  if (!trigger) throw new RangeError('Expected a trigger');
  const schedule = index % 3 === 0 ? { schedule: { from: '00:00', to: '24:00' } } : {};
  return { cameras: 'all', severity: 'warning', cooldown_s: index % 2 === 0 ? 60 : 0, ...schedule, trigger };
}

/** One of each behaviour. */
function triggersAt(zone: string, line: string): Trigger[] {
  const subject = { classes: ['person'] };
  const thing = { classes: ['suitcase'] };
  return [
    { behavior: 'appear', subject, zone },
    { behavior: 'appear', subject, zone, count: { op: '>=', value: 2 } },
    { behavior: 'enter', subject, zone },
    { behavior: 'leave', subject, zone },
    { behavior: 'stay', subject, zone, seconds: 5 },
    { behavior: 'cross', subject, line, direction: 'any' },
    { behavior: 'move', subject, direction: 'left' },
    { behavior: 'speed', subject, level: 'fast' },
    { behavior: 'stop', subject, seconds: 5 },
    { behavior: 'absent', subject, zone, seconds: 10 },
    { behavior: 'near', subject, other: { classes: ['car'] } },
    { behavior: 'without', subject: thing, other: subject, seconds: 5 },
    { behavior: 'removed', subject: thing },
    { behavior: 'fall', subject },
  ];
}
