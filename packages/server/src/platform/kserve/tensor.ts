import { KSERVE_ELEMENT_BYTES, type KServeDatatype, LookoutError } from '@lookout/protocol';

/** Array types of each datatype's elements, row-major. FP16 elements are raw bits; an element of BYTES may be a view. */
export interface KServeDataOf {
  BOOL: Uint8Array;
  UINT8: Uint8Array;
  UINT16: Uint16Array;
  UINT32: Uint32Array;
  UINT64: BigUint64Array;
  INT8: Int8Array;
  INT16: Int16Array;
  INT32: Int32Array;
  INT64: BigInt64Array;
  FP16: Uint16Array;
  FP32: Float32Array;
  FP64: Float64Array;
  BYTES: Uint8Array[];
}

export interface KServeTensor {
  name: string;
  datatype: KServeDatatype;
  shape: readonly number[];
  data: KServeDataOf[KServeDatatype];
}

type NumberArray = Exclude<KServeDataOf[KServeDatatype], Uint8Array[]>;

const arrays: Record<Exclude<KServeDatatype, 'BYTES'>, new (buffer: ArrayBuffer) => NumberArray> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
};

/** Ranges of integer types; 64-bit ones are limited to what JSON numbers represent exactly. */
const VALUE_RANGES: Partial<Record<KServeDatatype, readonly [number, number]>> = {
  UINT8: [0, 0xff],
  UINT16: [0, 0xffff],
  UINT32: [0, 0xffff_ffff],
  UINT64: [0, Number.MAX_SAFE_INTEGER],
  INT8: [-0x80, 0x7f],
  INT16: [-0x8000, 0x7fff],
  INT32: [-0x8000_0000, 0x7fff_ffff],
  INT64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/** Bytes of an element's little-endian length prefix in binary BYTES. */
const PREFIX_BYTES = 4;

/** An error naming the field, e.g. `inputs.0.shape`. */
export function refuseField(field: string, message: string): LookoutError {
  return new LookoutError('validation_failed', `${field}: ${message}`, { errors: [{ field, message }] });
}

/**
 * Number of elements of a shape.
 * @param field of the tensor, for errors
 * @throws LookoutError if they exceed `maxElements`
 */
export function countElements(field: string, shape: readonly number[], maxElements: number): number {
  // Any 0 makes the tensor empty, however large the others are.
  const count = shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1);
  if (count <= maxElements) return count;
  throw refuseField(`${field}.shape`, `expected at most ${maxElements} elements, got [${shape.join(', ')}]`);
}

/**
 * Reads elements from little-endian bytes.
 * @param bytes the tensor's binary data; BYTES elements are views into it, others are copied
 * @throws LookoutError naming the field
 */
export function readBinaryTensor(
  field: string,
  datatype: KServeDatatype,
  count: number,
  bytes: Uint8Array,
): KServeTensor['data'] {
  if (datatype === 'BYTES') return readByteStrings(field, count, bytes);
  const expected = count * KSERVE_ELEMENT_BYTES[datatype];
  if (bytes.length !== expected) {
    throw refuseField(
      `${field}.parameters.binary_data_size`,
      `expected ${expected} bytes for ${count} elements of ${datatype}, got ${bytes.length}`,
    );
  }
  if (datatype === 'BOOL' && bytes.some((byte) => byte > 1)) {
    throw refuseField(field, 'expected bytes of 0 or 1 for BOOL');
  }
  // A copy is aligned for any element size.
  return new arrays[datatype](Uint8Array.from(bytes).buffer);
}

/** Inverse of `readBinaryTensor`. @returns a view of the data, except for BYTES */
export function writeBinaryTensor({ datatype, data }: Pick<KServeTensor, 'datatype' | 'data'>): Uint8Array {
  if (datatype !== 'BYTES') {
    const { buffer, byteOffset, byteLength } = data as NumberArray;
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  }
  const elements = data as Uint8Array[];
  const total = elements.reduce((sum, element) => sum + PREFIX_BYTES + element.length, 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const element of elements) {
    view.setUint32(at, element.length, true);
    bytes.set(element, at + PREFIX_BYTES);
    at += PREFIX_BYTES + element.length;
  }
  return bytes;
}

/**
 * Reads elements from JSON `data`, flat or nested by the shape.
 * @throws LookoutError naming the field and position
 */
