import type { TensorInfo } from '../onnx/model-file.js';
import type { GraphContract, GraphFile } from '../tasks/task-model.js';

/**
 * Export formats of open-vocabulary detectors.
 *
 * | family | graph | inputs → outputs |
 * |---|---|---|
 * | owl | model | `pixel_values` [1,3,h,w], `input_ids` [N,16], `attention_mask` → `logits` [1,P,N], `pred_boxes` [1,P,4] |
 * | | image | `pixel_values` → `image_embeds` [1,h,w,D], `pred_boxes` |
 * | | text | `input_ids`, `attention_mask` → vectors [N,D] |
 * | | decoder | `image_embeds`, text vectors (`input_ids`) → `logits` |
 * | yolo-world | model | `images` [b,3,h,w], `txt_feats` [b,N,512] → `output0` [b,4+N,A] |
 * | yolo-world-mm | model | `images`, `text_features` [1,N,512] → `scores` [1,A,N], `boxes` [1,A,4] |
 * | both | text | CLIP's, as in embedding models |
 * | yoloe | model | `images`, `prompt_embeddings` [1,N,512] → `output0` [1,4+N+32,A], `output1` (mask prototypes) |
 * | | text | `input_ids` → `prompt_embeddings` |
 *
 * OWL-ViT and OWLv2 as optimum exports them, whole or cut into parts with `onnx.utils.extract_model`; YOLO-World as ultralytics and mmyolo
 * name it.
 */
export const OPEN_DETECT_CONTRACTS: readonly GraphContract[] = [
  contract('owl', 'model', ({ inputs, outputs }) => {
    if (!has(inputs, 'pixel_values', 4) || !has(inputs, 'input_ids', 2)) return false;
    return has(outputs, 'logits', 3) && has(outputs, 'pred_boxes', 3);
  }),
  contract('owl', 'image', ({ inputs, outputs }) => {
    return only(inputs, 'pixel_values') && has(outputs, 'image_embeds') && has(outputs, 'pred_boxes', 3);
  }),
  contract('owl', 'decoder', ({ inputs, outputs }) => has(inputs, 'image_embeds') && has(outputs, 'logits', 3)),
  // The output is named after a node, as the graph has no output there before it is cut.
  contract('owl', 'text', ({ inputs, outputs }) => {
    return only(inputs, 'input_ids', 'attention_mask') && outputs.length === 1 && isRank(outputs[0]!, 2);
  }),
  contract('yolo-world', 'model', ({ inputs, outputs }) => {
    return has(inputs, 'images', 4) && has(inputs, 'txt_feats', 3) && has(outputs, 'output0', 3);
  }),
  contract('yolo-world', 'text', isClipText),
  contract('yolo-world-mm', 'model', ({ inputs, outputs }) => {
    if (!has(inputs, 'images', 4) || !has(inputs, 'text_features', 3)) return false;
    return has(outputs, 'scores', 3) && has(outputs, 'boxes', 3);
  }),
  contract('yolo-world-mm', 'text', isClipText),
  contract('yoloe', 'model', ({ inputs, outputs }) => {
    return has(inputs, 'images', 4) && has(inputs, 'prompt_embeddings', 3) && has(outputs, 'output0', 3);
  }),
  contract('yoloe', 'text', ({ inputs, outputs }) => {
    return only(inputs, 'input_ids', 'attention_mask') && has(outputs, 'prompt_embeddings');
  }),
];

function contract(family: string, role: GraphContract['role'], fits: GraphContract['fits']): GraphContract {
  return { task: 'open-detect', family, role, fits };
}

function isClipText({ inputs, outputs }: GraphFile): boolean {
  return only(inputs, 'input_ids', 'attention_mask') && has(outputs, 'text_embeds', 2);
}

/** Whether the first of these inputs is there, and no others but these. */
function only(inputs: readonly TensorInfo[], ...names: readonly string[]): boolean {
  return has(inputs, names[0]!) && inputs.every(({ name }) => names.includes(name));
}

/** Whether there is a tensor of this name, with this rank if the file gives its shape. */
function has(tensors: readonly TensorInfo[], name: string, rank?: number): boolean {
  const found = tensors.find((one) => one.name === name);
  return found !== undefined && (rank === undefined || isRank(found, rank));
}

function isRank({ shape }: TensorInfo, rank: number): boolean {
  return shape === undefined || shape.length === rank;
}
