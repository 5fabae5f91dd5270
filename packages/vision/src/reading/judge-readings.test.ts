import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDetector } from '../detector/open-detector.js';
import { planLetterbox } from '../model-info/letterbox.js';
import { resolveModel } from '../models/resolve.js';
import { encodeModel } from '../onnx/model-file.js';
import { quietRows } from '../testing/grid-tables.js';
import { type TinyModelOptions, tinyModel } from '../testing/tiny-model.js';
import { pngTrial } from '../testing/trial.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-judge-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const trial = pngTrial();
let files = 0;

/** A model that was never heard of, without metadata or with names. */
async function judge(outputs: TinyModelOptions['outputs'], names: string[] | undefined = undefined, sidecar = '') {
  const path = join(directory, `model${files++}.onnx`);
  const metadata = names && { names: JSON.stringify(names) };
  writeFileSync(path, encodeModel(tinyModel({ input: [1, 3, SIDE, SIDE], outputs, ...(metadata && { metadata }) })));
  if (sidecar) writeFileSync(path.replace('.onnx', '.yaml'), sidecar);
  return resolveModel(path, { modelsDir: directory, trial });
}

const SIDE = 128;
const ROAD = ['pothole', 'crack', 'rut'];

function table(rows: number[][], name = 'output') {
  return { [name]: { shape: [1, rows.length, rows[0]!.length], values: Float32Array.from(rows.flat()) } };
}

function turned(rows: number[][], name = 'output0') {
  const columns = rows[0]!.map((_, column) => rows.map((row) => row[column]!));
  return table(columns, name);
}

const quiet = (kind: 'raw' | 'decoded') => quietRows(SIDE, 3, kind);
const withObjectness = (kind: 'raw' | 'decoded', objectness: (row: number) => number) =>
  quiet(kind).map(({ box, scores }, row) => [...box, objectness(row), ...scores]);
const someObjectness = (row: number) => 0.01 + (row % 9) / 100;
const plain = () => quiet('decoded').map(({ box, scores }) => [...box, ...scores]);

describe('models of classes that no photo shows are judged by their values', () => {
  it.each([
    ['YOLOX', withObjectness('raw', someObjectness), 'yolox'],
    ['YOLOX with decoded boxes', withObjectness('decoded', someObjectness), 'yolox-decoded'],
    ['YOLOv6', withObjectness('decoded', () => 1), 'yolov6'],
  ] as const)('%s, whose shapes are those of two others', async (_name, rows, format) => {
    for (const names of [undefined, ROAD]) {
      const info = await judge(table(rows as number[][]), names);
      expect(info).toMatchObject({ format, reading: { certainty: 'likely' } });
      expect([info.classNames.length, info.fractionalBoxes, info.reading?.warning]).toEqual([3, undefined, undefined]);
    }
  });

  it('prepares pictures as the format they turn out to be of wants them', async () => {
    const { source, letterbox } = await judge(table(withObjectness('decoded', () => 1)));
    expect([source!.preparation.layout, source!.preparation.scale, letterbox.anchor]).toEqual([
      'RGB',
      1 / 255,
      'center',
    ]);
  });

  it('boxes of 0..1 where the format has pixels', async () => {
    const info = await judge(turned(plain().map((row) => row.map((value, i) => (i < 4 ? value / SIDE : value)))), ROAD);
    expect(info).toMatchObject({ format: 'yolov8', fractionalBoxes: true, reading: { certainty: 'likely' } });
    expect(info.reading?.why).toContain('boxes in 0..1');
    expect((await judge(turned(plain()), ROAD)).fractionalBoxes).toBeUndefined();
  });

  it('scores before the sigmoid', async () => {
    const logits = plain().map((row) => row.map((value, i) => (i < 4 ? value : Math.log(value / (1 - value)))));
    expect(await judge(turned(logits), ROAD)).toMatchObject({
      format: 'yolov8',
      logitScores: true,
      reading: { certainty: 'likely' },
    });
  });

  it('RT-DETR of Ultralytics, which looks like YOLOv8 turned by 90°, or like end-to-end YOLO', async () => {
    const query = (i: number, classes: number) => {
      const scores = Array.from({ length: classes }, (_, id) => 0.001 * (1 + ((i * 7 + id * 13) % 50)));
      return [(i % 20) / 20 + 0.02, (i % 15) / 15 + 0.02, 0.1, 0.08, ...scores];
    };
    const of = (classes: number) => table(Array.from({ length: 300 }, (_, i) => query(i, classes)));
    for (const names of [ROAD, ['pothole', 'crack']]) {
      expect(await judge(of(names.length), names)).toMatchObject({
        format: 'rtdetr',
        reading: { certainty: 'likely' },
      });
    }
    const endToEnd = Array.from({ length: 300 }, (_, i) => [
      ...[(i % 20) * 6, (i % 15) * 8, (i % 20) * 6 + 12, (i % 15) * 8 + 10],
      0.3 / (i + 1),
      i % 2,
    ]);
    expect(await judge(table(endToEnd), ['pothole', 'crack'])).toMatchObject({ format: 'yolo-e2e' });
  });

  it('the decoded output, with raw heads before and after it', async () => {
    const heads = (channels: number) =>
      [8, 16, 32].map((stride) => {
        const shape = [1, channels, SIDE / stride, SIDE / stride];
        return [`head_${stride}`, { shape, values: new Float32Array(shape.reduce((a, b) => a * b)) }] as const;
      });
    const [first, ...others] = heads(65);
    const info = await judge({
      [first![0]]: first![1],
      ...turned(plain().map((row) => row.slice(0, 5))),
      ...Object.fromEntries(others),
    });
    expect(info).toMatchObject({ format: 'yolov8', classNames: ['class_0'] });
    expect(info.outputs).toBeUndefined(); // The others are cut from the graph.
  });
});

