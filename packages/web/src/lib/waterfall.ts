import type { Stages } from '@lookout/protocol';

/** Stages in the order in which a frame passes them. */
export const WATERFALL_STAGES = [
  'receive',
  'wait',
  'decode',
  'infer',
  'draw',
  'encode',
  'hand_over',
  'network',
  'browser_decode',
  'browser_draw',
] as const;
export type WaterfallStage = (typeof WATERFALL_STAGES)[number];
export type Waterfall = Record<WaterfallStage, number>;

/** How long one frame took to the screen; all in ms. */
export interface FrameTimes {
  stages: Stages;
  /** Sent minus captured, by the server's clock. */
  serverAgeMs: number;
  networkMs: number;
  browserDecodeMs: number;
  /** From decoded to drawn, including the wait for the screen's next refresh. */
  browserDrawMs: number;
}

/** Splits the age of a frame into stages. Time that the server did not account for is `hand_over`; nothing is negative. */
export function waterfallOf(times: FrameTimes): Waterfall {
  const { receive, wait, decode, infer, draw, encode } = times.stages;
  const accounted = receive + wait + decode + infer + draw + encode;
  return {
    receive,
    wait,
    decode,
    infer,
    draw,
    encode,
    hand_over: Math.max(0, times.serverAgeMs - accounted),
    network: Math.max(0, times.networkMs),
    browser_decode: times.browserDecodeMs,
    browser_draw: times.browserDrawMs,
  };
}

/** Mean per stage. @param waterfalls at least one */
export function meanWaterfall(waterfalls: readonly Waterfall[]): Waterfall {
  const mean = (stage: WaterfallStage) =>
    waterfalls.reduce((sum, waterfall) => sum + waterfall[stage], 0) / waterfalls.length;
  return Object.fromEntries(WATERFALL_STAGES.map((stage) => [stage, mean(stage)])) as Waterfall;
}

export interface WaterfallBar {
  stage: WaterfallStage;
  ms: number;
  /** Start and length, as fractions of the whole. */
  start: number;
  share: number;
}

/**
 * Consecutive bars, one for every stage: the list does not jump when a stage takes no time.
 * @param waterfall undefined before the first frame: bars have no length
 * @returns the bars and their sum in ms
 */
export function waterfallBars(waterfall: Waterfall | undefined): { bars: WaterfallBar[]; totalMs: number } {
  const times = WATERFALL_STAGES.map((stage) => waterfall?.[stage] ?? 0);
  const totalMs = times.reduce((sum, ms) => sum + ms, 0);
  const share = (ms: number) => (totalMs > 0 ? ms / totalMs : 0);
  let before = 0;
  const bars = WATERFALL_STAGES.map((stage, i) => {
    const ms = times[i] ?? 0;
    const bar = { stage, ms, start: share(before), share: share(ms) };
    before += ms;
    return bar;
  });
  return { bars, totalMs };
}
