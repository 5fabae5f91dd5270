import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { floatTensor, onnxNode, valueInfo } from '../onnx/build.js';
import { encodeModel } from '../onnx/model-file.js';
import type { OnnxModel } from '../onnx/schema.js';
import { exposeActivations } from './activations.js';
import { quantizeModel, type Range } from './quantize.js';

const SIZE = 16;

/** Two convolutions with biases and a leaky rectifier between them, behind a pooling. */
function smallModel(): OnnxModel {
  const weights = (count: number, seed: number) =>
    Float32Array.from({ length: count }, (_, i) => (((i + seed) * 7919) % 23) / 23 - 0.5);
  return {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: {
      name: 'small',
      node: [
        onnxNode('MaxPool', ['image'], ['pooled'], { kernel_shape: [2, 2], strides: [2, 2] }),
        onnxNode('Conv', ['pooled', 'w1'], ['c1'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
        onnxNode('Add', ['c1', 'b1'], ['a1']),
        onnxNode('LeakyRelu', ['a1'], ['l1'], { alpha: { float: 0.1 } }),
        onnxNode('Conv', ['l1', 'w2'], ['c2'], { kernel_shape: [1, 1] }),
        onnxNode('Add', ['c2', 'b2'], ['a2']),
        onnxNode('Add', ['a2', 'l1'], ['sum']),
        onnxNode('Conv', ['sum', 'w3'], ['head'], { kernel_shape: [1, 1] }),
      ],
      initializer: [
        floatTensor('w1', [4, 3, 3, 3], weights(108, 1)),
        floatTensor('b1', [1, 4, 1, 1], Float32Array.of(0.5, -0.5, 0.1, 0)),
        floatTensor('w2', [4, 4, 1, 1], weights(16, 5)),
        floatTensor('b2', [1, 4, 1, 1], Float32Array.of(0.2, 0.1, -0.3, 0.4)),
        floatTensor('w3', [2, 4, 1, 1], weights(8, 9)),
      ],
      input: [valueInfo('image', 'float32', [1, 3, SIZE, SIZE])],
      output: [valueInfo('head', 'float32', [1, 2, SIZE / 2, SIZE / 2])],
      valueInfo: [],
    },
  };
}

const image = new Tensor(
  'float32',
  Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) => Math.sin(i * 0.37) + 0.2),
  [1, 3, SIZE, SIZE],
);

async function run(model: OnnxModel): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(encodeModel(model), { logSeverityLevel: 3 });
  const results = await session.run({ image });
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

async function ranges(): Promise<Record<string, Range>> {
  const model = smallModel();
  const names = exposeActivations(model);
  expect(names).toEqual(['pooled', 'a1', 'l1', 'a2', 'sum']);
  const values = await run(model);
  return Object.fromEntries(names.map((name) => [name, [Math.min(...values[name]!), Math.max(...values[name]!)]]));
}

describe('quantizeModel', () => {
  it('gives nearly what the model gave, with weights of a quarter of the size', async () => {
    const exact = (await run(smallModel())).head!;
    const model = smallModel();
    quantizeModel(model, await ranges());
    const rounded = (await run(model)).head!;
    const spread = Math.max(...exact) - Math.min(...exact);
    const worst = Math.max(...exact.map((value, i) => Math.abs(value - rounded[i]!)));
    expect(worst).toBeGreaterThan(0);
    expect(worst / spread).toBeLessThan(0.03);
    const weights = model.graph.initializer.find(({ name }) => name === 'w1_steps')!;
    expect(weights.rawData).toHaveLength(108);
    expect(model.graph.initializer.map(({ name }) => name)).not.toContain('w1');
  });

  it('pools before it rectifies, where nobody else wants what is rectified', async () => {
    const rectifyFirst = () => {
      const model = smallModel();
      model.graph.node[0]!.input = ['rectified'];
      model.graph.node.unshift(onnxNode('LeakyRelu', ['image'], ['rectified'], { alpha: { float: 0.1 } }));
      return model;
    };
    const exact = (await run(rectifyFirst())).head!;
    const model = rectifyFirst();
    quantizeModel(model, {});
    expect(model.graph.node.slice(0, 2).map(({ opType }) => opType)).toEqual(['MaxPool', 'LeakyRelu']);
    const same = (await run(model)).head!;
    exact.forEach((value, i) => {
      expect(same[i]).toBeCloseTo(value, 5);
    });
    const wanted = rectifyFirst();
    wanted.graph.output.push(valueInfo('rectified', 'float32', [1, 3, SIZE, SIZE]));
    wanted.graph.node.push(onnxNode('Identity', ['rectified'], ['also']));
    quantizeModel(wanted, {});
    expect(wanted.graph.node[0]!.opType).toBe('LeakyRelu');
  });

  it('leaves alone what no range is given for, but for biases', async () => {
    const exact = (await run(smallModel())).head!;
    const model = smallModel();
    quantizeModel(model, {});
    expect(model.graph.node.map(({ opType }) => opType)).toEqual([
      'MaxPool',
      'Conv',
      'LeakyRelu',
      'Conv',
      'Add',
      'Conv',
    ]);
    const same = (await run(model)).head!;
    exact.forEach((value, i) => {
      expect(same[i]).toBeCloseTo(value, 5);
    });
  });
});
