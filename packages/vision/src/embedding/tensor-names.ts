/** Names of inputs and outputs in the export formats of `contracts.ts`. */
export const TEXT_INPUTS: readonly string[] = ['input_ids', 'text'];
export const IMAGE_INPUTS: readonly string[] = ['pixel_values', 'image'];
/** Hidden states come last: some graphs return them along with the vector computed from them. */
export const TEXT_OUTPUTS: readonly string[] = [
  'text_embeds',
  'text_features',
  'prompt_embeddings',
  'pooler_output',
  'last_hidden_state',
];
export const IMAGE_OUTPUTS: readonly string[] = ['image_embeds', 'image_features', 'pooler_output'];
