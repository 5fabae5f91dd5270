import { LookoutError } from '@lookout/protocol/core';
import { checkFloat, fixedSize } from '../embedding/vectors.js';
import { type ImagePreparation, preparedSize, prepareImages } from '../image/preparation.js';
import { readPreprocessor } from '../image/preprocessor.js';
import type { RgbImage } from '../image/rgb-image.js';
import { scaleLinear } from '../image/scale-linear.js';
import type { NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';

/** How images are fitted to the model's square input: OWL-ViT stretches them, OWLv2 pads them on the right and at the bottom. */
export interface OwlPreparation {
  readonly pads: boolean;
  readonly image: ImagePreparation;
  /** Pixels of the model's input. */
  readonly width: number;
  readonly height: number;
}

/** Grey, as in OWLv2's training (Minderer et al. 2023, arXiv:2306.09683). */
const PAD_LEVEL = 127.5;
/** Input sides of the published OWL-ViT models; others are OWLv2's. */
const STRETCHED_SIZES = [768, 840];

const CLIP_NORM = {
  rescale: 1 / 255,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
} as const;

/**
 * @param input `pixel_values`
 * @throws LookoutError `model_invalid`, `model_unsupported` if neither file nor input size tells OWL-ViT from OWLv2
 */
export function owlPreparation({ name, preprocessor }: TaskModelInfo, input: TensorDeclaration): OwlPreparation {
  checkFloat(input);
  const [, , fixedHeight, fixedWidth] = input.shape.map(fixedSize);
  const pads = padsImages(preprocessor, fixedWidth);
  if (pads === undefined) {
    throw new LookoutError(
      'model_unsupported',
      `Cannot tell whether model ${name} takes stretched (OWL-ViT) or padded (OWLv2) images`,
      { hint: `Put the preprocessor_config.json published with it into models/${name}` },
    );
  }
  const edge = pads ? 960 : 768;
  const defaults: ImagePreparation = {
    resize: { width: fixedWidth ?? edge, height: fixedHeight ?? edge },
    filter: 'bicubic',
    ...CLIP_NORM,
  };
  const image = preprocessor ? readPreprocessor({ ...preprocessor, do_pad: false }, defaults) : defaults;
  const size = preparedSize(image);
  if (!size || size.width !== (fixedWidth ?? size.width) || size.height !== (fixedHeight ?? size.height)) {
    throw new LookoutError(
      'model_invalid',
      `preprocessor_config.json of model ${name} gives images a size that the model does not take`,
      {
        hint: 'Use the preprocessor_config.json published with the model',
      },
    );
  }
  return { pads, image, ...size };
}

function padsImages(preprocessor: TaskModelInfo['preprocessor'], width: number | undefined): boolean | undefined {
  const type = preprocessor?.image_processor_type ?? preprocessor?.feature_extractor_type;
  if (typeof preprocessor?.do_pad === 'boolean') return preprocessor.do_pad;
  if (typeof type === 'string') return /owlv2/i.test(type);
  return width === undefined ? undefined : !STRETCHED_SIZES.includes(width);
}

/** `pixel_values` [1,3,h,w]. */
export function prepareOwl(image: RgbImage, preparation: OwlPreparation): NamedTensor {
  if (!preparation.pads) {
    return { name: 'pixel_values', type: 'float32', ...prepareImages([image], preparation.image) };
  }
  const { width, height } = preparation;
  const side = Math.max(image.width, image.height);
  const levels = scaleLinear(image, width, height, {
    canvas: { width: side, height: side, level: PAD_LEVEL },
    border: 'mirror',
    antiAliasing: true,
  });
  const { rescale, mean, std } = preparation.image;
  const pixels = width * height;
  const data = new Float32Array(3 * pixels);
  for (let channel = 0; channel < 3; channel++) {
    const factor = rescale / std[channel]!;
    const offset = mean[channel]! / std[channel]!;
    for (let i = 0; i < pixels; i++) data[channel * pixels + i] = levels[i * 3 + channel]! * factor - offset;
  }
  return { name: 'pixel_values', type: 'float32', dims: [1, 3, height, width], data };
}

/** Pixels of the image that 1 stands for in the model's boxes. */
export function owlExtent({ width, height }: RgbImage, { pads }: OwlPreparation): { width: number; height: number } {
  const side = Math.max(width, height);
  return pads ? { width: side, height: side } : { width, height };
}
