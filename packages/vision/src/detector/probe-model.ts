import { planLetterbox } from '../letterbox.js';
import type { Detector } from './detector.js';

const SIZE = 320;

/**
 * Runs a model on made-up pictures to find out whether it can score at all. Some quantised models load and run, and give 0
 * for every box of every picture.
 * @returns a warning in words, or undefined when the model scores.
 */
export async function probeModel(detector: Detector): Promise<string | undefined> {
  const { info } = detector;
  const letterbox = planLetterbox(info, SIZE, SIZE, SIZE);
  const options = { confidence: Number.MIN_VALUE, iou: 1, maxDetections: 1 };
  for (const rgb of madeUpPictures(letterbox)) {
    const { detections } = await detector.detect(rgb, letterbox, SIZE, SIZE, options);
    if (detections.length > 0) return undefined;
  }
  return `Model ${info.name} gives a score of exactly 0 to everything, on ${PICTURES.length} test pictures: it will most likely never find anything. Quantised exports that keep boxes and scores in one output do this; export it again without quantising the output.`;
}

/** Pictures that show nothing, RGB24, the same each time. */
export function* madeUpPictures({ width, height }: { width: number; height: number }): Iterable<Uint8Array> {
  for (const paint of PICTURES) {
    const rgb = new Uint8Array(width * height * 3);
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
