import { valueInfo } from '../onnx/build.js';
import { imageInput } from '../onnx/fold-input.js';
import type { OnnxModel } from '../onnx/schema.js';
import { foldBiases } from './quantize.js';

/** Operations with integer kernels in ONNX Runtime, and what stands between them. */
const INTEGER_OPERATIONS = new Set(['Conv', 'Add', 'Concat', 'LeakyRelu', 'MaxPool', 'Mul', 'Resize']);

/**
 * Cuts a model down to the activations worth quantising and makes them its outputs: to find their ranges. These are what
 * passes between operations that can be integer. A head's last convolution gives its scores as real numbers, and the first
 * one stays real whole: its output ranges widely from picture to picture, and rounding it made most of all the error.
 * @returns their names
 */
export function exposeActivations(model: OnnxModel): string[] {
  const { graph } = model;
  foldBiases(graph);
  const wanted = new Set(
    graph.node.filter(({ opType }) => INTEGER_OPERATIONS.has(opType)).flatMap(({ input }) => input),
  );
  const firstPool = graph.node.findIndex(({ opType }) => opType === 'MaxPool');
  const names = graph.node
    .slice(Math.max(0, firstPool))
    .filter(({ opType, output }) => INTEGER_OPERATIONS.has(opType) && wanted.has(output[0]!))
    .map(({ output }) => output[0]!);
  const needed = new Set(names);
  graph.node = graph.node
    .toReversed()
    .filter(({ input, output }) => {
      if (!output.some((name) => needed.has(name))) return false;
      for (const name of input) needed.add(name);
      return true;
    })
    .toReversed();
  const image = imageInput(model)?.name;
  graph.input = graph.input.filter(({ name }) => name === image);
  graph.output = names.map((name) => valueInfo(name, 'float32', ['batch', 'channels', `${name}_h`, `${name}_w`]));
  return names;
}
