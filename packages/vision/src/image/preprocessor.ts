import { LookoutError } from '@lookout/protocol/core';
import type { ImagePreparation, Rgb } from './preparation.js';
import type { ResampleFilter } from './resample.js';

/** `PIL.Image.Resampling`. */
const FILTERS: Readonly<Record<number, ResampleFilter>> = { 1: 'lanczos', 2: 'bilinear', 3: 'bicubic' };
const MAX_SIDE = 4096;

/** Unsupported steps of other image processors that would change the result. */
const UNKNOWN_STEPS = ['do_pad', 'do_flip_channel_order', 'do_reduce_labels', 'do_thumbnail', 'do_align_long_axis'];

/**
 * Reads a `preprocessor_config.json` of transformers' image processors.
 * @param defaults for missing fields: those of the model's own image processor
 * @throws LookoutError `model_invalid` for invalid values, `model_unsupported` for unsupported steps
 */
export function readPreprocessor(
  config: Readonly<Record<string, unknown>>,
  defaults: ImagePreparation,
): ImagePreparation {
  const step = UNKNOWN_STEPS.find((name) => config[name] === true);
  if (step)
    throw new LookoutError('model_unsupported', `preprocessor_config.json asks for ${step}, which is not supported`);
  const square = defaults.resize !== undefined && 'width' in defaults.resize;
  const resize = flag(config, 'do_resize', true)
    ? config.size === undefined
      ? defaults.resize
      : readSize(config.size, 'size', square)
    : undefined;
  const crops = flag(config, 'do_center_crop', defaults.crop !== undefined);
  const crop = crops ? (readCrop(config.crop_size) ?? defaults.crop) : undefined;
  const normalises = flag(config, 'do_normalize', true);
  return {
    ...(resize && { resize }),
    filter: config.resample === undefined ? defaults.filter : readFilter(config.resample),
    ...(crop && { crop }),
    rescale: flag(config, 'do_rescale', true) ? readFactor(config.rescale_factor ?? defaults.rescale) : 1,
    mean: normalises ? readRgb(config.image_mean ?? defaults.mean, 'image_mean') : [0, 0, 0],
    std: normalises ? readRgb(config.image_std ?? defaults.std, 'image_std', true) : [1, 1, 1],
  };
}

function readSize(size: unknown, name: string, square: boolean): NonNullable<ImagePreparation['resize']> {
  if (typeof size === 'number') {
    return square ? { width: side(size, name), height: side(size, name) } : { shortestEdge: side(size, name) };
  }
  const { shortest_edge: edge, height, width } = (size ?? {}) as Record<string, unknown>;
  if (edge !== undefined) return { shortestEdge: side(edge, name) };
  return { width: side(width, name), height: side(height, name) };
}

function readCrop(size: unknown): { width: number; height: number } | undefined {
  if (size === undefined) return undefined;
  const read = readSize(size, 'crop_size', true);
  return 'width' in read ? read : { width: read.shortestEdge, height: read.shortestEdge };
}

function readFilter(resample: unknown): ResampleFilter {
  const filter = FILTERS[resample as number];
  if (!filter) {
    throw new LookoutError('model_unsupported', `preprocessor_config.json has an unsupported resample: ${resample}`);
  }
  return filter;
}

function readFactor(value: unknown): number {
  if (typeof value === 'number' && value > 0 && value <= 1) return value;
  throw invalid('rescale_factor', 'a number above 0, up to 1', value);
}

function readRgb(value: unknown, name: string, positive = false): Rgb {
  const isRgb =
    Array.isArray(value) && value.length === 3 && value.every((one) => Number.isFinite(one) && (!positive || one > 0));
  if (!isRgb) throw invalid(name, 'three numbers', value);
  return value as unknown as Rgb;
}

function flag(config: Readonly<Record<string, unknown>>, name: string, otherwise: boolean): boolean {
  const value = config[name] ?? otherwise;
  if (typeof value !== 'boolean') throw invalid(name, 'true or false', value);
  return value;
}

function side(value: unknown, name: string): number {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_SIDE) return value as number;
  throw invalid(name, `sides of 1 to ${MAX_SIDE} pixels`, value);
}

function invalid(name: string, expected: string, value: unknown): LookoutError {
  const got = JSON.stringify(value)?.slice(0, 80);
  return new LookoutError('model_invalid', `preprocessor_config.json: expected ${expected} in ${name}, got ${got}`);
}
