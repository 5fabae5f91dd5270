import { int64Tensor, intsOf, onnxNode, valueInfo } from './graph.js';
import { opsetVersion } from './model-file.js';
import { ELEMENT_TYPE, type OnnxGraph, type OnnxModel, type OnnxNode } from './schema.js';

/** Input of one float32: the lowest score of the cells that are returned. */
export const FLOOR_INPUT = 'lookout_floor';
/** The values of the picked cells: the table with fewer cells. */
export const PICKED_VALUES = 'lookout_values';
/** Their numbers in the whole table, int32, ascending. */
export const PICKED_CELLS = 'lookout_cells';

export interface CellTable {
  /** Tensor of 1×cells×channels or 1×channels×cells. */
  name: string;
  cellAxis: 1 | 2;
  /** Channels that hold scores, the largest of which is compared. */
  scores: readonly [from: number, to: number];
}

/** The first opset in which ReduceMax takes its axes as an input. */
const AXES_AS_INPUT_OPSET = 18;

/** Transposes the table of each picture in a batch. */
const TURN_AXES: readonly number[] = [0, 2, 1];

/**
 * Makes the graph return only the cells that score at least `lookout_floor`, in place of all its outputs. Nearly all of the
 * thousands of cells are background: copied out of ONNX Runtime, they would be one or two megabytes of garbage with every frame.
 * If the table is transposed at the end, cells are picked before that.
 */
export function pickCells(model: OnnxModel, table: CellTable): void {
  const { graph } = model;
  const turn = takeTurn(graph, table.name);
  const name = turn?.input[0] ?? table.name;
  const cellAxis = turn ? otherAxis(table.cellAxis) : table.cellAxis;
  const { scores } = table;
  const channelAxis = otherAxis(cellAxis);
  const list = (values: number[]) => {
    const tensor = int64Tensor(`lookout_list_${graph.initializer.length}`, values);
    graph.initializer.push(tensor);
    return tensor.name!;
  };
  const axes = [channelAxis];
  const axesAsInput = opsetVersion(model) >= AXES_AS_INPUT_OPSET;
  graph.node.push(
    onnxNode('Slice', [name, list([scores[0]]), list([scores[1]]), list([channelAxis])], ['lookout_scores']),
    onnxNode('ReduceMax', axesAsInput ? ['lookout_scores', list(axes)] : ['lookout_scores'], ['lookout_best'], {
      keepdims: 0,
      ...(axesAsInput ? {} : { axes }),
    }),
    onnxNode('Less', ['lookout_best', FLOOR_INPUT], ['lookout_below']),
    onnxNode('Not', ['lookout_below'], ['lookout_reached']),
    // NonZero gives one row of indices per axis: the picture in the batch, and the cell.
    onnxNode('NonZero', ['lookout_reached'], ['lookout_places']),
    onnxNode('Slice', ['lookout_places', list([1]), list([2]), list([0])], ['lookout_place_row']),
    onnxNode('Reshape', ['lookout_place_row', list([-1])], ['lookout_place']),
    onnxNode('Gather', [name, 'lookout_place'], [turn ? 'lookout_columns' : PICKED_VALUES], { axis: cellAxis }),
    ...(turn ? [onnxNode('Transpose', ['lookout_columns'], [PICKED_VALUES], { perm: TURN_AXES })] : []),
    onnxNode('Cast', ['lookout_place'], [PICKED_CELLS], { to: ELEMENT_TYPE.int32 }),
  );
  graph.input.push(valueInfo(FLOOR_INPUT, 'float32', [1]));
  graph.output = [
    valueInfo(PICKED_VALUES, 'float32', [1, 'lookout_a', 'lookout_b']),
    valueInfo(PICKED_CELLS, 'int32', ['lookout_count']),
  ];
}

/** Removes the node that makes the table by transposing another, if it does nothing else. */
function takeTurn(graph: OnnxGraph, name: string): OnnxNode | undefined {
  const turn = graph.node.find(({ output }) => output[0] === name);
  if (turn?.opType !== 'Transpose' || intsOf(turn, 'perm')?.join() !== TURN_AXES.join()) return undefined;
  if (graph.node.some(({ input }) => input.includes(name))) return undefined;
  graph.node = graph.node.filter((node) => node !== turn);
  return turn;
}

function otherAxis(axis: 1 | 2): 1 | 2 {
  return axis === 1 ? 2 : 1;
}
