import { LookoutError } from '@lookout/protocol';
import { floatToHalf } from '../convert/half.js';
import type { Preparation } from '../model-info.js';
import type { NamedTensor, TensorDeclaration } from './model-runner.js';

type ImageData = Uint8Array | Uint16Array | Float32Array;
type ImageType = 'uint8' | 'float16' | 'float32';

const arrayOf = { uint8: Uint8Array, float16: Uint16Array, float32: Float32Array } as const;

/**
 * A model's inputs made from RGB bytes: as they are where the graph takes them so; else laid out and prepared as it wants. DETR
 * exports also get the size their boxes shall be in: the input's own.
 */
export class ImageInput {
  readonly #imageName: string;
  readonly #sizesName: string | undefined;
  readonly #planar: boolean;
  readonly #type: ImageType;
  /** For each channel of RGB, where it goes, and what each of the 256 bytes becomes. Absent: bytes go as they are. */
  readonly #channels: readonly { place: number; values: ImageData }[] | undefined;
  #prepared: ImageData = new Uint8Array(0);

  constructor(inputs: readonly TensorDeclaration[], preparation: Preparation | undefined) {
    const image = inputs.find(({ shape }) => shape.length === 4);
    if (!image || !isImageType(image.type) || (image.type !== 'uint8' && !preparation)) {
      throw new LookoutError('model_unsupported', `The model's picture input is ${image?.type ?? 'missing'}`);
    }
    this.#imageName = image.name;
    this.#type = image.type;
    this.#planar = image.shape[1] === 3;
    const isAsItIs = image.type === 'uint8' && !this.#planar && preparation?.layout !== 'BGR';
    this.#channels = isAsItIs
      ? undefined
      : [0, 1, 2].map((channel) => prepareChannel(image.type as ImageType, channel, preparation));
    this.#sizesName = inputs.find(({ shape, type }) => type === 'int64' && shape.length === 2)?.name;
  }

  /** @param pictures RGB24 of `width`×`height`; a single one is not copied where the graph takes bytes. */
  feeds(pictures: readonly Uint8Array[], width: number, height: number): NamedTensor[] {
    const count = pictures.length;
    const dims = this.#planar ? [count, 3, height, width] : [count, height, width, 3];
    const feeds: NamedTensor[] = [{ name: this.#imageName, type: this.#type, dims, data: this.#prepare(pictures) }];
    if (this.#sizesName) {
      const sizes = BigInt64Array.from({ length: count * 2 }, (_, i) => BigInt(i % 2 === 0 ? width : height));
      feeds.push({ name: this.#sizesName, type: 'int64', dims: [count, 2], data: sizes });
    }
    return feeds;
  }

  #prepare(pictures: readonly Uint8Array[]): ImageData {
    const [first] = pictures;
    if (!this.#channels && first && pictures.length === 1) return first;
    const bytes = first?.length ?? 0;
    if (this.#prepared.length !== bytes * pictures.length) {
      this.#prepared = new arrayOf[this.#type](bytes * pictures.length);
    }
    pictures.forEach((rgb, i) => {
      this.#layOut(rgb, this.#prepared.subarray(i * bytes, (i + 1) * bytes));
    });
    return this.#prepared;
  }

  #layOut(rgb: Uint8Array, prepared: ImageData): void {
    if (!this.#channels) {
      prepared.set(rgb);
      return;
    }
    const pixels = rgb.length / 3;
    const [pixelStep, channelStep] = this.#planar ? [1, pixels] : [3, 1];
    this.#channels.forEach(({ place, values }, channel) => {
      const to = place * channelStep;
      for (let i = 0; i < pixels; i++) prepared[to + i * pixelStep] = values[rgb[i * 3 + channel]!]!;
    });
  }
}

function isImageType(type: string): type is ImageType {
  return type in arrayOf;
}

/** @param channel of RGB */
function prepareChannel(type: ImageType, channel: number, preparation: Preparation | undefined) {
  const place = preparation?.layout === 'BGR' ? 2 - channel : channel;
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  if (type === 'uint8') return { place, values: bytes };
  const { scale, mean, std } = preparation!;
  const factor = scale / std[channel]!;
  const offset = mean[channel]! / std[channel]!;
  const floats = Float32Array.from(bytes, (byte) => byte * factor - offset);
  return { place, values: type === 'float32' ? floats : Uint16Array.from(floats, floatToHalf) };
}
