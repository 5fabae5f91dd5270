import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Detection } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDetector } from '../detector/open-detector.js';
import { planLetterbox } from '../model-info/letterbox.js';
import { floatTensor, int64Tensor, onnxNode, valueInfo } from '../onnx/graph.js';
import { decodeModel, encodeModel } from '../onnx/model-file.js';
import { type Extension, extendModel } from '../testing/extend-model.js';
import { gridCells } from '../testing/grid-tables.js';
import { letterboxPicture, readFixture } from '../testing/pictures.js';
import { pngTrial } from '../testing/trial.js';
import { resolveModel } from './resolve.js';

// Real exports of many kinds, too large and with licences too strict for the repository.
const REAL_MODELS = join(import.meta.dirname, '../../../../../shared/models');

const DETECTORS = [
  ['leyolo-nano-640-fp32', 'yolov8', 80],
  ['nanodet-m-416', 'nanodet', 80],
  ['picodet-s-416', 'picodet', 80],
  ['road-hazard-3cls-yolov8n-320-int8dyn', 'yolov8', 3],
  ['yolo11n-320-int8dyn', 'yolov8', 80],
  ['yolo26n-640-int8dyn-e2e', 'yolo-e2e', 80],
  ['yolov5n-640-fp16', 'yolov5', 80],
  ['yolov5n-dynamic-fp32', 'yolov5', 80],
  ['yolov8n-seg-320-int8dyn', 'yolov8', 80],
  ['yolox-nano-416', 'yolox', 80],
  ['deimv2-atto-320-int8', 'detr', 80],
] as const;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-real-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const resolved = (name: string) => resolveModel(join(REAL_MODELS, `${name}.onnx`), { modelsDir: directory });

