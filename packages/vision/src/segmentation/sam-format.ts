import type { RgbImage } from '../image/rgb-image.js';
import type { NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';
import type { Placement } from './placement.js';
import { type PromptPoints, padded } from './prompt.js';
import { type AxisTaps, composeTaps, linearTaps } from './resize-logits.js';
import type { MaskPrompt } from './segmenter.js';
import { numbersFor } from './tensors.js';

/** A prompt for the decoder, with the placement of its image in the encoder's input. */
export interface DecoderQuestion {
  readonly prompt: MaskPrompt;
  readonly placement: Placement;
  /** The decoder's inputs. */
  readonly inputs: readonly TensorDeclaration[];
  /** The encoder's outputs that the decoder takes. */
  readonly features: readonly NamedTensor[];
}

/** What differs between models with an image encoder and a prompt decoder. */
export interface SamFormat {
  /** The encoder's only input, and the placement of the image in it. */
  prepare(image: RgbImage, input: TensorDeclaration): { tensor: NamedTensor; placement: Placement };
  /** The decoder's inputs besides the features. */
  ask(question: DecoderQuestion): NamedTensor[];
  /** Outputs of the decoder, in order of preference, with logits in their last two dimensions. */
  readonly masks: readonly string[];
  /** Output with the model's estimate of the IoU of each mask. */
  readonly scores: string;
  /** Resampling of `width`×`height` logits to the size of the image. */
  taps(placement: Placement, width: number, height: number): { rows: AxisTaps; columns: AxisTaps };
}

/** Side of a mask prompt relative to that of the features, in all of SAM's prompt encoders. */
const MASK_PER_FEATURE = 4;

/** The prompt as inputs of segment-anything's exporter. @param noBoxPoint whether the caller adds the point for "no box" */
export function samPrompt(
  { prompt, inputs, features, placement }: DecoderQuestion,
  points: PromptPoints,
  noBoxPoint: boolean,
): NamedTensor[] {
  const { coords, labels } = noBoxPoint && !prompt.box ? padded(points) : points;
  const side = (features.find(({ name }) => name.startsWith('image_embed'))?.dims.at(-1) ?? 64) * MASK_PER_FEATURE;
  const values: Record<string, { dims: number[]; values: number[] }> = {
    point_coords: { dims: [1, labels.length, 2], values: coords },
    point_labels: { dims: [1, labels.length], values: labels },
    mask_input: { dims: [1, 1, side, side], values: new Array(side * side).fill(0) },
    has_mask_input: { dims: [1], values: [0] },
    orig_im_size: { dims: [2], values: [placement.height, placement.width] },
  };
  return inputs.flatMap((input) => {
    const tensor = values[input.name];
    return tensor ? [numbersFor(input, tensor.dims, tensor.values)] : [];
  });
}

/**
 * `Sam.postprocess_masks` of segment-anything: scales to the size of the input, crops its padding, scales to the size of the image.
 * The exported graph's own `masks` do the same, but with the aspect ratio fixed at export.
 */
export function paddedTaps(placement: Placement, width: number, height: number): { rows: AxisTaps; columns: AxisTaps } {
  const axis = (from: number, input: number, content: number, to: number) =>
    composeTaps(linearTaps(from, input), linearTaps(content, to));
  return {
    rows: axis(height, placement.inputHeight, placement.contentHeight, placement.height),
    columns: axis(width, placement.inputWidth, placement.contentWidth, placement.width),
  };
}

/** Scales directly to the size of the image. */
export function directTaps(placement: Placement, width: number, height: number): { rows: AxisTaps; columns: AxisTaps } {
  return { rows: linearTaps(height, placement.height), columns: linearTaps(width, placement.width) };
}
