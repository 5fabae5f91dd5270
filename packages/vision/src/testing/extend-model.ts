import { decodeModel, encodeModel } from '../onnx/model-file.js';
import type { OnnxNode, OnnxTensor, OnnxValueInfo } from '../onnx/schema.js';

/** What to add after a model's own outputs. */
export interface Extension {
  nodes: OnnxNode[];
  constants?: OnnxTensor[];
  /** Replaces the model's own. */
  outputs: OnnxValueInfo[];
  /** Drops the metadata, as other exporters do. */
  keepMetadata?: boolean;
}

/** The file of a model with further operations on its outputs: a real model in another export format. */
export function extendModel(
  bytes: Uint8Array,
  { nodes, constants = [], outputs, keepMetadata = true }: Extension,
): Uint8Array {
  const model = decodeModel(bytes);
  const { graph } = model;
  graph.node.push(...nodes);
  graph.initializer.push(...constants);
  graph.output = outputs;
  if (!keepMetadata) model.metadataProps = [];
  return encodeModel(model);
}
