import type { Model } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { Inspected } from './model-inspections.js';

/** A model that is not loaded, as the API lists it. @param inspected what is known of its file; absent: nothing yet. */
export function describeUnloaded(name: string, { info, error }: Inspected = {}): Model {
  return {
    name,
    format: info?.format ?? 'unknown',
    classes: [...(info?.classNames ?? [])],
    input: info ? describeInput(info) : 'unknown',
    loaded: false,
    default: false,
    ...(info && describeOrigin(info)),
    ...(error && { unusable: error.hint === undefined ? error.message : `${error.message}. ${error.hint}` }),
  };
}

/** How it was found out what the model is, and what its licence says. */
export function describeOrigin({ reading, licence }: ModelInfo): Pick<Model, 'reading' | 'licence'> {
  return {
    ...(reading && { reading: { certainty: reading.certainty, why: reading.why } }),
    ...(licence !== undefined && { licence }),
  };
}

/** The sizes a model takes, in words. */
export function describeInput({ input, precision }: Pick<ModelInfo, 'input' | 'precision'>): string {
  if (input.kind === 'free') return `320 to 640, free${precision === 'int8' ? '; in 8 bits' : ''}`;
  return `${input.width}×${input.height}${input.multiple ? ', or less for wide and tall pictures' : ''}`;
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}

/** The weights as they are, and as ONNX Runtime lays them out anew for its kernels. */
const WEIGHT_COPIES = 2;
/** What passes between the layers, by pixel of the input: 60 to 140 measured, from YOLOX-nano to YOLOv5n. */
const BYTES_PER_PIXEL = 140;
const LARGEST_FREE_SIDE = 640;

/** Memory that one worker needs for a model, bytes: an estimate. @param fileBytes size of its ONNX file. */
export function estimateMemory({ input }: Pick<ModelInfo, 'input'>, fileBytes: number): number {
  const { width, height } = input.kind === 'fixed' ? input : { width: LARGEST_FREE_SIDE, height: LARGEST_FREE_SIDE };
  return WEIGHT_COPIES * fileBytes + BYTES_PER_PIXEL * width * height;
}
