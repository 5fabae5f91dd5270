import { floatTensor, int64Tensor, onnxNode, valueInfo } from '../onnx/graph.js';
import { encodeModel } from '../onnx/model-file.js';
import { ELEMENT_TYPE, type OnnxNode, type OnnxTensor, type OnnxValueInfo } from '../onnx/schema.js';

/**
 * Open-vocabulary detectors with the names and shapes of public exports and hand-made weights: the first three numbers of a text vector are
 * a colour, and a cell's logit is 12 · (colour · the cell's mean) − 8. A cell's box is the cell.
 */
const SCALE = 12;
const BIAS = -8;

type Size = number | string;

interface Graph {
  nodes: OnnxNode[];
  constants: OnnxTensor[];
  inputs: OnnxValueInfo[];
  outputs: OnnxValueInfo[];
}

export interface ColourYoloOptions {
  /** Sides of the input. */
  width: number;
  height: number;
  /** Number of texts that it takes; a name: any number. */
  count?: Size;
  vectors?: string;
  dimension?: number;
  /** `table`: `output0`; `lists`: `scores` and `boxes`. */
  head?: 'table' | 'lists';
  /** Rows of mask coefficients after the scores, with `output1` for their prototypes. */
  masks?: number;
  /** Applies the sigmoid. Default false. */
  sigmoid?: boolean;
}

const STRIDES = [8, 16, 32];

/** A detector like YOLO-World or YOLOE. @returns the model file */
export function colourYolo(options: ColourYoloOptions): Uint8Array {
  const { width, height, count = 'texts', vectors = 'txt_feats', dimension = 512 } = options;
  const { head = 'table', masks = 0, sigmoid = false } = options;
  const boxes = STRIDES.flatMap((stride) => gridBoxes(width, height, stride));
  const cells = boxes.length;
  const pooled = STRIDES.flatMap((stride) => [
    onnxNode('AveragePool', ['images'], [`p${stride}`], { kernel_shape: [stride, stride], strides: [stride, stride] }),
    onnxNode('Reshape', [`p${stride}`, 'flat'], [`f${stride}`]),
  ]);
  const scored = [
    ...pooled,
    onnxNode(
      'Concat',
      STRIDES.map((stride) => `f${stride}`),
      ['means'],
      { axis: 2 },
    ),
    onnxNode('Slice', [vectors, 'zero', 'three', 'two'], ['colours']),
    onnxNode('MatMul', ['colours', 'means'], ['product']),
    onnxNode('Mul', ['product', 'scale'], ['scaled']),
    onnxNode('Add', ['scaled', 'bias'], [sigmoid ? 'logits' : 'values']),
    ...(sigmoid ? [onnxNode('Sigmoid', ['logits'], ['values'])] : []),
  ];
  const centred = transposed(boxes.map(([x1, y1, x2, y2]) => [(x1! + x2!) / 2, (y1! + y2!) / 2, x2! - x1!, y2! - y1!]));
  const table = [
    onnxNode('Concat', ['grid', 'values', ...(masks > 0 ? ['coefficients'] : [])], ['output0'], { axis: 1 }),
    ...(masks > 0 ? [onnxNode('AveragePool', ['mask'], ['output1'], { kernel_shape: [1, 1] })] : []),
  ];
  const lists = [
    onnxNode('Transpose', ['values'], ['scores'], { perm: [0, 2, 1] }),
    onnxNode('Add', ['corners', 'none'], ['boxes']),
  ];
  const rows = typeof count === 'number' ? 4 + count + masks : 'rows';
  return fileOf({
    nodes: [...scored, ...(head === 'table' ? table : lists)],
    constants: [
      int64Tensor('flat', [1, 3, -1]),
      int64Tensor('zero', [0]),
      int64Tensor('three', [3]),
      int64Tensor('two', [2]),
      scalar('scale', SCALE),
      scalar('bias', BIAS),
      scalar('none', 0),
      floatTensor('grid', [1, 4, cells], Float32Array.from(centred.flat())),
      floatTensor('corners', [1, cells, 4], Float32Array.from(boxes.flat())),
      floatTensor('coefficients', [1, masks, cells], new Float32Array(masks * cells).fill(9)),
      floatTensor('mask', [1, masks, 4, 4], new Float32Array(masks * 16)),
    ],
    inputs: [
      valueInfo('images', 'float32', [1, 3, height, width]),
      valueInfo(vectors, 'float32', [1, count, dimension]),
    ],
    outputs:
      head === 'table'
        ? [
            valueInfo('output0', 'float32', [1, rows, cells]),
            ...(masks > 0 ? [valueInfo('output1', 'float32', [1, masks, 4, 4])] : []),
          ]
        : [valueInfo('scores', 'float32', [1, cells, count]), valueInfo('boxes', 'float32', [1, cells, 4])],
  });
}

