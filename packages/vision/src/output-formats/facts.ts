import type { TensorInfo } from '../onnx/model-file.js';

/** What a model file says about its outputs, without running it. */
export interface Facts {
  outputs: readonly TensorInfo[];
  metadata: ReadonlyMap<string, string>;
  /** Size of the image input, pixels; undefined where it is free. */
  width: number | undefined;
  height: number | undefined;
  /** Number of classes according to metadata or sidecar. */
  nameCount: number | undefined;
}

/** How a format would read these outputs. */
export interface Fit {
  /** Names of the outputs it reads, in the order its decoder expects; the others are ignored. */
  outputs: string[];
  /** Undefined where neither names nor shapes give it. */
  classCount: number | undefined;
  /** Class names for files without any, where the format implies them. */
  classNames?: readonly string[];
  /** False: the shapes allow it, but such exports are rare. Considered only if no format fits exactly. */
  exact: boolean;
}

/** An output that is one table per image, 1×rows×columns. A free dimension is undefined. */
export interface OutputTable {
  name: string;
  rows: number | undefined;
  columns: number | undefined;
}

/** Strides of the usual grids, pixels. */
const GRID_STRIDES = [
  [8, 16, 32],
  [8, 16, 32, 64],
];

export function outputTables({ outputs }: Facts): OutputTable[] {
  return outputs.flatMap(({ name, type, shape }) =>
    shape?.length === 3 && isFloat(type) ? [{ name, rows: sizeOf(shape[1]), columns: sizeOf(shape[2]) }] : [],
  );
}

export function isFloat(type: string): boolean {
  return type === 'float32' || type === 'float16';
}

/** @returns undefined for a free dimension. */
export function sizeOf(dimension: number | string | null | undefined): number | undefined {
  return typeof dimension === 'number' ? dimension : undefined;
}

/** How many cells each of the usual grids has at this input size; empty if the size is free. */
export function cellCounts({ width, height }: Facts): number[] {
  if (width === undefined || height === undefined) return [];
  return GRID_STRIDES.map((strides) =>
    strides.reduce((sum, stride) => sum + Math.ceil(width / stride) * Math.ceil(height / stride), 0),
  );
}

/**
 * Mask coefficients per box: the channels of a prototype output, 1×masks×(height/4)×(width/4). Raw heads exported along with the
 * boxes are maps too, but at strides 8, 16 and 32.
 */
export function maskCount({ outputs, width, height }: Facts): number {
  const maps = outputs.flatMap(({ shape }) => (shape?.length === 4 ? [shape] : []));
  const prototype = maps.find(([, masks, rows, columns]) =>
    width === undefined || height === undefined
      ? maps.length === 1 && masks === 32
      : rows === Math.ceil(height / 4) && columns === Math.ceil(width / 4),
  );
  return sizeOf(prototype?.[1]) ?? 0;
}

/** The output whose name matches. */
export function namedOutput<T extends { name: string }>(
  { outputs }: { outputs: readonly T[] },
  name: RegExp,
): T | undefined {
  return outputs.find((output) => name.test(output.name));
}

/** An output that is a list of rows, boxes×columns, with one row per object in the picture. */
export function outputRows({ outputs }: Facts, columns: number): TensorInfo | undefined {
  return outputs.find(
    ({ type, shape }) =>
      // A fixed number of rows is a batch size: these are a classifier's scores.
      isFloat(type) && shape?.length === 2 && sizeOf(shape[0]) === undefined && shape[1] === columns,
  );
}

export type UltralyticsFormat = 'yolov5' | 'yolov8' | 'yolo-e2e' | 'rtdetr';

/** The format according to Ultralytics' metadata, the only evidence if all sizes are free. YOLOv5 writes no `task`. */
export function ultralyticsFormat({ metadata }: Facts): UltralyticsFormat | undefined {
  if (!metadata.has('names') || !metadata.has('stride')) return undefined;
  if (!metadata.has('task')) return 'yolov5';
  if (/rt-?detr/i.test(metadata.get('description') ?? '')) return 'rtdetr';
  return /true/i.test(metadata.get('end2end') ?? '') ? 'yolo-e2e' : 'yolov8';
}

/** The fit of an export whose table has only free dimensions, by Ultralytics' metadata. */
export function fitByMetadata(facts: Facts, format: UltralyticsFormat): Fit | undefined {
  const [first] = facts.outputs;
  const sizes = first?.shape?.slice(1).map(sizeOf) ?? [];
  if (!first || sizes.every((size) => size !== undefined && sizes.length === 2)) return undefined;
  if (ultralyticsFormat(facts) !== format) return undefined;
  return { outputs: [first.name], classCount: facts.nameCount, exact: true };
}

/** Tables with one row per cell: box, objectness and class scores, as in YOLOX and YOLOv6. */
export function fitCellRows(facts: Facts): Fit | undefined {
  const { nameCount } = facts;
  for (const { name, rows, columns } of outputTables(facts)) {
    if (rows === undefined || columns === undefined || columns < 6 || !cellCounts(facts).includes(rows)) continue;
    const classCount = columns - 5;
    // One column fewer would be a transposed YOLOv8 table, which has no objectness.
    if (nameCount === columns - 4 || (nameCount ?? 0) > classCount) continue;
    return {
      outputs: [name],
      classCount: nameCount ?? classCount,
      exact: nameCount === undefined || nameCount === classCount,
    };
  }
  return undefined;
}
