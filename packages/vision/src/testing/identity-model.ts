import { onnxNode } from '../onnx/build.js';
import { encodeModel } from '../onnx/model-file.js';

/** ONNX's numbers of element types (onnx.proto3, TensorProto.DataType). */
const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
} as const;

/** The file of a model that gives each input `x` back as `x_out`. @param inputs shape of each; names are free dimensions */
export function identityModel(
  inputs: Record<string, { type: keyof typeof elementTypes; shape: readonly (number | string)[] }>,
): Uint8Array {
  const info = (name: string, type: keyof typeof elementTypes, shape: readonly (number | string)[]) => {
    const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
    return { name, type: { tensorType: { elemType: elementTypes[type], shape: { dim } } } };
  };
  const all = Object.entries(inputs);
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: {
      name: 'identity',
      node: all.map(([name]) => onnxNode('Identity', [name], [`${name}_out`])),
      initializer: [],
      input: all.map(([name, { type, shape }]) => info(name, type, shape)),
      output: all.map(([name, { type, shape }]) => info(`${name}_out`, type, shape)),
      valueInfo: [],
    },
  });
}
