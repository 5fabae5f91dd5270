import { prepareImages } from '../image/preparation.js';
import { promptPoints } from './prompt.js';
import { directTaps, type SamFormat } from './sam-format.js';
import type { MaskPrompt } from './segmenter.js';
import { numbersFor } from './tensors.js';

/** Maximum number of points that the decoder reads; it drops further ones. */
const MAX_POINTS = 6;
const BOX_POINTS = 2;

/**
 * EfficientSAM (Xiong et al. 2023, arXiv:2312.00863) as its `export_to_onnx.py` exports it: images of any size, 0..1, points in their
 * pixels, masks of their size. It was trained only with points inside objects and boxes: it accepts points outside, with little effect.
 */
export const efficientSam: SamFormat = {
  prepare(image, input) {
    const { width, height } = image;
    const { data, dims } = prepareImages([image], {
      filter: 'bilinear',
      rescale: 1 / 255,
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
    const placement = {
      width,
      height,
      contentWidth: width,
      contentHeight: height,
      inputWidth: width,
      inputHeight: height,
    };
    return { tensor: { name: input.name, type: 'float32', dims, data }, placement };
  },
  ask({ prompt, placement: { width, height }, inputs }) {
    const { coords, labels } = promptPoints(newest(prompt), 1, 1);
    return inputs.flatMap((input) => {
      if (input.name === 'batched_point_coords') return [numbersFor(input, [1, 1, labels.length, 2], coords)];
      if (input.name === 'batched_point_labels') return [numbersFor(input, [1, 1, labels.length], labels)];
      return input.name === 'orig_im_size' ? [numbersFor(input, [2], [height, width])] : [];
    });
  },
  masks: ['output_masks'],
  scores: 'iou_predictions',
  taps: directTaps,
};

/** The last points, as many as are read: those that correct a mask come last. */
function newest(prompt: MaskPrompt): MaskPrompt {
  return { ...prompt, points: prompt.points.slice(-(MAX_POINTS - (prompt.box ? BOX_POINTS : 0))) };
}
