import { LookoutError } from '@lookout/protocol';
import { valueInfo } from '../onnx/build.js';
import type { OnnxModel } from '../onnx/schema.js';
import { type GraphModel, type GraphNode, nodeOf } from './graph-model.js';
import { GraphWriter, type Operand, type Value } from './graph-writer.js';
import { OPERATORS } from './operators.js';

export interface ConvertOptions {
  /** TensorFlow's tensors to give and the names to give them; absent: the model's own outputs under their names. */
  outputs?: Readonly<Record<string, string>>;
  metadata?: Readonly<Record<string, string>>;
  /** Gives every tensor of the graph as an output under its TensorFlow name: to compare with the original. */
  exposeIntermediates?: boolean;
}

/** Raised whenever the converter writes something else for the same model, so that cached files are made anew. */
export const CONVERTER_VERSION = 5;

/** Name of the converted model's input. */
const INPUT_NAME = 'planes';
// Opset 13: Split's sizes are an input, Resize takes scales alone. IR 8 is what came with it and later.
const OPSET = 13;
const IR_VERSION = 8;

/**
 * Translates a TensorFlow.js graph model with one NCHW float input of three channels into ONNX. The ONNX model takes
 * `planes`, float32 1×3×H×W, H and W free (multiples of the model's largest stride).
 * @throws LookoutError `model_unsupported` for operators or shapes the converter does not know.
 */
export function convertGraphModel(source: GraphModel, options: ConvertOptions = {}): OnnxModel {
  const writer = new GraphWriter();
  const results = new Map<string, Operand[]>();
  const wanted = options.outputs ?? Object.fromEntries(source.outputs.toSorted().map((name) => [name, name]));
  for (const node of options.exposeIntermediates ? source.nodes : ancestors(source, Object.keys(wanted))) {
    if (node.op === 'Placeholder') {
      results.set(node.name, [pictureInput(source, node.name)]);
      continue;
    }
    const weight = source.weights.get(node.name);
    if (node.op === 'Const' && weight) {
      results.set(node.name, [{ kind: 'constant', ...weight }]);
      continue;
    }
    const operator = OPERATORS[node.op];
    if (!operator)
      throw new LookoutError('model_unsupported', `Operator ${node.op} (${node.name}) is not known to the converter`);
    const inputs = node.inputs.map((reference) => resolve(results, reference));
    results.set(node.name, operator(node, inputs, writer));
  }
  const names = options.exposeIntermediates ? computed(results) : Object.keys(wanted);
  const output = names.map((name) => {
    const value = resolve(results, name);
    if (value.kind !== 'value') throw new LookoutError('model_invalid', `Output ${name} is a constant`);
    return giveOutput(writer, value, options.exposeIntermediates ? name : wanted[name]!);
  });
  return {
    irVersion: IR_VERSION,
    producerName: 'lookout',
    producerVersion: String(CONVERTER_VERSION),
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'lookout',
      node: writer.nodes,
      initializer: writer.initializers,
      input: [valueInfo(INPUT_NAME, 'float32', [1, 3, 'height', 'width'])],
      output,
      valueInfo: [],
    },
  };
}

function pictureInput(source: GraphModel, name: string): Value {
  const shape = source.inputs.find((input) => input.name === name)?.shape ?? [];
  if (source.inputs.length !== 1 || shape.length !== 4 || shape[1] !== 3) {
    throw new LookoutError('model_unsupported', `Expected one input of 1×3×H×W, got ${name} [${shape}]`);
  }
  return { kind: 'value', name: INPUT_NAME, shape, storedAxis: [0, 1, 2, 3] };
}

function resolve(results: ReadonlyMap<string, Operand[]>, reference: string): Operand {
  const [name, index = '0'] = reference.split(':') as [string, string?];
  const operand = results.get(name)?.[Number(index)];
  if (!operand) throw new LookoutError('model_invalid', `The graph has no tensor ${reference}`);
  return operand;
}

function giveOutput(writer: GraphWriter, value: Value, name: string) {
  const whole = writer.bordered(value);
  const inOrder = whole.shape.map((_, axis) => axis);
  writer.add('Identity', [writer.stored(whole, inOrder)], {}, name);
  // Which axes follow the input's size is not tracked, so all are free.
  const shape = whole.shape.map((_, axis) => `${name}_${axis}`);
  return valueInfo(name, 'float32', shape);
}

/** The nodes that `names` are computed from, in their order. */
function ancestors(source: GraphModel, names: readonly string[]): GraphNode[] {
  const needed = new Set(names);
  for (const node of source.nodes.toReversed()) {
    if (!needed.has(node.name)) continue;
    for (const reference of node.inputs) needed.add(nodeOf(reference));
  }
  return source.nodes.filter(({ name }) => needed.has(name));
}

function computed(results: ReadonlyMap<string, Operand[]>): string[] {
  return [...results].flatMap(([name, outputs]) =>
    outputs.flatMap((output, i) => (output.kind === 'value' ? [i === 0 ? name : `${name}:${i}`] : [])),
  );
}
