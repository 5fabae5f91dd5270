import type { Preparation } from '../model-info/model-info.js';

/** Examples of the ways models need their pictures prepared. */
export const UNIT_RGB: Preparation = { layout: 'RGB', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] };
export const RAW_BGR: Preparation = { layout: 'BGR', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };
export const IMAGENET_BGR: Preparation = {
  layout: 'BGR',
  scale: 1,
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375],
};
export const UNIT_IMAGENET: Preparation = {
  layout: 'RGB',
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};
