import { decodeModel, modelInputs, modelMetadata, modelOutputs } from '../onnx/model-file.js';
import type { GraphFile } from '../tasks/task-model.js';

/** Inputs, outputs and metadata of a graph, read from its file. @param bytes contents of the file */
export function graphFile(bytes: Uint8Array, path = '/model.onnx'): GraphFile {
  const model = decodeModel(bytes);
  return { path, inputs: modelInputs(model), outputs: modelOutputs(model), metadata: modelMetadata(model) };
}
