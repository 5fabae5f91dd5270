import type { Box, Letterbox } from '@lookout/protocol';
import { linearTaps, resizeLogits } from './resize-logits.js';
import type { EncodedImage } from './segmenter.js';

/** One object that the model found. */
export interface Instance {
  /** x1, y1, x2, y2 in pixels of the model's input. */
  readonly inputBox: Float32Array;
  readonly score: number;
  /** Weight of each prototype in its mask. */
  readonly coefficients: Float32Array;
}

/** All instances that YOLOv8-seg found in an image. */
export class FoundInstances implements EncodedImage {
  readonly bytes: number;

  constructor(
    readonly width: number,
    readonly height: number,
    readonly letterbox: Letterbox,
    readonly instances: readonly Instance[],
    readonly prototypes: { readonly data: Float32Array; readonly dims: readonly number[] },
  ) {
    this.bytes = prototypes.data.byteLength + instances.length * (instances[0]?.coefficients.byteLength ?? 0);
  }

  /** In pixels of the image, clipped to it. */
  boxOf({ inputBox }: Instance): Box {
    const { x, y, contentWidth, contentHeight } = this.letterbox;
    const across = (at: number) => Math.min(this.width, Math.max(0, ((at - x) * this.width) / contentWidth));
    const down = (at: number) => Math.min(this.height, Math.max(0, ((at - y) * this.height) / contentHeight));
    return [across(inputBox[0]!), down(inputBox[1]!), across(inputBox[2]!), down(inputBox[3]!)];
  }

  /** At image size; −∞ outside the box. */
  logitsOf(instance: Instance): Float32Array {
    const { width, height, letterbox } = this;
    const [, , protoHeight, protoWidth] = this.prototypes.dims as [number, number, number, number];
    const low = this.#weighted(instance.coefficients, protoWidth * protoHeight);
    const box = this.boxOf(instance);
    const [left, top] = [Math.floor(box[0]), Math.floor(box[1])];
    const [right, bottom] = [Math.ceil(box[2]), Math.ceil(box[3])];
    const whole = new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY);
    if (right <= left || bottom <= top) return whole;
    const part = (from: number, to: number, offset: number, content: number, size: number, scale: number) => ({
      start: (offset + (from * content) / size) * scale,
      length: (((to - from) * content) / size) * scale,
    });
    const { x, y, contentWidth, contentHeight } = letterbox;
    const columns = part(left, right, x, contentWidth, width, protoWidth / letterbox.width);
    const rows = part(top, bottom, y, contentHeight, height, protoHeight / letterbox.height);
    const logits = resizeLogits(
      low,
      protoWidth,
      linearTaps(protoHeight, bottom - top, rows),
      linearTaps(protoWidth, right - left, columns),
    );
    for (let line = top; line < bottom; line++) {
      whole.set(logits.subarray((line - top) * (right - left), (line - top + 1) * (right - left)), line * width + left);
    }
    return whole;
  }

  #weighted(coefficients: Float32Array, size: number): Float32Array {
    const sum = new Float32Array(size);
    coefficients.forEach((weight, k) => {
      const plane = this.prototypes.data.subarray(k * size, (k + 1) * size);
      for (let i = 0; i < size; i++) sum[i]! += weight * plane[i]!;
    });
    return sum;
  }
}
