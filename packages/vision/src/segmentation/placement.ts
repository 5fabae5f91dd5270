import { prepareImages, type Rgb } from '../image/preparation.js';
import { resample } from '../image/resample.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';

/** Placement of an image in the input of an encoder: scaled, at the top left. */
export interface Placement {
  /** Pixels of the image. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the input that it covers. */
  readonly contentWidth: number;
  readonly contentHeight: number;
  /** Pixels of the input. */
  readonly inputWidth: number;
  readonly inputHeight: number;
}

const IMAGENET_MEAN: Rgb = [0.485, 0.456, 0.406];
const IMAGENET_STD: Rgb = [0.229, 0.224, 0.225];
const IMAGENET = { filter: 'bilinear', rescale: 1 / 255, mean: IMAGENET_MEAN, std: IMAGENET_STD } as const;

/** Side of the square inputs of all published Segment Anything models, for graphs that do not declare it. */
const SAM_SIDE = 1024;

/** The longer side becomes `side` pixels, as `ResizeLongestSide` of segment-anything rounds it. */
export function longestSide({ width, height }: RgbImage, side: number): Placement {
  const scale = side / Math.max(width, height);
  return {
    width,
    height,
    contentWidth: Math.max(1, Math.floor(width * scale + 0.5)),
    contentHeight: Math.max(1, Math.floor(height * scale + 0.5)),
    inputWidth: side,
    inputHeight: side,
  };
}

/** Both sides become `side` pixels: the aspect ratio is lost. */
export function stretched({ width, height }: RgbImage, side: number): Placement {
  return { width, height, contentWidth: side, contentHeight: side, inputWidth: side, inputHeight: side };
}

/** Side of an encoder's square input. */
export function inputSide({ shape }: TensorDeclaration): number {
  const side = shape.at(-1);
  return shape.length === 4 && typeof side === 'number' && side > 0 ? side : SAM_SIDE;
}

/** @returns 1×3×H×W, normalised with ImageNet's mean and standard deviation, zeros outside the image */
export function imagenetTensor(image: RgbImage, placement: Placement, name: string): NamedTensor {
  const { contentWidth, contentHeight, inputWidth, inputHeight } = placement;
  const { data } = prepareImages([resample(image, contentWidth, contentHeight, 'bilinear')], IMAGENET);
  return {
    name,
    type: 'float32',
    dims: [1, 3, inputHeight, inputWidth],
    data: pad(data, contentWidth, contentHeight, inputWidth, inputHeight),
  };
}

/** Planes padded with zeros on the right and at the bottom. */
function pad(planes: Float32Array, fromWidth: number, fromHeight: number, width: number, height: number): Float32Array {
  if (fromWidth === width && fromHeight === height) return planes;
  const padded = new Float32Array(3 * width * height);
  for (let line = 0; line < 3 * fromHeight; line++) {
    const [plane, y] = [Math.floor(line / fromHeight), line % fromHeight];
    padded.set(planes.subarray(line * fromWidth, (line + 1) * fromWidth), (plane * height + y) * width);
  }
  return padded;
}
