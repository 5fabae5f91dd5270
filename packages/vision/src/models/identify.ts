import { LookoutError } from '@lookout/protocol';
import type { ModelFormat } from '../model-info.js';
import type { TensorInfo } from '../onnx/model-file.js';

export interface Facts {
  outputs: readonly TensorInfo[];
  metadata: ReadonlyMap<string, string>;
  /** Of the image input; undefined when free. */
  width: number | undefined;
  height: number | undefined;
  /** Classes by metadata or sidecar. */
  nameCount: number | undefined;
  /** By sidecar: then only the classes are to be found out. */
  format: ModelFormat | undefined;
}

export interface Identity {
  format: ModelFormat;
  /** Undefined when neither names nor shapes tell. */
  classCount: number | undefined;
}

/** What a model can be other than a detector, by Ultralytics' `task`. */
const OTHER_TASKS: Readonly<Record<string, string>> = {
  classify: 'an image classifier: it says what a picture shows, not where',
  obb: 'a detector of rotated boxes, which are not known here',
  semantic: 'a semantic segmenter: it has no boxes',
};

// End-to-end exports give at most this many boxes; grids of cells have more.
const MOST_END_TO_END_BOXES = 1000;

/**
 * Tells a model's output format from its metadata and shapes.
 * @throws LookoutError `model_unsupported` with the reason and what was seen.
 */
export function identify(facts: Facts): Identity {
  const task = facts.metadata.get('task');
  const other = task && OTHER_TASKS[task];
  if (other) throw new LookoutError('model_unsupported', `This model is ${other}`);
  const identity = facts.format ? { format: facts.format, classCount: facts.nameCount } : guess(facts);
  return { ...identity, classCount: identity.classCount ?? classCountOf(identity.format, facts) };
}

function guess(facts: Facts): Identity {
  const { outputs, nameCount } = facts;
  const format = formatByNames(outputs) ?? formatByLevels(outputs) ?? formatByTable(facts) ?? formatByMetadata(facts);
  if (format) return { format, classCount: nameCount };
  const shapes = outputs
    .map(({ name, shape }) => `${name} ${shape?.map((size) => size ?? '?').join('×') ?? '?'}`)
    .join(', ');
  const first = outputs[0]?.shape;
  if (outputs.length === 1 && first?.length === 2) {
    throw new LookoutError(
      'model_unsupported',
      `This model looks like an image classifier: its only output is ${shapes}`,
    );
  }
  throw new LookoutError('model_unsupported', `The model's outputs are of no known detector: ${shapes}`, {
    hint: 'If it is one, name its format in a file beside the model: model.yaml',
  });
}

function formatByNames(outputs: readonly TensorInfo[]): ModelFormat | undefined {
  const names = outputs.map(({ name }) => name);
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/^labels/) && has(/^boxes/) && has(/^scores/)) return 'detr';
  return has(/logits/) && has(/pred_boxes/) ? 'detr' : undefined;
}

/** Pairs of score and distance tables: three levels are NanoDet's, four PicoDet's. */
function formatByLevels(outputs: readonly TensorInfo[]): ModelFormat | undefined {
  const widths = outputs.map(({ shape }) => shape?.at(-1));
  const half = outputs.length / 2;
  if (half !== 3 && half !== 4) return undefined;
  const kinds = [...new Set(widths)];
  const inPairs = kinds.length <= 2 && kinds.every((width) => typeof width === 'number');
  const distances = kinds.some((width) => Number(width) % 4 === 0 && Number(width) >= 16);
  if (!inPairs || !distances) return undefined;
  return half === 3 ? 'nanodet' : 'picodet';
}

/** One table: which way it lies and how many cells it has tell the format. */
function formatByTable({ outputs, width, height, nameCount }: Facts): ModelFormat | undefined {
  const [, rows, columns] = outputs[0]?.shape ?? [];
  if (outputs[0]?.shape?.length !== 3 || typeof rows !== 'number' || typeof columns !== 'number') return undefined;
  if (width === undefined || height === undefined) return formatByProportion(rows, columns, nameCount);
  const cells = (strides: number[]) =>
    strides.reduce((sum, s) => sum + Math.ceil(width / s) * Math.ceil(height / s), 0);
  const counts = [cells([8, 16, 32]), cells([8, 16, 32, 64])];
  if (counts.includes(columns) && rows > 4) return 'yolov8';
  if (counts.some((count) => rows === 3 * count) && columns > 5) return 'yolov5';
  if (counts.includes(rows)) return nameCount === columns - 4 || (!nameCount && columns === 84) ? 'yolov8' : 'yolox';
  return formatByProportion(rows, columns, nameCount);
}

function formatByProportion(rows: number, columns: number, nameCount: number | undefined): ModelFormat | undefined {
  if (columns >= 6 && rows <= MOST_END_TO_END_BOXES && (columns === 6 || columns === 38)) return 'yolo-e2e';
  if (columns > rows && rows > 4) return 'yolov8';
  return rows > columns && nameCount === columns - 5 ? 'yolov5' : undefined;
}

/** Exports of free size say nothing by their shapes; Ultralytics' metadata does. v5 writes no `task`. */
function formatByMetadata({ metadata }: Facts): ModelFormat | undefined {
  if (!metadata.has('names') || !metadata.has('stride')) return undefined;
  if (!metadata.has('task')) return 'yolov5';
  return /true/i.test(metadata.get('end2end') ?? '') ? 'yolo-e2e' : 'yolov8';
}

function classCountOf(format: ModelFormat, { outputs }: Facts): number | undefined {
  const [first, second] = outputs;
  const size = (axis: number) => {
    const value = first?.shape?.at(axis);
    return typeof value === 'number' ? value : undefined;
  };
  const masks = second?.shape?.length === 4 && typeof second.shape[1] === 'number' ? second.shape[1] : 0;
  switch (format) {
    case 'nanodet':
    case 'picodet':
      return size(-1);
    case 'yolox':
    case 'yolov5':
      return less(size(-1), 5 + masks);
    case 'yolov8':
      return less(Math.min(size(-1) ?? Infinity, size(-2) ?? Infinity), 4 + masks);
    case 'detr': {
      const logits = outputs.find(({ name }) => /logits/.test(name))?.shape?.at(-1);
      return typeof logits === 'number' ? logits : undefined;
    }
    case 'yolo-e2e':
      return undefined;
  }
}

function less(size: number | undefined, by: number): number | undefined {
  return size === undefined || !Number.isFinite(size) || size <= by ? undefined : size - by;
}
