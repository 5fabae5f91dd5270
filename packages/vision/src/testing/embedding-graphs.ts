import { floatTensor, int64Tensor, onnxNode, valueInfo } from '../onnx/graph.js';
import { encodeModel } from '../onnx/model-file.js';
import { ELEMENT_TYPE, type OnnxNode, type OnnxTensor, type OnnxValueInfo } from '../onnx/schema.js';

/** Parts of a graph, combined by `graphOf`. */
export interface GraphParts {
  nodes: OnnxNode[];
  constants: OnnxTensor[];
  inputs: OnnxValueInfo[];
  outputs: OnnxValueInfo[];
}

type Size = number | string;

export interface TextGraphOptions {
  /** Input of the ids. */
  ids?: string;
  type?: 'int64' | 'int32';
  /** Other inputs, which are ignored. */
  others?: readonly string[];
  /** `last_hidden_state` has a row per token; any other output is their sum, weighted by position. */
  output: string;
  count?: Size;
  length: Size;
  dimension?: number;
  /** Number of ids that it knows; absent: all. */
  vocabulary?: number;
}

export interface ImageGraphOptions {
  input?: string;
  output: string;
  count?: Size;
  size: Size;
  dimension?: number;
}

/** A text encoder whose vectors depend on every id and its position: `textVector` computes them in plain code. */
export function textParts(options: TextGraphOptions): GraphParts {
  const { ids = 'input_ids', type = 'int64', others = [], output, count = 'batch', length, dimension = 4 } = options;
  const isStates = output === 'last_hidden_state';
  const places = typeof length === 'number' && !isStates ? length : 1;
  const weights = Float32Array.from({ length: places }, (_, i) => placeWeight(i));
  const known = options.vocabulary ?? 0;
  return {
    nodes: [
      ...(known > 0
        ? [onnxNode('Gather', ['known', ids], ['number'], { axis: 0 })]
        : [onnxNode('Cast', [ids], ['number'], { to: ELEMENT_TYPE.float32 })]),
      onnxNode('Unsqueeze', ['number', 'last'], ['numbers']),
      onnxNode('Mul', ['numbers', 'frequencies'], ['angles']),
      onnxNode('Sin', ['angles'], [isStates ? output : 'rows']),
      ...(isStates
        ? []
        : [
            onnxNode('Mul', ['rows', 'places'], ['weighted']),
            onnxNode('ReduceSum', ['weighted', 'tokens'], [output], { keepdims: 0 }),
          ]),
    ],
    constants: [
      int64Tensor('last', [2]),
      int64Tensor('tokens', [1]),
      floatTensor(
        'frequencies',
        [dimension],
        Float32Array.from({ length: dimension }, (_, i) => frequency(i)),
      ),
      floatTensor('places', [1, places, 1], weights),
      ...(known > 0
        ? [
            floatTensor(
              'known',
              [known],
              Float32Array.from({ length: known }, (_, id) => id),
            ),
          ]
        : []),
    ],
    inputs: [ids, ...others].map((name) => valueInfo(name, type, [count, length])),
    outputs: [valueInfo(output, 'float32', isStates ? [count, length, dimension] : [count, dimension])],
  };
}

/** Output of `textParts` for a row of ids, before scaling to length 1. @param used number of tokens for a mean; absent: weighted sum */
export function textVector(ids: readonly number[], used?: number, dimension = 4): number[] {
  return Array.from({ length: dimension }, (_, i) =>
    ids
      .slice(0, used)
      .reduce((sum, id, place) => sum + Math.sin(id * frequency(i)) * (used === undefined ? placeWeight(place) : 1), 0),
  );
}

/** An image encoder that gives `dimension` weighted sums of the channel means: `imageVector` computes them in plain code. */
export function imageParts(options: ImageGraphOptions): GraphParts {
  const { input = 'pixel_values', output, count = 'batch', size, dimension = 4 } = options;
  const weights = Float32Array.from({ length: 3 * dimension }, (_, i) =>
    channelWeight(Math.floor(i / dimension), i % dimension),
  );
  return {
    nodes: [
      onnxNode('GlobalAveragePool', [input], ['means']),
      onnxNode('Flatten', ['means'], ['channels']),
      onnxNode('MatMul', ['channels', 'mix'], [output]),
    ],
    constants: [floatTensor('mix', [3, dimension], weights)],
    inputs: [valueInfo(input, 'float32', [count, 3, size, size])],
    outputs: [valueInfo(output, 'float32', [count, dimension])],
  };
}

/** Output of `imageParts` for prepared channel means, before scaling to length 1. */
export function imageVector(means: readonly number[], dimension = 4): number[] {
  return Array.from({ length: dimension }, (_, i) =>
    means.reduce((sum, mean, channel) => sum + mean * channelWeight(channel, i), 0),
  );
}

/** Constant scalar outputs. */
export function scalarParts(scalars: Readonly<Record<string, number>>): GraphParts {
  const names = Object.keys(scalars);
  return {
    nodes: names.map((name) => onnxNode('Identity', [`${name}_value`], [name])),
    constants: names.map((name) => floatTensor(`${name}_value`, [], Float32Array.of(scalars[name]!))),
    inputs: [],
    outputs: names.map((name) => valueInfo(name, 'float32', [])),
  };
}

/** Model file of a graph of these parts. */
export function graphOf(...parts: readonly GraphParts[]): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: {
      name: 'embedding',
      node: parts.flatMap(({ nodes }) => nodes),
      initializer: parts.flatMap(({ constants }) => constants),
      input: parts.flatMap(({ inputs }) => inputs),
      output: parts.flatMap(({ outputs }) => outputs),
      valueInfo: [],
    },
  });
}

function placeWeight(place: number): number {
  return 1 / (1 + place);
}

function frequency(i: number): number {
  return Math.fround((i + 1) / 1000);
}

function channelWeight(channel: number, i: number): number {
  return channel === i % 3 ? 1 : 0.25 * (i + 1);
}
