import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LookoutError } from '@lookout/protocol/core';
import { modelInputs, modelMetadata, modelOutputs, type TensorInfo } from './model-file.js';
import { ModelProto, type OnnxModel } from './schema.js';

/** Inputs, outputs and metadata of a model file. */
export interface SkimmedModel {
  /** Only those that a caller must provide. */
  inputs: TensorInfo[];
  outputs: TensorInfo[];
  metadata: Map<string, string>;
}

// Field numbers of onnx.proto3, as in `schema.ts`.
const MODEL = { graph: 7, metadata: 14 } as const;
const GRAPH = { initializer: 5, input: 11, output: 12 } as const;
const TENSOR_NAME = 8;
/** Wire types of protocol buffers. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
/** Limit for names, shapes and metadata of a model; class names of a large one take some 100 kB. */
const MAX_FIELD_BYTES = 4 * 1024 * 1024;
const BUFFER_BYTES = 64 * 1024;

/**
 * Reads inputs, outputs and metadata of a model file and skips its weights, so that a file of any size takes little memory and time.
 * @throws LookoutError `model_not_found`, `model_invalid`
 */
export function skimModel(path: string): SkimmedModel {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new LookoutError('model_not_found', `There is no model file ${path}`, { cause });
  }
  try {
    return skim(new FileReader(file));
  } catch (cause) {
    if (cause instanceof LookoutError) throw cause;
    throw new LookoutError('model_invalid', `${path} is not an ONNX model, or it is cut short`, { cause });
  } finally {
    closeSync(file);
  }
}

function skim(reader: FileReader): SkimmedModel {
  // The needed parts alone, as a smaller model for the schema to decode.
  const kept: Uint8Array[] = [];
  const weights: string[] = [];
  reader.fields(reader.size, (field, start, end) => {
    if (field === MODEL.metadata) kept.push(delimited(field, reader.bytes(start, end)));
    if (field !== MODEL.graph) return;
    const graph: Uint8Array[] = [];
    reader.at = start;
    reader.fields(end, (part, from, until) => {
      if (part === GRAPH.input || part === GRAPH.output) graph.push(delimited(part, reader.bytes(from, until)));
      if (part === GRAPH.initializer) weights.push(...reader.names(from, until));
    });
    kept.push(delimited(field, Buffer.concat(graph)));
  });
  const model = ModelProto.decode(Buffer.concat(kept)) as unknown as OnnxModel;
  if (!model.graph || model.graph.output.length === 0) {
    throw new LookoutError('model_invalid', 'The file is not an ONNX model: it has no graph');
  }
  const weightNames = new Set(weights);
  const inputs = modelInputs(model).filter(({ name }) => !weightNames.has(name));
  return { inputs, outputs: modelOutputs(model), metadata: modelMetadata(model) };
}

/** Reads the fields of a protocol buffer from a file, in order. */
class FileReader {
  readonly size: number;
  /** Position of the next byte. */
  at = 0;
  readonly #file: number;
  readonly #buffer = Buffer.alloc(BUFFER_BYTES);
  #bufferFrom = 0;
  #bufferLength = 0;

  constructor(file: number) {
    this.#file = file;
    this.size = fstatSync(file).size;
  }

  /** Calls `visit` for each length-delimited field up to `end`, with the start and end of its contents. */
  fields(end: number, visit: (field: number, start: number, end: number) => void): void {
    while (this.at < end) {
      const tag = this.#varint();
      const type = tag & 7;
      if (type === VARINT) this.#varint();
      else if (type === FIXED64) this.at += 8;
      else if (type === FIXED32) this.at += 4;
      else if (type === BYTES) {
        const length = this.#varint();
        const start = this.at;
        const until = start + length;
        if (until > end) throw new RangeError(`A field of ${length} bytes ends after its message`);
        visit(Math.floor(tag / 8), start, until);
        this.at = until;
      } else throw new RangeError(`Unknown wire type ${type}`);
    }
  }

  /** Names of the tensors in a message. */
  names(start: number, end: number): string[] {
    const names: string[] = [];
    this.at = start;
    this.fields(end, (field, from, until) => {
      if (field === TENSOR_NAME) names.push(Buffer.from(this.bytes(from, until)).toString());
    });
    return names;
  }

  bytes(start: number, end: number): Uint8Array {
    const length = end - start;
    if (length > MAX_FIELD_BYTES) throw new RangeError(`A field other than a weight has ${length} bytes`);
    const bytes = Buffer.alloc(length);
    if (readSync(this.#file, bytes, 0, length, start) < length) throw new RangeError('The file is cut short');
    return bytes;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 64; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('A number has more than 64 bits');
  }

  #byte(): number {
    const inBuffer = this.at - this.#bufferFrom;
    if (inBuffer < 0 || inBuffer >= this.#bufferLength) {
      this.#bufferFrom = this.at;
      this.#bufferLength = readSync(this.#file, this.#buffer, 0, BUFFER_BYTES, this.at);
      if (this.#bufferLength === 0) throw new RangeError('The file is cut short');
    }
    return this.#buffer[this.at++ - this.#bufferFrom]!;
  }
}

function delimited(field: number, bytes: Uint8Array): Uint8Array {
  const head: number[] = [];
  for (const number of [field * 8 + BYTES, bytes.length]) {
    let rest = number;
    for (; rest > 127; rest = Math.floor(rest / 128)) head.push((rest % 128) | 128);
    head.push(rest);
  }
  return Buffer.concat([Buffer.from(head), bytes]);
}
