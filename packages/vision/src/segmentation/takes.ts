import type { Segmenter } from './segmenter.js';

/** Prompts that each family of segmentation models takes. */
export const SEGMENT_TAKES: Readonly<Record<string, Segmenter['takes']>> = {
  sam: { points: true, box: true },
  sam2: { points: true, box: true },
  // optimum's graphs have no input for a box.
  'sam-optimum': { points: true, box: false },
  'efficient-sam': { points: true, box: true },
  picosam3: { points: false, box: true },
  'yolo-seg': { points: true, box: true },
};

/** @returns neither for an unknown family */
export function segmentTakes(family: string): Segmenter['takes'] {
  return (Object.hasOwn(SEGMENT_TAKES, family) && SEGMENT_TAKES[family]) || { points: false, box: false };
}
