import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { floatTensor, int64Tensor, onnxNode, valueInfo } from '../onnx/graph.js';
import { encodeModel } from '../onnx/model-file.js';
import { ELEMENT_TYPE, type OnnxNode, type OnnxTensor, type OnnxValueInfo } from '../onnx/schema.js';
import type { GraphRole, TaskModelInfo } from '../tasks/task-model.js';
import { colourDecoder, decoderTensors } from './colour-decoder.js';

export type SegmentFamily = 'sam' | 'sam-lines' | 'sam-optimum' | 'efficient-sam' | 'sam2' | 'picosam3' | 'yolo-seg';

/** Side of the square input of the families that have one, as published. */
const SIDE = 1024;
/** Cells of the features along each axis. */
const GRID = 64;
const ROI = 96;
const YOLO_SIDE = 320;
const YOLO_STRIDE = 4;

const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];
/** Classes of the YOLOv8-seg: red, green, blue. */
const CLASSES = 3;
const COEFFICIENTS = 32;

/**
 * Writes a small model with the names and shapes of a published export that segments the area with the colour under a click, or the area
 * in a box, to the cells of its grid. `sam-lines` is SAM with samexporter's preparation in the graph. Candidates are, best first: the
 * object (.9), everything else (.7), the whole image (.5).
 * @param directory created if missing
 */
export function writeColourSegmenter(directory: string, family: SegmentFamily): TaskModelInfo {
  mkdirSync(directory, { recursive: true });
  const graphs: Partial<Record<GraphRole, string>> = {};
  const sum = createHash('sha256');
  let bytes = 0;
  for (const [role, file] of Object.entries(colourSegmenter(family)) as [GraphRole, Uint8Array][]) {
    const path = join(directory, `${role}.onnx`);
    writeFileSync(path, file);
    graphs[role] = path;
    sum.update(file);
    bytes += file.length;
  }
  const known = family === 'sam-lines' ? 'sam' : family;
  return { name: 'colours', task: 'segment', family: known, graphs, sha256: sum.digest('hex'), bytes };
}

/** Files of such a model. */
export function colourSegmenter(family: SegmentFamily): Partial<Record<GraphRole, Uint8Array>> {
  if (family === 'picosam3') return { model: picosam3() };
  if (family === 'yolo-seg') return { model: yoloSeg() };
  return { encoder: encoder(family), decoder: colourDecoder(family, SIDE, GRID) };
}

/** The mean colour of each cell. */
function encoder(family: Exclude<SegmentFamily, 'picosam3' | 'yolo-seg'>): Uint8Array {
  const pool = onnxNode('AveragePool', ['colours'], ['pooled'], {
    kernel_shape: [SIDE / GRID, SIDE / GRID],
    strides: [SIDE / GRID, SIDE / GRID],
  });
  const features = decoderTensors(family).features.map(([name]) => onnxNode('Identity', ['pooled'], [name]));
  const outputs = decoderTensors(family).features.map(([name]) => valueInfo(name, 'float32', [1, 3, GRID, GRID]));
  if (family === 'sam-lines') {
    // Padded to the square with zeros after the graph's own normalisation, as samexporter does.
    return file({
      inputs: [valueInfo('input_image', 'float32', ['image_height', 'image_width', 3])],
      nodes: [
        onnxNode('Transpose', ['input_image'], ['planes'], { perm: [2, 0, 1] }),
        onnxNode('Unsqueeze', ['planes', 'zero'], ['batch']),
        onnxNode('Div', ['batch', 'levels'], ['unit']),
        onnxNode('Shape', ['unit'], ['size']),
        onnxNode('Sub', ['square', 'size'], ['missing']),
        onnxNode('Concat', ['none', 'missing'], ['pads'], { axis: 0 }),
        onnxNode('Pad', ['unit', 'pads'], ['colours']),
        pool,
        ...features,
      ],
      constants: [
        int64Tensor('zero', [0]),
        int64Tensor('none', [0, 0, 0, 0]),
        int64Tensor('square', [1, 3, SIDE, SIDE]),
        scalars('levels', [255]),
      ],
      outputs,
    });
  }
  if (family === 'efficient-sam') {
    return file({
      inputs: [valueInfo('batched_images', 'float32', ['batch', 3, 'height', 'width'])],
      nodes: [
        onnxNode('Resize', ['batched_images', '', '', 'square'], ['colours'], { mode: 'linear' }),
        pool,
        ...features,
      ],
      constants: [int64Tensor('square', [1, 3, SIDE, SIDE])],
      outputs,
    });
  }
  const input = family === 'sam2' ? 'image' : family === 'sam' ? 'images' : 'pixel_values';
  return file({
    inputs: [valueInfo(input, 'float32', [1, 3, SIDE, SIDE])],
    nodes: [...denormalise(input), pool, ...features],
    constants: [planes('mean', MEAN), planes('std', STD)],
    outputs,
  });
}

