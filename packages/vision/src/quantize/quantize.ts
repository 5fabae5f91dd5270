import { floatTensor, onnxNode } from '../onnx/build.js';
import { float32Values } from '../onnx/constants.js';
import { toNumber } from '../onnx/model-file.js';
import { ELEMENT_TYPE, type OnnxGraph, type OnnxModel, type OnnxNode, type OnnxTensor } from '../onnx/schema.js';

/** Raised whenever `quantizeModel` makes something else of the same model, so that cached files are made anew. */
export const QUANTIZER_VERSION = 2;

/** The least and the greatest value a tensor takes on real pictures. */
export type Range = readonly [min: number, max: number];

/**
 * Static quantisation to 8 bits, in place: activations named in `ranges` are uint8 with one scale each, weights of the
 * convolutions between them int8 with a scale per output channel, biases int32. Written as pairs of QuantizeLinear and
 * DequantizeLinear, which ONNX Runtime turns into integer kernels. What is not named stays float32.
 *
 * Follows "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference" (arXiv:1712.05877) §2.
 */
export function quantizeModel(model: OnnxModel, ranges: Readonly<Record<string, Range>>): void {
  const { graph } = model;
  foldBiases(graph);
  poolFirst(graph);
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name!, tensor]));
  const scales = new Map(Object.entries(ranges).map(([name, range]) => [name, scaleOf(range)]));
  const nodes: OnnxNode[] = [];
  for (const node of graph.node) {
    const [output] = node.output as [string];
    const between = scales.has(node.input[0]!) && scales.has(output);
    const input = node.input.map((name) => (scales.has(name) ? `${name}_real` : name));
    if (node.opType === 'Conv' && between) {
      nodes.push(...quantizedWeights(graph, node, constants, scales.get(node.input[0]!)!.scale));
      input[1] = `${node.input[1]}_real`;
      if (node.input[2]) input[2] = `${node.input[2]}_real`;
    }
    nodes.push({ ...node, input });
    const own = scales.get(output);
    if (own) nodes.push(...roundTrip(graph, output, own));
  }
  graph.node = nodes;
  dropUnused(graph);
}

/** A convolution followed by the addition of a constant per channel becomes a convolution with a bias. */
export function foldBiases(graph: OnnxGraph): void {
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name!, tensor]));
  const uses = new Map<string, number>();
  for (const { input } of graph.node) for (const name of input) uses.set(name, (uses.get(name) ?? 0) + 1);
  const convolutions = new Map<string, OnnxNode>();
  graph.node = graph.node.filter((node) => {
    if (node.opType === 'Conv' && node.input.length === 2) convolutions.set(node.output[0]!, node);
    if (node.opType !== 'Add') return true;
    const [value, bias] = node.input as [string, string];
    const convolution = convolutions.get(value);
    const constant = constants.get(bias);
    if (!convolution || !constant || uses.get(value) !== 1 || !isPerChannel(constant)) return true;
    const folded = { ...constant, name: `${bias}_bias`, dims: [constant.dims[1]!] };
    graph.initializer.push(folded);
    convolution.input = [...convolution.input, folded.name];
    convolution.output = node.output;
    return false;
  });
}

/**
 * A pooling behind a leaky rectifier goes before it: the greatest of rectified values is the rectified greatest, and a quarter
 * of them is left to rectify. ONNX Runtime also draws the rounding that follows a pooling before it, and pools bytes ten times
 * slower than floats.
 */
function poolFirst(graph: OnnxGraph): void {
  for (const pool of graph.node.filter(({ opType }) => opType === 'MaxPool')) {
    const at = graph.node.findIndex(({ output }) => output[0] === pool.input[0]);
    const rectifier = graph.node[at];
    const uses = graph.node.filter(({ input }) => input.includes(pool.input[0]!)).length;
    if (rectifier?.opType !== 'LeakyRelu' || uses !== 1) continue;
    const pooled = `${pool.output[0]}_pooled`;
    const swapped = [
      { ...pool, input: rectifier.input, output: [pooled] },
      { ...rectifier, input: [pooled], output: pool.output },
    ];
    graph.node.splice(graph.node.indexOf(pool), 1);
    graph.node.splice(at, 1, ...swapped);
  }
}

