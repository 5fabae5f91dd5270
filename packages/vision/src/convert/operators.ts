import { LookoutError } from '@lookout/protocol';
import type { GraphNode } from './graph-model.js';
import { asConstant, asValue, type GraphWriter, type Operand, transposeConstant, type Value } from './graph-writer.js';

/** Writes one TensorFlow node's ONNX counterpart. @returns the node's outputs. */
type Operator = (node: GraphNode, inputs: Operand[], writer: GraphWriter) => Operand[];

// TensorFlow's NHWC in ONNX's NCHW: the axes to ask for, and where the four of a result are found.
const NCHW_FROM_NHWC = [0, 3, 1, 2];
const NHWC_IN_NCHW = [0, 2, 3, 1];
const HWIO_TO_OIHW = [3, 2, 0, 1];

/** Every TensorFlow operator the converter knows. */
export const OPERATORS: Record<string, Operator> = {
  Conv2D(node, [input, filter], writer) {
    requireNhwcValid(node);
    const x = asValue(input, node.name);
    const weights = transposeConstant(asConstant(filter, node.name), HWIO_TO_OIHW);
    const [outChannels, , kernelHeight, kernelWidth] = weights.shape as [number, number, number, number];
    const strides = spatial(node, 'strides');
    const dilations: [number, number] = node.attributes.dilations ? spatial(node, 'dilations') : [1, 1];
    const source = takesBorder(x, 0) ? x : writer.bordered(x);
    const name = writer.add(
      'Conv',
      [writer.stored(source, NCHW_FROM_NHWC), writer.float(weights.shape, weights.data)],
      {
        kernel_shape: [kernelHeight, kernelWidth],
        strides,
        dilations,
        pads: borderAsPads(source),
      },
    );
    const [batch, height, width] = x.shape as [number, number, number];
    return [
      {
        kind: 'value',
        name,
        shape: [
          batch,
          windowCount(height, (kernelHeight - 1) * dilations[0] + 1, strides[0]),
          windowCount(width, (kernelWidth - 1) * dilations[1] + 1, strides[1]),
          outChannels,
        ],
        storedAxis: NHWC_IN_NCHW,
      },
    ];
  },

  MaxPool(node, [input], writer) {
    requireNhwcValid(node);
    const x = asValue(input, node.name);
    const kernel = spatial(node, 'ksize');
    const strides = spatial(node, 'strides');
    // ONNX leaves the border out of the maximum: the same as a border of the least float.
    const source = takesBorder(x, -Infinity) ? x : writer.bordered(x);
    const name = writer.add('MaxPool', [writer.stored(source, NCHW_FROM_NHWC)], {
      kernel_shape: kernel,
      strides,
      pads: borderAsPads(source),
    });
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const shape = [
      batch,
      windowCount(height, kernel[0], strides[0]),
      windowCount(width, kernel[1], strides[1]),
      channels,
    ];
    return [{ kind: 'value', name, shape, storedAxis: NHWC_IN_NCHW }];
  },

  Pad: (node, [input, paddings]) => [withBorder(node, input, paddings, 0)],

  PadV2(node, [input, paddings, fill]) {
    return [withBorder(node, input, paddings, asConstant(fill, node.name).data[0]!)];
  },

  Transpose(node, [input, permutation]) {
    const x = asValue(input, node.name);
    const perm = [...asConstant(permutation, node.name).data];
    const reorder = <T>(list: T[]) => perm.map((axis) => list[axis]!);
    const border = x.border && { ...x.border, sizes: reorder(x.border.sizes) };
    return [{ ...x, shape: reorder(x.shape), storedAxis: reorder(x.storedAxis), border }];
  },

  Add: add,
  AddV2: add,

  LeakyRelu(node, [input], writer) {
    const alpha = { float: node.attributes.alpha?.f ?? 0.2 };
    return [elementwise(node, input, writer, (name) => writer.add('LeakyRelu', [name], { alpha }))];
  },

  Sigmoid(node, [input], writer) {
    return [elementwise(node, input, writer, (name) => writer.add('Sigmoid', [name]))];
  },

  Identity: (_node, [input]) => [input!],

  ConcatV2(node, inputs, writer) {
    const parts = inputs.slice(0, -1).map((part) => writer.bordered(asValue(part, node.name)));
    const first = parts[0]!;
    const axis = axisOf(inputs.at(-1), first, node);
    const names = parts.map((part) => inLayoutOf(first, part, writer));
    const shape = first.shape.with(
      axis,
      parts.reduce((sum, part) => sum + part.shape[axis]!, 0),
    );
    return [{ ...first, name: writer.add('Concat', names, { axis: first.storedAxis[axis]! }), shape }];
  },

  SplitV(node, [input, sizes, dimension], writer) {
    const x = writer.bordered(asValue(input, node.name));
    const axis = axisOf(dimension, x, node);
    const split = [...asConstant(sizes, node.name).data];
    const names = writer.addMany('Split', [x.name, writer.int64(split)], split.length, { axis: x.storedAxis[axis]! });
    return names.map((name, i) => ({ ...x, name, shape: x.shape.with(axis, split[i]!) }));
  },

  ResizeBilinear(node, [input, size], writer) {
    if (!node.attributes.half_pixel_centers?.b || node.attributes.align_corners?.b) {
      throw new LookoutError(
        'model_unsupported',
        `${node.name}: only bilinear resizing by half-pixel centres is known`,
      );
    }
    const x = writer.bordered(asValue(input, node.name));
    const [height, width] = asConstant(size, node.name).data as unknown as [number, number];
    // The ratio, not the size, so that the model's input is free.
    const scales = Float32Array.of(1, 1, height / x.shape[1]!, width / x.shape[2]!);
    const inputs = [writer.stored(x, NCHW_FROM_NHWC), '', writer.float([4], scales)];
    const name = writer.add('Resize', inputs, { mode: 'linear', coordinate_transformation_mode: 'half_pixel' });
    return [{ kind: 'value', name, shape: [x.shape[0]!, height, width, x.shape[3]!], storedAxis: NHWC_IN_NCHW }];
  },

  Reshape(node, [input, target], writer) {
    const x = writer.bordered(asValue(input, node.name));
    const wanted = [...asConstant(target, node.name).data];
    const inOrder = x.shape.map((_, axis) => axis);
    const name = writer.add('Reshape', [writer.stored(x, inOrder), writer.int64(wanted)]);
    const known = wanted.reduce((product, length) => (length < 0 ? product : product * length), 1);
    const shape = wanted.map((length) => (length < 0 ? product(x.shape) / known : length));
    return [{ kind: 'value', name, shape, storedAxis: wanted.map((_, axis) => axis) }];
  },

  SparseToDense(node, [indices, shape, values, fill]) {
    const size = [...asConstant(shape, node.name).data];
    const at = asConstant(indices, node.name);
    if (size.length !== 1) throw new LookoutError('model_unsupported', `${node.name}: only one dimension is known`);
    const data = new Int32Array(size[0]!).fill(asConstant(fill, node.name).data[0]!);
    at.data.forEach((position, i) => {
      data[position] = asConstant(values, node.name).data[i]!;
    });
    return [{ kind: 'constant', shape: size, data }];
  },
};

