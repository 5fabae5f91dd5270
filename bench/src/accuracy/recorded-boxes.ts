import { readFile } from 'node:fs/promises';
import type { Detection } from '@lookout/protocol';
import { COCO_NAMES } from '@lookout/vision/models';

type RecordedBox = [classId: number, score: number, x1: number, y1: number, x2: number, y2: number];

const FILE = new URL('../../fixtures/nanodet-g-boxes.json', import.meta.url);

/**
 * The boxes of the built-in model as it was published, in TensorFlow.js, at 416×416; the file says how they were made.
 * @returns detections in pixels of the picture, with scores from 0.3 on, by the name of the picture's file without its extension.
 */
export async function readRecordedBoxes(): Promise<Map<string, Detection[]>> {
  const { pictures } = JSON.parse(await readFile(FILE, 'utf8')) as { pictures: Record<string, RecordedBox[]> };
  return new Map(Object.entries(pictures).map(([name, boxes]) => [name, boxes.map(toDetection)]));
}

function toDetection([classId, score, ...bbox]: RecordedBox): Detection {
  return { class_id: classId, class_name: COCO_NAMES[classId] ?? `class_${classId}`, confidence: score, bbox };
}
