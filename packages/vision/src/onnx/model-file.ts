import { LookoutError } from '@lookout/protocol/core';
import protobuf from 'protobufjs';
import { ELEMENT_TYPE, type Int64, ModelProto, type OnnxModel, type OnnxValueInfo } from './schema.js';

/** One input or output of a model. A free dimension is its name (`height`), or `null` if it has none. */
export interface TensorInfo {
  name: string;
  type: ElementType;
  /** Absent if the file does not say. */
  shape: (number | string | null)[] | undefined;
}

export type ElementType = keyof typeof ELEMENT_TYPE | 'other';

/**
 * Reads an ONNX file. Weights are views into `bytes`, not copies.
 * @throws LookoutError `model_invalid` if `bytes` are not an ONNX model.
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  let model: OnnxModel;
  try {
    const reader = protobuf.Reader.create(bytes);
    // Fields that our subset of the schema does not name must be preserved when an edited model is written.
    reader.discardUnknown = false;
    model = ModelProto.decode(reader) as unknown as OnnxModel;
  } catch (cause) {
    throw new LookoutError('model_invalid', 'The file is not an ONNX model, or it is cut short', { cause });
  }
  if (!model.graph || model.graph.node.length === 0 || model.graph.output.length === 0) {
    throw new LookoutError('model_invalid', 'The file is not an ONNX model: it has no graph');
  }
  return model;
}

export function encodeModel(model: OnnxModel): Uint8Array {
  // Plain objects encode directly; decoded ones also carry the fields that our subset does not name.
  return ModelProto.encode(model as unknown as Record<string, unknown>).finish();
}

/** Inputs that a caller must provide: those without an initialiser (old exports list weights among the inputs). */
export function modelInputs(model: OnnxModel): TensorInfo[] {
  const initialized = new Set(model.graph.initializer.map((tensor) => tensor.name));
  return model.graph.input.filter((input) => !initialized.has(input.name)).map(tensorInfo);
}

export function modelOutputs(model: OnnxModel): TensorInfo[] {
  return model.graph.output.map(tensorInfo);
}

/** The model's `metadata_props`, e.g. `names`, `task`, `stride` of Ultralytics exports. */
export function modelMetadata(model: OnnxModel): Map<string, string> {
  return new Map(model.metadataProps.map(({ key, value }) => [key, value]));
}

/** Version of the default operator set the model is written in. */
export function opsetVersion(model: OnnxModel): number {
  const entry = model.opsetImport.find(({ domain }) => !domain || domain === 'ai.onnx');
  return entry ? toNumber(entry.version) : 0;
}

export function toNumber(value: Int64): number {
  return typeof value === 'number' ? value : value.toNumber();
}

function tensorInfo(info: OnnxValueInfo): TensorInfo {
  const tensor = info.type?.tensorType;
  const type = (Object.keys(ELEMENT_TYPE) as (keyof typeof ELEMENT_TYPE)[]).find(
    (key) => ELEMENT_TYPE[key] === tensor?.elemType,
  );
  const shape = tensor?.shape?.dim.map(({ dimValue, dimParam }) => {
    if (dimParam) return dimParam;
    const size = dimValue === undefined || dimValue === null ? 0 : toNumber(dimValue);
    return size > 0 ? size : null;
  });
  return { name: info.name, type: type ?? 'other', shape };
}
