import { floatTensor, int64Tensor, onnxNode, valueInfo } from '../onnx/graph.js';
import { encodeModel } from '../onnx/model-file.js';
import { ATTRIBUTE_TYPE, ELEMENT_TYPE, type OnnxNode } from '../onnx/schema.js';

export interface OddModelOptions {
  /** Score of the one box it finds in every picture; 0 imitates bad quantisation. Default 0.9. */
  score?: number;
  /** Fails on pictures with a byte of this value or more. Default: on none. */
  failsFrom?: number;
  /** Never finishes on pictures without a byte below this; 0: on any picture. Default: on none. */
  endlessFrom?: number;
}

const SIDE_PX = 64;
/** Cells of strides 8, 16 and 32. */
const CELLS = 84;

/**
 * The file of a model in the YOLOv8 format that loads like any other and finds one `thing`, in the middle of the picture. To fail, it
 * reads a row that its table does not have; to never finish, it loops for weeks.
 */
export function oddModel({ score = 0.9, failsFrom, endlessFrom }: OddModelOptions = {}): Uint8Array {
  const table = new Float32Array(5 * CELLS);
  // Centre, size and score of the first cell; the others stay 0.
  [SIDE_PX / 2, SIDE_PX / 2, SIDE_PX / 2, SIDE_PX / 2, score].forEach((value, row) => {
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
        ...(endlessFrom === undefined ? [onnxNode('Identity', ['brightest'], ['looped'])] : endlessLoop()),
        onnxNode('Mul', ['looped', 'factor'], ['scaled']),
        onnxNode('Cast', ['scaled'], ['row'], { to: ELEMENT_TYPE.int64 }),
        onnxNode('Reshape', ['row', 'one'], ['rows']),
        onnxNode('Gather', ['table', 'rows'], ['output0'], { axis: 0 }),
      ],
      initializer: [
        floatTensor('factor', [], Float32Array.of(factor)),
        int64Tensor('one', [1]),
        ...(endlessFrom === undefined ? [] : loopConstants(endlessFrom)),
        floatTensor('table', [1, 5, CELLS], table),
      ],
      input: [valueInfo('images', 'float32', [1, 3, SIDE_PX, SIDE_PX])],
      output: [valueInfo('output0', 'float32', [1, 5, CELLS])],
      valueInfo: [],
    },
  });
}

/** Copies `brightest` to `looped`: at once if the picture has a dark byte, otherwise after 2^40 iterations. */
function endlessLoop(): OnnxNode[] {
  const body = {
    name: 'turn',
    node: [onnxNode('Identity', ['go'], ['go_on']), onnxNode('Identity', ['before'], ['after'])],
    initializer: [],
    input: [valueInfo('turns', 'int64', []), valueInfo('go', 'bool', []), valueInfo('before', 'float32', [])],
    output: [valueInfo('go_on', 'bool', []), valueInfo('after', 'float32', [])],
    valueInfo: [],
  };
  const loop = onnxNode('Loop', ['many', '', 'brightest'], ['looped']);
  loop.attribute.push({ name: 'body', type: ATTRIBUTE_TYPE.graph, g: body });
  return [
    onnxNode('ReduceMin', ['images'], ['darkest'], { keepdims: 0 }),
    onnxNode('Mul', ['darkest', 'share'], ['scaled_darkest']),
    onnxNode('Add', ['scaled_darkest', 'step'], ['darkness']),
    onnxNode('Cast', ['darkness'], ['endless'], { to: ELEMENT_TYPE.int64 }),
    onnxNode('Mul', ['endless', 'weeks'], ['many']),
    loop,
  ];
}

function loopConstants(endlessFrom: number) {
  return [
    // Rounded down, (byte + 1) / (endlessFrom + 1) is 0 for all bytes below endlessFrom.
    floatTensor('share', [], Float32Array.of(255 / (endlessFrom + 1))),
    floatTensor('step', [], Float32Array.of(1.001 / (endlessFrom + 1))),
    int64Tensor('weeks', [2 ** 40]),
  ];
}

/**
 * The file of a model in the YOLOv8 format that takes any number of pictures in one run. It finds one `thing` in each: the brighter the
 * picture, from 0 to 1, the higher its score, the further to the bottom right, and the larger.
 */
export function brightnessModel(): Uint8Array {
  const table = new Float32Array(5 * CELLS);
  // Centre, size and score of the first cell, in a picture that is all white.
  [SIDE_PX / 2, SIDE_PX / 2, SIDE_PX / 2, SIDE_PX / 2, 1].forEach((value, row) => {
    table[row * CELLS] = value;
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
      initializer: [int64Tensor('column', [-1, 1, 1]), floatTensor('table', [1, 5, CELLS], table)],
      input: [valueInfo('images', 'float32', ['batch', 3, SIDE_PX, SIDE_PX])],
      output: [valueInfo('output0', 'float32', ['batch', 5, CELLS])],
      valueInfo: [],
    },
  });
}
