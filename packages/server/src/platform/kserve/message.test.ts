import { InferRequest, LookoutError } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { checkMessage, encodeMessage, readTensors, splitMessage } from './message.js';
import type { KServeTensor } from './tensor.js';

const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const bytesOf = (...values: string[]) => values.map((value) => new TextEncoder().encode(value));

/** One tensor of every datatype. */
const tensors: KServeTensor[] = [
  { name: 'bool', datatype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) },
  { name: 'u8', datatype: 'UINT8', shape: [3], data: Uint8Array.of(0, 7, 255) },
  { name: 'u16', datatype: 'UINT16', shape: [2], data: Uint16Array.of(1, 65_535) },
  { name: 'u32', datatype: 'UINT32', shape: [1], data: Uint32Array.of(4_294_967_295) },
  { name: 'u64', datatype: 'UINT64', shape: [1], data: BigUint64Array.of(9_007_199_254_740_991n) },
  { name: 'i8', datatype: 'INT8', shape: [2], data: Int8Array.of(-128, 127) },
  { name: 'i16', datatype: 'INT16', shape: [2], data: Int16Array.of(-32_768, 32_767) },
  { name: 'i32', datatype: 'INT32', shape: [1, 2], data: Int32Array.of(-1, 2) },
  { name: 'i64', datatype: 'INT64', shape: [2], data: BigInt64Array.of(-9_007_199_254_740_991n, 5n) },
  { name: 'half', datatype: 'FP16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) },
  { name: 'float', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(0.1, -2.5, 1e-30, 3) },
  { name: 'double', datatype: 'FP64', shape: [2], data: Float64Array.of(0.1, -1e300) },
  { name: 'bytes', datatype: 'BYTES', shape: [3], data: bytesOf('', 'Straße', 'x') },
];

function decode({ headerLength, body }: { headerLength: string | undefined; body: Uint8Array }) {
  const { json, binary } = splitMessage(body, headerLength);
  return readTensors('inputs', checkMessage(InferRequest, json).inputs, binary, 100);
}

const readBack = (sent: readonly KServeTensor[]) =>
  sent.map((tensor) =>
    tensor.datatype === 'BYTES'
      ? { ...tensor, data: (tensor.data as Uint8Array[]).map((one) => Uint8Array.from(one)) }
      : tensor,
  );

/** The field that a message is refused for. */
function refused(message: unknown, binary: Uint8Array = new Uint8Array(0)): string | undefined {
  const json = text(message);
  try {
    decode({ headerLength: String(json.length), body: Buffer.concat([json, binary]) });
  } catch (error) {
    if (error instanceof LookoutError) return error.errors?.[0]?.field ?? error.code;
    throw error;
  }
  return undefined;
}

const input = (more: object) => ({ inputs: [{ name: 'x', shape: [2], datatype: 'FP32', ...more }] });
const binaryInput = (binary_data_size: number, more: object = {}) =>
  input({ parameters: { binary_data_size }, ...more });

