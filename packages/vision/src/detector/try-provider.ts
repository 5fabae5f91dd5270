import { LookoutError } from '@lookout/protocol';
import { planLetterbox } from '../letterbox.js';
import type { ModelInfo } from '../model-info.js';
import type { Detector } from './detector.js';
import { openDetector } from './open-detector.js';
import { sameDetections } from './same-detections.js';

export interface ProviderTrial {
  /** Milliseconds of one inference on one core. */
  cpuMs: number;
  /** Milliseconds of one inference there. */
  providerMs: number;
}

/** A camera's usual picture, at the size live analysis begins with. */
const source = { width: 640, height: 480, size: 416 };
const mostRuns = 10;
/** Enough is known after so long, ms: what is slower than this is no gain. */
const timedMs = 2000;
/** All boxes, however doubtful: pictures that show nothing have no others. */
const everything = { confidence: 0.001, iou: 0.6, maxDetections: 100 };

/**
 * Runs a model by an execution provider and on the processor: whether both see the same, and how fast each is. Native code of a
 * driver may end the process: call it in one of its own.
 * @param cpu the model in the form that the processor runs. @param accelerated in the form that the provider is to run.
 * @throws LookoutError `unavailable` where the provider can't be had; `inference_failed` where it fails, or sees something else.
 */
export async function tryProvider(cpu: ModelInfo, accelerated: ModelInfo, provider: string): Promise<ProviderTrial> {
  const there = await openDetector(accelerated, { provider });
  const reference = await openDetector(accelerated);
  let compared = 0;
  for (const rgb of pictures(accelerated)) {
    const [expected, found] = [await detect(reference, rgb), await detect(there, rgb)];
    compared += expected.length;
    if (sameDetections(expected, found)) continue;
    throw new LookoutError('inference_failed', 'it does not find what the processor finds');
  }
  if (compared === 0) throw new LookoutError('inference_failed', 'the model finds nothing to compare it by');
  const providerMs = await time(there);
  await there.close();
  await reference.close();
  const plain = await openDetector(cpu);
  const cpuMs = await time(plain);
  await plain.close();
  return { cpuMs, providerMs };
}

function letterboxOf(info: ModelInfo) {
  return planLetterbox(info, source.width, source.height, source.size);
}

function pictures(info: ModelInfo): Iterable<Float32Array> {
  return madeUpPictures(letterboxOf(info));
}

async function detect(detector: Detector, rgb: Float32Array) {
  const { width, height } = source;
  return (await detector.detect(rgb, letterboxOf(detector.info), width, height, everything)).detections;
}

/** @returns the median, ms */
async function time(detector: Detector): Promise<number> {
  const letterbox = letterboxOf(detector.info);
  const rgb = new Float32Array(letterbox.width * letterbox.height * 3).fill(114);
  const times: number[] = [];
  const startedMs = performance.now();
  while (times.length < mostRuns && performance.now() - startedMs < timedMs) {
    times.push(
      (await detector.detect(rgb, letterbox, source.width, source.height, { ...everything, confidence: 0.5 })).inferMs,
    );
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
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
