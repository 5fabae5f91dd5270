import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type AttributeValue, onnxNode, valueInfo } from './build.js';
import { chainPools } from './chain-pools.js';
import { encodeModel } from './model-file.js';
import type { OnnxModel } from './schema.js';

const HEIGHT = 11;
const WIDTH = 8;

function pyramid(sides: readonly number[], changes: Record<string, AttributeValue> = {}): OnnxModel {
  return {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: {
      name: 'pyramid',
      node: sides.map((side) => {
        const half = (side - 1) / 2;
        const attributes = { kernel_shape: [side, side], pads: [half, half, half, half], strides: [1, 1], ...changes };
        return onnxNode('MaxPool', ['cells'], [`pool_${side}`], attributes);
      }),
      initializer: [],
      input: [valueInfo('cells', 'float32', [1, 2, HEIGHT, WIDTH])],
      output: sides.map((side) => valueInfo(`pool_${side}`, 'float32', [1, 2, 'height', 'width'])),
      valueInfo: [],
    },
  };
}

/** Busy values below zero: a border taken for zero would show. */
const cells = Float32Array.from({ length: 2 * HEIGHT * WIDTH }, (_, i) => -1 - ((i * 7919) % 101));

async function run(model: OnnxModel): Promise<number[][]> {
  const session = await InferenceSession.create(encodeModel(model), { logSeverityLevel: 3 });
  const results = await session.run({ cells: new Tensor('float32', cells, [1, 2, HEIGHT, WIDTH]) });
  await session.release();
  return session.outputNames.map((name) => [...(results[name]!.data as Float32Array)]);
}

function inputsOf({ graph }: OnnxModel): string[] {
  return graph.node.map(({ input }) => input[0]!);
}

describe('chainPools', () => {
  it('makes each pooling of a pyramid from the one before, to the same values', async () => {
    const model = pyramid([5, 9, 13]);
    chainPools(model);
    expect(inputsOf(model)).toEqual(['cells', 'pool_5', 'pool_9']);
    expect(await run(model)).toEqual(await run(pyramid([5, 9, 13])));
  });

  it.each([
    ['of two steps', [3, 5], { strides: [2, 2] }],
    ['with gaps', [3, 5], { dilations: [2, 2] }],
    ['without a border', [3, 5], { pads: [0, 0, 0, 0] }],
    ['whose borders are left to the runtime', [3, 5], { auto_pad: 'SAME_UPPER' }],
    ['that do not rise', [9, 5], {}],
    ['that are the same', [5, 5], {}],
  ] as const)('leaves poolings %s as they are', (_, sides, changes) => {
    const model = pyramid(sides, changes);
    chainPools(model);
    expect(model).toEqual(pyramid(sides, changes));
  });

  it('leaves poolings of different inputs as they are', () => {
    const model = pyramid([5, 9]);
    model.graph.node[1]!.input = ['others'];
    chainPools(model);
    expect(inputsOf(model)).toEqual(['cells', 'others']);
  });
});
