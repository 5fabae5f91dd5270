import type { Detection } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
import { planLetterbox } from '../model-info/letterbox.js';
import type { ModelInfo } from '../model-info/model-info.js';
import type { Detector } from './detector.js';
import { iouOf } from './nms.js';
import { openDetector } from './open-detector.js';

/** Milliseconds of one inference. */
export interface ProviderTrial {
  /** On one core. */
  cpuMs: number;
  providerMs: number;
}

/** A typical camera picture, at the size live analysis starts with, pixels. */
const SOURCE_PX = { width: 640, height: 480, size: 416 };
const TIMED_OPTIONS = { confidence: 0.5, iou: 0.6, maxDetections: 100 };
/** All boxes, however low their scores: pictures that show nothing have no others. */
const COMPARED_OPTIONS = { ...TIMED_OPTIONS, confidence: 0.001 };

const MAX_TIMED_RUNS = 10;
/** Measuring stops after this time: a device that is still not done brings no gain. */
const MAX_TIMED_MS = 2000;

/** Only the highest-scoring boxes are compared; the rest is noise. */
const COMPARED_BOXES = 10;
/** Devices round differently, in half precision visibly so. */
const MIN_COMPARED_IOU = 0.8;
const SCORE_TOLERANCE = 0.05;

/** Pictures in one run. */
export const MAX_TOGETHER = 4;
/** Together they must take less than this fraction of the time that they take one by one. */
const CLEAR_GAIN = 0.75;
const TOGETHER_ROUNDS = 3;
/** Measuring stops after this time: a device this slow is no use for live video, and the server must start. */
const TOGETHER_BUDGET_MS = 1500;

/**
 * Runs a model with an execution provider and on the CPU to check that both find the same and to measure how fast each is. Native
 * driver code may crash the process, so call this in a separate one.
 * @param cpu the model in the form for the CPU. @param accelerated in the form for the provider.
 * @throws LookoutError `unavailable` if the provider is not available; `inference_failed` if it fails, or finds something else.
 */
export async function tryProvider(cpu: ModelInfo, accelerated: ModelInfo, provider: string): Promise<ProviderTrial> {
  const there = await openDetector(accelerated, { provider });
  const reference = await openDetector(accelerated);
  const letterbox = planSource(accelerated);
  const detect = async (detector: Detector, rgb: Float32Array) => {
    const { width, height } = SOURCE_PX;
    return (await detector.detect(rgb, letterbox, width, height, COMPARED_OPTIONS)).detections;
  };
  let compared = 0;
  for (const rgb of madeUpPictures(letterbox)) {
    const [expected, found] = [await detect(reference, rgb), await detect(there, rgb)];
    compared += expected.length;
    if (sameDetections(expected, found)) continue;
    throw new LookoutError('inference_failed', 'it does not find the same objects as the CPU');
  }
  if (compared === 0) throw new LookoutError('inference_failed', 'the model finds nothing to compare');
  const providerMs = await medianRunMs(there);
  await there.close();
  await reference.close();
  const plain = await openDetector(cpu);
  const cpuMs = await medianRunMs(plain);
  await plain.close();
  return { cpuMs, providerMs };
}

/**
 * Measures whether several pictures in one run take clearly less time than one after another, as they do on a device that one picture
 * does not keep busy, or where each run has a cost of its own, such as a network round trip.
 * @returns how many to run together at most; 1 if there is no gain, or if the model takes only one.
 * @throws LookoutError whatever a run throws.
 */
export async function measureTogether(
  detector: Detector,
  now: () => number = () => performance.now(),
): Promise<number> {
  if (!detector.takesTogether) return 1;
  const { width, height } = SOURCE_PX;
  const letterbox = planSource(detector.info);
  const rgb = greyPicture(letterbox);
  const task = { rgb, letterbox, sourceWidth: width, sourceHeight: height, options: TIMED_OPTIONS };
  const tasks = Array.from({ length: MAX_TOGETHER }, () => task);
  const startedMs = now();
  // The first run of each kind sets up what later ones use.
  await detector.detectTogether(tasks);
  if (now() - startedMs > TOGETHER_BUDGET_MS) return 1;
  const singleMs: number[] = [];
  const togetherMs: number[] = [];
  for (let round = 0; round < TOGETHER_ROUNDS && (round === 0 || now() - startedMs < TOGETHER_BUDGET_MS); round++) {
    const beganMs = now();
    for (let i = 0; i < MAX_TOGETHER; i++) await detector.detect(rgb, letterbox, width, height, TIMED_OPTIONS);
    const betweenMs = now();
    await detector.detectTogether(tasks);
    singleMs.push(betweenMs - beganMs);
    togetherMs.push(now() - betweenMs);
  }
  return median(togetherMs) < CLEAR_GAIN * median(singleMs) ? MAX_TOGETHER : 1;
}

/**
 * Whether two runs of one model on one picture found the same.
 * @param expected,found highest score first.
 * @returns whether each of the highest-scoring `expected` has a match in `found`, and both have the same highest score, within tolerance.
 */
export function sameDetections(expected: readonly Detection[], found: readonly Detection[]): boolean {
  const [best, bestFound] = [expected[0]?.confidence ?? 0, found[0]?.confidence ?? 0];
  if (Math.abs(best - bestFound) > SCORE_TOLERANCE) return false;
  return expected.slice(0, COMPARED_BOXES).every(
    (one) =>
      // Close to the threshold, one of the two may leave a box out.
      one.confidence < SCORE_TOLERANCE ||
      found.some(
        (other) =>
          other.class_id === one.class_id &&
          Math.abs(other.confidence - one.confidence) <= SCORE_TOLERANCE &&
          iouOf(other.bbox, one.bbox) >= MIN_COMPARED_IOU,
      ),
  );
}

function planSource(info: ModelInfo) {
  return planLetterbox(info, SOURCE_PX.width, SOURCE_PX.height, SOURCE_PX.size);
}

function greyPicture({ width, height }: { width: number; height: number }): Float32Array {
  return new Float32Array(width * height * 3).fill(114);
}

async function medianRunMs(detector: Detector): Promise<number> {
  const letterbox = planSource(detector.info);
  const rgb = greyPicture(letterbox);
  const times: number[] = [];
  const startedMs = performance.now();
  while (times.length < MAX_TIMED_RUNS && performance.now() - startedMs < MAX_TIMED_MS) {
    const { inferMs } = await detector.detect(rgb, letterbox, SOURCE_PX.width, SOURCE_PX.height, TIMED_OPTIONS);
    times.push(inferMs);
  }
  return median(times);
}

/** @param values at least one */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Pictures that show nothing, RGB, the same every time. */
function* madeUpPictures({ width, height }: { width: number; height: number }): Iterable<Float32Array> {
  for (const paint of PICTURES) {
    const rgb = new Float32Array(width * height * 3);
    for (let i = 0; i < rgb.length; i++) rgb[i] = paint(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3);
    yield rgb;
  }
}

/** Value of a channel at a pixel: grey, a gradient, coarse blocks, noise. */
const PICTURES: readonly ((x: number, y: number, channel: number) => number)[] = [
  () => 128,
  (x, y, channel) => (x + y * (channel + 1)) & 255,
  (x, y, channel) => (((x >> 5) + (y >> 5)) % 2 ? 220 : 40 + channel * 30),
  // A fixed hash instead of random noise, so that the result is the same every time.
  (x, y, channel) =>
    (Math.imul((x * 73_856_093) ^ (y * 19_349_663) ^ (channel * 83_492_791), 2_654_435_761) >>> 24) & 255,
];
