import { describe, expect, it } from 'vitest';
import { PlaybackClock } from './playback-clock.js';

interface Disturbance {
  delayAt?: (frame: number) => number;
  starvedAt?: (frame: number) => boolean;
}

/** Plays frames at 25/s through a clock; `delayAt(i)` is how long before frame i the machine was held up. */
function play(count: number, { delayAt = () => 0, starvedAt = () => false }: Disturbance = {}) {
  const clock = new PlaybackClock();
  let now = 1000;
  return Array.from({ length: count }, (_, i) => {
    now += delayAt(i);
    const verdict = clock.schedule(i * 40, now, starvedAt(i));
    if (verdict.kind === 'show') now = Math.max(now, verdict.dueMs);
    return { verdict, now };
  });
}

describe('PlaybackClock', () => {
  it('plays at the recording’s own speed, whatever each frame costs', () => {
    const frames = play(100, { delayAt: () => 13 });
    expect(frames.every(({ verdict }) => verdict.kind === 'show')).toBe(true);
    expect(frames.at(-1)!.now).toBe(1000 + 13 + 99 * 40);
  });

  it('skips what is late and is on time again, without slow motion', () => {
    const frames = play(100, { delayAt: (i) => (i === 10 ? 1000 : 0) });
    const skipped = frames.filter(({ verdict }) => verdict.kind !== 'show');
    expect(skipped.length).toBeGreaterThan(10);
    expect(frames[10]!.verdict).toMatchObject({ kind: 'far-behind' });
    expect(frames.at(-1)!.now).toBe(1000 + 99 * 40);
  });

  it('moves the schedule when the data came late', () => {
    const frames = play(50, { delayAt: (i) => (i === 10 ? 1000 : 0), starvedAt: (i) => i === 10 });
    expect(frames.every(({ verdict }) => verdict.kind === 'show')).toBe(true);
    expect(frames.at(-1)!.now).toBe(1000 + 49 * 40 + 1000 - 40);
  });

  it('is never dark for long when decoding can’t keep up', () => {
    const frames = play(200, { delayAt: () => 100 });
    const shown = frames.filter(({ verdict }) => verdict.kind === 'show').map(({ now }) => now);
    const gaps = shown.slice(1).map((now, i) => now - shown[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2200);
  });

  it('goes on over jumps of the stream’s clock and over a rewind', () => {
    const clock = new PlaybackClock();
    expect(clock.schedule(5000, 100, false)).toEqual({ kind: 'show', dueMs: 100 });
    expect(clock.schedule(5040, 100, false)).toEqual({ kind: 'show', dueMs: 140 });
    expect(clock.schedule(1000, 140, false), 'back').toEqual({ kind: 'show', dueMs: 180 });
    expect(clock.schedule(90_000, 181, false), 'ahead').toMatchObject({ kind: 'show' });
    clock.rewind(40);
    const next = clock.schedule(-80, 185, false);
    expect(next).toMatchObject({ kind: 'show' });
    expect(next.dueMs - 181).toBeGreaterThanOrEqual(39);
    expect(clock.schedule(-40, 185, false).dueMs - next.dueMs).toBe(40);
  });

  it('catches up with a stream without end, until its data comes late', () => {
    const clock = new PlaybackClock();
    clock.catchUp = true;
    let now = 0;
    // Frame i is there 10 s before it would be shown at first; then at 25/s.
    const lags = Array.from({ length: 25 * 1200 }, (_, i) => {
      const thereMs = i * 40 - 10_000;
      const starved = thereMs > now + 30;
      now = Math.max(now, thereMs);
      const verdict = clock.schedule(i * 40, now, starved);
      if (verdict.kind === 'show') now = Math.max(now, verdict.dueMs);
      return now - thereMs;
    });
    expect(lags[0]).toBe(10_000);
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lags.slice(25 * 600))).toBeLessThan(1000);
  });

  it('keeps to real time where nothing is to be caught up with', () => {
    const frames = play(25 * 60, {});
    expect(frames.at(-1)!.now).toBe(1000 + (25 * 60 - 1) * 40);
  });
});
