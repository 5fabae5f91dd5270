import { describe, expect, it } from 'vitest';
import { StreamClock } from './stream-clock.js';

const FRAME_MS = 1000 / 30;
const TICKS = { ticksPerSecond: 90_000, wrapsAt: 2 ** 32 };
/** Unix epoch ms when the first frame is taken. */
const START_MS = 1_700_000_000_000;

interface Frame {
  /** When it was taken, and when its first byte arrived, ms. */
  takenMs: number;
  arrivalMs: number;
  timestamp: number | undefined;
}

interface Way {
  /** Time from taking to arriving of frame `i`, ms. */
  delayMs?: (i: number) => number;
  /** What the sender's clock says of a moment, ticks from its start. */
  ticks?: (takenMs: number, i: number) => number | undefined;
}

/** Frames of a camera at 30 a second, in the order of presentation. */
function camera(count: number, { delayMs = () => 20, ticks = (ms) => ms * 90 }: Way = {}): Frame[] {
  return Array.from({ length: count }, (_, i) => {
    const takenMs = START_MS + i * FRAME_MS;
    const timestamp = ticks(i * FRAME_MS, i);
    return {
      takenMs,
      arrivalMs: takenMs + delayMs(i),
      timestamp: timestamp === undefined ? undefined : Math.round(timestamp) % 2 ** 32,
    };
  });
}

/** Deterministic noise in [0, 1). */
const noise = (i: number) => Math.abs((Math.sin(i * 12.9898) * 43_758.5453) % 1);

/** Shows each frame as it arrives. @returns the stamps. */
function show(frames: readonly Frame[], clock = new StreamClock(TICKS)): number[] {
  return frames.map(({ timestamp, arrivalMs }) => clock.timeOf(clock.arrived(timestamp, arrivalMs), arrivalMs + 1));
}

const gapsOf = (times: readonly number[]) => times.slice(1).map((time, i) => time - times[i]!);

/** Furthest from an even distance, ms, once the way is known. */
function unevenness(times: readonly number[], from = 30): number {
  return Math.max(...gapsOf(times.slice(from)).map((gap) => Math.abs(gap - FRAME_MS)));
}

function agesMs(frames: readonly Frame[], times: readonly number[]): number[] {
  return times.map((time, i) => frames[i]!.takenMs - time);
}

