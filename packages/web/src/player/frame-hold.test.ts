import type { DetectionsEvent } from '@lookout/protocol';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrameHold } from './frame-hold.js';
import type { ShownFrame } from './video/video-source.js';

const open = new Set<object>();
class FakeCopy {
  constructor(readonly of: object) {
    open.add(this);
  }
  close(): void {
    open.delete(this);
  }
}

let hold: FrameHold;
const drawn: [capturedMs: number, ageMs: number, isCopy: boolean][] = [];
const draw = ({ capturedMs, ageMs, picture }: ShownFrame) =>
  void drawn.push([capturedMs, ageMs, (picture as object) instanceof FakeCopy]);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('VideoFrame', FakeCopy);
  hold = new FrameHold();
  drawn.length = 0;
});
afterEach(() => {
  hold.clear();
  expect([open.size, vi.getTimerCount()]).toEqual([0, 0]);
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A frame comes, 20 ms old. */
function frameComes(capturedMs: number, isBoxed = false): void {
  const picture = { width: 640, height: 480 } as HTMLVideoElement;
  hold.add({ picture, capturedMs, ageMs: 20 }, isBoxed, draw);
}
const boxesCome = (timestamp: number) => hold.boxesCame({ timestamp } as DetectionsEvent);

/** Frames whose boxes come 10 ms after them. */
function keepUp(count: number): void {
  for (let n = 0; n < count; n++) {
    frameComes(n * 40);
    vi.advanceTimersByTime(10);
    boxesCome(n * 40);
    vi.advanceTimersByTime(30);
  }
}

it('holds frames until their boxes come, once analysis keeps up', () => {
  keepUp(5);
  expect(drawn).toEqual([
    [0, 20, false],
    [40, 20, false],
    [80, 20, false],
    [120, 30, true],
    [160, 30, true],
  ]);
});

it('draws a frame at once if its boxes are here', () => {
  keepUp(3);
  frameComes(120, true);
  expect(drawn.at(-1)).toEqual([120, 20, false]);
});

it('says which frames were held for the boxes that have come', () => {
  keepUp(3);
  frameComes(120);
  expect([boxesCome(119.6), boxesCome(120), boxesCome(80)]).toEqual([true, false, false]);
});

it('holds none for longer than 40 ms, and none after that until analysis keeps up again', () => {
  keepUp(3);
  frameComes(120);
  vi.advanceTimersByTime(39);
  expect(drawn.length).toBe(3);
  vi.advanceTimersByTime(1);
  expect(drawn.at(-1)).toEqual([120, 60, true]);
  frameComes(160);
  expect(drawn.at(-1)).toEqual([160, 20, false]);
});

it('draws the newest of those that were held for too long', () => {
  keepUp(3);
  frameComes(120);
  vi.advanceTimersByTime(33);
  frameComes(153);
  vi.advanceTimersByTime(7);
  expect(drawn.slice(3)).toEqual([[153, 27, true]]);
});

it('never holds frames of a camera of which only every second one is analysed', () => {
  for (let n = 0; n < 20; n++) {
    frameComes(n * 40);
    vi.advanceTimersByTime(10);
    if (n % 2 === 0) boxesCome(n * 40);
    vi.advanceTimersByTime(30);
  }
  expect(drawn.filter(([, , isCopy]) => isCopy)).toEqual([]);
});

it('never draws a frame after a later one', () => {
  keepUp(3);
  frameComes(120);
  frameComes(160);
  frameComes(200);
  boxesCome(160);
  frameComes(240);
  boxesCome(200);
  vi.advanceTimersByTime(100);
  expect(drawn.slice(3).map(([capturedMs]) => capturedMs)).toEqual([160, 240]);
});

it('holds a few frames at most', () => {
  keepUp(3);
  for (let n = 0; n < 5; n++) {
    frameComes(120 + n);
    expect(open.size).toBeLessThanOrEqual(4);
  }
  expect(drawn.slice(3).map(([capturedMs]) => capturedMs)).toEqual([124]);
});

it('forgets them when it is cleared', () => {
  keepUp(3);
  frameComes(120);
  hold.clear();
  vi.advanceTimersByTime(100);
  expect([drawn.length, open.size]).toEqual([3, 0]);
});

it('holds none where the browser can’t copy frames', () => {
  vi.stubGlobal('VideoFrame', undefined);
  delete (globalThis as { VideoFrame?: unknown }).VideoFrame;
  keepUp(6);
  expect(drawn.every(([, ageMs]) => ageMs === 20)).toBe(true);
});