describe('real models', () => {
  it.each(DETECTORS)('%s is known as %s with %i classes', { timeout: 60_000 }, async (name, format, classCount) => {
    const info = await resolved(name);
    expect([info.format, info.classNames.length]).toEqual([format, classCount]);
    const detector = await openDetector(info);
    try {
      const picture = readFixture('astronaut');
      const letterbox = planLetterbox(info, picture.width, picture.height, 416);
      const rgb = letterboxPicture(picture, letterbox);
      const options = { confidence: 0.3, iou: 0.6, maxDetections: 100 };
      const { detections } = await detector.detect(rgb, letterbox, picture.width, picture.height, options);
      // The three-class model does not know persons, and the DETR's weights are damaged by quantisation: check formats only.
      if (classCount !== 80 || format === 'detr') return;
      const person = detections.find(({ class_name }) => class_name === 'person');
      expect(person, JSON.stringify(detections)).toBeDefined();
      expect(person!.bbox[0]).toBeLessThan(60);
      expect(person!.bbox[2]).toBeGreaterThan(190);
      expect(person!.bbox[3]).toBeGreaterThan(280);
    } finally {
      await detector.close();
    }
  });

  it('finds the same in a rectangle as in the padded square', { timeout: 60_000 }, async () => {
    const info = await resolved('yolox-nano-416');
    expect(info.input).toEqual({ kind: 'fixed', width: 416, height: 416, multiple: 32 });
    const detector = await openDetector(info);
    const picture = readFixture('astronaut');
    const find = async (input: typeof info.input) => {
      const letterbox = planLetterbox({ ...info, input }, picture.width, (picture.height * 2) / 3, 416);
      const rgb = letterboxPicture({ ...picture, height: (picture.height * 2) / 3 }, letterbox);
      const options = { confidence: 0.3, iou: 0.6, maxDetections: 100 };
      const found = await detector.detect(rgb, letterbox, picture.width, (picture.height * 2) / 3, options);
      return { letterbox, detections: found.detections };
    };
    const square = await find({ kind: 'fixed', width: 416, height: 416 });
    const rectangle = await find(info.input);
    await detector.close();
    expect([square.letterbox.height, rectangle.letterbox.height]).toEqual([416, 288]);
    expect(square.detections.length).toBeGreaterThan(0);
    expect(rectangle.detections.map(({ class_name }) => class_name)).toEqual(
      square.detections.map(({ class_name }) => class_name),
    );
    for (const [i, { bbox, confidence }] of square.detections.entries()) {
      for (const [side, at] of bbox.entries())
        expect(Math.abs(rectangle.detections[i]!.bbox[side]! - at)).toBeLessThan(3);
      expect(Math.abs(rectangle.detections[i]!.confidence - confidence)).toBeLessThan(0.05);
    }
  });

  it('refuses a classifier', async () => {
    await expect(resolved('yolo26n-cls-224-int8')).rejects.toMatchObject({
      code: 'model_unsupported',
      message: expect.stringContaining('classifier'),
    });
  });

  const trial = pngTrial();
  const known = new Map<string, ReturnType<typeof resolveModel>>();
  /** Tried out, once. */
  const judged = (path: string) => {
    const judging = known.get(path) ?? resolveModel(path, { modelsDir: directory, trial });
    known.set(path, judging);
    return judging;
  };

  it.each(DETECTORS)('%s is tried out and found to be %s', { timeout: 60_000 }, async (name, format, classCount) => {
    const { format: found, reading, fractionalBoxes, logitScores } = await judged(join(REAL_MODELS, `${name}.onnx`));
    // The photos show none of the three-class model's classes; the DETR's weights are damaged by quantisation.
    const certainty = classCount !== 80 || format === 'detr' ? 'likely' : 'sure';
    expect([found, reading!.certainty, fractionalBoxes, logitScores]).toEqual([
      format,
      certainty,
      undefined,
      undefined,
    ]);
    expect(reading!.warning !== undefined).toBe(format === 'detr');
  });

  it('tells of the model that never scores', { timeout: 60_000 }, async () => {
    const { reading } = await judged(join(REAL_MODELS, 'yolov8n-640-int8static.onnx'));
    expect(reading).toMatchObject({ certainty: 'sure', warning: expect.stringContaining('never find anything') });
  });

  /** The same model in another export. */
  const exported = (name: string, as: string, extension: Extension) => {
    const path = join(directory, `${as}.onnx`);
    writeFileSync(path, extendModel(readFileSync(join(REAL_MODELS, `${name}.onnx`)), extension));
    return path;
  };
  const find = async (info: Awaited<ReturnType<typeof judged>>, confidence = 0.3): Promise<readonly Detection[]> => {
    const detector = await openDetector(info);
    const picture = readFixture('astronaut');
    const letterbox = planLetterbox(info, picture.width, picture.height, 416);
    const rgb = letterboxPicture(picture, letterbox);
    const options = { confidence, iou: 0.6, maxDetections: 100 };
    const { detections } = await detector.detect(rgb, letterbox, picture.width, picture.height, options);
    await detector.close();
    return detections;
  };
  const originals = new Map<string, readonly Detection[]>();
  const sameBoxes = async (path: string, original: string, confidence = 0.3) => {
    const found = await find(await judged(path), confidence);
    const expected =
      originals.get(original) ?? (await find(await judged(join(REAL_MODELS, `${original}.onnx`)), confidence));
    originals.set(original, expected);
    expect(expected.length).toBeGreaterThan(0);
    expect(found.map(({ class_name }) => class_name)).toEqual(expected.map(({ class_name }) => class_name));
    for (const [i, { bbox }] of expected.entries()) {
      for (const [side, at] of bbox.entries()) expect(Math.abs(found[i]!.bbox[side]! - at)).toBeLessThan(0.5);
    }
  };

  /** Numbers that columns are cut by, as constants. */
  const COLUMNS = [0, 2, 4, 84, 85].map((value) => int64Tensor(`at_${value}`, [value]));
  const columns = (from: string, parts: Record<string, [number, number]>) =>
    Object.entries(parts).map(([name, [start, end]]) =>
      onnxNode('Slice', [from, `at_${start}`, `at_${end}`, 'at_2'], [name]),
    );

  it('reads YOLOX exported with decoded boxes', { timeout: 60_000 }, async () => {
    const cells = gridCells(416);
    const path = exported('yolox-nano-416', 'decoded', {
      nodes: [
        ...columns('output', { offset: [0, 2], size: [2, 4], scores: [4, 85] }),
        onnxNode('Add', ['offset', 'grid'], ['place']),
        onnxNode('Mul', ['place', 'strides'], ['center']),
        onnxNode('Exp', ['size'], ['grown']),
        onnxNode('Mul', ['grown', 'strides'], ['extent']),
        onnxNode('Concat', ['center', 'extent', 'scores'], ['decoded'], { axis: 2 }),
      ],
      constants: [
        ...COLUMNS,
        floatTensor('grid', [1, cells.length, 2], Float32Array.from(cells.flatMap(({ column, row }) => [column, row]))),
        floatTensor('strides', [1, cells.length, 1], Float32Array.from(cells.map(({ stride }) => stride))),
      ],
      outputs: [valueInfo('decoded', 'float32', [1, cells.length, 85])],
    });
    expect(await judged(path)).toMatchObject({ format: 'yolox-decoded', reading: { certainty: 'sure' } });
    await sameBoxes(path, 'yolox-nano-416');
  });

  /** A table 1×84×N turned to rows, which other formats are made from. */
  const rows = (table: string) => onnxNode('Transpose', [table], ['rows'], { perm: [0, 2, 1] });

  it('reads YOLOv6', { timeout: 60_000 }, async () => {
    const path = exported('yolo11n-320-int8dyn', 'six', {
      nodes: [
        rows('output0'),
        ...columns('rows', { boxes: [0, 4], scores: [4, 84] }),
        onnxNode('Concat', ['boxes', 'ones', 'scores'], ['outputs'], { axis: 2 }),
      ],
      constants: [...COLUMNS, floatTensor('ones', [1, 2100, 1], new Float32Array(2100).fill(1))],
      outputs: [valueInfo('outputs', 'float32', [1, 2100, 85])],
      keepMetadata: false,
    });
    expect(await judged(path)).toMatchObject({ format: 'yolov6', reading: { certainty: 'sure' } });
    await sameBoxes(path, 'yolo11n-320-int8dyn');
  });

  it('reads RT-DETR of Ultralytics', { timeout: 60_000 }, async () => {
    const path = exported('yolo11n-320-int8dyn', 'rt', {
      nodes: [
        rows('output0'),
        onnxNode('Div', ['rows', 'units'], ['relative']),
        ...columns('relative', { scores: [4, 84] }),
        onnxNode('ReduceMax', ['scores'], ['best'], { axes: [2], keepdims: 0 }),
        onnxNode('TopK', ['best', 'queries'], ['top', 'places'], { axis: 1 }),
        onnxNode('Reshape', ['places', 'flat'], ['place']),
        onnxNode('Gather', ['relative', 'place'], ['queried'], { axis: 1 }),
      ],
      constants: [
        floatTensor('units', [84], new Float32Array(84).fill(320, 0, 4).fill(1, 4)),
        ...COLUMNS,
        int64Tensor('queries', [300]),
        int64Tensor('flat', [-1]),
      ],
      outputs: [valueInfo('queried', 'float32', [1, 300, 84])],
    });
    expect(await judged(path)).toMatchObject({ format: 'rtdetr', reading: { certainty: 'sure' } });
    const [best] = await find(await judged(path));
    expect(best).toMatchObject({ class_name: 'person' });
  });

  it('reads boxes and scores of two outputs, and finds out how pictures are prepared', {
    timeout: 60_000,
  }, async () => {
    const path = exported('yolo11n-320-int8dyn', 'nas', {
      nodes: [
        rows('output0'),
        ...columns('rows', { center: [0, 2], size: [2, 4], '913': [4, 84] }),
        onnxNode('Mul', ['size', 'half'], ['extent']),
        onnxNode('Sub', ['center', 'extent'], ['begin']),
        onnxNode('Add', ['center', 'extent'], ['end']),
        onnxNode('Concat', ['begin', 'end'], ['904'], { axis: 2 }),
      ],
      constants: [...COLUMNS, floatTensor('half', [], Float32Array.of(0.5))],
      outputs: [valueInfo('904', 'float32', [1, 2100, 4]), valueInfo('913', 'float32', [1, 2100, 80])],
      keepMetadata: false,
    });
    const info = await judged(path);
    expect(info).toMatchObject({ format: 'boxes-scores', reading: { certainty: 'sure' } });
    expect(info.source!.preparation.layout).toBe('RGB');
    await sameBoxes(path, 'yolo11n-320-int8dyn');
  });

  it('reads NMS of four outputs, in whatever order', { timeout: 120_000 }, async () => {
    const name = 'yolo26n-640-int8dyn-e2e';
    const nodes = columns('output0', { box: [0, 4], score: [4, 5], class: [5, 6] });
    const constants = [...COLUMNS, ...[5, 6].map((value) => int64Tensor(`at_${value}`, [value]))];
    const lists = exported(name, 'lists', {
      nodes: [
        ...nodes,
        onnxNode('Identity', ['box'], ['det_boxes']),
        onnxNode('Reshape', ['score', 'list'], ['det_scores']),
        onnxNode('Reshape', ['class', 'list'], ['det_classes']),
        onnxNode('Identity', ['count'], ['num_dets']),
      ],
      constants: [...constants, int64Tensor('list', [1, -1]), floatTensor('count', [1, 1], Float32Array.of(300))],
      outputs: [
        valueInfo('det_scores', 'float32', [1, 300]),
        valueInfo('det_classes', 'float32', [1, 300]),
        valueInfo('det_boxes', 'float32', [1, 300, 4]),
        valueInfo('num_dets', 'float32', [1, 1]),
      ],
      keepMetadata: false,
    });
    expect(await judged(lists)).toMatchObject({ format: 'efficient-nms', reading: { certainty: 'sure' } });
    await sameBoxes(lists, name);
  });

  it('serves a model of a fixed number of pictures', { timeout: 60_000 }, async () => {
    const model = decodeModel(readFileSync(join(REAL_MODELS, 'yolov5n-dynamic-fp32.onnx')));
    model.graph.input[0]!.type!.tensorType!.shape!.dim[0] = { dimValue: 2 };
    const path = join(directory, 'pairs.onnx');
    writeFileSync(path, encodeModel(model));
    expect(await judged(path)).toMatchObject({ format: 'yolov5', reading: { certainty: 'sure' } });
    await sameBoxes(path, 'yolov5n-dynamic-fp32');
  });

  it('scales boxes of 0..1 of a model whose classes no photo shows', { timeout: 60_000 }, async () => {
    const name = 'road-hazard-3cls-yolov8n-320-int8dyn';
    const units = new Float32Array(7).fill(320, 0, 4).fill(1, 4);
    const path = exported(name, 'fractions', {
      nodes: [onnxNode('Div', ['output0', 'units'], ['relative'])],
      constants: [floatTensor('units', [7, 1], units)],
      outputs: [valueInfo('relative', 'float32', [1, 7, 2100])],
    });
    expect(await judged(path)).toMatchObject({ fractionalBoxes: true, reading: { certainty: 'likely' } });
    await sameBoxes(path, name, Number.MIN_VALUE);
  });

  it('finds all with scores in steps of 1.25, and says so', { timeout: 60_000 }, async () => {
    const path = exported('yolo11n-320-int8dyn', 'steps', {
      nodes: [
        onnxNode('Div', ['output0', 'step'], ['scaled']),
        onnxNode('Round', ['scaled'], ['rounded']),
        onnxNode('Mul', ['rounded', 'step'], ['stepped']),
      ],
      constants: [floatTensor('step', [], Float32Array.of(1.25))],
      outputs: [valueInfo('stepped', 'float32', [1, 84, 2100])],
    });
    const info = await judged(path);
    expect(info.reading).toMatchObject({ certainty: 'sure', warning: expect.stringContaining('steps of 1.25') });
    expect(info.reading!.warning).not.toContain('never');
    expect((await find(info)).map(({ class_name }) => class_name)).toContain('person');
  });
});
