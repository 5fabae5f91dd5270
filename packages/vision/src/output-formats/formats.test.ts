import { describe, expect, it } from 'vitest';
import { Candidates } from '../detector/candidates.js';
import type { ModelFormat } from '../model-info/model-info.js';
import { OUTPUT_FORMATS } from './index.js';
import type { DecodeContext, OutputTensor } from './output-format.js';
import {
  boxesAndScores,
  CLASSES,
  counted,
  distanceBins,
  encodeDetr,
  encodeEndToEnd,
  encodeMmdeploy,
  encodeObjectness,
  encodeQueries,
  encodeSoftmaxDetr,
  encodeTfSsd,
  encodeUltralyticsDetr,
  encodeYolov8,
  encodeYolox,
  HEIGHT,
  type Placed,
  pickedHeads,
  pickedYolox,
  rows,
  WIDTH,
} from './testing/encode-objects.js';

const OBJECTS: Placed[] = [
  { box: [10, 20, 41, 72], score: 0.9, classId: 3 },
  { box: [60.5, 8, 118, 40], score: 0.6, classId: 0 },
  { box: [90, 70, 150, 121], score: 0.4, classId: 3 },
];

/** Writes objects as a model of the format would give them: what `decode` undoes. */
type Encode = (objects: readonly Placed[]) => OutputTensor[];

const CASES: { name: string; format: ModelFormat; encode: Encode }[] = [
  { name: 'nanodet, 11 bins', format: 'nanodet', encode: (objects) => distanceBins(objects, [8, 16, 32], 11) },
  { name: 'nanodet, 8 bins', format: 'nanodet', encode: (objects) => distanceBins(objects, [8, 16, 32], 8) },
  {
    name: 'nanodet, picked of bare heads',
    format: 'nanodet',
    encode: (objects) => pickedHeads(objects, [8, 16, 32], 11),
  },
  { name: 'picodet', format: 'picodet', encode: (objects) => distanceBins(objects, [8, 16, 32, 64], 8) },
  { name: 'yolox', format: 'yolox', encode: encodeYolox },
  { name: 'yolox, picked', format: 'yolox', encode: pickedYolox },
  { name: 'yolox-decoded', format: 'yolox-decoded', encode: (objects) => encodeObjectness(objects, 420, 0) },
  { name: 'yolov6', format: 'yolov6', encode: (objects) => encodeObjectness(objects, 420, 0, 1) },
  { name: 'yolov5', format: 'yolov5', encode: (objects) => encodeObjectness(objects, 1260, 0) },
  { name: 'yolov5 with masks', format: 'yolov5', encode: (objects) => encodeObjectness(objects, 1260, 32) },
  { name: 'yolov8', format: 'yolov8', encode: (objects) => encodeYolov8(objects, 0, false) },
  { name: 'yolov8 with masks', format: 'yolov8', encode: (objects) => encodeYolov8(objects, 32, false) },
  { name: 'yolov8, turned', format: 'yolov8', encode: (objects) => encodeYolov8(objects, 0, true) },
  { name: 'yolo-e2e', format: 'yolo-e2e', encode: encodeEndToEnd },
  {
    name: 'yolov7-e2e',
    format: 'yolov7-e2e',
    encode: (objects) => rows('output', objects, ({ box, score, classId }) => [0, ...box, classId, score]),
  },
  {
    name: 'yolo-nas-flat',
    format: 'yolo-nas-flat',
    encode: (objects) =>
      rows('graph2_flat_predictions', objects, ({ box, score, classId }) => [0, ...box, score, classId]),
  },
  {
    name: 'efficient-nms',
    format: 'efficient-nms',
    encode: (objects) => counted(objects, ['num_dets', 'det_boxes', 'det_scores', 'det_classes']),
  },
  {
    name: 'efficient-nms, as YOLO-NAS names it',
    format: 'efficient-nms',
    encode: (objects) =>
      counted(
        objects,
        ['num_predictions', 'pred_boxes', 'pred_scores', 'pred_classes'].map((name) => `graph2_${name}`),
      ),
  },
  { name: 'boxes-scores', format: 'boxes-scores', encode: (objects) => boxesAndScores(objects, [2100, 4], 0) },
  {
    name: 'boxes-scores of YOLOv4',
    format: 'boxes-scores',
    encode: (objects) => boxesAndScores(objects, [2100, 1, 4], 0),
  },
  { name: 'ssd-head', format: 'ssd-head', encode: (objects) => boxesAndScores(objects, [2100, 4], 1) },
  { name: 'mmdeploy', format: 'mmdeploy', encode: encodeMmdeploy },
  { name: 'tf-ssd', format: 'tf-ssd', encode: encodeTfSsd },
  { name: 'rf-detr', format: 'rf-detr', encode: (objects) => encodeQueries(objects, ['labels', 'dets'], CLASSES + 1) },
  { name: 'detr-softmax', format: 'detr-softmax', encode: encodeSoftmaxDetr },
  { name: 'rtdetr', format: 'rtdetr', encode: encodeUltralyticsDetr },
  { name: 'detr', format: 'detr', encode: (objects) => encodeDetr(objects, [1]) },
  { name: 'detr, squeezed', format: 'detr', encode: (objects) => encodeDetr(objects, []) },
  {
    name: 'detr, bare',
    format: 'detr',
    encode: (objects) => encodeQueries(objects, ['logits', 'pred_boxes'], CLASSES),
  },
];