function add(node: GraphNode, [left, right]: Operand[], writer: GraphWriter): Operand[] {
  if (left?.kind === 'constant' && right?.kind === 'constant') {
    if (left.data.length !== right.data.length) {
      throw new LookoutError('model_unsupported', `${node.name}: constants of one shape are known only`);
    }
    return [{ ...left, data: left.data.map((value, i) => value + right.data[i]!) }];
  }
  const a = writer.bordered(asValue(left, node.name));
  const name = right?.kind === 'constant' ? channelConstant(node, a, right, writer) : sameShape(node, a, right, writer);
  return [{ ...a, name: writer.add('Add', [a.name, name]) }];
}

/** A constant per channel (TensorFlow's last axis), shaped to meet that axis where `value` stores it. */
function channelConstant(node: GraphNode, value: Value, constant: Operand, writer: GraphWriter): string {
  const { shape, data } = asConstant(constant, node.name);
  if (shape.length !== 1 || shape[0] !== value.shape.at(-1)) {
    throw new LookoutError(
      'model_unsupported',
      `${node.name}: adds a constant of shape [${shape}]; one per channel is known`,
    );
  }
  const broadcast = value.shape.map((_, stored) => (stored === value.storedAxis.at(-1) ? data.length : 1));
  return writer.float(broadcast, Float32Array.from(data));
}

