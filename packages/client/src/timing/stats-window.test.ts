import { describe, expect, it } from 'vitest';
import { StatsWindow } from './stats-window.js';

describe('StatsWindow', () => {
  it('counts the last second only', () => {
    const window = new StatsWindow(1000);
    for (let i = 0; i < 60; i++) window.add(i * 50, 10 + i);
    expect(window.fps(2950)).toBe(20);
    expect(window.fps(3450)).toBe(10);
    expect(window.fps(9000)).toBe(0);
    expect(window.latencyMs(9000)).toBeUndefined();
  });

  it('gives the median age', () => {
    const window = new StatsWindow(1000);
    for (const [at, latency] of [
      [10, 40],
      [20, 10],
      [30, 900],
    ] as const)
      window.add(at, latency);
    expect(window.latencyMs(30)).toBe(40);
  });

  it('tells how unevenly frames come, not how old they are', () => {
    const window = new StatsWindow(1000);
    window.add(0, 400);
    expect(window.jitterMs(0)).toBeUndefined();
    for (let i = 1; i < 10; i++) window.add(i * 50, 400);
    expect(window.jitterMs(450)).toBe(0);
    window.add(500, 430);
    window.add(550, 410);
    // Nine differences of 0, one of 30 and one of 20.
    expect(window.jitterMs(550)).toBeCloseTo(50 / 11, 6);
    expect(window.jitterMs(1600)).toBeUndefined();
  });

  it('tells the true rate before a whole window is over', () => {
    const window = new StatsWindow(1000);
    for (let i = 0; i <= 15; i++) window.add(5000 + i * 33.3, 10);
    expect(window.fps(5500)).toBeCloseTo(30, 0);
    expect(window.fps(5500 + 10_000)).toBe(0);
    window.add(20_000, 10);
    expect(window.fps(20_000)).toBe(1);
    window.reset();
    window.add(30_000, 10);
    window.add(30_250, 10);
    expect(window.fps(30_250)).toBe(4);
  });

  it('tells the bytes a second of the last second only', () => {
    const window = new StatsWindow(1000);
    window.add(0, 10, 50_000);
    window.add(600, 10, 10_000);
    expect(window.kbitPerSecond(600)).toBe(480);
    expect(window.kbitPerSecond(1500)).toBe(80);
  });

  it('is bounded', () => {
    const window = new StatsWindow(1000, 5);
    for (let i = 0; i < 100; i++) window.add(500, i);
    expect(window.fps(500)).toBe(5);
    expect(window.latencyMs(500)).toBe(97);
  });
});
