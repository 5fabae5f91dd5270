import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onnxNode, valueInfo } from '../onnx/graph.js';
import { encodeModel } from '../onnx/model-file.js';
import { type TinyModelOptions, tinyModel } from '../testing/tiny-model.js';
import { inspectModel, resolveModel } from './resolve.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-models-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const table = (...shape: number[]) => ({ shape, values: new Float32Array(shape.reduce((a, b) => a * b)) });
// 64×64 has 8×8 + 4×4 + 2×2 cells.
const YOLOV8: TinyModelOptions = {
  outputs: { output0: table(1, 7, 84) },
  metadata: { names: "{0: 'Pothole', 1: 'Crack', 2: 'Rut'}" },
};

function put(name: string, options: TinyModelOptions): string {
  const path = join(directory, name);
  writeFileSync(path, encodeModel(tinyModel(options)));
  return path;
}

describe('resolveModel', () => {
  it('understands a model and gives one that takes bytes', async () => {
    const path = put('road.onnx', YOLOV8);
    const info = await resolveModel(path, { modelsDir: directory });
    expect(info).toEqual({
      name: 'road',
      path: expect.stringMatching(/cache[/\\]road-v\d+-[0-9a-f]{16}\.onnx$/),
      format: 'yolov8',
      classNames: ['Pothole', 'Crack', 'Rut'],
      input: { kind: 'fixed', width: 64, height: 64 },
      letterbox: { anchor: 'center', fill: 114 },
      reading: { certainty: 'likely', why: 'Its outputs have the names and shapes of YOLOv8.' },
      source: {
        path,
        preparation: { layout: 'RGB', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
      },
    });
    expect(existsSync(info.path)).toBe(true);
  });

  it.each<[string, TinyModelOptions['outputs']]>([
    ['YOLO-World', { output0: table(1, 4 + 2, 84) }],
    ['YOLOE', { output0: table(1, 4 + 2 + 32, 84), output1: table(1, 32, 16, 16) }],
  ])('takes %s exported with fixed texts, named in a file next to it', async (_, outputs) => {
    const path = put('words.onnx', { outputs });
    writeFileSync(join(directory, 'words.yaml'), 'names: [a red forklift, smoke]\n');
    expect(await resolveModel(path, { modelsDir: directory })).toMatchObject({
      format: 'yolov8',
      classNames: ['a red forklift', 'smoke'],
      letterbox: { anchor: 'center', fill: 114 },
    });
  });

  it('finds models in its folder by name', async () => {
    put('road.onnx', YOLOV8);
    expect((await resolveModel('road', { modelsDir: directory })).format).toBe('yolov8');
  });

  it('says what a model is without writing anything', async () => {
    const path = put('road.onnx', YOLOV8);
    const inspected = await inspectModel(path, directory);
    expect(readdirSync(directory)).toEqual(['road.onnx']);
    const { path: _path, ...resolved } = await resolveModel(path, { modelsDir: directory });
    expect(inspected).toEqual(resolved);
    expect(await inspectModel('nanodet-g-float32', directory)).toMatchObject({ precision: 'float32' });
  });

  it('prepares a model once, and again when the cached file was damaged', async () => {
    const path = put('road.onnx', YOLOV8);
    const { path: folded } = await resolveModel(path, { modelsDir: directory });
    const whole = readFileSync(folded);
    writeFileSync(folded, whole.fill(1, 20, 40));
    await resolveModel(path, { modelsDir: directory });
    const rebuilt = readFileSync(folded);
    expect(rebuilt.equals(whole)).toBe(false);
    truncateSync(folded, 10);
    await resolveModel(path, { modelsDir: directory });
    expect(readFileSync(folded).equals(rebuilt)).toBe(true);
    expect(readdirSync(join(directory, 'cache')).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it('gives COCO’s names to 80 classes without names, numbers to others', async () => {
    const resolved = async (columns: number) => {
      const path = put('x.onnx', { input: [1, 3, 96, 96], outputs: { output: table(1, 189, columns) } });
      return resolveModel(path, { modelsDir: directory });
    };
    const coco = await resolved(85);
    expect([coco.format, coco.classNames[0], coco.letterbox.anchor]).toEqual(['yolox', 'person', 'top-left']);
    expect((await resolved(7)).classNames).toEqual(['class_0', 'class_1']);
  });

  it('lets the file beside the model decide', async () => {
    const path = put('own.onnx', { ...YOLOV8, input: [1, 3, 'h', 'w'] });
    const yaml = 'names: [a, b, c]\nformat: yolov8\nletterbox: top-left\nfill: 0\ninput_size: [96, 64]\nlicence: MIT\n';
    writeFileSync(join(directory, 'own.yaml'), yaml);
    expect(await resolveModel(path, { modelsDir: directory })).toMatchObject({
      classNames: ['a', 'b', 'c'],
      input: { kind: 'fixed', width: 96, height: 64 },
      letterbox: { anchor: 'top-left', fill: 0 },
      licence: 'MIT',
    });
  });

  it('makes another cached file when the preparation changes', async () => {
    const path = put('own.onnx', YOLOV8);
    const before = await resolveModel(path, { modelsDir: directory });
    writeFileSync(`${path}.yaml`, 'layout: BGR\nscale: 1\n');
    expect((await resolveModel(path, { modelsDir: directory })).path).not.toBe(before.path);
  });

  it('prepares pictures outside the graph where the model can’t be edited', async () => {
    const path = put('old.onnx', { ...YOLOV8, opset: 6 });
    const info = await resolveModel(path, { modelsDir: directory });
    expect(info).toMatchObject({ path, preparation: { layout: 'RGB', mean: [0, 0, 0], std: [1, 1, 1] } });
  });

  it.each([
    ['names: 5\n', 'names'],
    ['letterbox: middle\n', 'letterbox'],
    ['formt: yolov8\n', 'formt'],
    ['names: [a\n', 'not YAML'],
  ])('says what is wrong beside the model: %j', async (yaml, reason) => {
    const path = put('own.onnx', YOLOV8);
    writeFileSync(join(directory, 'own.yaml'), yaml);
    await expect(resolveModel(path, { modelsDir: directory })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(reason),
    });
  });

  it.each([
    ['a name nobody knows', 'no-such-model', 'no-such-model'],
    ['a path to nothing', './nothing.onnx', 'nothing.onnx'],
    ['a catalogue model that was not fetched', 'yolox-nano', 'not on this machine'],
    ['a directory', '.', 'no model'],
  ])('does not find %s', async (_name, name, reason) => {
    await expect(resolveModel(name, { modelsDir: directory })).rejects.toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining(reason),
    });
  });

  it('refuses what wants more than a picture, and what only TensorRT runs', async () => {
    const model = tinyModel(YOLOV8);
    model.graph.input.push(valueInfo('scale_factor', 'float32', [1, 2]));
    const path = join(directory, 'paddle.onnx');
    writeFileSync(path, encodeModel(model));
    await expect(resolveModel(path, { modelsDir: directory })).rejects.toMatchObject({
      code: 'model_unsupported',
      message: expect.stringContaining('inputs of unknown meaning: scale_factor 1×2'),
    });
    const plugin = tinyModel(YOLOV8);
    plugin.graph.node.push(onnxNode('EfficientNMS_TRT', ['output0'], ['num_dets']));
    writeFileSync(path, encodeModel(plugin));
    await expect(resolveModel(path, { modelsDir: directory })).rejects.toMatchObject({
      code: 'model_unsupported',
      message: expect.stringContaining('EfficientNMS_TRT, an operation that only TensorRT has'),
      hint: expect.stringContaining('--end2end --max-wh 640'),
    });
  });

  it('refuses what is no ONNX model, or no detector', async () => {
    const text = join(directory, 'page.onnx');
    writeFileSync(text, '<html>Not Found</html>');
    await expect(resolveModel(text, { modelsDir: directory })).rejects.toMatchObject({ code: 'model_invalid' });
    const cut = put('cut.onnx', YOLOV8);
    truncateSync(cut, 500);
    await expect(resolveModel(cut, { modelsDir: directory })).rejects.toMatchObject({ code: 'model_invalid' });
    const classifier = put('classifier.onnx', { outputs: { probabilities: table(1, 1000) } });
    await expect(resolveModel(classifier, { modelsDir: directory })).rejects.toMatchObject({
      code: 'model_unsupported',
      message: expect.stringContaining('classifier'),
    });
    const sound = put('sound.onnx', { input: [1, 16000], outputs: { output0: table(1, 7, 84) } });
    await expect(resolveModel(sound, { modelsDir: directory })).rejects.toMatchObject({
      code: 'model_unsupported',
      message: expect.stringContaining('picture input'),
    });
  });
});