describe('StreamClock', () => {
  it('keeps what varies on the way out of the times', () => {
    const frames = camera(900, { delayMs: (i) => 15 + 60 * noise(i) });
    const times = show(frames);
    expect(unevenness(times)).toBeLessThan(4);
    expect(
      Math.max(
        ...agesMs(frames, times)
          .slice(30)
          .map((age) => Math.abs(age + 15)),
      ),
    ).toBeLessThan(10);
  });

  it('tells two frames that arrive together apart', () => {
    const frames = camera(300, { delayMs: (i) => 5 + (i % 2 === 0 ? FRAME_MS : 0) });
    expect(unevenness(show(frames), 1)).toBeLessThan(0.1);
  });

  it('gives B-frames their own times, in the order of presentation', () => {
    const clock = new StreamClock(TICKS);
    // I0 P4 B2 B1 B3 P8 …: each arrives when the encoder has the frames it needs, and leaves two frames later.
    const inDecodeOrder = Array.from({ length: 300 }, (_, i) =>
      i === 0 ? 0 : 4 * Math.ceil(i / 4) - [1, 0, 2, 3][i % 4]!,
    );
    const held: number[] = [];
    const times: number[] = [];
    for (const [i, presented] of inDecodeOrder.entries()) {
      const arrivalMs = START_MS + (i + 3) * FRAME_MS + 20 + 30 * noise(i);
      held.push(clock.arrived(presented * FRAME_MS * 90, arrivalMs));
      held.sort((a, b) => a - b);
      if (held.length > 2) times.push(clock.timeOf(held.shift()!, arrivalMs + 2));
    }
    expect(unevenness(times)).toBeLessThan(4);
  });

  it.each([200, -200])('follows a clock that is wrong by %i ppm for an hour', (ppm) => {
    const frames = camera(30 * 3600, {
      delayMs: (i) => 10 + 30 * noise(i),
      ticks: (ms) => ms * 90 * (1 + ppm / 1e6),
    });
    const times = show(frames);
    expect(unevenness(times)).toBeLessThan(4);
    expect(
      Math.max(
        ...agesMs(frames, times)
          .slice(30)
          .map((age) => Math.abs(age + 10)),
      ),
    ).toBeLessThan(15);
  });

  it('goes on over the wrap of its timestamps', () => {
    const frames = camera(300, { ticks: (ms) => 2 ** 32 - 90_000 + ms * 90 });
    expect(unevenness(show(frames), 1)).toBeLessThan(0.1);
  });

  it.each<[string, (ms: number) => number]>([
    ['starts again', (ms) => (ms < 3000 ? 3_000_000_000 + ms * 90 : (ms - 3000) * 90)],
    ['leaps ahead', (ms) => ms * 90 + (ms < 3000 ? 0 : 90_000 * 3600)],
    ['leaps ahead a little', (ms) => ms * 90 + (ms < 3000 ? 0 : 90_000 * 3)],
    ['is set back a little', (ms) => 90_000 * 9 + ms * 90 - (ms < 3000 ? 0 : 90_000 * 3)],
  ])('finds its feet when the sender’s clock %s', (_, ticks) => {
    const frames = camera(300, { ticks });
    const times = show(frames);
    expect(Math.min(...gapsOf(times))).toBeGreaterThanOrEqual(0);
    expect(unevenness(times, 200)).toBeLessThan(0.1);
    expect(
      Math.max(
        ...agesMs(frames, times)
          .slice(200)
          .map((age) => Math.abs(age + 20)),
      ),
    ).toBeLessThan(2);
  });

  it('takes frames that were held up for what they are: old', () => {
    // No packet comes through for 3 s; then all come in one go.
    const frames = camera(600, { delayMs: (i) => (i >= 200 && i < 290 ? (290 - i) * FRAME_MS + 20 : 20) });
    const times = show(frames);
    expect(unevenness(times)).toBeLessThan(0.1);
  });

  it.each<[string, NonNullable<Way['ticks']>]>([
    ['no timestamps', () => undefined],
    ['the same timestamp always', () => 1234],
    ['fixed steps, whatever its rate', (_, i) => i * 1500],
    ['another unit', (ms) => ms],
  ])('stamps by arrival where the sender gives %s', (_, ticks) => {
    const frames = camera(30 * 120, { ticks, delayMs: (i) => 20 + 5 * noise(i) });
    const times = show(frames);
    expect(unevenness(times, 30 * 60)).toBeLessThan(10);
    // On the way there, ages are off by no more than it takes to notice.
    expect(Math.max(...agesMs(frames, times).map(Math.abs))).toBeLessThan(4500);
    expect(
      Math.max(
        ...agesMs(frames, times)
          .slice(30 * 60)
          .map(Math.abs),
      ),
    ).toBeLessThan(30);
  });

  it('learns from sender reports how long encoding takes', () => {
    const clock = new StreamClock(TICKS);
    const encodeMs = 120;
    const frames = camera(30 * 30, { delayMs: () => encodeMs + 10 });
    const times = frames.map(({ timestamp, arrivalMs, takenMs }, i) => {
      const mediaMs = clock.arrived(timestamp, arrivalMs);
      if (i % 150 === 10) clock.reported(Math.round((arrivalMs - START_MS - 10) * 90), arrivalMs);
      const timeMs = clock.timeOf(mediaMs, arrivalMs);
      if (i > 300) expect(timeMs - takenMs).toBeCloseTo(10, 0);
      return timeMs;
    });
    expect(unevenness(times)).toBeLessThan(4);
  });

  it('pays no attention to sender reports that make no sense', () => {
    const clock = new StreamClock(TICKS);
    const frames = camera(600);
    const times = frames.map(({ timestamp, arrivalMs }, i) => {
      if (i % 30 === 29) clock.reported((i * 123_456_789) % 2 ** 32, arrivalMs);
      return clock.timeOf(clock.arrived(timestamp, arrivalMs), arrivalMs);
    });
    expect(unevenness(times, 1)).toBeLessThan(0.1);
  });

  it('never stamps in the future, nor before the frame before', () => {
    const clock = new StreamClock(TICKS);
    let last = 0;
    for (let i = 0; i < 3000; i++) {
      const arrivalMs = START_MS + i * FRAME_MS + 500 * noise(i);
      const mediaMs = clock.arrived(Math.floor(noise(i * 7) * 2 ** 32), arrivalMs);
      const timeMs = clock.timeOf(mediaMs, arrivalMs);
      expect(timeMs).toBeLessThanOrEqual(Math.max(arrivalMs, last));
      expect(timeMs).toBeGreaterThanOrEqual(last);
      last = timeMs;
    }
  });
});
