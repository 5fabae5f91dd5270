import type { Stages } from '@lookout/protocol';

export type WaterfallStage =
  | 'receive'
  | 'wait'
  | 'decode'
  | 'infer'
  | 'draw'
  | 'encode'
  | 'hand_over'
  | 'network'
  | 'browser_decode'
  | 'browser_draw';

/** One frame's way to the screen; all in ms. */
export interface FrameTimes {
  stages: Stages;
  /** Sent minus captured, by the server's clock. */
  serverAgeMs: number;
  networkMs: number;
  browserDecodeMs: number;
  /** From decoded to drawn: the wait for the screen's next refresh included. */
  browserDrawMs: number;
}

/** In the order a frame passes them. */
export const WATERFALL_STAGES: ReadonlyArray<{ key: WaterfallStage; label: string; meaning: string }> = [
  { key: 'receive', label: 'Received', meaning: 'first to last byte from the camera' },
  { key: 'wait', label: 'Waited its turn', meaning: 'until a worker was free' },
  { key: 'decode', label: 'Unpacked', meaning: 'JPEG or video to picture' },
  { key: 'infer', label: 'Looked at', meaning: 'the model' },
  { key: 'draw', label: 'Boxes drawn', meaning: 'boxes on the server' },
  { key: 'encode', label: 'Packed', meaning: 'picture to JPEG' },
  { key: 'hand_over', label: 'Passed on', meaning: 'everything else in the server' },
  { key: 'network', label: 'Network', meaning: 'server to this browser' },
  { key: 'browser_decode', label: 'Unpacked here', meaning: 'JPEG to picture in this browser' },
  { key: 'browser_draw', label: 'Drawn here', meaning: 'until the screen refreshed' },
];

export type Waterfall = Record<WaterfallStage, number>;

/** Splits the age of a frame into where it went. What the server did not account for is `hand_over`; nothing is negative. */
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

/** Stage by stage mean. @param waterfalls at least one */
export function meanWaterfall(waterfalls: readonly Waterfall[]): Waterfall {
  const mean = {} as Waterfall;
  for (const { key } of WATERFALL_STAGES) {
    mean[key] = waterfalls.reduce((sum, waterfall) => sum + waterfall[key], 0) / waterfalls.length;
  }
  return mean;
}

export interface WaterfallBar {
  key: WaterfallStage;
  label: string;
  meaning: string;
  ms: number;
  /** Where it begins and how long it is, in 0..1 of the whole. */
  start: number;
  share: number;
}

/**
 * Bars one after another, one for every stage: a list that does not jump when a stage takes no time.
 * @returns the bars and their sum in ms
 */
export function waterfallBars(waterfall: Waterfall): { bars: WaterfallBar[]; totalMs: number } {
  const totalMs = WATERFALL_STAGES.reduce((sum, { key }) => sum + waterfall[key], 0);
  const share = (ms: number) => (totalMs > 0 ? ms / totalMs : 0);
  let before = 0;
  const bars = WATERFALL_STAGES.map((stage) => {
    const ms = waterfall[stage.key];
    const bar = { ...stage, ms, start: share(before), share: share(ms) };
    before += ms;
    return bar;
  });
  return { bars, totalMs };
}