describe.each(CASES)('$name', ({ format, encode }) => {
  const decode = (objects: readonly Placed[], options: Partial<DecodeContext> = {}, into = new Candidates()) => {
    const context = { width: WIDTH, height: HEIGHT, classCount: CLASSES, confidence: 0.25, classIds: undefined };
    OUTPUT_FORMATS[format].decode(encode(objects), { ...context, ...options }, into);
    return found(into);
  };

  it('finds what is there, in input pixels', () => {
    const result = decode(OBJECTS);
    expect(result.map(({ classId }) => classId)).toEqual(OBJECTS.map(({ classId }) => classId));
    result.forEach(({ box, score }, i) => {
      expect(score).toBeCloseTo(OBJECTS[i]!.score, 4);
      box.forEach((edge, side) => {
        expect(edge).toBeCloseTo(OBJECTS[i]!.box[side]!, 2);
      });
    });
  });

  it('finds nothing where nothing is', () => {
    expect(decode([])).toEqual([]);
  });

  it('is among the formats that these names and shapes can be of', () => {
    const outputs = encode(OBJECTS);
    // Nobody exports the form with picked cells.
    if (outputs[0]!.cells) return;
    const facts = {
      outputs: outputs.map(({ name, dims, data }) => ({
        name,
        type: data instanceof Float32Array ? ('float32' as const) : ('int64' as const),
        // A list may have any number of rows.
        shape: dims.length === 2 && dims[1] === 7 ? [null, 7] : [...dims],
      })),
      metadata: new Map<string, string>(),
      width: WIDTH,
      height: HEIGHT,
      nameCount: CLASSES,
    };
    const fit = OUTPUT_FORMATS[format].fit(facts)!;
    expect(fit.classCount).toBe(CLASSES);
    expect(outputs.map(({ name }) => name)).toEqual(expect.arrayContaining(fit.outputs));
  });

  it('leaves out what scores less than asked for', () => {
    expect(decode(OBJECTS, { confidence: 0.5 }).map(({ score }) => Math.round(score * 10))).toEqual([9, 6]);
  });

  it('leaves out other classes than those asked for', () => {
    expect(decode(OBJECTS, { classIds: new Set([0]) }).map(({ classId }) => classId)).toEqual([0]);
  });

  it('refuses outputs of another format', () => {
    const outputs = [{ name: 'output', dims: [1, 3], data: new Float32Array(3) }];
    const context = { width: WIDTH, height: HEIGHT, classCount: CLASSES, confidence: 0.25, classIds: undefined };
    const run = () => OUTPUT_FORMATS[format].decode(outputs, context, new Candidates());
    expect(run).toThrow(expect.objectContaining({ code: 'model_unsupported' }));
  });
});

/** By falling score. */
function found(candidates: Candidates): Placed[] {
  return [...candidates.order()].map((i) => ({
    box: [...candidates.boxes.subarray(i * 4, i * 4 + 4)] as Placed['box'],
    score: candidates.scores[i]!,
    classId: candidates.classIds[i]!,
  }));
}
