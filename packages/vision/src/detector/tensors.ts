import { LookoutError } from '@lookout/protocol/core';
import type { ModelInfo, Preparation } from '../model-info/model-info.js';
import { floatToHalf, halfToFloat } from '../onnx/half-float.js';
import { OUTPUT_FORMATS } from '../output-formats/index.js';
import type { OutputTensor } from '../output-formats/output-format.js';
import type { NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';

type ImageData = Uint8Array | Uint16Array | Float32Array;
type ImageType = 'uint8' | 'float16' | 'float32';

const ARRAY_OF_TYPE = { uint8: Uint8Array, float16: Uint16Array, float32: Float32Array } as const;

/** Steps per level in the lookup tables for bytes and half floats: as fine as half floats in 0..1 are where they are coarsest. */
const STEPS_PER_LEVEL = 16;

/** Where an RGB channel goes, and what its levels become: `level · factor − offset`, from a table for types other than float32. */
interface ChannelPlan {
  place: number;
  factor: number;
  offset: number;
  table: Uint8Array | Uint16Array | undefined;
}

/**
 * Makes a model's inputs from RGB: unchanged if the graph takes it that way, otherwise laid out and prepared as the model needs.
 * DETR exports also get the size in whose pixels boxes are wanted: the input's own.
 */
export class ImageInput {
  /** Pictures in every run, for models with a fixed batch size: missing ones are filled up with the others. */
  readonly batch: number;
  readonly #imageName: string;
  readonly #sizesName: string | undefined;
  readonly #planar: boolean;
  readonly #type: ImageType;
  /** For each channel of RGB. Absent: pictures are passed on unchanged. */
  readonly #channels: readonly ChannelPlan[] | undefined;
  #prepared: ImageData = new Float32Array(0);

  constructor(inputs: readonly TensorDeclaration[], preparation: Preparation | undefined) {
    const image = inputs.find(({ shape }) => shape.length === 4);
    if (!image || !isImageType(image.type)) throw unsupported(image?.type);
    const [batch] = image.shape;
    this.batch = typeof batch === 'number' && batch > 0 ? batch : 1;
    this.#imageName = image.name;
    this.#type = image.type;
    this.#planar = image.shape[1] === 3;
    const isAsItIs = image.type === 'float32' && !this.#planar && (!preparation || changesNothing(preparation));
    if (!isAsItIs && image.type !== 'uint8' && !preparation) throw unsupported(image.type);
    const { type } = image;
    this.#channels = isAsItIs ? undefined : [0, 1, 2].map((channel) => planChannel(type, channel, preparation));
    this.#sizesName = inputs.find(({ shape, type }) => type === 'int64' && shape.length === 2)?.name;
  }

  /** @param given RGB of `width`×`height`, 0..255; a single one is not copied if the graph takes it unchanged. */
  feeds(given: readonly Float32Array[], width: number, height: number): NamedTensor[] {
    const count = Math.max(given.length, this.batch);
    const pictures = given.length === count ? given : Array.from({ length: count }, (_, i) => given[i % given.length]!);
    const dims = this.#planar ? [count, 3, height, width] : [count, height, width, 3];
    const feeds: NamedTensor[] = [{ name: this.#imageName, type: this.#type, dims, data: this.#prepare(pictures) }];
    if (this.#sizesName) {
      const sizes = BigInt64Array.from({ length: count * 2 }, (_, i) => BigInt(i % 2 === 0 ? width : height));
      feeds.push({ name: this.#sizesName, type: 'int64', dims: [count, 2], data: sizes });
    }
    return feeds;
  }

  #prepare(pictures: readonly Float32Array[]): ImageData {
    const [first] = pictures;
    if (!this.#channels && first && pictures.length === 1) return first;
    const length = first?.length ?? 0;
    if (this.#prepared.length !== length * pictures.length) {
      this.#prepared = new ARRAY_OF_TYPE[this.#type](length * pictures.length);
    }
    pictures.forEach((rgb, i) => {
      this.#layOut(rgb, this.#prepared.subarray(i * length, (i + 1) * length));
    });
    return this.#prepared;
  }

  #layOut(rgb: Float32Array, prepared: ImageData): void {
    if (!this.#channels) {
      prepared.set(rgb);
      return;
    }
    const pixels = rgb.length / 3;
    const [pixelStep, channelStep] = this.#planar ? [1, pixels] : [3, 1];
    this.#channels.forEach(({ place, factor, offset, table }, channel) => {
      let to = place * channelStep;
      for (let from = channel; from < rgb.length; from += 3, to += pixelStep) {
        const level = rgb[from]!;
        prepared[to] = table ? table[(level * STEPS_PER_LEVEL + 0.5) | 0]! : level * factor - offset;
      }
    });
  }
}

function isImageType(type: string): type is ImageType {
  return type in ARRAY_OF_TYPE;
}

function changesNothing({ layout, scale, mean, std }: Preparation): boolean {
  return layout === 'RGB' && mean.every((value) => value === 0) && std.every((value) => scale / value === 1);
}

function unsupported(type = 'missing'): LookoutError {
  return new LookoutError('model_unsupported', `The model's picture input is ${type}`);
}

/** @param channel of RGB */
function planChannel(type: ImageType, channel: number, preparation: Preparation | undefined): ChannelPlan {
  const place = preparation?.layout === 'BGR' ? 2 - channel : channel;
  const levels = Float64Array.from({ length: 255 * STEPS_PER_LEVEL + 1 }, (_, step) => step / STEPS_PER_LEVEL);
  if (type === 'uint8') return { place, factor: 1, offset: 0, table: Uint8Array.from(levels, Math.round) };
  const { scale, mean, std } = preparation!;
  const factor = scale / std[channel]!;
  const offset = mean[channel]! / std[channel]!;
  const halves = () => Uint16Array.from(levels, (level) => floatToHalf(level * factor - offset));
  return { place, factor, offset, table: type === 'float16' ? halves() : undefined };
}

/**
 * The results of a run in the form that decoders take: only the outputs that the format reads, with half floats as floats.
 * @param batch pictures that the model takes in every run, of which only the first counts.
 */
export function outputTensors(
  { format, outputs }: Pick<ModelInfo, 'format' | 'outputs'>,
  results: readonly NamedTensor[],
  batch = 1,
): OutputTensor[] {
  const read = outputs?.map((name) => {
    const found = results.find((result) => result.name === name);
    if (found) return found;
    throw new LookoutError('model_unsupported', `The model gives no output ${name}`);
  });
  const tensors = (read ?? results).map(outputTensor);
  if (batch === 1 || OUTPUT_FORMATS[format].rowsNamePicture) return tensors;
  return tensors.map((tensor) => (tensor.dims[0] === batch ? partOf(tensor, 0, batch) : tensor));
}

/** The part of an output that belongs to one of `count` pictures, in the shape it has for a single picture. */
export function partOf({ name, dims, data }: OutputTensor, index: number, count: number): OutputTensor {
  const size = data.length / count;
  return { name, dims: [1, ...dims.slice(1)], data: data.subarray(index * size, (index + 1) * size) };
}

export function outputTensor({ name, dims, data, type }: NamedTensor): OutputTensor {
  if (type !== 'float16') return { name, dims, data: data as OutputTensor['data'] };
  return { name, dims, data: Float32Array.from(data as Uint16Array, halfToFloat) };
}