describe('what can’t be right is said', () => {
  it('a pose taken for many classes', async () => {
    const pose = plain().map((row) => [
      ...row.slice(0, 5),
      ...Array.from({ length: 51 }, (_, i) => (i % 3 === 2 ? 0.5 : 60)),
    ]);
    const info = await judge(turned(pose));
    expect(info.reading).toMatchObject({
      certainty: 'unsure',
      warning: expect.stringContaining('scores go up to 60.0'),
    });
    expect((await judge(turned(pose), ['person'])).reading?.warning).toBeUndefined();
  });

  it('a format that was named and does not fit the values', async () => {
    const info = await judge(table(withObjectness('decoded', someObjectness)), ROAD, 'format: yolox\n');
    expect(info.reading).toMatchObject({
      certainty: 'unsure',
      warning: expect.stringContaining('is read as YOLOX, but'),
    });
  });

  const quantised = (step: number, score: number) =>
    plain().map((row, i) =>
      row.map((value, column) => Math.round((column < 4 ? value : i === 40 ? score : value) / step) * step),
    );

  it('scores of steps so large that none is ever reached', async () => {
    const { reading } = await judge(turned(quantised(2.5, 1)), ROAD);
    expect(reading).toMatchObject({ certainty: 'sure', warning: expect.stringContaining('will never find anything') });
  });

  it('scores of steps of 1.25, which are certain or nothing', async () => {
    const { reading } = await judge(turned(quantised(1.25, 0.9)), ROAD);
    expect(reading).toMatchObject({ certainty: 'likely', warning: expect.stringContaining('steps of 1.25') });
    expect(reading!.warning).not.toContain('never');
    // No score was reached here, which does not prove that none ever will be.
    const silent = await judge(turned(quantised(1.25, 0.1)), ROAD);
    expect(silent.reading).toMatchObject({ certainty: 'unsure', warning: expect.stringContaining('may never find') });
  });

  it('nothing of a model that proposes no boxes', async () => {
    const none = table(Array.from({ length: 300 }, () => [0, 0, 0, 0, 0, 0]));
    const { reading } = await judge(none, ROAD);
    expect(reading).toMatchObject({ certainty: 'unsure', why: expect.stringContaining('nothing could be checked') });
    expect(reading!.warning).toBeUndefined();
  });

  it('names in another order than the classes', async () => {
    // The same for any picture: a box where the photo's person is.
    const rows = plain().map((row, i) => (i === 0 ? [46, 65.6, 89.6, 124.8, 0.9, 0, 0] : row));
    const { reading } = await judge(turned(rows), ['bicycle', 'person', 'cat']);
    expect(reading?.warning).toContain('calls a person bicycle');
  });
});

