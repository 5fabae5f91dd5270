import type { Model } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { Inspected } from './model-inspections.js';
import type { ReadTaskModel } from './read-task-models.js';

/** A model that is not loaded, as listed by the API. @param inspected what is known about its file; undefined: nothing yet */
export function describeUnloaded(name: string, { info, error }: Inspected = {}): Model {
  return {
    name,
    format: info?.format ?? 'unknown',
    classes: [...(info?.classNames ?? [])],
    input: info ? describeInput(info) : 'unknown',
    task: 'detect',
    loaded: false,
    default: false,
    ...(info && describeOrigin(info)),
    ...(error && { unusable: error.hint === undefined ? error.message : `${error.message}. ${error.hint}` }),
  };
}

/** A model for a task other than class detection. @param isChosen whether its task uses it */
export function describeTaskModel(read: ReadTaskModel, isChosen: boolean): Model {
  const common = { name: read.name, input: 'unknown', loaded: false, default: false, removable: true };
  if (!read.ok) {
    const { message, hint } = read;
    return {
      ...common,
      ...{ task: 'unknown', format: 'unknown', classes: [] },
      unusable: hint === undefined ? message : `${message}. ${hint}`,
    };
  }
  const { task, family, names = [], bytes, licence } = read.info;
  return {
    ...common,
    ...{ task, format: family, classes: [...names], bytes, chosen: isChosen },
    ...(licence !== undefined && { licence }),
  };
}

/** How the model's format was determined, and its licence. */
export function describeOrigin({ reading, licence }: ModelInfo): Pick<Model, 'reading' | 'licence'> {
  return {
    ...(reading && { reading: { certainty: reading.certainty, why: reading.why } }),
    ...(licence !== undefined && { licence }),
  };
}

/** The input sizes of a model, as text. */
export function describeInput({ input, precision }: Pick<ModelInfo, 'input' | 'precision'>): string {
  if (input.kind === 'free') return `320 to 640, free${precision === 'int8' ? '; in 8 bits' : ''}`;
  return `${input.width}×${input.height}${input.multiple ? ', or less for wide and tall images' : ''}`;
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}

/** The weights, and a copy that ONNX Runtime packs for its kernels. */
const WEIGHT_COPIES = 2;
/** Activation bytes per input pixel: 60 to 140 measured, from YOLOX-nano to YOLOv5n. */
const BYTES_PER_PIXEL = 140;
const LARGEST_FREE_SIDE = 640;

/** Estimated memory per worker for a model, bytes. @param fileBytes size of its ONNX file */
export function estimateMemory({ input }: Pick<ModelInfo, 'input'>, fileBytes: number): number {
  const { width, height } = input.kind === 'fixed' ? input : { width: LARGEST_FREE_SIDE, height: LARGEST_FREE_SIDE };
  return WEIGHT_COPIES * fileBytes + BYTES_PER_PIXEL * width * height;
}
