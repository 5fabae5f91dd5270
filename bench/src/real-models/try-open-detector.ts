import type { Box } from '@lookout/protocol';
import type { OpenDetector, TaskModelInfo } from '@lookout/vision';
import { COCO_NAMES } from '@lookout/vision/models';
import { openVocabularyDetector } from '@lookout/vision/tasks';
import { overlap } from '../accuracy/average-precision.js';
import { median } from '../lib/figures.js';
import type { Figure, LabelledImages } from './figure.js';
import { type LabelledImage, labelledImages, mean, photos, timed } from './photos.js';

/** Scores of these models are low, so recall and boxes per image are measured at a low threshold. */
const OPTIONS = { confidence: 0.01, iou: 0.5, maxDetections: 100 };
/** Names to look for in addition to those of the objects in an image. */
const OTHERS = 5;

/** Recall of labelled objects when looking for the names of their classes. */
export async function tryOpenDetector(model: TaskModelInfo, images: LabelledImages | undefined): Promise<Figure[]> {
  const detector = await openVocabularyDetector(model, {});
  try {
    const [, textMs] = await timed(() => detector.encodeTexts(COCO_NAMES));
    const shipped = await found(detector, photos());
    const labelled = images && (await found(detector, labelledImages(images)));
    return [
      { name: 'time per text, mean of 80', value: textMs / COCO_NAMES.length, unit: 'ms' },
      { name: 'time per image, median', value: median([...shipped.ms, ...(labelled?.ms ?? [])]), unit: 'ms' },
      ...figures('on images that ship with Lookout', shipped),
      ...(labelled ? figures('on labelled images', labelled) : []),
    ];
  } finally {
    await detector.close();
  }
}

interface Found {
  /** For each object, the best score of a box with its name and an IoU of at least 0.5; 0 if there is none. */
  readonly scores: readonly number[];
  readonly boxesPerImage: readonly number[];
  readonly ms: readonly number[];
}

async function found(detector: OpenDetector, images: Iterable<LabelledImage>): Promise<Found> {
  const all = { scores: [] as number[], boxesPerImage: [] as number[], ms: [] as number[] };
  for (const { image, objects } of images) {
    if (objects.length === 0) continue;
    const texts = asked(objects.map(({ className }) => className));
    const queries = await detector.encodeTexts(texts);
    const [detections, ms] = await timed(() => detector.detect(image, queries, OPTIONS));
    all.ms.push(ms);
    all.boxesPerImage.push(detections.length);
    for (const { className, box } of objects) {
      const hits = detections.filter((one) => texts[one.query] === className && overlaps(one.bbox, box));
      all.scores.push(Math.max(0, ...hits.map(({ score }) => score)));
    }
  }
  return all;
}

function asked(shown: readonly string[]): string[] {
  const names = [...new Set(shown)];
  return [...names, ...COCO_NAMES.filter((name) => !names.includes(name)).slice(0, OTHERS)];
}

function overlaps(box: Box, truth: Box): boolean {
  return overlap(box, truth, false) >= 0.5;
}

function figures(where: string, { scores, boxesPerImage }: Found): Figure[] {
  const recall = (from: number) => mean(scores.map((score) => (score >= from ? 1 : 0)));
  return [
    { name: `recall of ${scores.length} boxes ${where}, score ≥ 0.01`, value: recall(OPTIONS.confidence) },
    { name: `recall of ${scores.length} boxes ${where}, score ≥ 0.1`, value: recall(0.1) },
    { name: `boxes per image ${where}, score ≥ 0.01`, value: mean(boxesPerImage) },
  ];
}
