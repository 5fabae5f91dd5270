import { describe, expect, it } from 'vitest';
import type { ModelFormat } from '../model-info/model-info.js';
import type { TensorInfo } from '../onnx/model-file.js';
import type { Facts } from '../output-formats/facts.js';
import { possibleFormats, UnknownShapesError } from './identify.js';

/** The likeliest. */
function identify(given: Facts, named?: ModelFormat) {
  const { format, classCount } = possibleFormats(given, named)[0]!;
  return { format, classCount };
}

function output(name: string, ...shape: (number | string)[]): TensorInfo {
  return { name, type: 'float32', shape };
}

function facts(outputs: TensorInfo[], more: Partial<Facts> = {}): Facts {
  return { outputs, metadata: new Map(), width: 640, height: 640, nameCount: undefined, ...more };
}

const FREE = { width: undefined, height: undefined };
const ULTRALYTICS = { names: "{0: 'a'}", stride: '32' };

const nanodet = [
  ...[6400, 1600, 400].map((cells) => output(`cls_${cells}`, 1, cells, 80)),
  ...[6400, 1600, 400].map((cells) => output(`dis_${cells}`, 1, cells, 32)),
];
const picodet = [
  ...[6400, 1600, 400, 100].map((cells) => output(`cls_${cells}`, 1, cells, 80)),
  ...[6400, 1600, 400, 100].map((cells) => output(`dis_${cells}`, 1, cells, 32)),
];
const detr = [output('labels', 'N', 300), output('boxes', 'N', 300, 4), output('scores', 'N', 300)];
const mask = output('output1', 1, 32, 160, 160);

