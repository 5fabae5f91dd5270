import { describe, expect, it } from 'vitest';
import { meanWaterfall, WATERFALL_STAGES, waterfallBars, waterfallOf } from './waterfall.js';

const stages = { receive: 2, wait: 3, decode: 1, infer: 11, draw: 0, encode: 0 };

describe('waterfall', () => {
  it('accounts for every millisecond from capture to screen', () => {
    const waterfall = waterfallOf({ stages, serverAgeMs: 20, networkMs: 4, browserDecodeMs: 6, browserDrawMs: 10 });
    expect(waterfall.hand_over).toBe(3);
    const { bars, totalMs } = waterfallBars(waterfall);
    expect(totalMs).toBe(40);
    expect(bars.map(({ stage }) => stage)).toEqual(WATERFALL_STAGES);
    expect(bars.map(({ start }) => start * 40)).toEqual([0, 2, 5, 6, 17, 17, 17, 20, 24, 30]);
    const last = bars.at(-1)!;
    expect(last.start + last.share).toBeCloseTo(1, 12);
  });

  it('is never negative, even where stages overlap or clocks are a little off', () => {
    const waterfall = waterfallOf({ stages, serverAgeMs: 10, networkMs: -2, browserDecodeMs: 1, browserDrawMs: 1 });
    expect(waterfall.hand_over).toBe(0);
    expect(waterfall.network).toBe(0);
  });

  it('averages stage by stage', () => {
    const of = (networkMs: number) =>
      waterfallOf({ stages, serverAgeMs: 17, networkMs, browserDecodeMs: 2, browserDrawMs: 4 });
    expect(meanWaterfall([of(2), of(4), of(12)])).toMatchObject({ network: 6, infer: 11, browser_draw: 4 });
  });

  it('has a bar of no length for every stage before the first frame', () => {
    const { bars, totalMs } = waterfallBars(undefined);
    expect([bars.length, totalMs]).toEqual([WATERFALL_STAGES.length, 0]);
  });

  it('has nothing to show for a frame that took no time', () => {
    const zero = { receive: 0, wait: 0, decode: 0, infer: 0, draw: 0, encode: 0 };
    const nothing = waterfallOf({ stages: zero, serverAgeMs: 0, networkMs: 0, browserDecodeMs: 0, browserDrawMs: 0 });
    const { bars, totalMs } = waterfallBars(nothing);
    expect(totalMs).toBe(0);
    for (const { start, share } of bars) expect([start, share]).toEqual([0, 0]);
  });
});
