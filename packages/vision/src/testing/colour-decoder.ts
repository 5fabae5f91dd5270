import { floatTensor, int64Tensor, onnxNode, valueInfo } from '../onnx/graph.js';
import { encodeModel } from '../onnx/model-file.js';
import { ELEMENT_TYPE, type OnnxNode } from '../onnx/schema.js';

type DecoderFamily = 'sam' | 'sam-lines' | 'sam-optimum' | 'efficient-sam' | 'sam2';
type Shapes = readonly (readonly [name: string, shape: readonly (number | string)[]])[];

interface DecoderTensors {
  /** Encoder outputs. */
  readonly features: Shapes;
  readonly coords: string;
  readonly labels: string;
  /** Dimensions before those of a point. */
  readonly batch: readonly number[];
  /** Other inputs. */
  readonly others: Shapes;
  readonly masks: string;
  readonly scores: string;
  /** Whether the caller must add the point for "no box"; other graphs add it themselves. */
  readonly noBoxPoint: boolean;
}

const SAM_OTHERS: Shapes = [
  ['mask_input', [1, 1, 256, 256]],
  ['has_mask_input', [1]],
];
const CANDIDATES = 3;
const LOGIT = 4;

/** Names and shapes of each family's decoder, except the size of the features. */
export function decoderTensors(family: DecoderFamily): DecoderTensors {
  const sam = { coords: 'point_coords', labels: 'point_labels', batch: [1], scores: 'iou_predictions' };
  switch (family) {
    case 'sam2': {
      const features = ['image_embed', 'high_res_feats_0', 'high_res_feats_1'].map((name) => [name, []] as const);
      return { ...sam, features, others: SAM_OTHERS, masks: 'masks', noBoxPoint: false };
    }
    case 'sam-optimum': {
      const features = ['image_embeddings', 'image_positional_embeddings'].map((name) => [name, []] as const);
      const points = { coords: 'input_points', labels: 'input_labels', batch: [1, 1] };
      return { features, ...points, others: [], masks: 'pred_masks', scores: 'iou_scores', noBoxPoint: false };
    }
    case 'efficient-sam': {
      const points = { coords: 'batched_point_coords', labels: 'batched_point_labels', batch: [1, 1] };
      const others: Shapes = [['orig_im_size', [2]]];
      const outputs = { masks: 'output_masks', scores: 'iou_predictions' };
      return { features: [['image_embeddings', []]], ...points, others, ...outputs, noBoxPoint: false };
    }
    default: {
      const others: Shapes = [...SAM_OTHERS, ['orig_im_size', [2]]];
      return { ...sam, features: [['image_embeddings', []]], others, masks: 'low_res_masks', noBoxPoint: true };
    }
  }
}

/**
 * Segments the area with the colour under the points, or within the box. Finds nothing if the point for "no box" is missing where it is
 * expected, or present where it is not.
 * @param side pixels of the encoder's input
 * @param grid cells of the features along each axis
 */
