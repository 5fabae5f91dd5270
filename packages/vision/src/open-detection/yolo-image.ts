import type { Letterbox } from '@lookout/protocol';
import { fixedSize } from '../embedding/vectors.js';
import type { RgbImage } from '../image/rgb-image.js';
import { scaleLinear } from '../image/scale-linear.js';
import { planLetterbox } from '../model-info/letterbox.js';
import type { NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';

/** Input size for graphs that take any, pixels; a multiple of their largest stride. */
const FREE_SIZE = 640;
const STRIDE = 32;
const FILL = 114;

/** RGB / 255, centred on grey and scaled as by `cv2.resize`. @param input [b,3,h,w] */
export function prepareYolo(image: RgbImage, input: TensorDeclaration): { pixels: NamedTensor; letterbox: Letterbox } {
  const [height, width] = input.shape.slice(2).map(fixedSize);
  const letterbox = planLetterbox(
    {
      input: width && height ? { kind: 'fixed', width, height } : { kind: 'free', multiple: STRIDE },
      letterbox: { anchor: 'center', fill: FILL },
    },
    image.width,
    image.height,
    FREE_SIZE,
  );
  const { x, y, contentWidth, contentHeight } = letterbox;
  const plane = letterbox.width * letterbox.height;
  const data = new Float32Array(3 * plane).fill(FILL / 255);
  const content = scaleLinear(image, contentWidth, contentHeight);
  for (let row = 0; row < contentHeight; row++) {
    for (let column = 0; column < contentWidth; column++) {
      const to = (y + row) * letterbox.width + x + column;
      const from = (row * contentWidth + column) * 3;
      // OpenCV rounds to bytes.
      for (let channel = 0; channel < 3; channel++) {
        data[channel * plane + to] = Math.round(content[from + channel]!) / 255;
      }
    }
  }
  const dims = [1, 3, letterbox.height, letterbox.width];
  return { pixels: { name: input.name, type: 'float32', dims, data }, letterbox };
}
