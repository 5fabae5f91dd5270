import { relativeJpegBytes } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ArrivedFrame, type LinkConditions, SimulatedLink } from '../testing/simulated-link.js';
import { LivePublisher } from './live-publisher.js';

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

/** Mulberry32, Tommy Ettinger, public domain. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const CAMERA_FPS = 30;
/** 640×480 at quality 0.7. */
const STREET_BYTES = 46_000;
const GOOD: LinkConditions = { kbitPerSecond: 100_000, delayMs: 2 };

/** A camera and its encoder on one link. */
function start(conditions: LinkConditions, seed = 1) {
  const link = new SimulatedLink(conditions, randomFrom(seed), 5000);
  const publisher = new LivePublisher(
    { onReady: () => encode() },
    {
      url: 'ws://test/ws/camera/t',
      openSocket: async () => link,
      clock: { now: () => Date.now() },
      random: () => 0,
    },
  );
  const made: Array<{ at: number; quality: number; width: number }> = [];
  let newest: number | undefined;
  const encode = () => {
    if (newest === undefined) return;
    const claim = publisher.claim(newest);
    if (!claim) return;
    const width = Math.min(640, claim.width ?? 640);
    const capturedAt = newest;
    newest = undefined;
    const bytes = Math.round(STREET_BYTES * relativeJpegBytes(claim.quality) * (width / 640) ** 1.75);
    made.push({ at: Date.now(), quality: claim.quality, width });
    setTimeout(() => claim.send(new Uint8Array(bytes), { timestamp: capturedAt, width, height: width * 0.75 }), 6);
  };
  const camera = setInterval(() => {
    newest = Date.now();
    encode();
  }, 1000 / CAMERA_FPS);
  const stop = () => {
    clearInterval(camera);
    publisher.close();
  };
  const run = async (seconds: number) => {
    const from = link.arrived.length;
    await vi.advanceTimersByTimeAsync(seconds * 1000);
    return figures(link.arrived.slice(from), seconds);
  };
  return { link, publisher, made, run, stop };
}

function figures(frames: readonly ArrivedFrame[], seconds: number) {
  const ages = frames.map(({ ageMs }) => ageMs).sort((a, b) => a - b);
  const at = (part: number) => ages[Math.min(ages.length - 1, Math.floor(ages.length * part))] ?? Infinity;
  const bits = frames.reduce((sum, { bytes }) => sum + bytes * 8, 0);
  return {
    fps: frames.length / seconds,
    p50: at(0.5),
    p95: at(0.95),
    max: ages.at(-1) ?? Infinity,
    kbit: bits / seconds / 1000,
  };
}

describe('a publisher on a good link', () => {
  it('sends every frame of the camera as it was asked to, fresh', async () => {
    const { run, stop, publisher } = start(GOOD);
    await run(2);
    const { fps, p95 } = await run(10);
    expect(fps).toBeGreaterThan(29);
    expect(p95).toBeLessThan(25);
    expect(publisher.stats()).toMatchObject({ linkBound: false, target: { fps: 30, quality: 0.8 } });
    // Half the round trip, and timers of whole milliseconds.
    expect(Math.abs(publisher.stats().clockOffsetMs - 5000)).toBeLessThanOrEqual(3);
    stop();
  });
});

describe.each([1, 2, 3])('a publisher on a bad link (seed %i)', (seed) => {
  it.each<[string, LinkConditions]>([
    ['2 Mbit/s, 80 ms away and back, 2 % loss', { kbitPerSecond: 2000, delayMs: 40, loss: 0.02 }],
    ['2 Mbit/s, 80 ms each way, 2 % loss', { kbitPerSecond: 2000, delayMs: 80, loss: 0.02 }],
    ['4 Mbit/s, 5 % loss, 100 ms jitter', { kbitPerSecond: 4000, delayMs: 20, loss: 0.05, jitterMs: 100 }],
    ['1 Mbit/s, near', { kbitPerSecond: 1000, delayMs: 5 }],
  ])('keeps fresh and moving: %s', async (_name, conditions) => {
    const { run, stop } = start(conditions, seed);
    const first = await run(5);
    const { fps, p95, max } = await run(60);
    expect(fps).toBeGreaterThanOrEqual(10);
    expect(p95).toBeLessThanOrEqual(400);
    expect(Math.max(max, first.max)).toBeLessThanOrEqual(1000);
    stop();
  });

  it('gives way to a link that gets ten times worse, and takes all back after it', async () => {
    const { link, run, stop, publisher } = start(GOOD, seed);
    await run(10);
    link.conditions = { kbitPerSecond: 2000, delayMs: 40, loss: 0.02 };
    const { max } = await run(20);
    expect(max).toBeLessThan(1000);
    expect(publisher.stats().linkBound).toBe(true);
    link.conditions = GOOD;
    await run(10);
    expect(publisher.stats()).toMatchObject({ linkBound: false, target: { fps: 30, quality: 0.8 } });
    expect((await run(5)).fps).toBeGreaterThan(29);
    stop();
  });

  it('uses the link, and does not swing', async () => {
    const { run, stop, made } = start({ kbitPerSecond: 4000, delayMs: 20 }, seed);
    await run(10);
    const from = made.length;
    const { kbit } = await run(60);
    expect(kbit).toBeGreaterThan(4000 * 0.55);
    expect(reversals(made.slice(from).map(({ quality, width }) => quality * width))).toBeLessThanOrEqual(2);
    stop();
  });
});

/** Turns from up to down or back, of more than a tenth. */
function reversals(values: readonly number[]): number {
  let turns = 0;
  let direction = 0;
  let extreme = values[0]!;
  for (const value of values) {
    const change = value / extreme - 1;
    if (direction >= 0 && change < -0.1) {
      if (direction > 0) turns++;
      direction = -1;
      extreme = value;
    } else if (direction <= 0 && change > 0.1) {
      if (direction < 0) turns++;
      direction = 1;
      extreme = value;
    } else if (direction >= 0 ? value > extreme : value < extreme) extreme = value;
  }
  return turns;
}
