import { toNumber } from './model-file.js';
import {
  ATTRIBUTE_TYPE,
  ELEMENT_TYPE,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './schema.js';

/** An attribute that is a list of integers; `undefined` if the node does not have it. */
export function intsOf({ attribute }: OnnxNode, name: string): number[] | undefined {
  return attribute.find((one) => one.name === name)?.ints?.map(toNumber);
}

/** The `nodes` that the graph's outputs depend on. */
export function withoutUnused(graph: OnnxGraph, nodes: readonly OnnxNode[]): OnnxNode[] {
  const used = new Set(graph.output.map(({ name }) => name));
  const kept: OnnxNode[] = [];
  // ONNX lists nodes in the order in which they run.
  for (const node of nodes.toReversed()) {
    if (hasSubgraph(node)) return [...nodes];
    if (!node.output.some((name) => used.has(name))) continue;
    for (const name of node.input) used.add(name);
    kept.push(node);
  }
  return kept.reverse();
}

/** A subgraph inside a node may refer to anything by name. */
function hasSubgraph({ attribute }: OnnxNode): boolean {
  return attribute.some(({ g }) => g !== undefined && g !== null);
}

/** The constants of a graph by name: exporters write them as initialisers or as nodes. */
export function constantsOf({ initializer, node }: OnnxGraph): Map<string, OnnxTensor> {
  const constants = new Map<string, OnnxTensor>();
  for (const tensor of initializer) if (tensor.name) constants.set(tensor.name, tensor);
  for (const { opType, output, attribute } of node) {
    const value = opType === 'Constant' ? attribute.find(({ name }) => name === 'value')?.t : undefined;
    if (value) constants.set(output[0]!, value);
  }
  return constants;
}

/** The values of an int64 tensor; `undefined` for other types, and if the file does not store them as raw bytes. */
export function int64Values(tensor: OnnxTensor | undefined): number[] | undefined {
  if (tensor?.dataType !== ELEMENT_TYPE.int64) return undefined;
  const count = tensor.dims.map(toNumber).reduce((product, size) => product * size, 1);
  // Old files store the numbers in other fields, which are not read here; `rawData` is then empty.
  if (tensor.rawData?.length !== count * BigInt64Array.BYTES_PER_ELEMENT) return undefined;
  // Copied, as bytes in a file may not be aligned for int64.
  return Array.from(new BigInt64Array(new Uint8Array(tensor.rawData).buffer), Number);
}

/** An attribute's value; plain numbers are written as int, so floats are given as `{ float }`. */
export type AttributeValue = number | readonly number[] | string | { float: number };

/** @example onnxNode('Transpose', ['x'], ['y'], { perm: [0, 3, 1, 2] }) */
export function onnxNode(
  opType: string,
  input: string[],
  output: string[],
  attributes: Record<string, AttributeValue> = {},
): OnnxNode {
  const attribute = Object.entries(attributes).map(([name, value]) => onnxAttribute(name, value));
  return { name: output[0]!, opType, input, output, attribute };
}

/** A float32 initialiser; `values` are row-major and are not copied on little-endian machines. */
export function floatTensor(name: string, dims: readonly number[], values: Float32Array): OnnxTensor {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims: [...dims], dataType: ELEMENT_TYPE.float32, rawData };
}

/** A 1-D int64 initialiser. */
export function int64Tensor(name: string, values: readonly number[]): OnnxTensor {
  const rawData = new Uint8Array(BigInt64Array.from(values, (value) => BigInt(value)).buffer);
  return { name, dims: [values.length], dataType: ELEMENT_TYPE.int64, rawData };
}

/** @param shape names stand for free dimensions. */
export function valueInfo(
  name: string,
  elementType: keyof typeof ELEMENT_TYPE,
  shape: readonly (number | string)[],
): OnnxValueInfo {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: ELEMENT_TYPE[elementType], shape: { dim } } } };
}

function onnxAttribute(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value] };
}
