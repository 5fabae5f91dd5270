import type { OutputFormat } from '../decoder.js';
import { IMAGENET_RGB_STRETCHED } from './conventions.js';
import { decodeDistanceBins, fitLevels } from './distance-bins.js';

/**
 * PicoDet (PaddleDetection, Apache-2.0): four levels, strides 8 to 64, 8 bins. Input of the original: RGB, ImageNet mean and
 * deviation. Follows `ppdet/modeling/heads/pico_head.py`.
 */
export const picodet: OutputFormat = {
  format: 'picodet',
  title: 'PicoDet',
  needsNms: true,
  conventions: [IMAGENET_RGB_STRETCHED],
  fit: (facts) => fitLevels(facts, 4),
  decode: decodeDistanceBins,
};
