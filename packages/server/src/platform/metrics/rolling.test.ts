import { describe, expect, it } from 'vitest';
import { RateMeter, RollingWindow } from './rolling.js';

describe('RollingWindow', () => {
  it('gives percentiles of the last values only', () => {
    const window = new RollingWindow(100);
    for (let i = 1; i <= 1000; i++) window.add(i);
    expect(window.percentiles(0.5, 0.95)).toEqual([951, 996]);
  });

  it('is 0 before anything was measured', () => {
    expect(new RollingWindow().percentiles(0.5)).toEqual([0]);
    expect(new RollingWindow().median).toBeUndefined();
  });
});

describe('RateMeter', () => {
  it('measures 30 a second, and falls to 0 after silence', () => {
    const meter = new RateMeter();
    for (let i = 0; i < 300; i++) meter.add((i * 1000) / 30);
    expect(meter.rate(9967)).toBeCloseTo(30, 0);
    expect(meter.rate(60_000)).toBe(0);
  });

  it('forgets what lies ahead after the clock was set back', () => {
    const meter = new RateMeter();
    for (let i = 0; i < 100; i++) meter.add(3_600_000 + i * 10);
    for (let i = 0; i < 10; i++) meter.add(i * 100);
    expect(meter.rate(900)).toBeCloseTo(10, 0);
  });

  it('needs no warm-up', () => {
    const meter = new RateMeter();
    for (let i = 0; i < 10; i++) meter.add(i * 100);
    expect(meter.rate(900)).toBeCloseTo(10, 0);
  });
});
