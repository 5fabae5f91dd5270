import { LookoutError } from '@lookout/protocol';
import { type AttributeValue, floatTensor, int64Tensor, onnxNode } from '../onnx/build.js';
import type { OnnxNode, OnnxTensor } from '../onnx/schema.js';
import type { Constant } from './graph-model.js';

/**
 * A tensor of the TensorFlow graph and where it is found in the ONNX graph. Its axes may be stored in another order than
 * TensorFlow's, and its border may not be there yet: so transposes and pads cost a node only where nobody takes them in.
 */
export interface Value {
  kind: 'value';
  /** Name of the ONNX tensor. */
  name: string;
  /** TensorFlow's shape, at the size the model was exported for. */
  shape: number[];
  /** TensorFlow's axis `i` is axis `storedAxis[i]` of the ONNX tensor. */
  storedAxis: number[];
  /** A border still to be added, per TensorFlow axis. `shape` counts it already. */
  border?: { sizes: [before: number, after: number][]; fill: number };
}

export type Operand = Value | ({ kind: 'constant' } & Constant);

/** Collects the nodes and initialisers of the ONNX graph under construction. */
export class GraphWriter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxTensor[] = [];
  #count = 0;

  /** Adds a node of one output. @returns the output's name. */
  add(opType: string, inputs: string[], attributes: Record<string, AttributeValue> = {}, name = this.#name(opType)) {
    this.nodes.push(onnxNode(opType, inputs, [name], attributes));
    return name;
  }

  /** Adds a node of several outputs. */
  addMany(opType: string, inputs: string[], count: number, attributes: Record<string, AttributeValue> = {}): string[] {
    const names = Array.from({ length: count }, () => this.#name(opType));
    this.nodes.push(onnxNode(opType, inputs, names, attributes));
    return names;
  }

  float(shape: readonly number[], values: Float32Array, name = this.#name('weight')): string {
    this.initializers.push(floatTensor(name, shape, values));
    return name;
  }

  int64(values: readonly number[]): string {
    const name = this.#name('list');
    this.initializers.push(int64Tensor(name, values));
    return name;
  }

  /** The ONNX tensor whose axis `k` is TensorFlow's axis `axes[k]`, without a border that is still to be added. */
  stored(value: Value, axes: readonly number[]): string {
    const perm = axes.map((axis) => value.storedAxis[axis]!);
    if (perm.every((axis, i) => axis === i)) return value.name;
    return this.add('Transpose', [value.name], { perm });
  }

  /** The value with its border in place. */
  bordered(value: Value): Value {
    if (!value.border) return value;
    const { sizes, fill } = value.border;
    const before = sizes.map(() => 0);
    const after = sizes.map(() => 0);
    value.storedAxis.forEach((stored, axis) => {
      [before[stored], after[stored]] = sizes[axis]!;
    });
    const inputs = [value.name, this.int64([...before, ...after]), this.float([], Float32Array.of(fill))];
    return { ...value, name: this.add('Pad', inputs), border: undefined };
  }

  #name(prefix: string): string {
    return `${prefix.toLowerCase()}_${this.#count++}`;
  }
}

/** @throws LookoutError `model_unsupported` when the operand is a constant. */
export function asValue(operand: Operand | undefined, where: string): Value {
  if (operand?.kind === 'value') return operand;
  throw new LookoutError('model_unsupported', `Expected a computed tensor as input of ${where}, got a constant`);
}

/** @throws LookoutError `model_unsupported` when the operand is computed at run time. */
export function asConstant(operand: Operand | undefined, where: string): Constant {
  if (operand?.kind === 'constant') return operand;
  throw new LookoutError('model_unsupported', `Expected a constant as input of ${where}, got a computed tensor`);
}

/** A constant's axes in the order `perm` (numpy's `transpose`), row-major. */
export function transposeConstant(
  { shape, data }: Constant,
  perm: readonly number[],
): { shape: number[]; data: Float32Array } {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const outShape = perm.map((axis) => shape[axis]!);
  const outStrides = perm.map((axis) => strides[axis]!);
  const index = outShape.map(() => 0);
  const out = new Float32Array(data.length);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from]!;
    for (let axis = outShape.length - 1; axis >= 0; axis--) {
      from += outStrides[axis]!;
      if (++index[axis]! < outShape[axis]!) break;
      from -= outStrides[axis]! * outShape[axis]!;
      index[axis] = 0;
    }
  }
  return { shape: outShape, data: out };
}
