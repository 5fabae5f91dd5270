import type { ModelFormat } from '../model-info/model-info.js';
import { imageLayout } from './fold-input.js';
import { constantsOf, int64Values } from './graph.js';
import { type TensorInfo, toNumber } from './model-file.js';
import type { OnnxModel, OnnxNode, OnnxTensor } from './schema.js';

/** Formats whose decoder computes the grid of cells from the input's size; the others have it in their graph. */
const FORMATS_WITHOUT_GRID: readonly ModelFormat[] = ['yolox', 'nanodet'];

/** Operations that work unchanged at any height and width. Those missing here, and below, may not. */
const SIZE_FREE_OPERATIONS = new Set(
  (
    'Add AveragePool BatchNormalization Cast Clip Concat Constant Conv Div Exp GlobalAveragePool HardSigmoid HardSwish ' +
    'Identity LeakyRelu MaxPool Mul Pad Relu Sigmoid Slice Softmax Split Sub Transpose'
  ).split(' '),
);

/**
 * Many exporters write a fixed size although nothing in the graph depends on it. Such a model is given free height and width, so
 * that a picture of another shape needs no padding: 416×320 is three quarters of the work of 416×416.
 * @param image the input that takes the picture
 * @returns whether it was possible; the model is changed only then.
 */
export function freeSize(model: OnnxModel, image: TensorInfo, format: ModelFormat): boolean {
  const { graph } = model;
  const layout = imageLayout(image);
  const input = graph.input.find(({ name }) => name === image.name)?.type?.tensorType?.shape;
  if (!FORMATS_WITHOUT_GRID.includes(format) || layout === undefined || input === undefined) return false;
  const constants = constantsOf(graph);
  if (!graph.node.every((node) => worksAtAnySize(node, constants))) return false;
  const [height, width] = layout.channelAxis === 1 ? [2, 3] : [1, 2];
  input.dim[height] = { dimParam: 'height' };
  input.dim[width] = { dimParam: 'width' };
  // The shapes recorded in the file are those of a single size.
  for (const { type } of graph.output) delete type?.tensorType?.shape;
  graph.valueInfo = [];
  return true;
}

function worksAtAnySize({ opType, domain, input }: OnnxNode, constants: ReadonlyMap<string, OnnxTensor>): boolean {
  if (domain && domain !== 'ai.onnx') return false;
  if (opType === 'Reshape') return foldsCells(constants.get(input[1] ?? ''));
  // Inputs: data, region, scales, and sizes, which would be those of a single input size.
  if (opType === 'Resize') return constants.has(input[2] ?? '') && !input[3];
  if (!SIZE_FREE_OPERATIONS.has(opType)) return false;
  // A constant that is added or concatenated to a picture may have its size; weights of convolutions never do.
  if (opType === 'Conv' || opType === 'Slice' || opType === 'Constant') return true;
  return input.every((name) => isPerChannel(constants.get(name)));
}

/** Whether it reshapes to any number of cells: 1×85×(−1). */
function foldsCells(target: OnnxTensor | undefined): boolean {
  const sizes = int64Values(target);
  return sizes?.length === 3 && sizes[0] === 1 && sizes.filter((size) => size === -1).length === 1;
}

function isPerChannel(tensor: OnnxTensor | undefined): boolean {
  return tensor === undefined || tensor.dims.filter((size) => toNumber(size) > 1).length <= 1;
}
