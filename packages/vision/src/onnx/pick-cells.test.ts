import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { tinyModel } from '../testing/tiny-model.js';
import { onnxNode } from './graph.js';
import { encodeModel } from './model-file.js';
import { FLOOR_INPUT, PICKED_CELLS, PICKED_VALUES, pickCells } from './pick-cells.js';
import type { OnnxModel } from './schema.js';

// Five cells of three channels; channels 1 and 2 are scores.
const ROWS = [
  [10, 0.1, 0.2],
  [20, 0.9, 0.1],
  [30, 0.0, 0.0],
  [40, 0.3, 0.5],
  [50, 0.5, 0.2],
];

/**
 * @param isTurned the table is made by turning another.
 * @returns what is given out at `floor`, cell by cell.
 */
async function picked(cellAxis: 1 | 2, floor: number, opset: number, isTurned = false) {
  const inRows = (cellAxis === 1) !== isTurned;
  const values = inRows ? ROWS.flat() : [0, 1, 2].flatMap((channel) => ROWS.map((row) => row[channel]!));
  const shape = inRows ? [1, 5, 3] : [1, 3, 5];
  const given = { [isTurned ? 'stored' : 'table']: { shape, values: Float32Array.from(values) } };
  const model = tinyModel({ outputs: given, opset });
  if (isTurned) model.graph.node.push(onnxNode('Transpose', ['stored'], ['table'], { perm: [0, 2, 1] }));
  pickCells(model, { name: 'table', cellAxis, scores: [1, 3] });
  const session = await InferenceSession.create(encodeModel(model), { logSeverityLevel: 3 });
  const results = await session.run({
    images: new Tensor('float32', new Float32Array(3 * 64 * 64), [1, 3, 64, 64]),
    [FLOOR_INPUT]: new Tensor('float32', Float32Array.of(floor), [1]),
  });
  await session.release();
  expect(session.outputNames).toEqual([PICKED_VALUES, PICKED_CELLS]);
  const cells = [...(results[PICKED_CELLS]!.data as Int32Array)];
  const data = [...(results[PICKED_VALUES]!.data as Float32Array)];
  const firsts = cellAxis === 1 ? data.filter((_, i) => i % 3 === 0) : data.slice(0, cells.length);
  return { cells, firsts, data, dims: results[PICKED_VALUES]!.dims };
}

describe.each([13, 18])('pickCells in operator set %i', (opset) => {
  it.each([1, 2] as const)('gives the cells whose best score reaches the floor; cells on axis %i', async (cellAxis) => {
    const some = await picked(cellAxis, 0.5, opset);
    expect(some).toMatchObject({ cells: [1, 3, 4], firsts: [20, 40, 50] });
    expect(some.dims).toEqual([1, 3, 3]);
    expect((await picked(cellAxis, 0, opset)).cells).toEqual([0, 1, 2, 3, 4]);
  });

  it('gives nothing where nothing reaches it', async () => {
    expect(await picked(1, 0.95, opset)).toEqual({ cells: [], firsts: [], data: [], dims: [1, 0, 3] });
  });

  it.each([1, 2] as const)('gives the same of a table that is turned last; cells on axis %i', async (cellAxis) => {
    expect(await picked(cellAxis, 0.5, opset, true)).toEqual(await picked(cellAxis, 0.5, opset));
  });
});

describe('a table that is turned last', () => {
  const turned = () => {
    const model = tinyModel({ outputs: { stored: { shape: [1, 3, 5], values: new Float32Array(15) } } });
    model.graph.node.push(onnxNode('Transpose', ['stored'], ['table'], { perm: [0, 2, 1] }));
    return model;
  };
  const makersOf = ({ graph }: OnnxModel, name: string) => graph.node.filter(({ output }) => output.includes(name));

  it('is not turned as a whole', () => {
    const model = turned();
    pickCells(model, { name: 'table', cellAxis: 1, scores: [1, 3] });
    expect(makersOf(model, 'table')).toEqual([]);
  });

  it('is turned as it was where something else reads it', () => {
    const model = turned();
    model.graph.node.push(onnxNode('Identity', ['table'], ['read']));
    pickCells(model, { name: 'table', cellAxis: 1, scores: [1, 3] });
    expect(makersOf(model, 'table')).toHaveLength(1);
  });
});