export interface ColourOwlOptions {
  /** Side of the square input; 16 pixels per position. */
  size: number;
  /** Number of texts that it takes; a name: any number. */
  count?: Size;
  /** Colour of each token id; only the token after the start token counts. */
  colours: ReadonlyMap<number, readonly number[]>;
  vocabulary: number;
}

/** A detector like OWL-ViT, in one graph. Pixels arrive normalised, and colours refer to them. @returns the model file */
export function colourOwl({ size, count = 'texts', colours, vocabulary }: ColourOwlOptions): Uint8Array {
  const boxes = gridBoxes(size, size, 16);
  const places = boxes.length;
  const table = new Float32Array(vocabulary * 3);
  for (const [id, colour] of colours) table.set(colour, id * 3);
  const centred = boxes.map(([x1, y1, x2, y2]) => [(x1! + x2!) / 2, (y1! + y2!) / 2, x2! - x1!, y2! - y1!]);
  return fileOf({
    nodes: [
      onnxNode('AveragePool', ['pixel_values'], ['p'], { kernel_shape: [16, 16], strides: [16, 16] }),
      onnxNode('Reshape', ['p', 'flat'], ['means']),
      onnxNode('Transpose', ['means'], ['places'], { perm: [0, 2, 1] }),
      onnxNode('Gather', ['input_ids', 'first'], ['word'], { axis: 1 }),
      onnxNode('Gather', ['table', 'word'], ['colours'], { axis: 0 }),
      onnxNode('Transpose', ['colours'], ['columns'], { perm: [1, 0] }),
      onnxNode('MatMul', ['places', 'columns'], ['product']),
      onnxNode('Mul', ['product', 'scale'], ['scaled']),
      onnxNode('Add', ['scaled', 'bias'], ['all']),
      // A row that begins with 0 or has an empty mask is not a query.
      onnxNode('Gather', ['input_ids', 'start'], ['starts'], { axis: 1 }),
      onnxNode('Cast', ['starts'], ['used'], { to: ELEMENT_TYPE.bool }),
      onnxNode('Cast', ['attention_mask'], ['mask'], { to: ELEMENT_TYPE.float32 }),
      onnxNode('ReduceSum', ['mask', 'one'], ['tokens'], { keepdims: 0 }),
      onnxNode('Greater', ['tokens', 'none'], ['attended']),
      onnxNode('And', ['used', 'attended'], ['queries']),
      onnxNode('Where', ['queries', 'all', 'lowest'], ['logits']),
      onnxNode('Add', ['grid', 'none'], ['pred_boxes']),
    ],
    constants: [
      int64Tensor('flat', [1, 3, -1]),
      scalarInt('first', 1),
      scalarInt('start', 0),
      int64Tensor('one', [1]),
      scalar('scale', SCALE),
      scalar('bias', BIAS),
      scalar('none', 0),
      scalar('lowest', -3.4e38),
      floatTensor('table', [vocabulary, 3], table),
      floatTensor(
        'grid',
        [1, places, 4],
        Float32Array.from(centred.flat(), (value) => value / size),
      ),
    ],
    inputs: [
      valueInfo('input_ids', 'int64', [count, 16]),
      valueInfo('pixel_values', 'float32', [1, 3, size, size]),
      valueInfo('attention_mask', 'int64', [count, 16]),
    ],
    outputs: [valueInfo('logits', 'float32', [1, places, count]), valueInfo('pred_boxes', 'float32', [1, places, 4])],
  });
}

/** x1, y1, x2, y2 of every cell, row by row. */
function gridBoxes(width: number, height: number, stride: number): number[][] {
  const columns = width / stride;
  return Array.from({ length: columns * (height / stride) }, (_, i) => {
    const [x, y] = [(i % columns) * stride, Math.floor(i / columns) * stride];
    return [x, y, x + stride, y + stride];
  });
}

function transposed(rows: readonly (readonly number[])[]): number[][] {
  return [0, 1, 2, 3].map((column) => rows.map((row) => row[column]!));
}

function scalar(name: string, value: number): OnnxTensor {
  return floatTensor(name, [], Float32Array.of(value));
}

function scalarInt(name: string, value: number): OnnxTensor {
  return { ...int64Tensor(name, [value]), dims: [] };
}

function fileOf({ nodes, constants, inputs, outputs }: Graph): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: { name: 'colours', node: nodes, initializer: constants, input: inputs, output: outputs, valueInfo: [] },
  });
}
