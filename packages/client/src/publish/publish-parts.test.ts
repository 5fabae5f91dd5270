import { relativeJpegBytes } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { jpegSize } from './jpeg-size.js';
import { planFor } from './link-budget.js';
import { FrameSchedule } from './rate-plan.js';
import { SendWindow } from './send-window.js';

describe('FrameSchedule', () => {
  const pass = (schedule: FrameSchedule, at: number) => {
    const due = schedule.due(at);
    if (due) schedule.take(at);
    return due;
  };

  it.each([5, 10, 24, 30])('makes %i a second of a camera’s 30', (fps) => {
    const schedule = new FrameSchedule(fps);
    let passed = 0;
    for (let i = 0; i < 300; i++) if (pass(schedule, (i * 1000) / 30)) passed++;
    expect(passed / 10).toBeCloseTo(fps, 0);
  });

  it('saves up nothing in a silence', () => {
    const schedule = new FrameSchedule(10);
    pass(schedule, 0);
    expect(pass(schedule, 5000)).toBe(true);
    expect(pass(schedule, 5010)).toBe(false);
  });

  it('takes up a new rate with the next frame, and survives a clock that was set back', () => {
    const schedule = new FrameSchedule(5);
    pass(schedule, 0);
    schedule.setFps(50);
    expect(pass(schedule, 20)).toBe(true);
    expect(pass(schedule, -3_600_000)).toBe(true);
    expect(pass(schedule, -3_600_000 + 20)).toBe(true);
  });
});

describe('jpegSize', () => {
  it('finds the frame header behind other segments and fill bytes', () => {
    const segments = [
      0xff, 0xd8, 0xff, 0xe1, 0, 5, 0xff, 0xc0, 0, 0xff, 0xff, 0xc2, 0, 11, 8, 0x04, 0x38, 0x07, 0x80, 1,
    ];
    expect(jpegSize(Uint8Array.from(segments))).toEqual({ width: 1920, height: 1080 });
  });

  it.each([
    ['a PNG', [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]],
    ['nothing', []],
    ['only a start', [0xff, 0xd8]],
    ['a scan before any frame', [0xff, 0xd8, 0xff, 0xda, 0, 4, 0, 0, 0, 0, 0, 0, 0]],
    ['a size of nothing', [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 0, 0, 0]],
  ])('says that %s has none', (_name, bytes) => {
    expect(jpegSize(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe('SendWindow', () => {
  it('allows what the distance holds and one more', () => {
    const near = new SendWindow();
    near.sent(0);
    near.answered(0, 1);
    expect(near.open(10, 30)).toBe(true);
    near.sent(10, 1000);
    expect(near.open(11, 30)).toBe(false);
    const far = new SendWindow();
    far.sent(0);
    far.answered(0, 90);
    far.sent(100, 1000);
    far.sent(101, 1000);
    far.sent(102, 1000);
    expect(far.open(103, 30)).toBe(true);
    far.sent(103, 1000);
    expect(far.open(104, 30)).toBe(false);
  });

  it('lets none follow one that stands in a queue', () => {
    const window = new SendWindow();
    window.sent(0);
    window.answered(0, 20);
    window.sent(30, 1000);
    expect(window.open(60, 30)).toBe(true);
    expect(window.open(200, 30)).toBe(false);
  });

  it('knows what a link carries though it is not full', () => {
    const window = new SendWindow();
    for (let i = 0; i < 10; i++) {
      const at = i * 100;
      window.sent(at);
      window.answered(at, at + 20);
      window.sent(at + 0.01, 10_000, at, at);
      // 20 ms of distance, 25 ms of service: 400 bytes per ms
      window.answered(at + 0.01, at + 45);
    }
    expect(window.bytesPerMs(1000)).toBeCloseTo(400, 0);
  });

  it('knows after three frames that a link has become another', () => {
    const window = new SendWindow();
    const serve = (at: number, ms: number) => {
      window.sent(at);
      window.answered(at, at + 2);
      window.sent(at + 0.01, 40_000, at, at);
      window.answered(at + 0.01, at + 2 + ms);
    };
    for (let i = 0; i < 60; i++) serve(i * 33, 4);
    expect(window.bytesPerMs(2000)).toBeGreaterThan(5000);
    // A single slow frame.
    serve(2000, 160);
    for (let i = 0; i < 3; i++) serve(2200 + i * 33, 4);
    expect(window.bytesPerMs(2400)).toBeGreaterThan(5000);
    for (let i = 0; i < 3; i++) serve(2500 + i * 200, 160);
    expect(window.bytesPerMs(3100)).toBeCloseTo(250, 0);
  });

  it('passes over a pong that nobody waited for, and over pings that were left out', () => {
    const window = new SendWindow();
    window.sent(1, 500, 0);
    window.sent(2, 600, 1);
    expect(window.answered(7, 8)).toBeUndefined();
    expect(window.answered(2, 8)?.map(({ bytes }) => bytes)).toEqual([500, 600]);
    expect(window.inFlight).toBe(0);
  });
});

describe('planFor', () => {
  const control = { fps: 30, quality: 0.8, reason: '' };
  const unit = 58_000;
  const kbit = ({ fps, quality, width = 640 }: { fps: number; quality: number; width?: number }) =>
    (unit * relativeJpegBytes(quality) * (width / 640) ** 1.7 * fps * 8) / 1000;

  it('gives way in quality, then rate, then quality, then width, and stays within', () => {
    const plans = [20_000, 12_000, 6000, 3500, 1500, 800].map((rate) => ({
      rate,
      ...planFor(control, rate / 8, unit, 640),
    }));
    for (const { rate, target } of plans) expect(kbit(target)).toBeLessThanOrEqual(rate * 1.02);
    expect(plans.map(({ target }) => target)).toMatchObject([
      { fps: 30, quality: 0.8 },
      { fps: 30 },
      { quality: 0.5 },
      { fps: 15 },
      { fps: 15, quality: 0.3 },
      { quality: 0.3 },
    ]);
    expect(plans.map(({ linkBound }) => linkBound)).toEqual([false, true, true, true, true, true]);
  });

  it('never asks for more than the server, nor for less than the contract allows', () => {
    expect(planFor({ fps: 5, quality: 0.3, width: 320, reason: '' }, 1e9, unit, 320).target).toEqual({
      fps: 5,
      quality: 0.3,
      width: 320,
    });
    const { target } = planFor(control, 0.001, unit, 640);
    expect(target).toEqual({ fps: 5, quality: 0.3, width: 240 });
  });
});
