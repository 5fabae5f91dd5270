import type { Trigger } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { type Placed, Play, ruleOf, walk } from '../testing/play.js';

const person = { classes: ['person'] };
const cross = (direction: 'any' | 'forward' | 'backward'): Trigger => ({
  behavior: 'cross',
  subject: person,
  line: 'Gate',
  direction,
});

/** A person who walks level from one x to another between two moments. */
const level =
  (startMs: number, endMs: number, from: number, to: number, y = 600) =>
  (ms: number): Placed[] => [{ id: 1, x: walk(ms, startMs, endMs, from, to), y }];

describe('cross', () => {
  it('fires when the point has passed the line by 2 % of the height, with the direction as drawn', () => {
    // 10 pixels a frame, at the line (x = 500) at 8000.
    const play = new Play(ruleOf(cross('any'))).settle().run(6000, 10_000, level(6000, 10_000, 700, 300));
    expect(play.events).toMatchObject([
      {
        reason: 'A person crossed “gate” from street to house.',
        line: 'gate',
        direction: 'forward',
        frameTimestampMs: 8100,
        endedAtMs: 8100,
      },
    ]);
    const slow = new Play(ruleOf(cross('any'))).settle().run(6000, 16_000, level(6000, 16_000, 505, 495));
    // At 1 pixel a second, 2 pixels beyond the line at 13 s.
    expect(slow.fired).toHaveLength(1);
    expect(slow.fired[0]).toBeGreaterThan(13_000);
    expect(slow.fired[0]).toBeLessThan(13_400);
  });

  it('fires each time', () => {
    const back = (ms: number): Placed[] => [{ id: 1, x: 500 + 100 * Math.cos((ms - 6000) / 600), y: 600 }];
    const directions = (direction: 'any' | 'forward' | 'backward') =>
      new Play(ruleOf(cross(direction)))
        .settle()
        .run(6000, 13_000, back)
        .events.map((event) => event.direction);
    expect(directions('any')).toEqual(['forward', 'backward', 'forward', 'backward']);
    expect(directions('forward')).toEqual(['forward', 'forward']);
    expect(directions('backward')).toEqual(['backward', 'backward']);
  });

  it('does not fire beyond the ends of the line, or for one who turns back before it', () => {
    const beyond = new Play(ruleOf(cross('any'))).settle().run(6000, 10_000, level(6000, 10_000, 700, 300, 150));
    const turning = (ms: number): Placed[] => [
      { id: 1, x: ms < 8000 ? 700 - (ms - 6000) / 10.2 : 504 + (ms - 8000) / 10, y: 600 },
    ];
    expect(beyond.fired).toEqual([]);
    expect(new Play(ruleOf(cross('any'))).settle().run(6000, 10_000, turning).fired).toEqual([]);
  });

  it('counts a crossing during a short loss, and across a change of the id', () => {
    const lost = new Play(ruleOf(cross('any')))
      .settle()
      .run(6000, 10_000, (ms) =>
        ms >= 7700 && ms < 8400
          ? [{ id: 1, x: 530, y: 600, lastSeenMs: 7600 }]
          : level(
              6000,
              10_000,
              700,
              300,
            )(ms).map((one) => ({ ...one, id: ms < 8000 ? 1 : 2, firstSeenMs: ms < 8000 ? 6000 : 8400 })),
      );
    expect(lost.fired).toEqual([8400]);
  });

  it('counts no crossing when the line is drawn anew on the other side of somebody', () => {
    const play = new Play(ruleOf(cross('any'))).settle().run(6000, 8000, () => [{ id: 1, x: 600, y: 600 }]);
    play.engine.setCamera('cam', { zones: [], lines: [{ name: 'gate', from: [0.7, 0.2], to: [0.7, 0.9] }] });
    expect(play.run(8000, 9000, () => [{ id: 1, x: 600, y: 600 }]).fired).toEqual([]);
    expect(play.run(9000, 11_000, level(9000, 11_000, 600, 800)).reasons).toEqual([
      'A person crossed “gate” backward.',
    ]);
  });
});

describe('move', () => {
  const move = (direction: 'left' | 'right' | 'up' | 'down' | 'toward' | 'away') =>
    ruleOf({ behavior: 'move', subject: person, direction });

  it.each([
    ['left', -1, 0],
    ['right', 1, 0],
    ['up', 0, -1],
    ['down', 0, 1],
  ] as const)('%s fires for that direction only', (direction, dx, dy) => {
    const path = (ms: number): Placed[] => [
      { id: 1, x: 500 + (dx * (ms - 6000)) / 12, y: 500 + (dy * (ms - 6000)) / 12 },
    ];
    const directions = ['left', 'right', 'up', 'down', 'toward', 'away'] as const;
    const play = new Play(directions.map(move)).settle().run(6000, 10_000, path);
    expect(play.events).toMatchObject([{ reason: `A person moved ${direction}.` }]);
  });

  it.each([
    ['toward', 'A person came toward the camera.', 1],
    ['away', 'A person moved away from the camera.', -1],
  ] as const)('%s fires by growth of the box', (direction, reason, sign) => {
    const sized = (ms: number): Placed[] => [
      { id: 1, x: 500, y: 600, height: 150 * Math.exp((sign * (ms - 6000)) / 8000) },
    ];
    const play = new Play([move('toward'), move('away')]).settle().run(6000, 11_000, sized);
    expect(play.reasons).toEqual([reason]);
    expect(direction).toBeDefined();
  });

  it('does not take one who stands up for one who comes nearer, nor one who is cut off by the edge', () => {
    const standsUp = (ms: number): Placed[] => [
      { id: 1, x: 500, y: 600, height: walk(ms, 8000, 9500, 110, 170), width: 60 },
    ];
    expect(new Play(move('toward')).settle().run(6000, 14_000, standsUp).fired).toEqual([]);
    const comesUp = (ms: number): Placed[] => [{ id: 1, x: 500, y: 1000, height: walk(ms, 6000, 10_000, 100, 300) }];
    expect(new Play(move('toward')).settle().run(6000, 12_000, comesUp).fired).toEqual([]);
  });
});