describe('exports with their own post-processing are read', () => {
  /** Objects that are no person, cat or cup. */
  const objects = Array.from({ length: 30 }, (_, i) => ({
    box: [(i % 6) * 20, (i % 5) * 24, (i % 6) * 20 + 14, (i % 5) * 24 + 20],
    score: 0.9 / (i + 1),
    classId: i % 3,
  }));
  type Row = (typeof objects)[number];
  const list = (name: string, row: (object: Row) => number[]) => ({
    [name]: { shape: [objects.length, 7], values: Float32Array.from(objects.flatMap(row)), declaredShape: ['N', 7] },
  });
  const of = (name: string, shape: number[], row: (object: Row) => number[]) => ({
    [name]: { shape, values: Float32Array.from(objects.flatMap(row)) },
  });
  const fractions = ({ box }: Row) => box.map((side) => side / SIDE);

  it.each([
    ['yolov7-e2e', list('output', ({ box, score, classId }) => [0, ...box, classId, score])],
    ['yolo-nas-flat', list('output', ({ box, score, classId }) => [0, ...box, score, classId])],
    [
      'efficient-nms',
      {
        num_dets: { shape: [1, 1], values: Float32Array.of(30) },
        ...of('det_boxes', [1, 30, 4], ({ box }) => box),
        ...of('det_scores', [1, 30], ({ score }) => [score]),
        ...of('det_classes', [1, 30], ({ classId }) => [classId]),
      },
    ],
    [
      'tf-ssd',
      {
        ...of('detection_boxes', [1, 30, 4], (one) => [1, 0, 3, 2].map((side) => fractions(one)[side]!)),
        ...of('detection_classes', [1, 30], ({ classId }) => [classId + 1]),
        ...of('detection_scores', [1, 30], ({ score }) => [score]),
        num_detections: { shape: [1], values: Float32Array.of(30) },
      },
    ],
  ] as const)('%s', async (format, outputs) => {
    expect(await judge(outputs as TinyModelOptions['outputs'], ROAD)).toMatchObject({
      format,
      reading: { certainty: 'likely' },
    });
  });

  /** Boxes of all cells, as heads without NMS give them. */
  const cells = Array.from({ length: 1200 }, (_, i) => objects[i % objects.length]!);
  const heads = (scale: number, scores: (object: Row) => number[]) => ({
    boxes: {
      shape: [1, 1200, 4],
      values: Float32Array.from(cells.flatMap(({ box }) => box.map((side) => side / scale))),
    },
    scores: { shape: [1, 1200, scores(cells[0]!).length], values: Float32Array.from(cells.flatMap(scores)) },
  });

  it('a detector of TensorFlow, which takes bytes of any size', async () => {
    const path = join(directory, 'tf.onnx');
    const outputs = {
      ...of('detection_boxes', [1, 30, 4], (one) => [1, 0, 3, 2].map((side) => fractions(one)[side]!)),
      ...of('detection_classes', [1, 30], () => [90]),
      ...of('detection_scores', [1, 30], ({ score }) => [score]),
    };
    writeFileSync(path, encodeModel(tinyModel({ input: [1, 'h', 'w', 3], elementType: 'uint8', outputs })));
    const info = await resolveModel(path, { modelsDir: directory, trial });
    expect(info).toMatchObject({ format: 'tf-ssd', input: { kind: 'free' }, letterbox: { anchor: 'stretch' } });
    const detector = await openDetector(info);
    const letterbox = planLetterbox(info, 640, 480, 320);
    const rgb = new Float32Array(letterbox.width * letterbox.height * 3);
    const options = { confidence: 0.5, iou: 0.6, maxDetections: 9 };
    const { detections } = await detector.detect(rgb, letterbox, 640, 480, options);
    await detector.close();
    expect(detections).toMatchObject([{ bbox: [0, 0, 70, 75], class_name: 'toothbrush' }]);
  });

  it('two outputs of YOLO-NAS, and heads of SSD, whose scores sum up to 1', async () => {
    const each = ({ score, classId }: Row) => [0, 1, 2].map((id) => (id === classId ? score : 0.01));
    expect(await judge(heads(1, each), ROAD)).toMatchObject({
      format: 'boxes-scores',
      reading: { certainty: 'likely' },
    });
    const shared = ({ score }: Row) => [1 - score, score];
    const face = await judge(heads(SIDE, shared));
    expect(face).toMatchObject({ format: 'ssd-head', classNames: ['class_0'], reading: { certainty: 'likely' } });
  });

  it('DETR with a class for nothing, and without one', async () => {
    const queries = (logits: number[]) => ({
      logits: { shape: [1, 30, logits.length], values: Float32Array.from(objects.flatMap(() => logits)) },
      ...of('pred_boxes', [1, 30, 4], (one) => {
        const [x1, y1, x2, y2] = fractions(one) as [number, number, number, number];
        return [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1];
      }),
    });
    expect(await judge(queries([-2, -3, -1, 6]), ROAD)).toMatchObject({ format: 'detr-softmax' });
    expect(await judge(queries([-5, -6, -4]), ROAD)).toMatchObject({ format: 'detr' });
    expect((await judge(queries(new Array(92).fill(-1, 0, 91).fill(6, 91)))).classNames[1]).toBe('person');
  });

  it('but not a classifier of as many classes as a row has columns', async () => {
    const outputs = {
      scores: {
        shape: [1, 7],
        values: Float32Array.of(0.1, 0.2, 0.1, 0.3, 0.1, 0.1, 0.1),
        declaredShape: ['batch', 7],
      },
    };
    expect((await judge(outputs)).reading).toMatchObject({
      warning: expect.stringContaining('not the number of a picture'),
    });
  });
});

