import { floatTensor, onnxNode, valueInfo } from '../onnx/graph.js';
import { encodeModel } from '../onnx/model-file.js';
import { ELEMENT_TYPE, type OnnxModel } from '../onnx/schema.js';

export interface TinyModelOptions {
  /** Shape of the picture input `images`; names are free axes. */
  input?: (number | string)[];
  elementType?: 'float32' | 'float16' | 'uint8';
  /** The model's outputs, the same for every picture. */
  outputs: Record<string, { shape: number[]; values: Float32Array; declaredShape?: (number | string)[] }>;
  metadata?: Record<string, string>;
  opset?: number;
}

/** A valid ONNX model that returns the same outputs for every picture, for testing the code around models. */
export function tinyModel(options: TinyModelOptions): OnnxModel {
  const { input = [1, 3, 64, 64], elementType = 'float32', outputs, metadata = {}, opset = 13 } = options;
  return {
    irVersion: 8,
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: 'tiny',
      node: Object.keys(outputs).map((name) => onnxNode('Identity', [`${name}_values`], [name])),
      initializer: Object.entries(outputs).map(([name, { shape, values }]) =>
        floatTensor(`${name}_values`, shape, values),
      ),
      input: [valueInfo('images', elementType, input)],
      output: Object.entries(outputs).map(([name, { shape, declaredShape }]) =>
        valueInfo(name, 'float32', declaredShape ?? shape),
      ),
      valueInfo: [],
    },
  };
}

/** A model that returns its picture unchanged, as `seen`. */
export function echoModel(elementType: 'float32' | 'float16' | 'uint8', input: (number | string)[]): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: {
      name: 'echo',
      node: [onnxNode('Identity', ['images'], ['seen'])],
      initializer: [],
      input: [valueInfo('images', elementType, input)],
      output: [{ name: 'seen', type: { tensorType: { elemType: ELEMENT_TYPE[elementType] } } }],
      valueInfo: [],
    },
  });
}