describe('speed', () => {
  const speed = (level: 'fast' | 'slow', className = 'person') =>
    ruleOf({ behavior: 'speed', subject: { classes: [className] }, level });
  const both = (className?: string) => [speed('fast', className), speed('slow', className)];
  const atHeightsPerSecond =
    (rate: number, className = 'person') =>
    (ms: number): Placed[] => [{ id: 1, x: 100 + (100 * rate * (ms - 6000)) / 1000, y: 600, className }];

  it('compares with what is normal for the kind, in its heights per second', () => {
    const reasons = (rate: number, className?: string) =>
      new Play(both(className)).settle().run(6000, 11_000, atHeightsPerSecond(rate, className)).reasons;
    expect(reasons(0.8)).toEqual([]);
    expect(reasons(2.5)).toEqual(['A person moved fast.']);
    expect(reasons(0.2)).toEqual(['A person moved slowly.']);
    expect(reasons(2.5, 'car')).toEqual([]);
    expect(reasons(0)).toEqual([]);
  });

  it('tells the speed that was measured', () => {
    const [event] = new Play(speed('fast')).settle().run(6000, 9000, atHeightsPerSecond(2.5)).events;
    expect(event?.measured.heights_per_second).toBeCloseTo(2.5, 3);
  });

  it('does not take a jump of the box for speed', () => {
    const jump = (ms: number): Placed[] => [{ id: 1, x: ms < 8000 ? 400 : 640, y: 600 }];
    expect(new Play(both()).settle().run(6000, 12_000, jump).fired).toEqual([]);
  });

  it('does not take a camera that shakes for motion', () => {
    const shaken = (ms: number): Placed[] =>
      [100, 300, 500, 700].map((x, index) => ({
        id: index + 1,
        x: x + (ms >= 9000 && ms < 11_000 ? 60 * Math.sin(ms / 70) : 0),
        y: 600,
      }));
    const rules = [...both(), ruleOf(cross('any')), ruleOf({ behavior: 'move', subject: person, direction: 'left' })];
    expect(new Play(rules).settle().run(6000, 14_000, shaken).fired).toEqual([]);
  });
});

describe('stop', () => {
  const stop = ruleOf({ behavior: 'stop', subject: person, seconds: 5 });

  it('fires when one who was moving has stood still for long enough', () => {
    const play = new Play(stop).settle().run(6000, 16_000, level(6000, 9000, 200, 500));
    expect(play.events).toMatchObject([{ reason: 'A person stopped and stood still for 5 s.' }]);
    expect(Math.abs((play.events[0]?.startedAtMs ?? 0) - 9000)).toBeLessThan(400);
    expect(Math.abs((play.fired[0] ?? 0) - 14_000)).toBeLessThan(400);
  });

  it('ends when it moves on', () => {
    const play = new Play(stop).settle();
    play.run(6000, 24_000, (ms) => [
      { id: 1, x: walk(ms, 6000, 9000, 200, 500) + walk(ms, 18_000, 22_000, 0, 400), y: 600 },
    ]);
    const [event] = play.events;
    expect(event?.endedAtMs).toBeGreaterThan(18_000);
    expect(event?.endedAtMs).toBeLessThan(19_500);
  });

  it('does not fire for one who has been standing all along, or who moves on in time', () => {
    expect(new Play(stop).settle().run(6000, 20_000, () => [{ id: 1, x: 500, y: 600 }]).fired).toEqual([]);
    const goesOn = (ms: number): Placed[] => [
      { id: 1, x: walk(ms, 6000, 9000, 200, 500) + walk(ms, 13_000, 16_000, 0, 300), y: 600 },
    ];
    expect(new Play(stop).settle().run(6000, 17_000, goesOn).fired).toEqual([]);
  });
});

describe('fall', () => {
  const fall = ruleOf({ behavior: 'fall', subject: person });
  const lies = { height: 40, width: 110 };
  const falls =
    (downMs: number, upMs = Number.POSITIVE_INFINITY) =>
    (ms: number): Placed[] => [
      { id: 1, x: 500, y: 600, ...(ms >= downMs && ms < upMs ? lies : { height: 120, width: 45 }) },
    ];

  it('fires when one who was upright has been down for 3 s, and ends when they get up', () => {
    const play = new Play(fall).settle().run(6000, 20_000, falls(10_000, 16_000));
    expect(play.reasons).toEqual(['A person fell and stayed down.']);
    const [event] = play.events;
    expect(Math.abs((event?.startedAtMs ?? 0) - 10_000)).toBeLessThan(500);
    expect(Math.abs((event?.frameTimestampMs ?? 0) - 13_000)).toBeLessThan(500);
    expect(Math.abs((event?.endedAtMs ?? 0) - 16_000)).toBeLessThan(500);
  });

  it('does not fire for one who gets up again, has been lying, or is hidden from below', () => {
    expect(new Play(fall).settle().run(6000, 20_000, falls(10_000, 12_000)).fired).toEqual([]);
    expect(new Play(fall).settle().run(6000, 20_000, falls(0)).fired).toEqual([]);
    const hidden = (ms: number): Placed[] => [
      { id: 1, x: 500, y: ms < 10_000 ? 600 : 520, height: ms < 10_000 ? 120 : 40, width: 48 },
    ];
    expect(new Play(fall).settle().run(6000, 20_000, hidden).fired).toEqual([]);
  });
});
