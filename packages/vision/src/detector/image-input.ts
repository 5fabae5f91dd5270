import { LookoutError } from '@lookout/protocol';
import type { Preparation } from '../model-info.js';
import type { NamedTensor, TensorDeclaration } from './model-runner.js';

/**
 * A model's inputs made from RGB bytes: as they are where the graph takes bytes; else as prepared floats. DETR exports
 * also get the size their boxes shall be in: the input's own.
 */
export class ImageInput {
  readonly #imageName: string;
  readonly #sizesName: string | undefined;
  readonly #preparation: Preparation | undefined;
  readonly #planar: boolean;
  readonly #type: 'float32' | 'uint8';
  /** Where bytes are to lie in another order than they come in. */
  readonly #reorder: boolean;
  #floats = new Float32Array(0);
  #bytes = new Uint8Array(0);

  constructor(inputs: readonly TensorDeclaration[], preparation: Preparation | undefined) {
    const image = inputs.find(({ shape }) => shape.length === 4);
    if (!image || !(image.type === 'uint8' || (image.type === 'float32' && preparation))) {
      throw new LookoutError('model_unsupported', `The model's picture input is ${image?.type ?? 'missing'}`);
    }
    this.#imageName = image.name;
    this.#type = image.type;
    this.#planar = image.shape[1] === 3;
    this.#preparation = preparation;
    this.#reorder = this.#planar || preparation?.layout === 'BGR';
    this.#sizesName = inputs.find(({ shape, type }) => type === 'int64' && shape.length === 2)?.name;
  }

  /** @param rgb RGB24 of `width`×`height`; not copied where the graph takes bytes. */
  feeds(rgb: Uint8Array, width: number, height: number): NamedTensor[] {
    const dims = this.#planar ? [1, 3, height, width] : [1, height, width, 3];
    const data = this.#type === 'uint8' ? this.#reordered(rgb) : this.#prepare(rgb);
    const feeds: NamedTensor[] = [{ name: this.#imageName, type: this.#type, dims, data }];
    if (this.#sizesName) {
      const sizes = BigInt64Array.of(BigInt(width), BigInt(height));
      feeds.push({ name: this.#sizesName, type: 'int64', dims: [1, 2], data: sizes });
    }
    return feeds;
  }

  #reordered(rgb: Uint8Array): Uint8Array {
    if (!this.#reorder) return rgb;
    if (this.#bytes.length !== rgb.length) this.#bytes = new Uint8Array(rgb.length);
    const bytes = this.#bytes;
    const pixels = rgb.length / 3;
    const [pixelStep, channelStep] = this.#planar ? [1, pixels] : [3, 1];
    for (let channel = 0; channel < 3; channel++) {
      const to = (this.#preparation?.layout === 'BGR' ? 2 - channel : channel) * channelStep;
      for (let i = 0; i < pixels; i++) bytes[to + i * pixelStep] = rgb[i * 3 + channel]!;
    }
    return bytes;
  }

  #prepare(rgb: Uint8Array): Float32Array {
    const { layout, mean, std, scale } = this.#preparation!;
    if (this.#floats.length !== rgb.length) this.#floats = new Float32Array(rgb.length);
    const floats = this.#floats;
    const pixels = rgb.length / 3;
    const [pixelStep, channelStep] = this.#planar ? [1, pixels] : [3, 1];
    for (let channel = 0; channel < 3; channel++) {
      const to = (layout === 'BGR' ? 2 - channel : channel) * channelStep;
      const factor = scale / std[channel]!;
      const offset = mean[channel]! / std[channel]!;
      for (let i = 0; i < pixels; i++) floats[to + i * pixelStep] = rgb[i * 3 + channel]! * factor - offset;
    }
    return floats;
  }
}