interface Scale {
  /** Real value of one step. */
  scale: number;
  /** The step that stands for 0, which must be exact: borders are filled with it. */
  zero: number;
}

function scaleOf([min, max]: Range): Scale {
  const from = Math.min(0, min);
  const to = Math.max(0, max);
  const scale = (to - from) / 255 || 1;
  return { scale, zero: Math.round(-from / scale) };
}

function roundTrip(graph: OnnxGraph, name: string, { scale, zero }: Scale): OnnxNode[] {
  const [scaleName, zeroName] = [`${name}_scale`, `${name}_zero`];
  graph.initializer.push(floatTensor(scaleName, [], Float32Array.of(scale)));
  graph.initializer.push({ name: zeroName, dims: [], dataType: ELEMENT_TYPE.uint8, rawData: Uint8Array.of(zero) });
  return [
    onnxNode('QuantizeLinear', [name, scaleName, zeroName], [`${name}_steps`]),
    onnxNode('DequantizeLinear', [`${name}_steps`, scaleName, zeroName], [`${name}_real`]),
  ];
}

/** The weights, and the bias if there is one, as integers and the nodes that make numbers of them. */
function quantizedWeights(
  graph: OnnxGraph,
  { input: [, weightName, biasName] }: OnnxNode,
  constants: ReadonlyMap<string, OnnxTensor>,
  inputScale: number,
): OnnxNode[] {
  const weight = constants.get(weightName!)!;
  const values = float32Values(weight)!;
  const channels = toNumber(weight.dims[0]!);
  const each = values.length / channels;
  const steps = new Int8Array(values.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const own = values.subarray(channel * each, (channel + 1) * each);
    const scale = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127 || 1;
    scales[channel] = scale;
    own.forEach((value, i) => {
      steps[channel * each + i] = Math.round(value / scale);
    });
  }
  const nodes = [dequantized(graph, weightName!, weight.dims, ELEMENT_TYPE.int8, steps, scales)];
  const bias = biasName === undefined ? undefined : constants.get(biasName);
  if (bias) {
    const biasScales = scales.map((scale) => scale * inputScale);
    const biasSteps = Int32Array.from(float32Values(bias)!, (value, i) => Math.round(value / biasScales[i]!));
    nodes.push(dequantized(graph, biasName!, bias.dims, ELEMENT_TYPE.int32, biasSteps, biasScales));
  }
  return nodes;
}

function dequantized(
  graph: OnnxGraph,
  name: string,
  dims: OnnxTensor['dims'],
  dataType: number,
  steps: Int8Array | Int32Array,
  scales: Float32Array,
): OnnxNode {
  const [stepsName, scaleName, zeroName] = [`${name}_steps`, `${name}_scale`, `${name}_zero`];
  const zeros = new Uint8Array(scales.length * steps.BYTES_PER_ELEMENT);
  graph.initializer.push(
    { name: stepsName, dims, dataType, rawData: new Uint8Array(steps.buffer) },
    floatTensor(scaleName, [scales.length], scales),
    { name: zeroName, dims: [scales.length], dataType, rawData: zeros },
  );
  return onnxNode('DequantizeLinear', [stepsName, scaleName, zeroName], [`${name}_real`], { axis: 0 });
}

function isPerChannel({ dims }: OnnxTensor): boolean {
  return dims.length === 4 && dims.every((size, axis) => axis === 1 || toNumber(size) === 1);
}

function dropUnused(graph: OnnxGraph): void {
  const used = new Set(graph.node.flatMap(({ input }) => input));
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name!));
}
