import { planLetterbox } from '../letterbox.js';
import type { Detector } from './detector.js';

/** Pictures of one run. */
export const mostTogether = 4;
/** It must take less than this part of the time that they take one by one. */
const clearGain = 0.75;
const rounds = 3;
/** No more is measured after so long, ms: a device this slow is of no use for live video, and the server shall start. */
const budgetMs = 1500;
const source = { width: 640, height: 480, size: 416 };

/**
 * Finds out by trying whether several pictures in one run take clearly less than one after another: on a device that is not filled by
 * one, or where each run has its way there and back.
 * @returns how many to take together at most; 1 where it does not gain, or the model takes one only.
 * @throws LookoutError what a run throws.
 */
export async function measureTogether(
  detector: Detector,
  now: () => number = () => performance.now(),
): Promise<number> {
  if (!detector.takesTogether) return 1;
  const { width, height, size } = source;
  const letterbox = planLetterbox(detector.info, width, height, size);
  const rgb = new Float32Array(letterbox.width * letterbox.height * 3).fill(letterbox.fill);
  const options = { confidence: 0.5, iou: 0.6, maxDetections: 100 };
  const tasks = Array.from({ length: mostTogether }, () => ({
    rgb,
    letterbox,
    sourceWidth: width,
    sourceHeight: height,
    options,
  }));
  const startedMs = now();
  // The first of each makes ready what later ones use.
  await detector.detectTogether(tasks);
  if (now() - startedMs > budgetMs) return 1;
  const singleMs: number[] = [];
  const togetherMs: number[] = [];
  for (let round = 0; round < rounds && (round === 0 || now() - startedMs < budgetMs); round++) {
    singleMs.push(
      await time(now, async () => {
        for (let i = 0; i < mostTogether; i++) await detector.detect(rgb, letterbox, width, height, options);
      }),
    );
    togetherMs.push(await time(now, () => detector.detectTogether(tasks)));
  }
  return median(togetherMs) < clearGain * median(singleMs) ? mostTogether : 1;
}

async function time(now: () => number, work: () => Promise<unknown>): Promise<number> {
  const startedMs = now();
  await work();
  return now() - startedMs;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
