import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PictureCodec } from '@lookout/media/codec';
import { type ModelInfo, planLetterbox } from '@lookout/vision';
import { type Detector, openDetector } from '@lookout/vision/detector';
import { EMBEDDED_MODEL, EMBEDDED_MODEL_FLOAT, resolveModel } from '@lookout/vision/models';
import { median, percentile } from '../lib/figures.js';
import { report } from '../lib/options.js';
import { findMaterial } from '../lib/paths.js';
import { type EvaluatedImage, evaluate } from './average-precision.js';
import { type LabelledImage, readDataset, readImages } from './dataset.js';
import { readRecordedBoxes } from './recorded-boxes.js';
import { compareBoxes, SAME_IOU, SAME_SCORE, type SameBoxes } from './same-boxes.js';

// As for published accuracy: many boxes, so that recall is not cut off.
const EVALUATION = { confidence: 0.02, iou: 0.65, maxDetections: 100 };
// Boxes were recorded from 0.3 on, after the same suppression. Slightly below that, so that a box near the threshold does not count as
// missing.
const RECORDED = { confidence: 0.2, iou: 0.6, maxDetections: 100 };
const RECORDED_SIZE = 416;
const LEAST_DEFAULT_MAP = 0.32;
const LEAST_SAME = 0.97;

/**
 * Mean average precision on a labelled set, with pictures prepared as in the pipeline. With `--same-boxes` instead: how the built-in
 * model's boxes differ from those recorded of the published model on the default data set. `npm run bench -- accuracy [--dataset DIR]
 * [--model NAME_OR_PATH] [--size 416] [--square] [--limit N] [--same-boxes]`
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      dataset: { type: 'string' },
      model: { type: 'string' },
      size: { type: 'string', default: '416' },
      limit: { type: 'string', default: '5000' },
      square: { type: 'boolean', default: false },
      'same-boxes': { type: 'boolean', default: false },
    },
  });
  const directory = findMaterial(values.dataset, {
    what: 'a data set in COCO’s layout',
    option: '--dataset',
    path: 'media/coco/train128',
  });
  const limit = Number(values.limit);
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

/** The recorded boxes are those of 416×416 squares. */
async function reportSameBoxes(paths: readonly string[], codec: PictureCodec, detector: Detector) {
  const recorded = await readRecordedBoxes();
  const square = squared(detector.info, RECORDED_SIZE);
  const result: SameBoxes = { expected: 0, same: 0, missing: 0, ious: [], scoreDifferences: [] };
  for (const path of paths) {
    const expected = recorded.get(basename(path).replace(/\.jpe?g$/i, ''));
    if (!expected) throw new Error(`No boxes were recorded for ${path}`);
    using picture = codec.decodeJpeg(await readFile(path));
    const { width, height } = picture;
    const letterbox = planLetterbox(square, width, height, RECORDED_SIZE);
    const { detections } = await detector.detect(picture.toRgb(letterbox), letterbox, width, height, RECORDED);
    compareBoxes(expected, detections, result);
  }
  const { expected, same, missing, ious, scoreDifferences } = result;
  // The 8-bit model rounds scores and edges by more than that.
  const least = detector.info.name === EMBEDDED_MODEL_FLOAT ? { atLeast: LEAST_SAME } : {};
  return report(`Boxes of ${detector.info.name} against the published model's on ${paths.length} pictures`, [
    { name: 'boxes', value: expected },
    { name: 'missing', value: missing },
    { name: `IoU ≥ ${SAME_IOU} and score ± ${SAME_SCORE}`, value: same / expected, ...least },
    { name: 'IoU p50', value: median(ious) },
    { name: 'IoU p5', value: percentile(ious, 0.05) },
    { name: 'score difference p50', value: median(scoreDifferences) },
    { name: 'score difference p95', value: percentile(scoreDifferences, 0.95) },
  ]);
}

function squared(info: ModelInfo, size: number): ModelInfo {
  return info.input.kind === 'fixed' ? info : { ...info, input: { kind: 'fixed', width: size, height: size } };
}
