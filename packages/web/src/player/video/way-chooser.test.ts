import { expect, it } from 'vitest';
import { type Showing, WayChooser } from './way-chooser.js';

const PICTURES = { pictures: true, video: false };
const BOTH = { pictures: true, video: true };
const VIDEO = { pictures: false, video: true };

/** Frames at 25 a second on all ways that are open, of these ages. */
function watch(chooser: WayChooser, fromMs: number, seconds: number, ages: { pictures: number; video: number }): void {
  for (let nowMs = fromMs; nowMs < fromMs + seconds * 1000; nowMs += 40) {
    chooser.tick(nowMs);
    const { pictures, video } = chooser.ways;
    if (pictures) chooser.frame('pictures', ages.pictures, nowMs);
    if (video) chooser.frame('video', ages.video, nowMs);
  }
}

const chooser = (showing: Showing) => new WayChooser(showing, 0);

it('never opens video for pictures', () => {
  const chosen = chooser('pictures');
  watch(chosen, 0, 60, { pictures: 500, video: 10 });
  expect(chosen.ways).toEqual(PICTURES);
});

it('keeps pictures until video has a frame, and then closes them', () => {
  const chosen = chooser('video');
  expect(chosen.ways).toEqual(BOTH);
  chosen.frame('pictures', 10, 100);
  expect(chosen.ways).toEqual(BOTH);
  chosen.frame('video', 300, 200);
  expect(chosen.ways).toEqual(VIDEO);
});

it.each([
  ['fresher', { pictures: 100, video: 80 }, VIDEO],
  ['about as fresh', { pictures: 100, video: 115 }, VIDEO],
  ['older', { pictures: 60, video: 130 }, PICTURES],
])('compares them by itself: video that is %s', (_, ages, ways) => {
  const chosen = chooser('auto');
  watch(chosen, 0, 2, ages);
  expect(chosen.ways, 'first it sees how fresh pictures are').toEqual(PICTURES);
  watch(chosen, 2000, 2, ages);
  expect(chosen.ways).toEqual(BOTH);
  watch(chosen, 4000, 2, ages);
  expect(chosen.ways).toEqual(ways);
});

it('returns to pictures when video ends, and tries again, later each time', () => {
  const chosen = chooser('video');
  let nowMs = 0;
  for (const waitMs of [10_000, 20_000, 40_000]) {
    chosen.frame('video', 50, nowMs);
    expect(chosen.ways).toEqual(VIDEO);
    chosen.videoEnded(nowMs);
    chosen.tick(nowMs + waitMs - 1);
    expect(chosen.ways).toEqual(PICTURES);
    nowMs += waitMs;
    chosen.tick(nowMs);
    expect(chosen.ways).toEqual(BOTH);
  }
});

it('is the same object until something changes', () => {
  const chosen = chooser('auto');
  const { ways } = chosen;
  chosen.frame('pictures', 50, 10);
  chosen.tick(20);
  expect(chosen.ways).toBe(ways);
});
