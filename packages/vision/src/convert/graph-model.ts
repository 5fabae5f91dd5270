import { LookoutError } from '@lookout/protocol';
import { halfToFloat } from './half.js';

/** A TensorFlow.js graph model as read from its two files: nodes in order of computation, weights decoded. */
export interface GraphModel {
  nodes: GraphNode[];
  weights: Map<string, Constant>;
  inputs: { name: string; shape: number[] }[];
  /** Names of the nodes whose results the model gives. */
  outputs: string[];
}

export interface GraphNode {
  name: string;
  op: string;
  /** `node` or `node:outputIndex`. */
  inputs: string[];
  attributes: Record<string, GraphAttribute>;
}

export interface GraphAttribute {
  s?: string;
  i?: string | number;
  f?: number;
  b?: boolean;
  list?: { i?: (string | number)[] };
}

export interface Constant {
  shape: number[];
  data: Float32Array | Int32Array;
}

interface GraphModelJson {
  format?: string;
  signature: { inputs: Record<string, SignatureEntry>; outputs: Record<string, SignatureEntry> };
  modelTopology: { node: { name: string; op: string; input?: string[]; attr?: Record<string, GraphAttribute> }[] };
  weightsManifest: { weights: WeightEntry[] }[];
}

interface SignatureEntry {
  name: string;
  tensorShape?: { dim: { size: string | number }[] };
}

interface WeightEntry {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: string };
}

/**
 * Reads a TF.js graph model. Weights of float32, float16 (widened) and int32 are known.
 * @throws LookoutError `model_invalid` when the files are damaged or do not belong together, `model_unsupported` for other weights.
 */
export function readGraphModel(json: string, weights: Uint8Array): GraphModel {
  let parsed: GraphModelJson;
  try {
    parsed = JSON.parse(json) as GraphModelJson;
  } catch (cause) {
    throw new LookoutError('model_invalid', 'The TensorFlow.js model is not JSON', { cause });
  }
  if (
    !Array.isArray(parsed.modelTopology?.node) ||
    !parsed.signature?.inputs ||
    !Array.isArray(parsed.weightsManifest)
  ) {
    throw new LookoutError('model_invalid', 'The JSON is not a TensorFlow.js graph model');
  }
  const nodes = parsed.modelTopology.node.map(({ name, op, input, attr }) => ({
    name,
    op,
    // `^name` orders side effects only; there are none in an inference graph.
    inputs: (input ?? []).filter((reference) => !reference.startsWith('^')),
    attributes: attr ?? {},
  }));
  return {
    nodes: inOrderOfComputation(nodes),
    weights: readWeights(
      parsed.weightsManifest.flatMap((group) => group.weights),
      weights,
    ),
    inputs: Object.values(parsed.signature.inputs).map(({ name, tensorShape }) => ({
      name: nodeOf(name),
      shape: (tensorShape?.dim ?? []).map(({ size }) => Number(size)),
    })),
    outputs: Object.values(parsed.signature.outputs).map(({ name }) => nodeOf(name)),
  };
}

/** `node:1` → `node`. */
export function nodeOf(reference: string): string {
  return reference.split(':')[0]!;
}

function readWeights(entries: WeightEntry[], bytes: Uint8Array): Map<string, Constant> {
  const constants = new Map<string, Constant>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  for (const { name, shape, dtype, quantization } of entries) {
    const stored = quantization?.dtype ?? dtype;
    const length = shape.reduce((product, size) => product * size, 1);
    const elementBytes = stored === 'float16' ? 2 : 4;
    if (offset + length * elementBytes > bytes.byteLength) {
      throw new LookoutError('model_invalid', `The weights file ends before weight ${name}`);
    }
    const at = offset;
    if (stored === 'float16') {
      const data = Float32Array.from({ length }, (_, i) => halfToFloat(view.getUint16(at + i * 2, true)));
      constants.set(name, { shape, data });
    } else if (stored === 'float32') {
      constants.set(name, {
        shape,
        data: Float32Array.from({ length }, (_, i) => view.getFloat32(at + i * 4, true)),
      });
    } else if (stored === 'int32') {
      constants.set(name, { shape, data: Int32Array.from({ length }, (_, i) => view.getInt32(at + i * 4, true)) });
    } else {
      throw new LookoutError(
        'model_unsupported',
        `Weight ${name} has type ${stored}; float32, float16 and int32 are known`,
      );
    }
    offset += length * elementBytes;
  }
  if (offset !== bytes.byteLength) {
    throw new LookoutError(
      'model_invalid',
      `The weights file has ${bytes.byteLength} bytes where ${offset} are described`,
    );
  }
  return constants;
}

/** Kahn's algorithm: every node after its inputs. */
function inOrderOfComputation(nodes: GraphNode[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const waitingFor = new Map<string, number>();
  const consumers = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    waitingFor.set(node.name, node.inputs.length);
    for (const reference of node.inputs) {
      const producer = nodeOf(reference);
      if (!byName.has(producer))
        throw new LookoutError('model_invalid', `Node ${node.name} reads ${producer}: no such node`);
      consumers.set(producer, [...(consumers.get(producer) ?? []), node]);
    }
  }
  const ordered = nodes.filter((node) => node.inputs.length === 0);
  for (let i = 0; i < ordered.length; i++) {
    for (const consumer of consumers.get(ordered[i]!.name) ?? []) {
      const left = waitingFor.get(consumer.name)! - 1;
      waitingFor.set(consumer.name, left);
      if (left === 0) ordered.push(consumer);
    }
  }
  if (ordered.length !== nodes.length) throw new LookoutError('model_invalid', 'The graph has a cycle');
  return ordered;
}
