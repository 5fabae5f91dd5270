import { decodeModel, modelInputs, modelMetadata, modelOutputs } from '../onnx/model-file.js';
import type { GraphFile } from '../tasks/task-model.js';

/** What is known about a graph without running it. @param bytes its file */
export function graphFile(bytes: Uint8Array, path = '/model.onnx'): GraphFile {
  const model = decodeModel(bytes);
  return { path, inputs: modelInputs(model), outputs: modelOutputs(model), metadata: modelMetadata(model) };
}