describe('identify', () => {
  it.each([
    ['NanoDet', facts(nanodet), 'nanodet', 80],
    ['PicoDet', facts(picodet), 'picodet', 80],
    ['YOLOX', facts([output('output', 1, 8400, 85)]), 'yolox', 80],
    ['YOLOX with three classes', facts([output('output', 1, 8400, 8)]), 'yolox', 3],
    ['YOLOv5', facts([output('output0', 1, 25200, 85)]), 'yolov5', 80],
    ['YOLOv5 of one class', facts([output('output0', 1, 25200, 6)]), 'yolov5', 1],
    ['YOLOv5 with masks', facts([output('output0', 1, 25200, 117), mask]), 'yolov5', 80],
    ['YOLOv8', facts([output('output0', 1, 84, 8400)]), 'yolov8', 80],
    ['end-to-end YOLOv7', facts([output('output', 'N', 7)]), 'yolov7-e2e', undefined],
    ['flat YOLO-NAS', facts([output('graph2_flat_predictions', 'N', 7)]), 'yolo-nas-flat', undefined],
    ['YOLO-NAS of two outputs', facts([output('904', 1, 8400, 4), output('913', 1, 8400, 80)]), 'boxes-scores', 80],
    [
      'UltraFace',
      facts([output('scores', 1, 4420, 2), output('boxes', 1, 4420, 4)], { width: 320, height: 240 }),
      'boxes-scores',
      2,
    ],
    ['RF-DETR of COCO', facts([output('dets', 1, 300, 4), output('labels', 1, 300, 91)]), 'rf-detr', 91],
    ['RF-DETR of three classes', facts([output('dets', 1, 300, 4), output('labels', 1, 300, 4)]), 'rf-detr', 3],
    [
      'MMDeploy',
      facts([output('dets', 1, 100, 5), { name: 'labels', type: 'int64', shape: [1, 100] }]),
      'mmdeploy',
      undefined,
    ],
    ['YOLOv8 of three classes', facts([output('output0', 1, 7, 8400)]), 'yolov8', 3],
    ['YOLOv8 with masks', facts([output('output0', 1, 116, 8400), mask]), 'yolov8', 80],
    ['YOLOv8, turned', facts([output('output0', 1, 8400, 84)]), 'yolov8', 80],
    ['YOLOv8, turned, by its names', facts([output('output0', 1, 8400, 7)], { nameCount: 3 }), 'yolov8', 3],
    ['YOLOv8, a rectangle', facts([output('output0', 1, 84, 5040)], { width: 640, height: 384 }), 'yolov8', 80],
    ['end-to-end YOLO', facts([output('output0', 1, 300, 6)]), 'yolo-e2e', undefined],
    ['end-to-end YOLO with masks', facts([output('output0', 1, 300, 38), mask]), 'yolo-e2e', undefined],
    ['RT-DETR', facts(detr, FREE), 'detr', undefined],
    [
      'DETR without post-processing',
      facts([output('logits', 1, 300, 80), output('pred_boxes', 1, 300, 4)]),
      'detr',
      80,
    ],
  ] as const)('knows %s by its shapes', (_name, given, format, classCount) => {
    expect(identify(given)).toEqual({ format, classCount });
  });

  it('knows exports of free size by their metadata', () => {
    const free = [output('output0', 'batch', 'anchors', 'columns')];
    const of = (metadata: Record<string, string>) =>
      identify(facts(free, { ...FREE, nameCount: 1, metadata: new Map(Object.entries(metadata)) }));
    expect(of(ULTRALYTICS).format).toBe('yolov5');
    expect(of({ ...ULTRALYTICS, task: 'detect' }).format).toBe('yolov8');
    expect(of({ ...ULTRALYTICS, task: 'detect', end2end: 'True' }).format).toBe('yolo-e2e');
  });

  it('believes the sidecar', () => {
    expect(identify(facts([output('x', 1, 8400, 85)]), 'yolov8')).toEqual({
      format: 'yolov8',
      classCount: 81,
    });
  });

  it.each([
    [
      'a classifier by its task',
      facts([output('output0', 1, 8)], { metadata: new Map([['task', 'classify']]) }),
      'classifier',
    ],
    ['a classifier by its shape', facts([output('probabilities', 1, 1000)]), 'classifier'],
    ['rotated boxes', facts([output('output0', 1, 20, 8400)], { metadata: new Map([['task', 'obb']]) }), 'rotated'],
    [
      'a depth map',
      facts([output('depth', 1, 1, 640, 640)]),
      'a value for each pixel, as segmentation and depth models do: depth 1×1×640×640',
    ],
    ['heat maps', facts([output('heat', 1, 80, 160, 160), output('size', 1, 2, 160, 160)]), 'gives maps'],
    [
      'YOLOv5 cut before its grid',
      facts([80, 40, 20].map((side) => output(`head_${side}`, 1, 255, side, side))),
      'raw heads of a YOLO with anchors',
    ],
    [
      'YOLOv8 cut before its boxes',
      facts(
        [80, 40, 20].flatMap((side) => [output(`b${side}`, 1, 64, side, side), output(`c${side}`, 1, 80, side, side)]),
      ),
      'raw heads of several levels',
    ],
    [
      'more names than classes',
      facts([output('output0', 1, 7, 8400)], { nameCount: 4 }),
      'has 3 classes by its outputs, but 4 are named',
    ],
    ['unknown shapes', facts([{ name: 'y', type: 'float32', shape: undefined }], FREE), 'y ?'],
  ])('refuses %s with the reason', (_name, given, reason) => {
    const error = expect.objectContaining({ code: 'model_unsupported', message: expect.stringContaining(reason) });
    expect(() => identify(given)).toThrow(error);
    // A format to set in the sidecar is suggested only if one fits.
    expect(() => identify(given)).not.toThrow(expect.objectContaining({ hint: expect.stringMatching(/format in/) }));
  });

  it('offers the formats that fit in place of one that was named and does not', () => {
    const wrong = (outputs: TensorInfo[]) => () => possibleFormats(facts(outputs), 'detr');
    const hint = 'These formats fit: yolox, yolox-decoded, yolov6. Remove `format` to have it detected';
    expect(wrong([output('output', 1, 8400, 85)])).toThrow(expect.objectContaining({ hint }));
    expect(wrong([output('depth', 1, 1, 640, 640)])).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('a value for each pixel') }),
    );
  });

  it('leaves to a run what free sizes do not tell', () => {
    const free = [output('y', 'a', 'b', 'c'), output('z', 'a', 'b')];
    expect(() => identify(facts(free, FREE))).toThrow(UnknownShapesError);
    expect(() => identify(facts([output('probabilities', 1, 1000)]))).not.toThrow(UnknownShapesError);
  });
});
