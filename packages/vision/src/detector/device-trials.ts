import { type Detection, LookoutError } from '@lookout/protocol';
import { planLetterbox } from '../model-info/letterbox.js';
import type { ModelInfo } from '../model-info/model-info.js';
import type { Detector } from './detector.js';
import { iouOf } from './nms.js';
import { openDetector } from './onnx-runner.js';

/** Milliseconds of one inference. */
export interface ProviderTrial {
  /** On one core. */
  cpuMs: number;
  providerMs: number;
}

/** A camera's usual picture, at the size live analysis begins with, pixels. */
const SOURCE_PX = { width: 640, height: 480, size: 416 };
const TIMED_OPTIONS = { confidence: 0.5, iou: 0.6, maxDetections: 100 };
/** All boxes, however doubtful: pictures that show nothing have no others. */
const COMPARED_OPTIONS = { ...TIMED_OPTIONS, confidence: 0.001 };

const MAX_TIMED_RUNS = 10;
/** Enough is known after so long: what is slower than this is no gain. */
const MAX_TIMED_MS = 2000;

/** Only the surest boxes are compared; what comes after is noise. */
const COMPARED_BOXES = 10;
/** Devices round differently, and half precision does so visibly. */
const MIN_COMPARED_IOU = 0.8;
const SCORE_TOLERANCE = 0.05;

/** Pictures of one run. */
export const MAX_TOGETHER = 4;
/** Together they must take less than this part of the time that they take one by one. */
const CLEAR_GAIN = 0.75;
const TOGETHER_ROUNDS = 3;
/** No more is measured after so long: a device this slow is of no use for live video, and the server shall start. */
const TOGETHER_BUDGET_MS = 1500;

/**
 * Runs a model by an execution provider and on the processor: whether both see the same, and how fast each is. Native code of a
 * driver may end the process: call it in one of its own.
 * @param cpu the model in the form that the processor runs. @param accelerated in the form that the provider is to run.
 * @throws LookoutError `unavailable` where the provider can't be had; `inference_failed` where it fails, or sees something else.
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
    throw new LookoutError('inference_failed', 'it does not find what the processor finds');
  }
  if (compared === 0) throw new LookoutError('inference_failed', 'the model finds nothing to compare it by');
  const providerMs = await medianRunMs(there);
  await there.close();
  await reference.close();
  const plain = await openDetector(cpu);
  const cpuMs = await medianRunMs(plain);
  await plain.close();
  return { cpuMs, providerMs };
}

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
  const { width, height } = SOURCE_PX;
  const letterbox = planSource(detector.info);
  const rgb = greyPicture(letterbox);
  const task = { rgb, letterbox, sourceWidth: width, sourceHeight: height, options: TIMED_OPTIONS };
  const tasks = Array.from({ length: MAX_TOGETHER }, () => task);
  const startedMs = now();
  // The first of each makes ready what later ones use.
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
 * Whether two runs of one model on one picture saw the same.
 * @param expected,found highest score first.
 * @returns whether each of the surest of `expected` has its like in `found`, and there is nothing surer in `found` than that.
 */
export function sameDetections(expected: readonly Detection[], found: readonly Detection[]): boolean {
  const [best, bestFound] = [expected[0]?.confidence ?? 0, found[0]?.confidence ?? 0];
  if (Math.abs(best - bestFound) > SCORE_TOLERANCE) return false;
  return expected.slice(0, COMPARED_BOXES).every(
    (one) =>
      // At the edge of what is shown at all, one of both may leave a box out.
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

/** Pictures that show nothing, RGB, the same each time. */
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
  // A fixed hash stands in for noise, so that the answer is the same each time.
  (x, y, channel) =>
    (Math.imul((x * 73_856_093) ^ (y * 19_349_663) ^ (channel * 83_492_791), 2_654_435_761) >>> 24) & 255,
];
