import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Picture, PictureCodec } from '@lookout/media/codec';
import { type ModelInfo, planLetterbox } from '@lookout/vision';
import { type Detector, openDetector } from '@lookout/vision/detector';
import { EMBEDDED_MODEL, EMBEDDED_MODEL_FLOAT, resolveModel } from '@lookout/vision/models';
import { median, percentile } from '../lib/figures.js';
import { report } from '../lib/options.js';
import { type EvaluatedImage, evaluate } from './average-precision.js';
import { type LabelledImage, readDataset, readImages } from './dataset.js';
import { decodeByDjpeg } from './djpeg.js';
import { openReferenceDetector } from './reference-detector.js';
import { compareBoxes, type SameBoxes } from './same-boxes.js';

// What accuracy is published with: many boxes, so that recall is not cut off.
const EVALUATION = { confidence: 0.02, iou: 0.65, maxDetections: 100 };
// What a viewer sees.
const LIVE = { confidence: 0.4, iou: 0.6, maxDetections: 100 };
const LEAST_DEFAULT_MAP = 0.325;

/**
 * Mean average precision on a labelled set, with pictures prepared as the pipeline does; with `--same-boxes` instead how the
 * embedded model's boxes differ from those of the published model in TensorFlow.js.
 * `npm run bench -- accuracy [--dataset DIR] [--model NAME_OR_PATH] [--size 416] [--square] [--limit N] [--same-boxes]`
 * A folder of JPEGs without labels will do for `--same-boxes`.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      dataset: { type: 'string', default: '../shared/media/coco/train128' },
      model: { type: 'string' },
      size: { type: 'string', default: '416' },
      limit: { type: 'string', default: '5000' },
      square: { type: 'boolean', default: false },
      'same-boxes': { type: 'boolean', default: false },
    },
  });
  const directory = resolve(values.dataset);
  if (!existsSync(directory)) throw new Error(`There is no data set ${directory}; give one by --dataset`);
  const limit = Number(values.limit);
  // In 8 bits the boxes differ by more than their preparation does.
  const model = values.model ?? (values['same-boxes'] ? EMBEDDED_MODEL_FLOAT : EMBEDDED_MODEL);
  const info = await resolveModel(model, { modelsDir: join(tmpdir(), 'lookout-bench-models') });
  const size = Number(values.size);
  const shaped = values.square ? squared(info, size) : info;
  using codec = new PictureCodec();
  const detector = await openDetector(info);
  try {
    const ok = values['same-boxes']
      ? await reportSameBoxes((await readImages(directory)).slice(0, limit), codec, detector)
      : await reportAccuracy((await readDataset(directory)).slice(0, limit), codec, detector, shaped, size);
    if (!ok) process.exitCode = 1;
  } finally {
    await detector.close();
  }
}

async function reportAccuracy(
  images: readonly LabelledImage[],
  codec: PictureCodec,
  detector: Detector,
  info: ModelInfo,
  size: number,
): Promise<boolean> {
  const evaluated: EvaluatedImage[] = [];
  const inferMs: number[] = [];
  for (const { path, truths } of images) {
    using picture = codec.decodeJpeg(await readFile(path));
    const { width, height } = picture;
    const letterbox = planLetterbox(info, width, height, size);
    const result = await detector.detect(picture.toRgb(letterbox), letterbox, width, height, EVALUATION);
    inferMs.push(result.inferMs);
    const detections = result.detections.map(({ class_id, bbox, confidence }) => {
      return { classId: class_id, box: bbox, score: confidence };
    });
    evaluated.push({ truths: truths(width, height), detections });
  }
  const { map50To95, map50 } = evaluate(evaluated);
  const least =
    info.name === EMBEDDED_MODEL && size === 416 && images.length >= 128 ? { atLeast: LEAST_DEFAULT_MAP } : {};
  return report(`Accuracy of ${info.name} at ${size} on ${images.length} pictures`, [
    { name: 'mAP 50-95', value: map50To95, ...least },
    { name: 'mAP 50', value: map50 },
    { name: 'inference p50', value: median(inferMs), unit: 'ms' },
  ]);
}

/**
 * The reference knows 416×416 only, so both get squares. They share nothing but the bytes of the JPEG: `djpeg` decodes it for the
 * reference. The pictures as they are, and as cameras send them, with colour at half the size. Beside it the reference against itself
 * with its pixels rounded to bytes: what it would cost to hand the model those.
 */
async function reportSameBoxes(paths: readonly string[], codec: PictureCodec, detector: Detector) {
  const reference = await openReferenceDetector();
  const square = squared(detector.info, 416);
  const results = { asTheyAre: emptySameBoxes(), subsampled: emptySameBoxes(), rounded: emptySameBoxes() };
  // A little below the threshold, so that a box on it is not called missing.
  const options = { ...LIVE, confidence: LIVE.confidence - 0.1 };
  const compare = async (jpeg: Uint8Array, picture: Picture, into: SameBoxes, intoRounded?: SameBoxes) => {
    const { width, height } = picture;
    const letterbox = planLetterbox(square, width, height, 416);
    const decoded = decodeByDjpeg(jpeg);
    const expected = reference.detect(decoded, letterbox, LIVE.confidence, LIVE.iou);
    const { detections } = await detector.detect(picture.toRgb(letterbox), letterbox, width, height, options);
    compareBoxes(expected, detections, into);
    if (intoRounded)
      compareBoxes(expected, reference.detect(decoded, letterbox, options.confidence, LIVE.iou, true), intoRounded);
  };
  let compared = 0;
  for (const path of paths) {
    const bytes = await readFile(path);
    if (bytes[0] !== 0xff || bytes[1] !== 0xd8) {
      console.log(`${path} is no JPEG whatever its name says, and left out`);
      continue;
    }
    compared++;
    using picture = codec.decodeJpeg(bytes);
    await compare(bytes, picture, results.asTheyAre, results.rounded);
    const subsampled = picture.toJpeg(95);
    using again = codec.decodeJpeg(subsampled);
    await compare(subsampled, again, results.subsampled);
  }
  const { same, expected } = results.rounded;
  const figures = [
    ...sameBoxesFigures('', results.asTheyAre),
    ...sameBoxesFigures(' as 4:2:0', results.subsampled),
    { name: 'same: the reference, its pixels as bytes', value: same / expected },
  ];
  return report(`Boxes of the product against the published model on ${compared} pictures`, figures);
}

function emptySameBoxes(): SameBoxes {
  return { expected: 0, same: 0, missing: 0, ious: [], scoreDifferences: [] };
}

function sameBoxesFigures(pictures: string, { expected, same, missing, ious, scoreDifferences }: SameBoxes) {
  return [
    { name: `boxes${pictures}`, value: expected },
    { name: 'missing', value: missing, atMost: 0 },
    { name: 'IoU ≥ 0.98 and score ± 0.01', value: same / expected, atLeast: 1 },
    { name: 'IoU p50', value: median(ious) },
    { name: 'IoU p5', value: percentile(ious, 0.05) },
    { name: 'score difference p50', value: median(scoreDifferences) },
    { name: 'score difference p95', value: percentile(scoreDifferences, 0.95) },
  ];
}

function squared(info: ModelInfo, size: number): ModelInfo {
  return info.input.kind === 'fixed' ? info : { ...info, input: { kind: 'fixed', width: size, height: size } };
}