export function colourDecoder(family: DecoderFamily, side: number, grid: number): Uint8Array {
  const { features, coords, labels, batch, others, masks, scores, noBoxPoint } = decoderTensors(family);
  const isInteger = family === 'sam-optimum';
  const sizeType = family === 'efficient-sam' ? 'int64' : 'float32';
  const rank = batch.length === 1 ? [1, CANDIDATES] : [1, 1, CANDIDATES];
  const exact = family === 'efficient-sam';
  const lowSide = grid * 4;
  const nodes: OnnxNode[] = [
    onnxNode('Reshape', [coords, 'point_list'], ['given']),
    ...(exact ? sourcePixels() : [onnxNode('Identity', ['given'], ['points'])]),
    onnxNode('Cast', [labels], ['labels_float'], { to: ELEMENT_TYPE.float32 }),
    onnxNode('Reshape', ['labels_float', 'label_list'], ['kinds']),
    ...kinds(),
    ...byColour(features.map(([name]) => name)),
    ...byBox(),
    ...combined(noBoxPoint),
    onnxNode('Reshape', ['logits', 'plane'], ['object']),
    onnxNode('Neg', ['object'], ['rest']),
    onnxNode('Mul', ['object', 'zero'], ['nothing']),
    onnxNode('Add', ['nothing', 'high'], ['everything']),
    onnxNode('Concat', ['everything', 'object', 'rest'], ['three'], { axis: 1 }),
    onnxNode('Resize', ['three', '', '', exact ? 'image_shape' : 'low_shape'], ['resized'], { mode: 'linear' }),
    ...(batch.length === 1
      ? [onnxNode('Identity', ['resized'], [masks])]
      : [onnxNode('Unsqueeze', ['resized', 'axis1'], [masks])]),
    onnxNode('Identity', ['estimates'], [scores]),
  ];
  const centres = new Float32Array(grid * grid * 2);
  for (let i = 0; i < grid * grid; i++) {
    centres.set([((i % grid) + 0.5) * (side / grid), (Math.floor(i / grid) + 0.5) * (side / grid)], i * 2);
  }
  const scalars = { zero: 0, high: LOGIT, low: -LOGIT, far: 1000, blur: -1 / 60, steep: -40 };
  const labelValues = { outside: 0, inside: 1, top_left: 2, bottom_right: 3, padding: -1 };
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    graph: {
      name: 'colours',
      node: nodes,
      initializer: [
        ...Object.entries({ ...scalars, ...labelValues }).map(([name, value]) =>
          floatTensor(name, [], Float32Array.of(value)),
        ),
        floatTensor('centres', [1, 1, grid * grid, 2], centres),
        floatTensor('estimates', rank, Float32Array.of(0.5, 0.9, 0.7)),
        floatTensor('input_side', [1], Float32Array.of(side)),
        int64Tensor('point_list', [1, -1, 2]),
        int64Tensor('label_list', [1, -1]),
        int64Tensor('cells', [1, 3, grid * grid]),
        int64Tensor('plane', [1, 1, grid, grid]),
        int64Tensor('low_shape', [1, CANDIDATES, lowSide, lowSide]),
        int64Tensor('three_planes', [1, CANDIDATES]),
        int64Tensor('reversed', [1, 0]),
        ...[0, 1, 2, 3].map((axis) => int64Tensor(`axis${axis}`, [axis])),
      ],
      input: [
        ...features.map(([name]) => valueInfo(name, 'float32', [1, 3, grid, grid])),
        valueInfo(coords, 'float32', [...batch, 'P', 2]),
        valueInfo(labels, isInteger ? 'int64' : 'float32', [...batch, 'P']),
        ...others.map(([name, shape]) => valueInfo(name, name === 'orig_im_size' ? sizeType : 'float32', shape)),
      ],
      output: [
        valueInfo(masks, 'float32', [...rank, ...(exact ? ['height', 'width'] : [lowSide, lowSide])]),
        valueInfo(scores, 'float32', rank),
      ],
      valueInfo: [],
    },
  });
}

/** EfficientSAM takes points in pixels of the image, and the size of the image. */
function sourcePixels(): OnnxNode[] {
  return [
    onnxNode('Cast', ['orig_im_size'], ['size_float'], { to: ELEMENT_TYPE.float32 }),
    onnxNode('Gather', ['size_float', 'reversed'], ['width_height'], { axis: 0 }),
    onnxNode('Div', ['input_side', 'width_height'], ['scale']),
    onnxNode('Mul', ['given', 'scale'], ['points']),
    onnxNode('Concat', ['three_planes', 'orig_im_size'], ['image_shape'], { axis: 0 }),
  ];
}

/** Which points are of each kind, [1,P,1], and whether there are any. */
function kinds(): OnnxNode[] {
  return ['outside', 'inside', 'top_left', 'bottom_right', 'padding'].flatMap((kind) => [
    onnxNode('Equal', ['kinds', kind], [`is_${kind}`]),
    onnxNode('Cast', [`is_${kind}`], [`count_${kind}`], { to: ELEMENT_TYPE.float32 }),
    onnxNode('ReduceMax', [`count_${kind}`], [`any_${kind}`], { axes: [1], keepdims: 1 }),
    onnxNode('Unsqueeze', [`is_${kind}`, 'axis2'], [`at_${kind}`]),
    onnxNode('Unsqueeze', [`count_${kind}`, 'axis2'], [`share_${kind}`]),
  ]);
}