function sameShape(node: GraphNode, like: Value, operand: Operand | undefined, writer: GraphWriter): string {
  const other = writer.bordered(asValue(operand, node.name));
  if (other.shape.join() !== like.shape.join()) {
    throw new LookoutError(
      'model_unsupported',
      `${node.name}: adds [${like.shape}] and [${other.shape}]; one shape is known`,
    );
  }
  return inLayoutOf(like, other, writer);
}

/** `value` with its axes stored as those of `like`. */
function inLayoutOf(like: Value, value: Value, writer: GraphWriter): string {
  const axes = like.storedAxis.map((_, stored) => like.storedAxis.indexOf(stored));
  return writer.stored(value, axes);
}

function elementwise(
  node: GraphNode,
  input: Operand | undefined,
  writer: GraphWriter,
  write: (name: string) => string,
): Value {
  const x = writer.bordered(asValue(input, node.name));
  return { ...x, name: write(x.name) };
}

function withBorder(node: GraphNode, input: Operand | undefined, paddings: Operand | undefined, fill: number): Value {
  const x = asValue(input, node.name);
  if (x.border) throw new LookoutError('model_unsupported', `${node.name}: pads a tensor that was padded just before`);
  const list = [...asConstant(paddings, node.name).data];
  const sizes = x.shape.map((_, axis): [number, number] => [list[axis * 2]!, list[axis * 2 + 1]!]);
  const shape = x.shape.map((length, axis) => length + sizes[axis]![0] + sizes[axis]![1]);
  return { ...x, shape, border: { sizes, fill } };
}

/** Whether a Conv or MaxPool can add the border itself: height and width only, and of the right filling. */
function takesBorder({ border }: Value, fill: number): boolean {
  if (!border) return true;
  const [batch, , , channels] = border.sizes;
  const spatialOnly = [batch, channels].every((sizes) => sizes?.[0] === 0 && sizes[1] === 0);
  const least = -3.4e38; // exporters write the least float for "minus infinity"
  return spatialOnly && (border.fill === fill || (fill === -Infinity && border.fill <= least));
}

/** ONNX `pads`: [top, left, bottom, right]. */
function borderAsPads({ border }: Value): number[] {
  const [, rows, columns] = border?.sizes ?? [];
  return [rows?.[0] ?? 0, columns?.[0] ?? 0, rows?.[1] ?? 0, columns?.[1] ?? 0];
}

function requireNhwcValid(node: GraphNode): void {
  const format = text(node, 'data_format') || 'NHWC';
  const padding = text(node, 'padding');
  if (format !== 'NHWC' || padding !== 'VALID') {
    throw new LookoutError(
      'model_unsupported',
      `${node.name}: ${format} with padding ${padding}; NHWC with VALID is known`,
    );
  }
}

function text(node: GraphNode, name: string): string {
  return Buffer.from(node.attributes[name]?.s ?? '', 'base64').toString('latin1');
}

/** Height's and width's entry of an attribute of four. */
function spatial(node: GraphNode, name: string): [number, number] {
  const list = node.attributes[name]?.list?.i?.map(Number) ?? [];
  if (list.length !== 4)
    throw new LookoutError('model_unsupported', `${node.name}: expected four ${name}, got [${list}]`);
  return [list[1]!, list[2]!];
}

function axisOf(operand: Operand | undefined, value: Value, node: GraphNode): number {
  const axis = asConstant(operand, node.name).data[0]!;
  return axis < 0 ? axis + value.shape.length : axis;
}

function windowCount(length: number, window: number, stride: number): number {
  return Math.floor((length - window) / stride) + 1;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
