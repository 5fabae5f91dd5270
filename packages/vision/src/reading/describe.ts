import { LookoutError } from '@lookout/protocol/core';
import { COCO_NAMES } from '../model-info/coco-names.js';
import type { ModelInfo, Preparation, Reading } from '../model-info/model-info.js';
import { imageInput, imageLayout } from '../onnx/fold-input.js';
import { modelInputs, modelMetadata, modelOutputs, type TensorInfo } from '../onnx/model-file.js';
import { FLOOR_INPUT } from '../onnx/pick-cells.js';
import { ELEMENT_TYPE, type OnnxModel } from '../onnx/schema.js';
import { OUTPUT_FORMATS } from '../output-formats/index.js';
import type { Convention } from '../output-formats/output-format.js';
import { parseClassNames } from './class-names.js';
import { describeTensor, type PossibleFormat, possibleFormats } from './identify.js';
import { type Sidecar, sidecarNames } from './sidecar.js';

/** What was found out about a user's model: all of `ModelInfo` except its location, and how its input must be prepared. */
export interface Description {
  info: Omit<ModelInfo, 'name' | 'path' | 'preparation'>;
  image: TensorInfo;
  preparation: Preparation;
}

/** Shapes that the file leaves free, as seen in a run. */
export interface SeenShapes {
  width: number;
  height: number;
  outputs: readonly TensorInfo[];
}

/** Grey level around the picture. */
const DEFAULT_FILL_LEVEL = 114;

/**
 * The ways a model can be read according to its metadata and shapes, most likely first. What the sidecar says takes precedence.
 * @param seen given once the model has been run.
 * @throws LookoutError `model_unsupported` with the reason.
 */
export function describeModel(model: OnnxModel, sidecar: Sidecar, seen?: SeenShapes): [Description, ...Description[]] {
  const image = modelImage(model);
  const size = inputSize(image, sidecar);
  const metadata = modelMetadata(model);
  const names = sidecarNames(sidecar) ?? parseClassNames(metadata.get('names') ?? '');
  const facts = {
    outputs: seen?.outputs ?? modelOutputs(model),
    metadata,
    width: size?.width ?? seen?.width,
    height: size?.height ?? seen?.height,
    nameCount: names?.length,
  };
  const licence = sidecar.licence ?? metadata.get('license');
  const describe = (
    { format, classCount, classNames, outputs }: PossibleFormat,
    convention: Convention,
  ): Description => ({
    info: {
      format,
      classNames: names ?? classNames ?? defaultNames(classCount),
      input: size ? { kind: 'fixed', ...size } : { kind: 'free', multiple: 32 },
      letterbox: { anchor: sidecar.letterbox ?? convention.anchor, fill: sidecar.fill ?? DEFAULT_FILL_LEVEL },
      ...(outputs.join() !== facts.outputs.map(({ name }) => name).join() && { outputs }),
      ...(sidecar.boxes === 'fractions' && { fractionalBoxes: true }),
      ...(sidecar.scores === 'logits' && { logitScores: true }),
      ...(licence && { licence }),
    },
    image,
    preparation: {
      layout: sidecar.layout ?? convention.layout,
      scale: sidecar.scale ?? convention.scale,
      mean: sidecar.mean ?? convention.mean,
      std: sidecar.std ?? convention.std,
    },
  });
  const all = possibleFormats(facts, sidecar.format).flatMap((possible) =>
    OUTPUT_FORMATS[possible.format].conventions.map((convention) => describe(possible, convention)),
  );
  // If the sidecar sets everything, all conventions come out the same.
  const distinct = new Map<string, Description>();
  for (const one of all) {
    const key = JSON.stringify([one.info.format, one.info.letterbox, one.preparation]);
    if (!distinct.has(key)) distinct.set(key, one);
  }
  // There is a format, or `possibleFormats` throws, and each has a convention.
  return [...distinct.values()] as [Description, ...Description[]];
}

