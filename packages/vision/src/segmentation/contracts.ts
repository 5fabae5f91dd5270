import type { TensorInfo } from '../onnx/model-file.js';
import type { GraphContract, GraphFile } from '../tasks/task-model.js';

/** Prompt inputs and their ranks, named by SAM's own exporter and kept by others. */
const SAM_PROMPT = { point_coords: 3, point_labels: 2, mask_input: 4, has_mask_input: 1 };

/**
 * Export formats of segmentation models, as published exporters write them. A graph may fit several families: the model belongs to the
 * first one, in this order, that all its graphs fit.
 *
 * | family | encoder | decoder |
 * |---|---|---|
 * | sam2 | `image` [1,3,S,S] → `image_embed`, `high_res_feats_0`, `high_res_feats_1` | these and SAM's prompt → `masks` or `low_res_masks` [1,C,h,w], `iou_predictions` [1,C] |
 * | sam | `images` or `input_image` [1,3,S,S] or [H,W,3] → `image_embeddings` | `image_embeddings` and the prompt: `point_coords` [1,P,2], `point_labels` [1,P], `mask_input`, `has_mask_input`, `orig_im_size` → `low_res_masks` [1,C,h,w], `iou_predictions` [1,C] |
 * | sam-optimum | `pixel_values` [b,3,S,S] → `image_embeddings`, `image_positional_embeddings` | these, `input_points` [b,q,P,2], `input_labels` [b,q,P] → `pred_masks` [b,q,C,h,w], `iou_scores` [b,q,C] |
 * | efficient-sam | `batched_images` [b,3,H,W] → `image_embeddings` | `image_embeddings`, `batched_point_coords` [b,q,P,2], `batched_point_labels` [b,q,P], `orig_im_size` → `output_masks` [b,q,C,H,W], `iou_predictions` [b,q,C] |
 *
 * Models of one graph: picosam3, `roi_image` [b,3,s,s] → `mask_logits` [b,1,s,s], and yolo-seg, `images` [1,3,H,W] → `output0`
 * [1,4+classes+32,A], `output1` [1,32,h,w].
 * Sources: segment-anything and samexporter (SAM, MobileSAM, SAM 2.1), optimum's SamOnnxConfig, EfficientSAM's export_to_onnx.py,
 * libreyolo (PicoSAM3), ultralytics.
 */
export const SEGMENT_CONTRACTS: readonly GraphContract[] = [
  contract('sam2', 'encoder', ({ inputs, outputs }) => {
    return takes(inputs, { image: 4 }) && gives(outputs, { image_embed: 4, high_res_feats_0: 4, high_res_feats_1: 4 });
  }),
  contract('sam2', 'decoder', ({ inputs, outputs }) => {
    const features = { image_embed: 4, high_res_feats_0: 4, high_res_feats_1: 4 };
    const masks = gives(outputs, { masks: 4 }) || gives(outputs, { low_res_masks: 4 });
    return (
      takes(inputs, { ...features, ...SAM_PROMPT }, { orig_im_size: 1 }) &&
      masks &&
      gives(outputs, { iou_predictions: 2 })
    );
  }),
  contract('sam', 'encoder', ({ inputs, outputs }) => {
    const named = ['images', 'input_image'].some((name) => takes(inputs, { [name]: 4 }));
    return (named || takes(inputs, { input_image: 3 })) && gives(outputs, { image_embeddings: 4 });
  }),
  contract('sam', 'decoder', ({ inputs, outputs }) => {
    return (
      takes(inputs, { image_embeddings: 4, ...SAM_PROMPT, orig_im_size: 1 }) &&
      gives(outputs, { low_res_masks: 4, iou_predictions: 2 })
    );
  }),
  contract('sam-optimum', 'encoder', ({ inputs, outputs }) => {
    return (
      takes(inputs, { pixel_values: 4 }) && gives(outputs, { image_embeddings: 4, image_positional_embeddings: 4 })
    );
  }),
  contract('sam-optimum', 'decoder', ({ inputs, outputs }) => {
    const features = { image_embeddings: 4, image_positional_embeddings: 4 };
    return (
      takes(inputs, { ...features, input_points: 4, input_labels: 3 }) &&
      gives(outputs, { pred_masks: 5, iou_scores: 3 })
    );
  }),
  contract('efficient-sam', 'encoder', ({ inputs, outputs }) => {
    return takes(inputs, { batched_images: 4 }) && gives(outputs, { image_embeddings: 4 });
  }),
  contract('efficient-sam', 'decoder', ({ inputs, outputs }) => {
    const prompt = { batched_point_coords: 4, batched_point_labels: 3, orig_im_size: 1 };
    return takes(inputs, { image_embeddings: 4, ...prompt }) && gives(outputs, { output_masks: 5, iou_predictions: 3 });
  }),
  contract('picosam3', 'model', ({ inputs, outputs }) => {
    return takes(inputs, { roi_image: 4 }) && gives(outputs, { mask_logits: 4 });
  }),
  contract('yolo-seg', 'model', ({ inputs, outputs, metadata }) => {
    const segments = metadata.get('task') === undefined || metadata.get('task') === 'segment';
    return segments && takes(inputs, { images: 4 }) && gives(outputs, { output0: 3, output1: 4 });
  }),
];

function contract(family: string, role: GraphContract['role'], fits: (graph: GraphFile) => boolean): GraphContract {
  return { task: 'segment', family, role, fits };
}

type Ranks = Readonly<Record<string, number>>;

/** Whether there are exactly these inputs, with these ranks. */
function takes(inputs: readonly TensorInfo[], needed: Ranks, optional: Ranks = {}): boolean {
  const known: Ranks = { ...needed, ...optional };
  return (
    gives(inputs, needed) && inputs.every(({ name }) => Object.hasOwn(known, name) && has(inputs, name, known[name]!))
  );
}

/** Whether there are at least these outputs, with these ranks. */
function gives(outputs: readonly TensorInfo[], needed: Ranks): boolean {
  return Object.entries(needed).every(([name, rank]) => has(outputs, name, rank));
}

/** Whether there is a tensor of this name, with this rank if the file gives its shape. */
function has(tensors: readonly TensorInfo[], name: string, rank: number): boolean {
  const found = tensors.find((one) => one.name === name);
  return found !== undefined && (found.shape === undefined || found.shape.length === rank);
}
