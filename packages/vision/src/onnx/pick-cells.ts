import { int64Tensor, intsOf, onnxNode, valueInfo } from './graph.js';
import { opsetVersion } from './model-file.js';
import { ELEMENT_TYPE, type OnnxGraph, type OnnxModel, type OnnxNode } from './schema.js';

/** Input of one float32: the least score of the cells that are given out. */
export const FLOOR_INPUT = 'lookout_floor';
/** The values of the picked cells: the table with fewer cells. */
export const PICKED_VALUES = 'lookout_values';
/** Their numbers in the whole table, int32, rising. */
export const PICKED_CELLS = 'lookout_cells';

export interface CellTable {
  /** Tensor of 1×cells×channels or 1×channels×cells. */
  name: string;
  cellAxis: 1 | 2;
  /** Channels that hold scores: the greatest of them is compared. */
  scores: readonly [from: number, to: number];
}

/** ReduceMax takes its axes as an input from here on. */
const AXES_AS_INPUT_OPSET = 18;

/** Rows to columns, for each picture of a batch. */
const TURN_AXES: readonly number[] = [0, 2, 1];

/**
 * Has the graph give out only the cells that score at least `lookout_floor`, in place of all its outputs. Nearly all of the
 * thousands of cells are background: moved out of ONNX Runtime they are a megabyte or two of garbage with every frame.
 * A table that is turned last is picked from before that.
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
    // One row of numbers per axis: of the picture in the batch, and of the cell.
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

/** Takes the node out of the graph that makes a table by turning another, where it does nothing else. */
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
