import type { Convention } from './output-format.js';

const NONE = [0, 0, 0] as const;
const ONE = [1, 1, 1] as const;
// torchvision's ImageNet statistics, for bytes.
const IMAGENET = { scale: 1, mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] } as const;

/** RGB in 0..1, letterboxed in the middle: YOLO as Ultralytics and its forks train it. */
export const UNIT_RGB: Convention = { layout: 'RGB', scale: 1 / 255, mean: NONE, std: ONE, anchor: 'center' };
/** RGB in 0..1, stretched to the input: RT-DETR and its relatives. */
export const UNIT_RGB_STRETCHED: Convention = { ...UNIT_RGB, anchor: 'stretch' };
export const UNIT_BGR: Convention = { ...UNIT_RGB, layout: 'BGR' };
/** RGB bytes, stretched: graphs that preprocess pictures themselves. */
export const BYTES_RGB_STRETCHED: Convention = { layout: 'RGB', scale: 1, mean: NONE, std: ONE, anchor: 'stretch' };
/** RGB in -1..1, stretched: TensorFlow's SSD and its relatives. */
export const SIGNED_RGB_STRETCHED: Convention = {
  layout: 'RGB',
  scale: 1,
  mean: [127.5, 127.5, 127.5],
  std: [127.5, 127.5, 127.5],
  anchor: 'stretch',
};
/** BGR bytes, letterboxed top-left: YOLOX. */
export const BYTES_BGR: Convention = { layout: 'BGR', scale: 1, mean: NONE, std: ONE, anchor: 'top-left' };
export const IMAGENET_BGR: Convention = { layout: 'BGR', ...IMAGENET, anchor: 'center' };
export const IMAGENET_RGB: Convention = { layout: 'RGB', ...IMAGENET, anchor: 'center' };
export const IMAGENET_RGB_STRETCHED: Convention = { layout: 'RGB', ...IMAGENET, anchor: 'stretch' };