describe('a message', () => {
  it('has tensors of every datatype as binary data, wherever they begin', () => {
    const message = encodeMessage('inputs', { id: '1' }, tensors, () => true);
    expect(readBack(decode(message))).toEqual(readBack(tensors));
  });

  it('has them as JSON, but for half floats', () => {
    const written = tensors.filter(({ datatype }) => datatype !== 'FP16');
    const message = encodeMessage('inputs', {}, written, () => false);
    expect(message.headerLength).toBeUndefined();
    expect(readBack(decode(message))).toEqual(readBack(written));
  });

  it('may have both', () => {
    const message = encodeMessage('inputs', {}, tensors, (name) => name === 'half' || name === 'u8');
    expect(readBack(decode(message))).toEqual(readBack(tensors));
  });

  it('takes data nested by the shape', () => {
    const nested = input({ shape: [2, 1, 2], data: [[[1, 2]], [[3, 4]]] });
    expect(decode({ headerLength: undefined, body: text(nested) })[0]!.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  it('takes tensors without elements', () => {
    const empty = { inputs: [{ name: 'x', shape: [0, 4], datatype: 'FP32', data: [] }] };
    expect(decode({ headerLength: undefined, body: text(empty) })[0]!.data).toEqual(new Float32Array(0));
    expect(refused(binaryInput(0, { shape: [0, 9e15, 9e15], datatype: 'BYTES' }))).toBeUndefined();
  });

  it.each([
    ['a shape of more', input({ data: [1] }), 'inputs.0.data'],
    ['a shape of less', input({ data: [1, 2, 3] }), 'inputs.0.data'],
    ['a giant shape', input({ shape: [1e6, 1e6, 1e6], data: [] }), 'inputs.0.shape'],
    ['a negative size', input({ shape: [-1], data: [] }), 'inputs.0.shape.0'],
    ['a broken size', input({ shape: [1.5], data: [] }), 'inputs.0.shape.0'],
    ['too many dimensions', input({ shape: [1, 1, 1, 1, 1, 1, 1, 1, 1], data: [1] }), 'inputs.0.shape'],
    ['an unknown datatype', input({ datatype: 'BF16', data: [1, 2] }), 'inputs.0.datatype'],
    ['neither data nor its size', input({}), 'inputs.0'],
    ['data that is no list', input({ data: 'abc' }), 'inputs.0.data'],
    ['a text among numbers', input({ data: [1, '2'] }), 'inputs.0.data.1'],
    ['null', input({ data: [null, 1] }), 'inputs.0.data.0'],
    ['lists of other lengths', input({ shape: [2, 1], data: [[1], [2, 3]] }), 'inputs.0.data.1'],
    ['a list too deep', input({ data: [[[1]], [[2]]] }), 'inputs.0.data.0'],
    ['a number where a list goes on', input({ shape: [2, 1], data: [[1], 2] }), 'inputs.0.data.1'],
    ['a bool of 1', input({ datatype: 'BOOL', data: [true, 1] }), 'inputs.0.data.1'],
    ['256 in a byte', input({ datatype: 'UINT8', data: [255, 256] }), 'inputs.0.data.1'],
    ['-1 without a sign', input({ datatype: 'UINT64', data: [0, -1] }), 'inputs.0.data.1'],
    ['a whole number that JSON rounds', input({ datatype: 'INT64', data: [0, 2 ** 53] }), 'inputs.0.data.1'],
    ['half a whole number', input({ datatype: 'INT32', data: [0, 0.5] }), 'inputs.0.data.1'],
    ['numbers as half floats', input({ datatype: 'FP16', data: [0, 0.5] }), 'inputs.0.data'],
    ['a number as bytes', input({ datatype: 'BYTES', data: ['a', 5] }), 'inputs.0.data.1'],
    [
      'shared memory',
      input({ parameters: { shared_memory_region: 'a' }, data: [1, 2] }),
      'inputs.0.parameters.shared_memory_region',
    ],
    ['an unknown key', { ...input({ data: [1, 2] }), raw_input_contents: [] }, 'raw_input_contents'],
    ['no inputs', { inputs: [] }, 'inputs'],
    ['a list', [], ''],
  ])('refuses %s, and names it', (_name, message, field) => {
    expect(refused(message)).toBe(field);
  });

  it.each([
    ['fewer bytes than the elements have', binaryInput(4), 4, 'inputs.0.parameters.binary_data_size'],
    ['more bytes than the elements have', binaryInput(12), 12, 'inputs.0.parameters.binary_data_size'],
    ['more bytes than there are', binaryInput(8), 7, 'inputs.0.parameters.binary_data_size'],
    ['bytes of no tensor', binaryInput(8), 9, 'inputs'],
    ['data beside binary data', binaryInput(8, { data: [1, 2] }), 8, 'inputs.0.data'],
    ['a negative size', binaryInput(-1), 0, 'inputs.0.parameters.binary_data_size'],
    ['BYTES cut in a length', binaryInput(3, { datatype: 'BYTES' }), 3, 'inputs.0'],
    ['BYTES too few', binaryInput(4, { datatype: 'BYTES' }), 4, 'inputs.0'],
    ['BYTES too many', binaryInput(12, { datatype: 'BYTES' }), 12, 'inputs.0'],
  ])('refuses %s', (_name, message, length, field) => {
    expect(refused(message, new Uint8Array(length))).toBe(field);
  });

  it('refuses a length before BYTES that goes over their end, and a BOOL that is neither 0 nor 1', () => {
    const lying = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 65, 65);
    expect(refused(binaryInput(6, { datatype: 'BYTES', shape: [1] }), lying)).toBe('inputs.0');
    expect(refused(binaryInput(2, { datatype: 'BOOL' }), Uint8Array.of(1, 2))).toBe('inputs.0');
  });

  it.each(['-1', '1.5', 'NaN', '0x10', '99', '', ' 5', '1'.repeat(400)])(
    'refuses %j as the length of its JSON',
    (length) => {
      expect(() => splitMessage(text({}), length)).toThrow(LookoutError);
    },
  );

  it('refuses what is no JSON: cut off, with NaN, not UTF-8, nothing', () => {
    for (const body of ['{"inputs": [', '{"a": NaN}', '{"a": Infinity}', '\xff', '']) {
      expect(() => splitMessage(Buffer.from(body, 'latin1'))).toThrow(/not valid JSON/);
    }
  });
});

it('takes a null for a field that is absent, and for no element', () => {
  const nulls = {
    id: null,
    parameters: null,
    inputs: [{ name: 'x', shape: [1], datatype: 'FP32', parameters: { binary_data_size: null }, data: [1] }],
    outputs: null,
  };
  const message = checkMessage(InferRequest, nulls);
  expect(message).toEqual({ inputs: [{ name: 'x', shape: [1], datatype: 'FP32', parameters: {}, data: [1] }] });
  expect(refused(input({ shape: [1], data: [null] }))).toBe('inputs.0.data.0');
  expect(refused(input({ name: null, data: [1, 2] }))).toBe('inputs.0.name');
});

it('looks no deeper into data than its shape goes, and parses no JSON that is deeper still', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const withData = (data: string) =>
    Buffer.from(`{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":${data}}]}`);
  const refusal = (body: Buffer) => () => decode({ headerLength: undefined, body });
  expect(refusal(withData(nested(20)))).toThrow('inputs.0.data.0: expected a finite number');
  expect(refusal(Buffer.from(`{"inputs":${nested(20)}}`))).toThrow('inputs.0: expected an object');
  expect(refusal(withData(nested(50_000)))).toThrow('nested more than 32 deep');
});

describe('JSON that can not be written', () => {
  it.each([
    ['NaN', { name: 'x', datatype: 'FP32', shape: [1], data: Float32Array.of(Number.NaN) }],
    [
      'an infinite number',
      { name: 'x', datatype: 'FP64', shape: [1], data: Float64Array.of(Number.POSITIVE_INFINITY) },
    ],
    ['half floats', { name: 'x', datatype: 'FP16', shape: [1], data: Uint16Array.of(1) }],
    ['what is no UTF-8', { name: 'x', datatype: 'BYTES', shape: [1], data: [Uint8Array.of(0xff)] }],
  ] satisfies [string, KServeTensor][])('is refused for %s, with binary data as the way', (_name, tensor) => {
    expect(() => encodeMessage('outputs', {}, [tensor], () => false)).toThrow(/binary_data/);
    expect(encodeMessage('outputs', {}, [tensor], () => true).headerLength).toBeDefined();
  });

  it('is refused over a number of elements', () => {
    const tensor: KServeTensor = { name: 'x', datatype: 'UINT8', shape: [9], data: new Uint8Array(9) };
    expect(() => encodeMessage('outputs', {}, [tensor], () => false, 8)).toThrow(/exceeds 8 elements/);
  });
});
