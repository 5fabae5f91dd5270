import { resample } from '../image/resample.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { NamedTensor } from '../runtime/model-runner.js';
import { imagenetTensor, inputSide, longestSide, type Placement } from './placement.js';
import { promptPoints } from './prompt.js';
import { paddedTaps, type SamFormat, samPrompt } from './sam-format.js';

/**
 * Segment Anything (Kirillov et al. 2023, arXiv:2304.02643) and MobileSAM (arXiv:2306.14289), as segment-anything and samexporter export
 * them: longer side 1024, at the top left, normalised with ImageNet's mean and standard deviation, then padded with zeros; points in pixels
 * of the scaled image. `low_res_masks` is used, as the size of `masks` depends on the image that the graph was exported with.
 */
export const sam: SamFormat = {
  prepare(image, input) {
    const placement = longestSide(image, inputSide(input));
    // samexporter's graphs with built-in preparation take rows of RGB, and pad them.
    const tensor =
      input.shape.length === 3 ? rgbLines(image, placement, input.name) : imagenetTensor(image, placement, input.name);
    return { tensor, placement };
  },
  ask(question) {
    const { prompt, placement } = question;
    const { width, height, contentWidth, contentHeight } = placement;
    return samPrompt(question, promptPoints(prompt, contentWidth / width, contentHeight / height), true);
  },
  masks: ['low_res_masks'],
  scores: 'iou_predictions',
  taps: paddedTaps,
};

/** @returns H×W×3, 0..255 */
function rgbLines(image: RgbImage, { contentWidth, contentHeight }: Placement, name: string): NamedTensor {
  const { rgb } = resample(image, contentWidth, contentHeight, 'bilinear');
  return { name, type: 'float32', dims: [contentHeight, contentWidth, 3], data: Float32Array.from(rgb) };
}
