import { imagenetTensor, inputSide, longestSide } from './placement.js';
import { promptPoints } from './prompt.js';
import { paddedTaps, type SamFormat } from './sam-format.js';
import { numbersFor } from './tensors.js';

/**
 * Segment Anything as optimum exports it from transformers, for transformers.js. Images are prepared as for the original. The graph adds
 * the point for "no box" itself, and has no input for a box.
 */
export const samOptimum: SamFormat = {
  prepare(image, input) {
    const placement = longestSide(image, inputSide(input));
    return { tensor: imagenetTensor(image, placement, input.name), placement };
  },
  ask({ prompt, placement, inputs }) {
    const { width, height, contentWidth, contentHeight } = placement;
    const { coords, labels } = promptPoints(prompt, contentWidth / width, contentHeight / height);
    return inputs.flatMap((input) => {
      if (input.name === 'input_points') return [numbersFor(input, [1, 1, labels.length, 2], coords)];
      return input.name === 'input_labels' ? [numbersFor(input, [1, 1, labels.length], labels)] : [];
    });
  },
  masks: ['pred_masks'],
  scores: 'iou_scores',
  taps: paddedTaps,
};
