import type { Decode, OutputFormat } from '../decoder.js';
import { boxLists } from './boxes-and-lists.js';
import { UNIT_BGR, UNIT_RGB } from './conventions.js';
import { namedOutput } from './facts.js';

/**
 * The four outputs of TensorRT's EfficientNMS and BatchedNMS, and of YOLO-NAS exported with `BATCH_FORMAT`; NMS is done. `num_dets` 1,
 * `det_boxes` N×4: x1, y1, x2, y2 in input pixels, `det_scores` N, `det_classes` N; rows beyond the number hold nothing. Other names:
 * `num_predictions`, `pred_…`; `num_detections`, `nmsed_…`. Follows TensorRT's `plugin/efficientNMSPlugin/README.md`.
 */
const decode: Decode = ([number, boxes, scores, classes], { confidence, classIds }, into) => {
  const lists = boxLists('efficient-nms', boxes, scores, classes, number);
  for (let i = 0; i < lists.count; i++) {
    const score = Number(lists.scores[i]);
    const classId = Number(lists.classes[i]);
    if (score < confidence || (classIds && !classIds.has(classId))) continue;
    const [x1, y1, x2, y2] = [0, 1, 2, 3].map((side) => Number(lists.boxes[i * 4 + side])) as [
      number,
      number,
      number,
      number,
    ];
    into.add(x1, y1, x2, y2, score, classId);
  }
};

export const efficientNms: OutputFormat = {
  format: 'efficient-nms',
  title: 'YOLO with EfficientNMS',
  needsNms: false,
  conventions: [UNIT_RGB, UNIT_BGR],
  fit(facts) {
    const found = [
      /num_(dets|detections|predictions)\b/,
      /(det|pred|nmsed)_boxes\b/,
      /(det|pred|nmsed)_scores\b/,
      /(det|pred|nmsed)_(classes|labels)\b/,
    ].map((name) => namedOutput(facts, name)?.name);
    const outputs = found.filter((name) => name !== undefined);
    return outputs.length === 4 ? { outputs, classCount: facts.nameCount, exact: true } : undefined;
  },
  decode,
};
