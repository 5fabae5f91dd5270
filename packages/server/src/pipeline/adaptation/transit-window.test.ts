import { describe, expect, it } from 'vitest';
import { TransitWindow } from './transit-window.js';

const frame = (receivedMs: number, transitMs: number) => ({
  timestampMs: receivedMs - transitMs,
  receivedMs,
  bytes: 10_000,
  width: 640,
});

describe('TransitWindow', () => {
  it('measures nothing by fewer than three frames', () => {
    const window = new TransitWindow();
    window.add(frame(0, 20));
    window.add(frame(100, 20));
    expect(window.measure(100)).toBeUndefined();
    window.add({ ...frame(200, 20), timestampMs: Number.NaN });
    expect(window.measure(200)).toBeUndefined();
    window.add(frame(300, 20));
    expect(window.measure(300)).toBeDefined();
    expect(window.measure(4500)).toBeUndefined();
  });

  it('tells a queue, which delays all frames, from jitter, which delays some', () => {
    const window = new TransitWindow();
    for (let nowMs = 0; nowMs < 5000; nowMs += 100) window.add(frame(nowMs, nowMs % 200 ? 20 : 300));
    expect(window.measure(4900)).toMatchObject({ transitMs: 20, queueingMs: 0, bytesPerS: 100_000, meanBytes: 10_000 });
    for (let nowMs = 5000; nowMs < 7000; nowMs += 100) window.add(frame(nowMs, 300));
    expect(window.measure(6900)).toMatchObject({ transitMs: 300, queueingMs: 280 });
  });

  it('takes a longer way for a queue for at most 20 s', () => {
    const window = new TransitWindow();
    window.add(frame(0, 20));
    for (let nowMs = 100; nowMs < 22_000; nowMs += 100) window.add(frame(nowMs, 300));
    expect(window.measure(22_000)).toMatchObject({ queueingMs: 0 });
  });

  it('holds a bounded number of frames', () => {
    const window = new TransitWindow();
    for (let i = 0; i < 5000; i++) window.add({ ...frame(i / 10, 20), bytes: 1 });
    // 90 frames, 0.1 ms apart.
    expect(window.measure(500)?.bytesPerS).toBeCloseTo(10_000, -1);
  });
});
