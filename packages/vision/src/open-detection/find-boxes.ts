import { type Letterbox, LookoutError } from '@lookout/protocol/core';
import { type Candidates, toSourceBoxes } from '../detector/candidates.js';
import { suppress } from '../detector/nms.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import type { OpenDetection, OpenDetectOptions } from './open-detector.js';

/** Merges overlapping boxes of each query. @param candidates in pixels of the letterbox, with the queries as classes */
export function findBoxes(
  candidates: Candidates,
  letterbox: Letterbox,
  { width, height }: RgbImage,
  { iou, maxDetections }: OpenDetectOptions,
): OpenDetection[] {
  const kept = suppress(candidates, iou, maxDetections);
  return toSourceBoxes(candidates, kept, letterbox, width, height, []).map(({ bbox, confidence, class_id }) => ({
    bbox,
    score: confidence,
    query: class_id,
  }));
}

/** Splits queries into as many as a graph takes at once. @param size undefined: any number */
export function inParts<T>(queries: readonly T[], size: number | undefined): { from: number; part: readonly T[] }[] {
  const step = size ?? Math.max(queries.length, 1);
  return Array.from({ length: Math.ceil(queries.length / step) }, (_, i) => {
    return { from: i * step, part: queries.slice(i * step, (i + 1) * step) };
  });
}

/** @param files missing next to the graph */
export function noTextSide({ name }: TaskModelInfo, files: string, hint: string): LookoutError {
  return new LookoutError('model_unsupported', `Model ${name} cannot encode text queries: its folder has no ${files}`, {
    hint,
  });
}