/** The first format that names and shapes allow. */
export function likeliest([first, ...others]: [Description, ...Description[]]): Description & {
  info: { reading: Reading };
} {
  const { info, ...rest } = first;
  const titles = [...new Set(others.map((other) => OUTPUT_FORMATS[other.info.format].title))];
  const { title } = OUTPUT_FORMATS[info.format];
  const reading: Reading =
    titles.length === 0
      ? { certainty: 'likely', why: `Its outputs have the names and shapes of ${title}.` }
      : {
          certainty: 'unsure',
          why: `Its outputs have the shapes of ${title}, but also of ${titles.join(' and ')}: loading it will show which it is.`,
        };
  return { ...rest, info: { ...info, reading } };
}

/**
 * The input that takes the picture. Two others are allowed: the size in whose pixels boxes are wanted, and the score floor of models
 * prepared by Lookout.
 * @throws LookoutError `model_unsupported` if there is none, or if there are other inputs.
 */
export function modelImage(model: OnnxModel): TensorInfo {
  const image = imageInput(model);
  const others = modelInputs(model).filter(
    (input) => input.name !== image?.name && !isSizes(input) && input.name !== FLOOR_INPUT,
  );
  if (image && others.length > 0) {
    throw new LookoutError(
      'model_unsupported',
      `Besides the picture, the model needs inputs of unknown meaning: ${others.map(describeTensor).join(', ')}`,
      { hint: 'Export it so that it takes only a picture' },
    );
  }
  if (image) return image;
  throw new LookoutError('model_unsupported', 'The model has no picture input: expected 1×3×H×W or 1×H×W×3');
}

/** DETR exports take the size in whose pixels their boxes are wanted. */
function isSizes({ type, shape }: TensorInfo): boolean {
  return type === 'int64' && shape?.length === 2;
}

export function inputSize(image: TensorInfo, { input_size }: Sidecar): { width: number; height: number } | undefined {
  const { height, width } = imageLayout(image) ?? {};
  if (typeof width === 'number' && typeof height === 'number') return { width, height };
  if (input_size === undefined) return undefined;
  return typeof input_size === 'number'
    ? { width: input_size, height: input_size }
    : { width: input_size[0], height: input_size[1] };
}

/** In practice, exports that don't give their number of classes have COCO's; trial photos show whether this one does. */
function defaultNames(classCount = COCO_NAMES.length): readonly string[] {
  return classCount === COCO_NAMES.length ? COCO_NAMES : Array.from({ length: classCount }, (_, id) => `class_${id}`);
}

/** An input or output as described from outside: `-1` and names are free dimensions. */
export interface ToldTensor {
  name: string;
  type: string;
  shape: readonly (number | string)[];
}

/**
 * Works out how to read a model whose file is elsewhere, from a description of its inputs and outputs. What the sidecar says takes
 * precedence.
 * @returns the ways it can be read, most likely first.
 * @throws LookoutError `model_unsupported` with the reason.
 */
export function describeTensors(
  { inputs, outputs }: { inputs: readonly ToldTensor[]; outputs: readonly ToldTensor[] },
  sidecar: Sidecar,
): [Omit<ModelInfo, 'name' | 'path'>, ...Omit<ModelInfo, 'name' | 'path'>[]] {
  // Build the model file that would declare these: apart from metadata, a real one would say no more.
  const model: OnnxModel = {
    opsetImport: [],
    metadataProps: [],
    graph: { node: [], initializer: [], input: inputs.map(valueInfo), output: outputs.map(valueInfo), valueInfo: [] },
  };
  const [first, ...others] = describeModel(model, sidecar);
  const prepared = ({ info, preparation }: Description) => ({ ...info, preparation });
  return [prepared(first), ...others.map(prepared)];
}

function valueInfo({ name, type, shape }: ToldTensor) {
  const dim = shape.map((size) => (typeof size === 'number' && size >= 0 ? { dimValue: size } : {}));
  // 0: a type that neither pictures nor tables of boxes have.
  const elemType = ELEMENT_TYPE[type as keyof typeof ELEMENT_TYPE] ?? 0;
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
