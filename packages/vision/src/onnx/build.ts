import {
  ATTRIBUTE_TYPE,
  ELEMENT_TYPE,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './schema.js';

/** An attribute's value; a whole number is written as int, so floats are given as `{ float }`. */
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

/** @param shape names stand for dimensions that are free. */
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