/** Colour similarity of each point and each cell, [1,P,cells]. Reads all features, as real decoders do. */
function byColour(features: readonly string[]): OnnxNode[] {
  return [
    onnxNode('Mean', [...features], ['embedded']),
    onnxNode('Unsqueeze', ['points', 'axis2'], ['point_columns']),
    onnxNode('Sub', ['point_columns', 'centres'], ['away']),
    onnxNode('Mul', ['away', 'away'], ['away2']),
    onnxNode('ReduceSum', ['away2', 'axis3'], ['distances'], { keepdims: 0 }),
    onnxNode('Mul', ['distances', 'blur'], ['closeness']),
    onnxNode('Softmax', ['closeness'], ['under'], { axis: 2 }),
    onnxNode('Reshape', ['embedded', 'cells'], ['flat']),
    onnxNode('Transpose', ['flat'], ['cell_colours'], { perm: [0, 2, 1] }),
    onnxNode('MatMul', ['under', 'cell_colours'], ['point_colours']),
    onnxNode('Unsqueeze', ['point_colours', 'axis3'], ['point_colours4']),
    onnxNode('Unsqueeze', ['flat', 'axis1'], ['flat4']),
    onnxNode('Sub', ['flat4', 'point_colours4'], ['difference']),
    onnxNode('Mul', ['difference', 'difference'], ['difference2']),
    onnxNode('ReduceSum', ['difference2', 'axis2'], ['apart'], { keepdims: 0 }),
    onnxNode('Mul', ['apart', 'steep'], ['fall']),
    onnxNode('Add', ['fall', 'high'], ['alike']),
    onnxNode('Where', ['at_inside', 'alike', 'low'], ['alike_inside']),
    onnxNode('ReduceMax', ['alike_inside'], ['wanted'], { axes: [1], keepdims: 0 }),
    onnxNode('Where', ['at_outside', 'alike', 'low'], ['alike_outside']),
    onnxNode('ReduceMax', ['alike_outside'], ['unwanted'], { axes: [1], keepdims: 0 }),
  ];
}

/** How far the centre of each cell is inside the box, [1,cells]. */
function byBox(): OnnxNode[] {
  return [
    onnxNode('Mul', ['points', 'share_top_left'], ['first_corner']),
    onnxNode('ReduceSum', ['first_corner', 'axis1'], ['left_top']),
    onnxNode('Mul', ['points', 'share_bottom_right'], ['second_corner']),
    onnxNode('ReduceSum', ['second_corner', 'axis1'], ['right_bottom']),
    onnxNode('Sub', ['centres', 'left_top'], ['from_left_top']),
    onnxNode('Sub', ['right_bottom', 'centres'], ['to_right_bottom']),
    onnxNode('Min', ['from_left_top', 'to_right_bottom'], ['nearest_side']),
    onnxNode('ReduceMin', ['nearest_side'], ['inside4'], { axes: [3], keepdims: 0 }),
    onnxNode('ReduceMin', ['inside4'], ['within'], { axes: [1], keepdims: 0 }),
  ];
}

function combined(noBoxPoint: boolean): OnnxNode[] {
  return [
    onnxNode('Greater', ['any_inside', 'zero'], ['has_points']),
    onnxNode('Where', ['has_points', 'wanted', 'far'], ['by_points']),
    onnxNode('Greater', ['any_bottom_right', 'zero'], ['has_box']),
    onnxNode('Where', ['has_box', 'within', 'far'], ['by_box']),
    onnxNode('Neg', ['unwanted'], ['by_outside']),
    onnxNode('Min', ['by_points', 'by_box', 'by_outside'], ['all_of_it']),
    onnxNode('Sub', ['inside', 'any_top_left'], ['no_box']),
    noBoxPoint
      ? onnxNode('Equal', ['any_padding', 'no_box'], ['as_expected'])
      : onnxNode('Equal', ['any_padding', 'zero'], ['as_expected']),
    onnxNode('Where', ['as_expected', 'all_of_it', 'low'], ['checked']),
    onnxNode('Clip', ['checked', 'low', 'high'], ['logits']),
  ];
}
