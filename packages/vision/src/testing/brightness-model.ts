import { floatTensor, int64Tensor, onnxNode, valueInfo } from '../onnx/build.js';
import { encodeModel } from '../onnx/model-file.js';

const side = 64;
/** Cells of strides 8, 16 and 32. */
const cells = 84;

/**
 * The file of a model of the YOLOv8 format that takes any number of pictures in one run. It sees one `thing` in each: the brighter the
 * picture, from 0 to 1, the surer, the further to the right and below, and the larger.
 */
export function brightnessModel(): Uint8Array {
  const table = new Float32Array(5 * cells);
  // Centre, size and score of the first cell, in a picture that is all white.
  [side / 2, side / 2, side / 2, side / 2, 1].forEach((value, row) => {
    table[row * cells] = value;
  });
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [
      { key: 'names', value: "{0: 'thing'}" },
      { key: 'task', value: 'detect' },
    ],
    graph: {
      name: 'brightness',
      node: [
        onnxNode('ReduceMean', ['images'], ['mean'], { axes: [1, 2, 3], keepdims: 1 }),
        onnxNode('Reshape', ['mean', 'column'], ['brightness']),
        onnxNode('Mul', ['brightness', 'table'], ['output0']),
      ],
      initializer: [int64Tensor('column', [-1, 1, 1]), floatTensor('table', [1, 5, cells], table)],
      input: [valueInfo('images', 'float32', ['batch', 3, side, side])],
      output: [valueInfo('output0', 'float32', ['batch', 5, cells])],
      valueInfo: [],
    },
  });
}
