import { onnxNode, valueInfo } from '../onnx/graph.js';
import { encodeModel } from '../onnx/model-file.js';
import type { ELEMENT_TYPE } from '../onnx/schema.js';

/** The file of a model that returns each input `x` as `x_out`. @param inputs shape of each; names are free dimensions */
export function identityModel(
  inputs: Record<string, { type: keyof typeof ELEMENT_TYPE; shape: readonly (number | string)[] }>,
): Uint8Array {
  const all = Object.entries(inputs);
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: {
      name: 'identity',
      node: all.map(([name]) => onnxNode('Identity', [name], [`${name}_out`])),
      initializer: [],
      input: all.map(([name, { type, shape }]) => valueInfo(name, type, shape)),
      output: all.map(([name, { type, shape }]) => valueInfo(`${name}_out`, type, shape)),
      valueInfo: [],
    },
  });
}
