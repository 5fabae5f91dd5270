import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    // None reached here: that it never will be can't be told.
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
    // Whatever it sees, where the person of the photo is.
    const rows = plain().map((row, i) => (i === 0 ? [46, 65.6, 89.6, 124.8, 0.9, 0, 0] : row));
    const { reading } = await judge(turned(rows), ['bicycle', 'person', 'cat']);
    expect(reading?.warning).toContain('calls a person bicycle');
  });
});
