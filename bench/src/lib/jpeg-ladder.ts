import { existsSync } from 'node:fs';
import { makeTestJpegs } from '@lookout/media/testing';
import { demoClip } from './paths.js';

/** FFmpeg's JPEG scales, finest first, with the quality at which a browser's encoder makes about as many bytes of a street scene. */
const SCALES: ReadonlyArray<readonly [quality: number, scale: number]> = [
  [0.9, 3],
  [0.8, 5],
  [0.7, 7],
  [0.6, 9],
  [0.5, 12],
  [0.4, 17],
  [0.3, 24],
];
const WIDTH_SHARES = [1, 0.75, 0.5];

export interface LadderFrame {
  jpeg: Uint8Array;
  width: number;
  height: number;
}

/** The same moving scene at several qualities and widths: an encoder's output without its computing time. */
export class JpegLadder {
  private constructor(
    private readonly rungs: ReadonlyArray<{ width: number; height: number; quality: number; jpegs: Uint8Array[] }>,
    private readonly count: number,
  ) {}

  /** @param adapts false: only the best rung, for publishers that never change quality */
  static async make(width: number, height: number, count: number, adapts: boolean): Promise<JpegLadder> {
    const rungs = [];
    for (const share of adapts ? WIDTH_SHARES : [1]) {
      const size = { width: Math.round((width * share) / 16) * 16, height: Math.round((height * share) / 16) * 16 };
      for (const [quality, scale] of adapts ? SCALES : [[0.8, 5] as const]) {
        const jpegs = await makeTestJpegs({
          ...size,
          count,
          quality: scale,
          ...(existsSync(demoClip) && { clip: demoClip }),
        });
        rungs.push({ ...size, quality, jpegs });
      }
    }
    return new JpegLadder(rungs, count);
  }

  /** The frame at a position of the scene, at most as wide and as good as requested (or else the smallest). */
  frame(index: number, quality = 1, width = Number.POSITIVE_INFINITY): LadderFrame {
    const narrow = this.rungs.filter((rung) => rung.width <= width);
    const most = Math.max(...(narrow.length ? narrow : this.rungs).map((rung) => rung.width));
    const least = Math.min(...this.rungs.map((rung) => rung.width));
    const wide = narrow.length ? most : least;
    const rungs = this.rungs.filter((rung) => rung.width === wide);
    const rung = rungs.find((one) => one.quality <= quality + 0.05) ?? rungs.at(-1);
    const jpeg = rung?.jpegs[index % this.count];
    if (!rung || !jpeg) throw new Error('The ladder has no frames');
    return { jpeg, width: rung.width, height: rung.height };
  }
}
