import { type InferInput, type InferOutput, LookoutError } from '@lookout/protocol';
import type { z } from 'zod';
import { checkJsonSize } from '../input/bounded-json.js';
import { describeIssue } from '../input/issues.js';
import {
  countElements,
  type KServeTensor,
  readBinaryTensor,
  readJsonTensor,
  refuseField,
  writeBinaryTensor,
  writeJsonTensor,
} from './tensor.js';

/** Header of a message with binary data: bytes of the JSON before them. */
export const KSERVE_HEADER_LENGTH = 'Inference-Header-Content-Length';

/** Most fields that one refusal names. */
const MAX_FIELD_ERRORS = 20;
/** `outputs.0.parameters.binary_data_size`, and one more. */
const MAX_FIELD_DEPTH = 5;

/** A message with its JSON apart from the binary data that follow. */
export interface SplitMessage {
  json: unknown;
  binary: Uint8Array;
}

/** Of tensors; their numbers are bounded by the bytes, and parsed off the main thread. */
const TENSOR_JSON_LIMITS = { depth: 32, values: 8 * 1024 * 1024 };

/**
 * Parts a body at the end of its JSON, and parses that. Not for the main thread: millions of numbers take their time.
 * @param headerLength the text of `Inference-Header-Content-Length`; absent: it is all JSON.
 * @throws LookoutError `bad_request`
 */
export function splitMessage(body: Uint8Array, headerLength?: string): SplitMessage {
  const { json, binary } = splitBody(body, headerLength);
  checkJsonSize(json, TENSOR_JSON_LIMITS);
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)), binary };
  } catch (cause) {
    throw new LookoutError('bad_request', 'The body is not valid JSON', { cause });
  }
}

/**
 * Parts a body at the end of its JSON.
 * @param headerLength the text of `Inference-Header-Content-Length`; absent: it is all JSON.
 * @throws LookoutError `bad_request`
 */
export function splitBody(body: Uint8Array, headerLength?: string): { json: Uint8Array; binary: Uint8Array } {
  let length = body.length;
  if (headerLength !== undefined) {
    length = /^\d{1,10}$/.test(headerLength) ? Number(headerLength) : Number.NaN;
    if (!(length <= body.length)) {
      throw new LookoutError(
        'bad_request',
        `${KSERVE_HEADER_LENGTH}: expected 0 to the ${body.length} bytes of the body, got ${headerLength.slice(0, 40)}`,
      );
    }
  }
  return { json: body.subarray(0, length), binary: body.subarray(length) };
}

/**
 * The tensors that a message's JSON describes, each with its data.
 * @param key where they stand, for messages.
 * @throws LookoutError that names the field.
 */
export function readTensors(
  key: 'inputs' | 'outputs',
  entries: readonly (InferInput | InferOutput)[],
  binary: Uint8Array,
  maxElements: number,
): KServeTensor[] {
  let at = 0;
  const tensors = entries.map(({ name, datatype, shape, parameters, data }, i): KServeTensor => {
    const field = `${key}.${i}`;
    const count = countElements(field, shape, maxElements);
    const size = parameters?.binary_data_size;
    if (size === undefined) {
      if (!data) throw refuseField(field, 'expected data, or parameters.binary_data_size and binary data');
      return { name, datatype, shape, data: readJsonTensor(field, datatype, shape, count, data) };
    }
    if (data) throw refuseField(`${field}.data`, 'expected none beside parameters.binary_data_size');
    if (size > binary.length - at) {
      throw refuseField(
        `${field}.parameters.binary_data_size`,
        `says ${size} bytes, and ${binary.length - at} are left`,
      );
    }
    const bytes = binary.subarray(at, at + size);
    at += size;
    return { name, datatype, shape, data: readBinaryTensor(field, datatype, count, bytes) };
  });
  if (at !== binary.length) {
    throw refuseField(key, `${binary.length - at} bytes of binary data follow that belong to no tensor`);
  }
  return tensors;
}

export interface EncodedMessage {
  /** Text of `Inference-Header-Content-Length`; absent where all is JSON. */
  headerLength: string | undefined;
  /** The JSON, then the binary data. */
  body: Uint8Array<ArrayBuffer>;
}

/**
 * A message of tensors.
 * @param fields what stands beside the tensors.
 * @param isBinary whether a tensor goes as binary data.
 * @param maxJsonElements most elements of all tensors that are written as JSON.
 * @throws LookoutError for what JSON can't hold.
 */
export function encodeMessage(
  key: 'inputs' | 'outputs',
  fields: Record<string, unknown>,
  tensors: readonly KServeTensor[],
  isBinary: (name: string) => boolean,
  maxJsonElements = Number.POSITIVE_INFINITY,
): EncodedMessage {
  const parts: Uint8Array[] = [];
  let jsonElements = 0;
  let hasBinary = false;
  const entries = tensors.map((tensor) => {
    const { name, datatype, shape, data } = tensor;
    const head = JSON.stringify({ name, datatype, shape }).slice(0, -1);
    if (isBinary(name)) {
      const bytes = writeBinaryTensor(tensor);
      hasBinary = true;
      parts.push(bytes);
      return `${head},"parameters":{"binary_data_size":${bytes.length}}}`;
    }
    jsonElements += data.length;
    if (jsonElements > maxJsonElements) {
      throw refuseField(
        `${key}.${name}`,
        `more than ${maxJsonElements} elements are not written as JSON; ask for it with binary_data: true`,
      );
    }
    return `${head},"data":${writeJsonTensor(tensor)}}`;
  });
  const before = JSON.stringify(fields).slice(0, -1);
  const json = new TextEncoder().encode(`${before}${before === '{' ? '' : ','}"${key}":[${entries.join(',')}]}`);
  return { headerLength: hasBinary ? String(json.length) : undefined, body: joined([json, ...parts]) };
}

/**
 * Tensor data is kept as it is: it may be millions of numbers, and a null among them is an error. So is what lies deeper than any field
 * of a message.
 */
function withoutNulls(value: unknown, depth = MAX_FIELD_DEPTH): unknown {
  if (depth === 0) return value;
  if (Array.isArray(value)) return value.map((one) => withoutNulls(one, depth - 1));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(kept.map(([key, one]) => [key, key === 'data' ? one : withoutNulls(one, depth - 1)]));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

/**
 * Validates the JSON of a message. A null counts as absent: servers and clients in Python write one for every field they don't use.
 * @throws LookoutError that names the fields.
 */
export function checkMessage<T extends z.ZodType>(schema: T, received: unknown): z.output<T> {
  const json = withoutNulls(received);
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const errors = result.error.issues
    .slice(0, MAX_FIELD_ERRORS)
    .flatMap((issue) => describeIssue(issue, json))
    .slice(0, MAX_FIELD_ERRORS)
    .map(({ path, message }) => ({ field: path, message }));
  const detail = errors.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ');
  throw new LookoutError('validation_failed', detail.slice(0, 1000), { errors });
}
