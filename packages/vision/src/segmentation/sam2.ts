import { imagenetTensor, inputSide, stretched } from './placement.js';
import { promptPoints } from './prompt.js';
import { directTaps, type SamFormat, samPrompt } from './sam-format.js';

/**
 * SAM 2.1 (Ravi et al. 2024, arXiv:2408.00714) as samexporter exports it. Unlike in SAM, images and points are stretched to a square; the
 * decoder also takes features of higher resolution, and adds the point for "no box" itself.
 */
export const sam2: SamFormat = {
  prepare(image, input) {
    const placement = stretched(image, inputSide(input));
    return { tensor: imagenetTensor(image, placement, input.name), placement };
  },
  ask(question) {
    const { prompt, placement } = question;
    const { width, height, inputWidth, inputHeight } = placement;
    return samPrompt(question, promptPoints(prompt, inputWidth / width, inputHeight / height), false);
  },
  masks: ['low_res_masks', 'masks'],
  scores: 'iou_predictions',
  taps: directTaps,
};
