import { LookoutError } from '@lookout/protocol';
import type { ModelFormat, ModelInfo, Preparation } from '../model-info.js';
import { channelAxisOf, imageInput } from '../onnx/fold-input.js';
import { modelMetadata, modelOutputs, type TensorInfo } from '../onnx/model-file.js';
import type { OnnxModel } from '../onnx/schema.js';
import { parseClassNames } from './class-names.js';
import { COCO_NAMES } from './coco-names.js';
import { identify } from './identify.js';
import { type Sidecar, sidecarNames } from './sidecar.js';

/** A user's model understood: all of `ModelInfo` but where it lies, and how its input wants to be prepared. */
export interface Description {
  info: Omit<ModelInfo, 'name' | 'path' | 'preparation'>;
  image: TensorInfo;
  preparation: Preparation;
}

interface Convention {
  layout: 'RGB' | 'BGR';
  scale: number;
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
  anchor: ModelInfo['letterbox']['anchor'];
}

const NONE = [0, 0, 0] as const;
const ONE = [1, 1, 1] as const;
// torchvision's ImageNet statistics, for bytes.
const IMAGENET = { scale: 1, mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] } as const;
const UNIT = { scale: 1 / 255, mean: NONE, std: ONE } as const;

/** How each family was trained, as its authors' own inference code prepares a picture. */
const CONVENTIONS: Readonly<Record<ModelFormat, Convention>> = {
  nanodet: { layout: 'BGR', ...IMAGENET, anchor: 'center' },
  picodet: { layout: 'RGB', ...IMAGENET, anchor: 'stretch' },
  yolox: { layout: 'BGR', scale: 1, mean: NONE, std: ONE, anchor: 'top-left' },
  yolov5: { layout: 'RGB', ...UNIT, anchor: 'center' },
  yolov8: { layout: 'RGB', ...UNIT, anchor: 'center' },
  'yolo-e2e': { layout: 'RGB', ...UNIT, anchor: 'center' },
  detr: { layout: 'RGB', ...UNIT, anchor: 'stretch' },
};

const DEFAULT_FILL = 114;

/**
 * Understands a model from its own metadata and shapes; the sidecar wins where it speaks.
 * @throws LookoutError `model_unsupported` with the reason.
 */
export function describeModel(model: OnnxModel, sidecar: Sidecar): Description {
  const metadata = modelMetadata(model);
  const image = imageInput(model);
  if (!image) {
    throw new LookoutError('model_unsupported', 'The model has no picture input: expected 1×3×H×W or 1×H×W×3');
  }
  const size = inputSize(image, sidecar);
  const names = sidecarNames(sidecar) ?? parseClassNames(metadata.get('names') ?? '');
  const { format, classCount } = identify({
    outputs: modelOutputs(model),
    metadata,
    width: size?.width,
    height: size?.height,
    nameCount: names?.length,
    format: sidecar.format,
  });
  const convention = CONVENTIONS[format];
  return {
    info: {
      format,
      classNames: names ?? defaultNames(format, classCount),
      input: size ? { kind: 'fixed', ...size } : { kind: 'free', multiple: 32 },
      letterbox: { anchor: sidecar.letterbox ?? convention.anchor, fill: sidecar.fill ?? DEFAULT_FILL },
      ...(sidecar.licence || metadata.get('license') ? { licence: sidecar.licence ?? metadata.get('license') } : {}),
    },
    image,
    preparation: {
      layout: sidecar.layout ?? convention.layout,
      scale: sidecar.scale ?? convention.scale,
      mean: sidecar.mean ?? convention.mean,
      std: sidecar.std ?? convention.std,
    },
  };
}

function inputSize(image: TensorInfo, { input_size }: Sidecar): { width: number; height: number } | undefined {
  const [height, width] = channelAxisOf(image) === 1 ? image.shape!.slice(2) : image.shape!.slice(1);
  if (typeof width === 'number' && typeof height === 'number') return { width, height };
  if (input_size === undefined) return undefined;
  return typeof input_size === 'number'
    ? { width: input_size, height: input_size }
    : { width: input_size[0], height: input_size[1] };
}

function defaultNames(format: ModelFormat, classCount: number | undefined): readonly string[] {
  // Exports that don't say how many classes they have are COCO's in practice.
  if (classCount === undefined && (format === 'detr' || format === 'yolo-e2e')) return COCO_NAMES;
  if (classCount === undefined) {
    throw new LookoutError('model_unsupported', 'Neither names nor shapes tell how many classes the model has', {
      hint: 'List the names in a file beside the model: model.yaml',
    });
  }
  return classCount === COCO_NAMES.length ? COCO_NAMES : Array.from({ length: classCount }, (_, id) => `class_${id}`);
}
