import type { KServeDatatype, TensorMetadata } from '@lookout/protocol';
import type { NamedTensor, TensorDeclaration, TensorType } from '@lookout/vision/detector';
import { type KServeTensor, refuseField } from './tensor.js';

/** KServe datatypes of ONNX Runtime's types. */
export const DATATYPE_OF = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
} as const satisfies Record<TensorType, KServeDatatype>;
const typeOf = new Map(Object.entries(DATATYPE_OF).map(([type, datatype]) => [datatype, type as TensorType]));

/** An input or output as reported by `/v2/models/:model`. */
export function tensorMetadata({ name, type, shape }: TensorDeclaration): TensorMetadata {
  return { name, datatype: DATATYPE_OF[type], shape: shape.map((size) => (typeof size === 'number' ? size : -1)) };
}

/** Inverse of `tensorMetadata`. @returns undefined for an unknown datatype */
export function declarationOf({ name, datatype, shape }: TensorMetadata): TensorDeclaration | undefined {
  const type = typeOf.get(datatype as KServeDatatype);
  return type && { name, type, shape: shape.map((size, axis) => (size < 0 ? `${name}_${axis}` : size)) };
}

/**
 * Compares a request's inputs with the model's declaration before any data is read.
 * @throws LookoutError naming the field
 */
export function checkInputs(
  given: readonly Pick<KServeTensor, 'name' | 'datatype' | 'shape'>[],
  declared: readonly TensorDeclaration[],
): void {
  const names = () => declared.map(({ name }) => name).join(', ');
  const seen = new Set<string>();
  given.forEach(({ name, datatype, shape }, i) => {
    const field = `inputs.${i}`;
    const declaration = declared.find((one) => one.name === name);
    if (!declaration) throw refuseField(`${field}.name`, `the model has no input ${name}: it has ${names()}`);
    if (seen.has(name)) throw refuseField(`${field}.name`, `${name} is given twice`);
    seen.add(name);
    const expected = DATATYPE_OF[declaration.type];
    if (datatype !== expected) throw refuseField(`${field}.datatype`, `expected ${expected}, got ${datatype}`);
    checkShape(`${field}.shape`, shape, declaration);
  });
  const missing = declared.find(({ name }) => !seen.has(name));
  if (missing) throw refuseField('inputs', `expected an input ${missing.name}`);
}

/** @throws LookoutError for an unknown or repeated output */
export function checkOutputs(wanted: readonly { name: string }[], declared: readonly { name: string }[]): void {
  const seen = new Set<string>();
  wanted.forEach(({ name }, i) => {
    if (!declared.some((one) => one.name === name)) {
      const names = declared.map((one) => one.name).join(', ');
      throw refuseField(`outputs.${i}.name`, `the model has no output ${name}: it has ${names}`);
    }
    if (seen.has(name)) throw refuseField(`outputs.${i}.name`, `${name} is requested twice`);
    seen.add(name);
  });
}

/** @throws LookoutError for BYTES that are not UTF-8, which ONNX Runtime's strings must be */
export function toModelTensor({ name, datatype, shape, data }: KServeTensor, field: string): NamedTensor {
  const type = typeOf.get(datatype)!;
  if (datatype !== 'BYTES') return { name, type, dims: shape, data: data as NamedTensor['data'] };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const texts = (data as Uint8Array[]).map((element, i) => {
    try {
      return decoder.decode(element);
    } catch {
      throw refuseField(field, `element ${i} of BYTES is not valid UTF-8, which the model requires`);
    }
  });
  return { name, type, dims: shape, data: texts };
}

export function fromModelTensor({ name, type, dims, data }: NamedTensor): KServeTensor {
  const datatype = DATATYPE_OF[type];
  const isText = type === 'string';
  const encoder = new TextEncoder();
  const values = isText ? (data as string[]).map((text) => encoder.encode(text)) : (data as KServeTensor['data']);
  return { name, datatype, shape: [...dims], data: values };
}

/** An empty declared shape may be a scalar or unknown, and is not compared. @throws LookoutError naming the field */
export function checkShape(field: string, shape: readonly number[], { shape: declared }: TensorDeclaration): void {
  if (declared.length === 0) return;
  const fits = declared.length === shape.length && declared.every((size, axis) => isFree(size) || size === shape[axis]);
  if (fits) return;
  const expected = declared.map((size) => (isFree(size) ? -1 : size)).join(', ');
  throw refuseField(field, `expected [${expected}], got [${shape.join(', ')}]`);
}

function isFree(size: number | string): boolean {
  return typeof size === 'string' || size < 0;
}
