import { LookoutError } from '@lookout/protocol/core';
import { z } from 'zod';
import { cropImage } from '../image/crop.js';
import type { Rgb } from '../image/preparation.js';
import { prepareImages } from '../image/preparation.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { ModelRunner } from '../runtime/model-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { candidatesOf } from './candidates.js';
import { checkPrompt } from './prompt.js';
import { linearTaps, resizeLogits } from './resize-logits.js';
import { type RoiRule, roiOf } from './roi.js';
import type { EncodedImage, MaskCandidate, MaskPrompt, Segmenter } from './segmenter.js';
import { SEGMENT_TAKES } from './takes.js';
import { floatOutput } from './tensors.js';

const SIDE = 96;
const MEAN: Rgb = [0.485, 0.456, 0.406];
const STD: Rgb = [0.229, 0.224, 0.225];

/** In `preprocessor_config.json`, for models trained with other crops than PicoSAM3's own. */
const RoiConfig = z.object({
  roi_margin: z.number().min(0).max(1).default(0.1),
  roi_border: z.enum(['clamp', 'pad']).default('clamp'),
});

class KeptImage implements EncodedImage {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;

  constructor(readonly image: RgbImage) {
    this.width = image.width;
    this.height = image.height;
    this.bytes = image.rgb.byteLength;
  }
}

/**
 * PicoSAM3 (arXiv:2603.11917): one small network that segments the object in the centre of a 96×96 crop. The crop is the square around the
 * box, plus a tenth on each side. At the image border it is clipped and stretched, which shifts the centre: models trained with padding
 * must declare it in `preprocessor_config.json` (`"roi_border": "pad"`), or they segment the neighbour.
 */
export class PicoSam3 implements Segmenter {
  readonly takes = SEGMENT_TAKES.picosam3!;
  readonly #roi: RoiRule;

  /** @throws LookoutError `model_invalid` for an invalid `preprocessor_config.json` */
  constructor(
    readonly info: TaskModelInfo,
    readonly runner: ModelRunner,
  ) {
    const config = RoiConfig.safeParse(info.preprocessor ?? {});
    if (!config.success) {
      throw new LookoutError(
        'model_invalid',
        `preprocessor_config.json of model ${info.name}: ${z.prettifyError(config.error)}`,
      );
    }
    this.#roi = { margin: config.data.roi_margin, border: config.data.roi_border };
  }

  async encode(image: RgbImage): Promise<EncodedImage> {
    return new KeptImage(image);
  }

  async masks(encoded: EncodedImage, prompt: MaskPrompt): Promise<MaskCandidate[]> {
    if (!(encoded instanceof KeptImage)) throw new TypeError('Expected an image that this segmenter encoded');
    checkPrompt(prompt, encoded, this);
    const { image } = encoded;
    const roi = roiOf(prompt.box!, image, this.#roi);
    const { data, dims } = prepareImages([cropImage(image, roi)], {
      resize: { width: SIDE, height: SIDE },
      filter: 'bilinear',
      rescale: 1 / 255,
      mean: MEAN,
      std: STD,
    });
    const outputs = await this.runner.run([{ name: 'roi_image', type: 'float32', dims, data }]);
    const { data: low, dims: size } = floatOutput(outputs, 'mask_logits');
    const columns = linearTaps(size.at(-1)!, roi.width);
    const logits = resizeLogits(low, size.at(-1)!, linearTaps(size.at(-2)!, roi.height), columns);
    const whole = new Float32Array(image.width * image.height).fill(Number.NEGATIVE_INFINITY);
    const [left, right] = [Math.max(roi.x, 0), Math.min(roi.x + roi.width, image.width)];
    for (let y = Math.max(roi.y, 0); y < Math.min(roi.y + roi.height, image.height); y++) {
      const line = (y - roi.y) * roi.width - roi.x;
      whole.set(logits.subarray(line + left, line + right), y * image.width + left);
    }
    return candidatesOf([{ logits: whole, score: meanProbability(whole) }]);
  }

  close(): Promise<void> {
    return this.runner.close();
  }
}

/** Mean probability of the pixels inside, as the model has no score output. */
function meanProbability(logits: Float32Array): number {
  let sum = 0;
  let count = 0;
  for (const logit of logits) {
    if (!(logit > 0)) continue;
    sum += 1 / (1 + Math.exp(-logit));
    count++;
  }
  return count === 0 ? 0 : sum / count;
}