/** Segments the area with the colour of the centre. */
function picosam3(): Uint8Array {
  return file({
    inputs: [valueInfo('roi_image', 'float32', ['n', 3, ROI, ROI])],
    nodes: [
      ...denormalise('roi_image'),
      onnxNode('Slice', ['colours', 'from', 'to', 'axes'], ['middle']),
      onnxNode('ReduceMean', ['middle'], ['colour'], { axes: [2, 3] }),
      onnxNode('Sub', ['colours', 'colour'], ['difference']),
      onnxNode('Mul', ['difference', 'difference'], ['squares']),
      onnxNode('ReduceSum', ['squares', 'channel'], ['distance']),
      onnxNode('Mul', ['distance', 'steep'], ['fall']),
      onnxNode('Add', ['fall', 'high'], ['logits']),
      onnxNode('Clip', ['logits', 'low', 'high'], ['mask_logits']),
    ],
    constants: [
      planes('mean', MEAN),
      planes('std', STD),
      int64Tensor('from', [ROI / 2 - 2, ROI / 2 - 2]),
      int64Tensor('to', [ROI / 2 + 2, ROI / 2 + 2]),
      int64Tensor('axes', [2, 3]),
      int64Tensor('channel', [1]),
      scalar('steep', -40),
      scalar('low', -4),
      scalar('high', 4),
    ],
    outputs: [valueInfo('mask_logits', 'float32', ['n', 1, ROI, ROI])],
  });
}

