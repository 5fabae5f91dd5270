import { planLetterbox } from '../letterbox.js';
import type { Detector } from './detector.js';

const SIZE = 320;

/** Scores that any model gives now and then, where nothing is. */
const NOTICED = 0.05;
/** Rounding may give a little more than 1. */
const MOST_SCORE = 1.01;
/** No box of a picture of hundreds of pixels ends within the first two; those of 0 to 1 all do. */
const MOST_NORMALISED = 2;

/**
 * Runs a model on made-up pictures to find out whether its boxes and scores can be right. Some quantised models load and run, and give
 * 0 for every box of every picture; some exports leave the sigmoid out, or have boxes of 0 to 1.
 * @returns a warning in words, or undefined where nothing is odd.
 */
export async function probeModel(detector: Detector): Promise<string | undefined> {
  const { info } = detector;
  const { width, height } = info.input.kind === 'fixed' ? info.input : { width: SIZE, height: SIZE };
  // The whole input is picture, so that boxes are in the model's own pixels.
  const letterbox = planLetterbox(info, width, height, SIZE);
  const find = (rgb: Float32Array, confidence: number) =>
    detector.detect(rgb, letterbox, width, height, { confidence, iou: 1, maxDetections: 100 });
  let topScore = 0;
  let farthest = 0;
  for (const rgb of madeUpPictures(letterbox)) {
    const found = await find(rgb, NOTICED);
    topScore = Math.max(topScore, found.topScore);
    for (const { bbox } of found.detections) farthest = Math.max(farthest, bbox[2], bbox[3]);
  }
  if (topScore > MOST_SCORE) {
    return `Model ${info.name} gives scores up to ${topScore.toFixed(1)}, beyond 1: they are no confidences, and thresholds mean nothing. Its export leaves out the sigmoid, or its format is another than ${info.format}; export it again, or name the format in a file beside it.`;
  }
  if (farthest > 0 && farthest <= MOST_NORMALISED) {
    return `Model ${info.name} gives boxes of 0 to 1, not in pixels: all of them lie in the picture's corner. Export it again with boxes in pixels of its input.`;
  }
  if (topScore > 0) return undefined;
  // Looking at every score takes its time, so only where there are no better ones.
  for (const rgb of madeUpPictures(letterbox)) if ((await find(rgb, Number.MIN_VALUE)).topScore > 0) return undefined;
  return `Model ${info.name} gives a score of exactly 0 to everything, on ${PICTURES.length} test pictures: it will most likely never find anything. Quantised exports that keep boxes and scores in one output do this; export it again without quantising the output.`;
}

/** Pictures that show nothing, RGB, the same each time. */
export function* madeUpPictures({ width, height }: { width: number; height: number }): Iterable<Float32Array> {
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
