import { COCO_91_NAMES } from '../../models/coco-91.js';
import type { Decode, OutputFormat } from '../decoder.js';
import { boxLists } from './boxes-and-lists.js';
import { BYTES_RGB_STRETCHED, SIGNED_RGB_STRETCHED } from './conventions.js';
import { namedOutput } from './facts.js';

/**
 * Models of TensorFlow's Object Detection API, SSD among them, with their post-processing. Input: RGB bytes, which the graph sizes
 * itself. `detection_boxes` N×4: y1, x1, y2, x2 in 0..1, `detection_scores` N, `detection_classes` N, counted from 1, and
 * `num_detections` 1. Follows `object_detection/core/post_processing.py`.
 */
const decode: Decode = ([boxes, scores, classes, number], { width, height, confidence, classIds }, into) => {
  const lists = boxLists('tf-ssd', boxes, scores, classes, number);
  for (let i = 0; i < lists.count; i++) {
    const score = Number(lists.scores[i]);
    const classId = Number(lists.classes[i]) - 1;
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    const [y1, x1, y2, x2] = [0, 1, 2, 3].map((side) => Number(lists.boxes[i * 4 + side])) as [
      number,
      number,
      number,
      number,
    ];
    into.add(x1 * width, y1 * height, x2 * width, y2 * height, score, classId);
  }
};

export const tfSsd: OutputFormat = {
  format: 'tf-ssd',
  title: 'a detector of TensorFlow',
  needsNms: false,
  conventions: [BYTES_RGB_STRETCHED, SIGNED_RGB_STRETCHED],
  fit(facts) {
    const found = [/^detection_boxes\b/, /^detection_scores\b/, /^detection_classes\b/].map(
      (name) => namedOutput(facts, name)?.name,
    );
    const outputs = found.filter((name) => name !== undefined);
    if (outputs.length < 3) return undefined;
    const number = namedOutput(facts, /^num_detections\b/)?.name;
    return {
      outputs: number === undefined ? outputs : [...outputs, number],
      classCount: facts.nameCount,
      classNames: COCO_91_NAMES.slice(1),
      exact: true,
    };
  },
  decode,
};
