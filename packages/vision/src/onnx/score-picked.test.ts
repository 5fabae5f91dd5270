import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { floatTensor, int64Tensor, onnxNode, valueInfo } from './build.js';
import { encodeModel } from './model-file.js';
import { FLOOR_INPUT, PICKED_CELLS, PICKED_VALUES, pickCells } from './pick-cells.js';
import type { OnnxModel, OnnxNode } from './schema.js';
import { scorePicked } from './score-picked.js';

const CLASSES = 6;
const FEATURES = 3;
const SIDE = 8;
const CELLS = SIDE ** 2 + (SIDE / 2) ** 2;

/** Numbers from −2 to 2 that repeat nothing for long. */
const numbers = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => 2 * Math.sin(seed + i * 1.7));

/** Two heads as YOLOX's: on the picture, and on its greatest of 2×2. */
function headsModel({ opset = 11, bias = true, scoreStrides = 1 } = {}): OnnxModel {
  const node: OnnxNode[] = [onnxNode('MaxPool', ['images'], ['half'], { kernel_shape: [2, 2], strides: [2, 2] })];
  const initializer = [int64Tensor('flat', [1, 5 + CLASSES, -1])];
  const score = (from: string, to: string, channels: number, seed: number) => {
    initializer.push(floatTensor(`${to}_weight`, [channels, FEATURES, 1, 1], numbers(channels * FEATURES, seed)));
    if (bias) initializer.push(floatTensor(`${to}_bias`, [channels], numbers(channels, seed + 0.5)));
    const input = [from, `${to}_weight`, ...(bias ? [`${to}_bias`] : [])];
    node.push(onnxNode('Conv', input, [to], { kernel_shape: [1, 1], strides: [scoreStrides, scoreStrides] }));
  };
  for (const [i, from] of ['images', 'half'].entries()) {
    score(from, `boxes_${i}`, 4, 10 * i);
    score(from, `raw_objectness_${i}`, 1, 10 * i + 3);
    score(from, `raw_scores_${i}`, CLASSES, 10 * i + 6);
    node.push(
      onnxNode('Sigmoid', [`raw_objectness_${i}`], [`objectness_${i}`]),
      onnxNode('Sigmoid', [`raw_scores_${i}`], [`scores_${i}`]),
      onnxNode('Concat', [`boxes_${i}`, `objectness_${i}`, `scores_${i}`], [`head_${i}`], { axis: 1 }),
      onnxNode('Reshape', [`head_${i}`, 'flat'], [`columns_${i}`]),
    );
  }
  node.push(
    onnxNode('Concat', ['columns_0', 'columns_1'], ['columns'], { axis: 2 }),
    onnxNode('Transpose', ['columns'], ['table'], { perm: [0, 2, 1] }),
  );
  const input = [valueInfo('images', 'float32', [1, FEATURES, SIDE, SIDE])];
  const output = [valueInfo('table', 'float32', [1, CELLS, 5 + CLASSES])];
  const graph = { name: 'heads', node, initializer, input, output, valueInfo: [] };
  return { irVersion: 8, opsetImport: [{ domain: '', version: opset }], metadataProps: [], graph };
}

async function picked(model: OnnxModel, floor: number) {
  const session = await InferenceSession.create(encodeModel(model), { logSeverityLevel: 3 });
  const results = await session.run({
    images: new Tensor('float32', numbers(FEATURES * SIDE ** 2, 0), [1, FEATURES, SIDE, SIDE]),
    [FLOOR_INPUT]: new Tensor('float32', Float32Array.of(floor), [1]),
  });
  await session.release();
  const values = results[PICKED_VALUES]!;
  return {
    cells: [...(results[PICKED_CELLS]!.data as Int32Array)],
    values: values.data as Float32Array,
    dims: values.dims,
  };
}

describe('scorePicked', () => {
  it.each([
    [0.5, 11, true],
    [0.9, 18, true],
    [0.5, 13, false],
  ])(
    'gives what picking from the whole table gives: floor %f, operator set %i, with biases: %s',
    async (floor, opset, bias) => {
      const whole = headsModel({ opset, bias });
      pickCells(whole, { name: 'table', cellAxis: 1, scores: [4, 5] });
      const model = headsModel({ opset, bias });
      expect(scorePicked(model, 'table')).toBe(true);
      const [wanted, got] = [await picked(whole, floor), await picked(model, floor)];
      expect(wanted.cells.length).toBeGreaterThan(0);
      expect(wanted.cells.length).toBeLessThan(CELLS);
      expect(wanted.cells.at(-1)).toBeGreaterThanOrEqual(SIDE ** 2);
      expect([got.cells, got.dims]).toEqual([wanted.cells, wanted.dims]);
      for (const [i, value] of wanted.values.entries()) expect(got.values[i]).toBeCloseTo(value, 5);
    },
  );

  it('gives all cells where the floor is 0, and none where nothing reaches it', async () => {
    const model = headsModel();
    scorePicked(model, 'table');
    expect((await picked(model, 0)).cells).toEqual(Array.from({ length: CELLS }, (_, i) => i));
    expect(await picked(model, 1.1)).toMatchObject({ cells: [], dims: [1, 0, 5 + CLASSES] });
  });

  it('scores no class of all cells any more', () => {
    const model = headsModel();
    scorePicked(model, 'table');
    expect(model.graph.node.filter(({ opType }) => opType === 'Conv').map(({ output }) => output[0])).toEqual([
      'boxes_0',
      'raw_objectness_0',
      'boxes_1',
      'raw_objectness_1',
    ]);
    expect(model.graph.initializer.map(({ name }) => name)).not.toContain('raw_scores_0_weight');
  });

  it.each<[string, (model: OnnxModel) => void]>([
    ['a table that is not turned', ({ graph }) => graph.node.pop()],
    [
      'scores that are not by a sigmoid',
      ({ graph }) => Object.assign(graph.node.find(({ output }) => output[0] === 'scores_0')!, { opType: 'Tanh' }),
    ],
    ['heads in another order', ({ graph }) => graph.node.find(({ output }) => output[0] === 'head_1')!.input.reverse()],
    [
      'weights that are no constants',
      ({ graph }) => (graph.initializer = graph.initializer.filter(({ name }) => name !== 'raw_scores_1_weight')),
    ],
  ])('leaves a graph alone that ends otherwise: %s', (_, change) => {
    const model = headsModel();
    change(model);
    const before = encodeModel(model);
    expect(scorePicked(model, 'table')).toBe(false);
    expect(Buffer.from(encodeModel(model)).equals(before)).toBe(true);
  });

  it('leaves a graph alone whose scores are not of each place', () => {
    expect(scorePicked(headsModel({ scoreStrides: 2 }), 'table')).toBe(false);
  });
});