/** One instance for each of three colours in the image. */
function yoloSeg(): Uint8Array {
  const cells = YOLO_SIDE / YOLO_STRIDE;
  const edges = Float32Array.from({ length: cells }, (_, i) => i * YOLO_STRIDE);
  const far = (name: string, axis: 'x' | 'y') => [
    onnxNode('Mul', ['inside', `${name}_${axis}`], [`${name}_all_${axis}`]),
    onnxNode('ReduceMax', [`${name}_all_${axis}`], [`${name}_max_${axis}`], { axes: [2, 3], keepdims: 0 }),
  ];
  const side = (axis: 'x' | 'y') => [
    ...far('end', axis),
    ...far('rest', axis),
    onnxNode('Sub', ['side', `rest_max_${axis}`], [`begin_${axis}`]),
    onnxNode('Sub', [`end_max_${axis}`, `begin_${axis}`], [`length_${axis}`]),
    onnxNode('Add', [`end_max_${axis}`, `begin_${axis}`], [`twice_${axis}`]),
    onnxNode('Mul', [`twice_${axis}`, 'half'], [`centre_${axis}`]),
  ];
  const rows = ['centre_x', 'centre_y', 'length_x', 'length_y'];
  return file({
    metadata: { task: 'segment', names: "{0: 'red', 1: 'green', 2: 'blue'}" },
    inputs: [valueInfo('images', 'float32', [1, 3, YOLO_SIDE, YOLO_SIDE])],
    nodes: [
      onnxNode('AveragePool', ['images'], ['pooled'], {
        kernel_shape: [YOLO_STRIDE, YOLO_STRIDE],
        strides: [YOLO_STRIDE, YOLO_STRIDE],
      }),
      // 1 for the pure colour, less towards grey.
      onnxNode('Conv', ['pooled', 'purity', 'offset'], ['pure']),
      onnxNode('Greater', ['pure', 'half'], ['is_inside']),
      onnxNode('Cast', ['is_inside'], ['inside'], { to: ELEMENT_TYPE.float32 }),
      ...side('x'),
      ...side('y'),
      ...rows.map((name) => onnxNode('Unsqueeze', [name, 'one'], [`${name}_row`])),
      onnxNode('ReduceMax', ['pure'], ['best'], { axes: [2, 3], keepdims: 0 }),
      onnxNode('Mul', ['best', 'diagonal'], ['scores']),
      onnxNode('Concat', [...rows.map((name) => `${name}_row`), 'scores', 'coefficients'], ['output0'], { axis: 1 }),
      onnxNode('Sub', ['inside', 'half'], ['signed']),
      onnxNode('Pad', ['signed', 'pads'], ['output1']),
    ],
    constants: [
      floatTensor('purity', [3, 3, 1, 1], Float32Array.of(1, -1, -1, -1, 1, -1, -1, -1, 1)),
      floatTensor('offset', [3], new Float32Array(3)),
      floatTensor(
        'end_x',
        [1, 1, 1, cells],
        edges.map((edge) => edge + YOLO_STRIDE),
      ),
      floatTensor(
        'rest_x',
        [1, 1, 1, cells],
        edges.map((edge) => YOLO_SIDE - edge),
      ),
      floatTensor(
        'end_y',
        [1, 1, cells, 1],
        edges.map((edge) => edge + YOLO_STRIDE),
      ),
      floatTensor(
        'rest_y',
        [1, 1, cells, 1],
        edges.map((edge) => YOLO_SIDE - edge),
      ),
      floatTensor('diagonal', [1, CLASSES, CLASSES], identity(CLASSES, CLASSES)),
      floatTensor('coefficients', [1, COEFFICIENTS, CLASSES], identity(COEFFICIENTS, CLASSES)),
      int64Tensor('pads', [0, 0, 0, 0, 0, COEFFICIENTS - CLASSES, 0, 0]),
      int64Tensor('one', [1]),
      scalar('half', 0.5),
      scalar('side', YOLO_SIDE),
    ],
    outputs: [
      valueInfo('output0', 'float32', [1, 4 + CLASSES + COEFFICIENTS, CLASSES]),
      valueInfo('output1', 'float32', [1, COEFFICIENTS, cells, cells]),
    ],
  });
}

function denormalise(input: string): OnnxNode[] {
  return [onnxNode('Mul', [input, 'std'], ['shifted']), onnxNode('Add', ['shifted', 'mean'], ['colours'])];
}

function identity(rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => (Math.floor(i / columns) === i % columns ? 1 : 0));
}

function planes(name: string, values: readonly number[]): OnnxTensor {
  return floatTensor(name, [1, values.length, 1, 1], Float32Array.from(values));
}

function scalars(name: string, values: readonly number[]): OnnxTensor {
  return floatTensor(name, [values.length], Float32Array.from(values));
}

function scalar(name: string, value: number): OnnxTensor {
  return floatTensor(name, [], Float32Array.of(value));
}

interface Graph {
  inputs: OnnxValueInfo[];
  nodes: OnnxNode[];
  constants: OnnxTensor[];
  outputs: OnnxValueInfo[];
  metadata?: Record<string, string>;
}

function file({ inputs, nodes, constants, outputs, metadata = {} }: Graph): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: { name: 'colours', node: nodes, initializer: constants, input: inputs, output: outputs, valueInfo: [] },
  });
}
