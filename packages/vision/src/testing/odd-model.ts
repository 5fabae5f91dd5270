import { floatTensor, int64Tensor, onnxNode, valueInfo } from '../onnx/build.js';
import { encodeModel } from '../onnx/model-file.js';
import { ELEMENT_TYPE } from '../onnx/schema.js';

export interface OddModelOptions {
  /** Score of the one box it sees in every picture; 0: as bad quantisation leaves it. Default 0.9. */
  score?: number;
  /** Throws at pictures with a byte of this value or more. Default: at none. */
  failsFrom?: number;
}

const SIDE = 64;
/** Cells of strides 8, 16 and 32. */
const CELLS = 84;

/**
 * The file of a model of the YOLOv8 format that loads like any other and sees one `thing`, the middle of the picture. Where it
 * is to fail it looks its table up in a row that isn't there.
 */
export function oddModel({ score = 0.9, failsFrom }: OddModelOptions = {}): Uint8Array {
  const table = new Float32Array(5 * CELLS);
  // Centre, size and score of the first cell; the others stay 0.
  [SIDE / 2, SIDE / 2, SIDE / 2, SIDE / 2, score].forEach((value, row) => {
    table[row * CELLS] = value;
  });
  const factor = failsFrom === undefined ? 0 : 255 / failsFrom;
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [
      { key: 'names', value: "{0: 'thing'}" },
      { key: 'task', value: 'detect' },
    ],
    graph: {
      name: 'odd',
      node: [
        onnxNode('ReduceMax', ['images'], ['brightest'], { keepdims: 0 }),
        onnxNode('Mul', ['brightest', 'factor'], ['scaled']),
        onnxNode('Cast', ['scaled'], ['row'], { to: ELEMENT_TYPE.int64 }),
        onnxNode('Reshape', ['row', 'one'], ['rows']),
        onnxNode('Gather', ['table', 'rows'], ['output0'], { axis: 0 }),
      ],
      initializer: [
        floatTensor('factor', [], Float32Array.of(factor)),
        int64Tensor('one', [1]),
        floatTensor('table', [1, 5, CELLS], table),
      ],
      input: [valueInfo('images', 'float32', [1, 3, SIDE, SIDE])],
      output: [valueInfo('output0', 'float32', [1, 5, CELLS])],
      valueInfo: [],
    },
  });
}