describe('a fixed number of pictures for each run', () => {
  it('is no number of rows, which say themselves of which picture they are', async () => {
    const path = join(directory, 'rows.onnx');
    // As many rows as pictures, with the first picture's row last.
    const rows = [
      [2, 10, 10, 30, 30, 0, 0.9],
      [1, 40, 10, 60, 30, 1, 0.9],
      [0, 70, 20, 90, 50, 2, 0.8],
    ];
    const output = { shape: [3, 7], values: Float32Array.from(rows.flat()), declaredShape: ['N', 7] };
    const metadata = { names: JSON.stringify(ROAD) };
    writeFileSync(path, encodeModel(tinyModel({ input: [3, 3, SIDE, SIDE], outputs: { output }, metadata })));
    const info = await resolveModel(path, { modelsDir: directory, trial });
    expect(info.format).toBe('yolov7-e2e');
    const detector = await openDetector(info);
    const options = { confidence: 0.5, iou: 0.6, maxDetections: 9 };
    const letterbox = planLetterbox(info, SIDE, SIDE, SIDE);
    const { detections } = await detector.detect(new Float32Array(SIDE * SIDE * 3), letterbox, SIDE, SIDE, options);
    await detector.close();
    expect(detections).toMatchObject([{ bbox: [70, 20, 90, 50], class_name: 'rut' }]);
  });

  it('is filled, and the first taken', async () => {
    const rows = plain().map((row, i) => (i === 40 ? [64, 64, 32, 32, 0.9, 0, 0] : row));
    const path = join(directory, 'batch.onnx');
    const values = (of: number[][]) => of[0]!.flatMap((_, column) => of.map((row) => row[column]!));
    // The second picture of the batch has other boxes.
    const both = Float32Array.from([...values(rows), ...values(plain()), ...values(plain())]);
    const outputs = { output0: { shape: [3, 7, rows.length], values: both } };
    writeFileSync(
      path,
      encodeModel(tinyModel({ input: [3, 3, SIDE, SIDE], outputs, metadata: { names: JSON.stringify(ROAD) } })),
    );
    const info = await resolveModel(path, { modelsDir: directory, trial });
    expect(info).toMatchObject({ format: 'yolov8', reading: { certainty: 'likely' } });
    const detector = await openDetector(info);
    const letterbox = planLetterbox(info, SIDE, SIDE, SIDE);
    const find = () =>
      detector.detect(new Float32Array(SIDE * SIDE * 3), letterbox, SIDE, SIDE, {
        confidence: 0.5,
        iou: 0.6,
        maxDetections: 9,
      });
    expect((await find()).detections).toMatchObject([{ bbox: [48, 48, 80, 80], class_name: 'pothole' }]);
    const [one, other] = await detector.detectTogether(
      [1, 2].map(() => ({
        rgb: new Float32Array(SIDE * SIDE * 3),
        letterbox,
        sourceWidth: SIDE,
        sourceHeight: SIDE,
        options: { confidence: 0.5, iou: 0.6, maxDetections: 9 },
      })),
    );
    expect([one!.detections.length, other!.detections.length]).toEqual([1, 1]);
    await detector.close();
  });
});
