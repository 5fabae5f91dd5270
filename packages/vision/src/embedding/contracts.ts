import type { TensorInfo } from '../onnx/model-file.js';
import type { GraphContract, GraphFile } from '../tasks/task-model.js';

/**
 * Export formats of text and image embedding models, as published exporters write them. A graph may fit several families: a model belongs
 * to the first one, in this order, that fits all its graphs and its tokenizer.
 *
 * | family | text | image |
 * |---|---|---|
 * | clip | `input_ids` [b,77] (`attention_mask`) → `text_embeds` [b,D] | `pixel_values` [b,3,h,w] → `image_embeds` [b,D] |
 * | siglip | `input_ids` [b,64] → `pooler_output` [b,D] | `pixel_values` → `pooler_output` [b,D] |
 * | mobileclip | `text` [b,77] → `text_features` [b,D] | `image` [b,3,h,w] → `image_features` [b,D] |
 * | sentence | `input_ids`, `attention_mask` (`token_type_ids`) → `text_embeds` [b,D] or `last_hidden_state` [b,s,D] | `pixel_values` → `image_embeds` or `pooler_output` [b,D] |
 *
 * CLIP and SigLIP as exported by optimum for transformers.js, MobileCLIP with open_clip's names. Both sides may be in one graph.
 */
export const EMBED_CONTRACTS: readonly GraphContract[] = [
  contract('clip', 'text', ({ inputs, outputs }) => {
    return takes(inputs, ['input_ids'], ['attention_mask']) && has(outputs, 'text_embeds', 2);
  }),
  contract(
    'clip',
    'image',
    ({ inputs, outputs }) => takes(inputs, ['pixel_values']) && has(outputs, 'image_embeds', 2),
  ),
  contract('clip', 'model', ({ inputs, outputs }) => {
    return takes(inputs, ['input_ids', 'attention_mask', 'pixel_values']) && hasBoth(outputs, '_embeds');
  }),
  contract('siglip', 'text', ({ inputs, outputs }) => {
    return takes(inputs, ['input_ids']) && has(outputs, 'pooler_output', 2);
  }),
  contract('siglip', 'image', ({ inputs, outputs }) => {
    return takes(inputs, ['pixel_values']) && has(outputs, 'pooler_output', 2) && !has(outputs, 'image_embeds', 2);
  }),
  contract('siglip', 'model', ({ inputs, outputs }) => {
    return takes(inputs, ['input_ids', 'pixel_values']) && hasBoth(outputs, '_embeds');
  }),
  contract('mobileclip', 'text', ({ inputs, outputs }) => takes(inputs, ['text']) && has(outputs, 'text_features', 2)),
  contract('mobileclip', 'image', ({ inputs, outputs }) => {
    return takes(inputs, ['image']) && has(outputs, 'image_features', 2);
  }),
  contract('mobileclip', 'model', ({ inputs, outputs }) => {
    return takes(inputs, ['text', 'image']) && hasBoth(outputs, '_features');
  }),
  contract('sentence', 'text', ({ inputs, outputs }) => {
    if (!takes(inputs, ['input_ids', 'attention_mask'], ['token_type_ids'])) return false;
    return has(outputs, 'text_embeds', 2) || has(outputs, 'last_hidden_state', 3);
  }),
  contract('sentence', 'image', ({ inputs, outputs }) => {
    return takes(inputs, ['pixel_values']) && (has(outputs, 'image_embeds', 2) || has(outputs, 'pooler_output', 2));
  }),
];

/** Ranks of the inputs: ids are [b,s], images [b,3,h,w]. */
const INPUT_RANKS: Readonly<Record<string, number>> = {
  input_ids: 2,
  attention_mask: 2,
  token_type_ids: 2,
  text: 2,
  pixel_values: 4,
  image: 4,
};

function contract(family: string, role: GraphContract['role'], fits: (graph: GraphFile) => boolean): GraphContract {
  // Open-vocabulary detectors have the same inputs, but return boxes too.
  return { task: 'embed', family, role, fits: (graph) => fits(graph) && !has(graph.outputs, 'pred_boxes') };
}

/** Whether the inputs are exactly these, with the ranks of `INPUT_RANKS`. */
function takes(inputs: readonly TensorInfo[], needed: readonly string[], optional: readonly string[] = []): boolean {
  return (
    needed.every((name) => has(inputs, name, INPUT_RANKS[name])) &&
    inputs.every(({ name }) => needed.includes(name) || optional.includes(name))
  );
}

function hasBoth(outputs: readonly TensorInfo[], ending: string): boolean {
  return has(outputs, `text${ending}`, 2) && has(outputs, `image${ending}`, 2);
}

/** Whether there is a tensor of this name and, where the file gives its shape, of this rank. */
function has(tensors: readonly TensorInfo[], name: string, rank?: number): boolean {
  const found = tensors.find((one) => one.name === name);
  return found !== undefined && (rank === undefined || found.shape === undefined || found.shape.length === rank);
}
