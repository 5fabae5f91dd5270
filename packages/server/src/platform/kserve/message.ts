import type { InferInput, InferOutput } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
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

/** Header of a message with binary data: length of the JSON before it, bytes. */
export const KSERVE_HEADER_LENGTH = 'Inference-Header-Content-Length';

/** Maximum number of fields named in one error. */
const MAX_FIELD_ERRORS = 20;
/** Depth of `outputs.0.parameters.binary_data_size`, and one more. */
const MAX_FIELD_DEPTH = 5;

/** A message split into JSON and the binary data after it. */
export interface SplitMessage {
  json: unknown;
  binary: Uint8Array;
}

/** Limits for tensors; their numbers are bounded by the message size and parsed off the main thread. */
const TENSOR_JSON_LIMITS = { depth: 32, values: 8 * 1024 * 1024 };

/**
 * Splits a body after its JSON and parses that. Not for the main thread: parsing millions of numbers takes time.
 * @param headerLength value of `Inference-Header-Content-Length`; undefined: everything is JSON
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
 * Splits a body after its JSON.
 * @param headerLength value of `Inference-Header-Content-Length`; undefined: everything is JSON
 * @throws LookoutError `bad_request`
 */
export function splitBody(body: Uint8Array, headerLength?: string): { json: Uint8Array; binary: Uint8Array } {
  let length = body.length;
  if (headerLength !== undefined) {
    length = /^\d{1,10}$/.test(headerLength) ? Number(headerLength) : Number.NaN;
    if (!(length <= body.length)) {
      throw new LookoutError(
        'bad_request',
        `${KSERVE_HEADER_LENGTH}: expected 0 to ${body.length}, the size of the body, got ${headerLength.slice(0, 40)}`,
      );
    }
  }
  return { json: body.subarray(0, length), binary: body.subarray(length) };
}

/**
 * Reads the tensors described in a message's JSON.
 * @param key field of the message, for errors
 * @throws LookoutError naming the field
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
        `is ${size} bytes, but only ${binary.length - at} are left`,
      );
    }
    const bytes = binary.subarray(at, at + size);
    at += size;
    return { name, datatype, shape, data: readBinaryTensor(field, datatype, count, bytes) };
  });
  if (at !== binary.length) {
    throw refuseField(key, `${binary.length - at} bytes of binary data belong to no tensor`);
  }
  return tensors;
}

export interface EncodedMessage {
  /** Value of `Inference-Header-Content-Length`; undefined if everything is JSON. */
  headerLength: string | undefined;
  /** The JSON followed by the binary data. */
  body: Uint8Array<ArrayBuffer>;
}

/**
 * Encodes a message of tensors.
 * @param fields other fields of the message
 * @param isBinary whether a tensor is sent as binary data
 * @param maxJsonElements maximum elements of all tensors written as JSON
 * @throws LookoutError for values that JSON can't represent
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
        `exceeds ${maxJsonElements} elements, the limit for JSON: request it with binary_data: true`,
      );
    }
    return `${head},"data":${writeJsonTensor(tensor)}}`;
  });
  const before = JSON.stringify(fields).slice(0, -1);
  const json = new TextEncoder().encode(`${before}${before === '{' ? '' : ','}"${key}":[${entries.join(',')}]}`);
  return { headerLength: hasBinary ? String(json.length) : undefined, body: joined([json, ...parts]) };
}

/**
 * Removes nulls from objects. Tensor data is kept as it is: it may have millions of numbers, and a null among them is an error.
 * Values deeper than any field of a message are kept too.
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
 * Validates the JSON of a message. A null counts as absent: Python servers and clients write one for every unused field.
 * @throws LookoutError naming the fields
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
