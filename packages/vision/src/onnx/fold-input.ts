import type { Preparation } from '../model-info/model-info.js';
import { type AttributeValue, floatTensor, int64Tensor, onnxNode, valueInfo } from './graph.js';
import { modelInputs, opsetVersion, type TensorInfo } from './model-file.js';
import { ATTRIBUTE_TYPE, ELEMENT_TYPE, type OnnxModel, type OnnxNode, type OnnxTensor } from './schema.js';

/** Name of the input that takes RGB. */
export const IMAGE_INPUT = 'lookout_image';

/** Name of the batch dimension, if it is free. */
export const BATCH_SIZE_NAME = 'lookout_batch';

/** Increase whenever `freeSize`, `foldInput` or `pickCells` write something different for the same model. */
export const FOLD_VERSION = 14;

// Broadcasting as used here came with opset 7.
const MIN_OPSET = 7;

/**
 * Puts the preparation of a picture in front of a model's image input, so that the model takes float32 1×H×W×3 RGB in 0..255 as
 * `IMAGE_INPUT`, or N×H×W×3 if it takes several pictures; and casts float16 outputs to float32. The model's own nodes stay
 * unchanged.
 * @param image the input that takes the picture: 1×3×H×W or 1×H×W×3
 * @returns whether it was possible; the model is changed only then. Not supported: weights in other files (which the edited
 *   model, stored elsewhere, would not find), operator sets before 7, inputs of other types or ranks.
 */
export function foldInput(model: OnnxModel, image: TensorInfo, preparation: Preparation): boolean {
  const layout = imageLayout(image);
  if (!layout || !isFoldable(model) || !['float32', 'float16', 'uint8'].includes(image.type)) return false;
  const { channelAxis, count, height, width } = layout;
  const { graph } = model;
  const pictures = typeof count === 'number' ? count : BATCH_SIZE_NAME;
  const input = valueInfo(IMAGE_INPUT, 'float32', [pictures, height || 'height', width || 'width', 3]);
  graph.input = graph.input.map((old) => (old.name === image.name ? input : old));
  graph.node = [...preparationNodes(image, channelAxis, preparation), ...graph.node];
  castHalfOutputs(model);
  return true;
}

/** Nodes that turn the levels of `IMAGE_INPUT` into the values that the old input had. */
function preparationNodes(image: TensorInfo, channelAxis: 1 | 3, preparation: Preparation): OnnxNode[] {
  const nodes: OnnxNode[] = [];
  let tensor = IMAGE_INPUT;
  const then = (opType: string, inputs: string[], attributes: Record<string, AttributeValue> = {}) => {
    const result = `lookout_prepare_${nodes.length}`;
    nodes.push(onnxNode(opType, [tensor, ...inputs], [result], attributes));
    tensor = result;
  };
  const constant = (value: OnnxTensor): string => {
    const output = `lookout_constant_${nodes.length}`;
    nodes.push({
      opType: 'Constant',
      input: [],
      output: [output],
      attribute: [{ name: 'value', type: ATTRIBUTE_TYPE.tensor, t: value }],
    });
    return output;
  };
  const perChannel = (values: readonly number[]): OnnxTensor => {
    const ordered = Float32Array.from(preparation.layout === 'BGR' ? values.toReversed() : values);
    return floatTensor('', channelAxis === 1 ? [1, 3, 1, 1] : [1, 1, 1, 3], ordered);
  };

  if (channelAxis === 1) then('Transpose', [], { perm: [0, 3, 1, 2] });
  if (preparation.layout === 'BGR') then('Gather', [constant(int64Tensor('', [2, 1, 0]))], { axis: channelAxis });
  if (image.type === 'uint8') {
    then('Add', [constant(floatTensor('', [], Float32Array.of(0.5)))]); // to round
    then('Cast', [], { to: ELEMENT_TYPE.uint8 });
  } else {
    // (level · scale − mean) / std as level · factor − offset: one operation if nothing is subtracted.
    const { scale, mean, std } = preparation;
    if (std.some((value) => scale / value !== 1))
      then('Mul', [constant(perChannel(std.map((value) => scale / value)))]);
    if (mean.some((value) => value !== 0)) then('Sub', [constant(perChannel(mean.map((value, i) => value / std[i]!)))]);
    if (image.type === 'float16') then('Cast', [], { to: ELEMENT_TYPE.float16 });
  }
  return [...nodes, onnxNode('Identity', [tensor], [image.name])];
}

/** The picture's input: the one with four dimensions and three channels. */
export function imageInput(model: OnnxModel): TensorInfo | undefined {
  return modelInputs(model).find((input) => imageLayout(input) !== undefined);
}

/** Dimensions of a picture input; free ones are a name or null. */
export interface ImageLayout {
  /** 1 for N×3×H×W, 3 for N×H×W×3. */
  channelAxis: 1 | 3;
  count: number | string | null;
  height: number | string | null;
  width: number | string | null;
}

/** @returns undefined for a tensor that is not a picture. */
export function imageLayout({ shape }: TensorInfo): ImageLayout | undefined {
  if (shape?.length !== 4) return undefined;
  const [count = null, second = null, third = null, fourth = null] = shape;
  if (second === 3) return { channelAxis: 1, count, height: third, width: fourth };
  return fourth === 3 ? { channelAxis: 3, count, height: second, width: third } : undefined;
}

function isFoldable(model: OnnxModel): boolean {
  const elsewhere = model.graph.initializer.some(({ dataLocation }) => dataLocation === 1);
  return !elsewhere && opsetVersion(model) >= MIN_OPSET;
}

/** Name of a half-float output once it is cast to floats. */
export function floatName(half: string): string {
  return `${half}_float`;
}

function castHalfOutputs({ graph }: OnnxModel): void {
  for (const output of graph.output) {
    const tensor = output.type?.tensorType;
    if (tensor?.elemType !== ELEMENT_TYPE.float16) continue;
    const half = output.name;
    output.name = floatName(half);
    tensor.elemType = ELEMENT_TYPE.float32;
    graph.node.push(onnxNode('Cast', [half], [output.name], { to: ELEMENT_TYPE.float32 }));
  }
}