export function readJsonTensor(
  field: string,
  datatype: KServeDatatype,
  shape: readonly number[],
  count: number,
  values: readonly unknown[],
): KServeTensor['data'] {
  if (datatype === 'FP16') throw refuseField(`${field}.data`, 'FP16 must be sent as binary data');
  const at = `${field}.data`;
  const flat = Array.isArray(values[0]) ? flatten(at, shape, values) : values;
  if (flat.length !== count) {
    throw refuseField(at, `expected ${count} elements for shape [${shape.join(', ')}], got ${flat.length}`);
  }
  if (datatype === 'BYTES') {
    const encoder = new TextEncoder();
    return flat.map((value, i) => {
      if (typeof value === 'string') return encoder.encode(value);
      throw refuseField(`${at}.${i}`, `expected a string for BYTES, got ${kindOf(value)}`);
    });
  }
  const data = new arrays[datatype](new ArrayBuffer(count * KSERVE_ELEMENT_BYTES[datatype]));
  const check = checkOf(datatype);
  for (let i = 0; i < count; i++) {
    const problem = check(flat[i]);
    if (problem !== undefined) throw refuseField(`${at}.${i}`, `${problem} for ${datatype}, got ${kindOf(flat[i])}`);
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[i] = BigInt(flat[i] as number);
    else data[i] = Number(flat[i]);
  }
  return data;
}

/**
 * Writes elements as flat JSON. 64-bit integers are written in full.
 * @throws LookoutError for what JSON can't represent: FP16, NaN, infinity, and bytes that are not UTF-8
 */
export function writeJsonTensor({ name, datatype, data }: KServeTensor): string {
  const refuse = (what: string) => refuseField(`outputs.${name}`, `${what}: request it with binary_data: true`);
  switch (datatype) {
    case 'FP16':
      throw refuse('FP16 can not be written as JSON');
    case 'BOOL':
      return `[${Array.from(data as Uint8Array, (value) => value !== 0).join(',')}]`;
    case 'BYTES': {
      const decoder = new TextDecoder('utf-8', { fatal: true });
      try {
        return JSON.stringify((data as Uint8Array[]).map((element) => decoder.decode(element)));
      } catch {
        throw refuse('it is not valid UTF-8, which JSON requires');
      }
    }
    case 'FP32':
    case 'FP64':
      if (!(data as Float32Array | Float64Array).every(Number.isFinite)) {
        throw refuse('it has NaN or infinite numbers, which JSON can not represent');
      }
      return `[${(data as Float32Array).join(',')}]`;
    default:
      return `[${(data as Int32Array).join(',')}]`;
  }
}

function readByteStrings(field: string, count: number, bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const left = bytes.length - at - PREFIX_BYTES;
    const length = left < 0 ? 0 : view.getUint32(at, true);
    if (left < length) {
      throw refuseField(
        field,
        left < 0
          ? `element ${elements.length} of BYTES ends within the 4 bytes of its length`
          : `element ${elements.length} of BYTES has a length of ${length} bytes, but only ${left} are left`,
      );
    }
    if (elements.length === count) throw refuseField(field, `expected ${count} elements of BYTES, got more`);
    elements.push(bytes.subarray(at + PREFIX_BYTES, at + PREFIX_BYTES + length));
    at += PREFIX_BYTES + length;
  }
  if (elements.length === count) return elements;
  throw refuseField(field, `expected ${count} elements of BYTES, got ${elements.length}`);
}

/** Recurses no deeper than the shape, whatever the data. */
function flatten(at: string, shape: readonly number[], values: readonly unknown[]): unknown[] {
  const flat: unknown[] = [];
  const walk = (value: unknown, axis: number, path: string) => {
    if (axis === shape.length) {
      flat.push(value);
      return;
    }
    if (!Array.isArray(value) || value.length !== shape[axis]) {
      const got = Array.isArray(value) ? `a list of ${value.length}` : kindOf(value);
      throw refuseField(path, `expected a list of ${shape[axis]} for shape [${shape.join(', ')}], got ${got}`);
    }
    for (let i = 0; i < value.length; i++) walk(value[i], axis + 1, `${path}.${i}`);
  };
  walk(values, 0, at);
  return flat;
}

/** @returns a function that describes what is wrong with a JSON value, if anything */
function checkOf(datatype: KServeDatatype): (value: unknown) => string | undefined {
  if (datatype === 'BOOL') return (value) => (typeof value === 'boolean' ? undefined : 'expected true or false');
  const range = VALUE_RANGES[datatype];
  if (!range) {
    return (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : 'expected a finite number');
  }
  const [least, most] = range;
  return (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? undefined
      : `expected a whole number from ${least} to ${most}`;
}

function kindOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a string' : 'an object';
}
