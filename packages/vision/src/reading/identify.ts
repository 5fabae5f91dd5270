import { LookoutError } from '@lookout/protocol/core';
import { COCO_NAMES } from '../model-info/coco-names.js';
import { MODEL_FORMATS, type ModelFormat } from '../model-info/model-info.js';
import type { TensorInfo } from '../onnx/model-file.js';
import { type Facts, type Fit, isFloat, sizeOf } from '../output-formats/facts.js';
import { OUTPUT_FORMATS } from '../output-formats/index.js';

/** One way to read a model's outputs. */
export interface PossibleFormat extends Fit {
  format: ModelFormat;
}

/** The file leaves the output sizes that would identify its format free. A run shows them. */
export class UnknownShapesError extends LookoutError {}

/** Models other than detectors, by Ultralytics' `task`. */
const OTHER_TASKS: Readonly<Record<string, string>> = {
  classify: 'an image classifier: it says what a picture shows, not where',
  obb: 'a detector of rotated boxes, which are not supported',
  semantic: 'a semantic segmenter: it has no boxes',
};

/**
 * The formats that a model's outputs can be in, judging by its metadata and their names and shapes, most likely first. Several
 * formats have the same shapes: those are told apart by values.
 * @param format as given by the sidecar: then only the classes are worked out.
 * @throws LookoutError `model_unsupported` with the reason and what was seen; `UnknownShapesError`
 */
export function possibleFormats(facts: Facts, format?: ModelFormat): PossibleFormat[] {
  const task = facts.metadata.get('task');
  const other = task && OTHER_TASKS[task];
  if (other) throw new LookoutError('model_unsupported', `This model is ${other}`);
  const fitting = fittingFormats(facts);
  if (format) {
    const named = fitting.filter((one) => one.format === format);
    if (named.length > 0) return named;
    if (hasFreeShapes(facts)) {
      const outputs = facts.outputs.map(({ name }) => name);
      return [{ outputs, classCount: facts.nameCount, exact: true, format }];
    }
    throw notOfFormat(facts, format, likeliest(fitting));
  }
  if (fitting.length > 0) return likeliest(fitting);
  throw unknownOutputs(facts);
}

function fittingFormats(facts: Facts): PossibleFormat[] {
  return MODEL_FORMATS.flatMap((format) => {
    const fit = OUTPUT_FORMATS[format].fit(facts);
    return fit ? [{ ...fit, format }] : [];
  });
}

function likeliest(fitting: readonly PossibleFormat[]): PossibleFormat[] {
  const exact = fitting.filter((one) => one.exact);
  // In practice, exports that don't name their classes have COCO's.
  const isCoco = ({ classCount }: Fit) => classCount === COCO_NAMES.length;
  return (exact.length > 0 ? exact : fitting).toSorted((a, b) => Number(isCoco(b)) - Number(isCoco(a)));
}

function notOfFormat(facts: Facts, format: ModelFormat, fitting: readonly PossibleFormat[]): LookoutError {
  const message = `The file next to the model sets the format ${format}, which its outputs do not fit: ${describeOutputs(facts)}`;
  const others = [...new Set(fitting.map((one) => one.format))];
  if (others.length === 0)
    return new LookoutError('model_unsupported', message, { hint: unknownOutputs(facts).message });
  const hint = `These formats fit: ${others.join(', ')}. Remove \`format\` to have it detected`;
  return new LookoutError('model_unsupported', message, { hint });
}

function unknownOutputs(facts: Facts): LookoutError {
  const { outputs, nameCount } = facts;
  const Refusal = hasFreeShapes(facts) ? UnknownShapesError : LookoutError;
  const [unnamed] = nameCount === undefined ? [] : likeliest(fittingFormats({ ...facts, nameCount: undefined }));
  if (unnamed?.classCount !== undefined) {
    return new Refusal(
      'model_unsupported',
      `The model has ${unnamed.classCount} classes by its outputs, but ${nameCount} are named: ${describeOutputs(facts)}`,
      { hint: `List ${unnamed.classCount} names in a file beside the model: model.yaml` },
    );
  }
  const { what, instead } = recogniseOther(outputs, facts);
  return new Refusal('model_unsupported', `${what}: ${describeOutputs(facts)}`, { hint: instead });
}

function describeOutputs({ outputs }: Facts): string {
  return outputs.map(describeTensor).join(', ');
}

/** @returns its name and shape: `output0 1×84×8400` */
export function describeTensor({ name, shape }: TensorInfo): string {
  return `${name} ${shape?.map((size) => size ?? '?').join('×') ?? '?'}`;
}

/** Whether the file leaves sizes open that a run would show. */
function hasFreeShapes({ outputs }: Facts): boolean {
  return outputs.some(({ shape }) => !shape?.slice(1).every((size) => typeof size === 'number'));
}

/** What outputs that no format can read appear to be, and what to do about it. */
export interface OtherModel {
  what: string;
  instead: string;
}

const DETECTOR = 'A detector is needed: one that gives a box for each object';
const READABLE =
  'Export it in one of the formats that the guide lists under Models, or with its post-processing in the graph';

/** Each looks at the shapes without the batch dimension. */
const KINDS: readonly {
  is(maps: readonly Shape[], facts: Pick<Facts, 'width' | 'height'>): boolean;
  other: OtherModel;
}[] = [
  {
    is: (maps) => maps.length >= 3 && maps.every(isAnchorHead),
    other: {
      what: 'These are raw heads of a YOLO with anchors, before their grid is applied',
      instead:
        'Export it with its detection layer: YOLOv5 and YOLOv7 by their own export.py without changes, other tools with post-processing',
    },
  },
  {
    is: (maps) => maps.length >= 3 && maps.every((map) => map.length === 3) && areLevels(maps),
    other: {
      what: 'These are raw heads of several levels, before they are decoded into boxes',
      instead: 'Export it with its detection layer, so that it gives boxes: `yolo export format=onnx` does',
    },
  },
  {
    is: (maps) => onlyOf(maps)?.length === 1,
    other: { what: 'This model looks like an image classifier, or gives a feature vector', instead: DETECTOR },
  },
  {
    is: (maps) => onlyOf(maps)?.length === 0,
    other: { what: 'This model gives one number for a picture', instead: DETECTOR },
  },
  {
    is: (maps, { width, height }) => {
      const map = onlyOf(maps);
      return map !== undefined && isMap(map) && map.at(-1) === width && map.at(-2) === height;
    },
    other: { what: 'This model gives a value for each pixel, as segmentation and depth models do', instead: DETECTOR },
  },
  {
    is: (maps) => maps.length > 0 && maps.every(isMap),
    other: { what: 'This model gives maps, as segmentation, depth and heat map models do', instead: DETECTOR },
  },
];

type Shape = readonly (number | undefined)[];

export function recogniseOther(outputs: readonly TensorInfo[], facts: Pick<Facts, 'width' | 'height'>): OtherModel {
  const floats = outputs.filter(({ type }) => isFloat(type));
  const maps = floats.map(({ shape }) => shape?.slice(1).map(sizeOf));
  const known = maps.filter((map) => map !== undefined);
  const kind = known.length === outputs.length ? KINDS.find(({ is }) => is(known, facts)) : undefined;
  return kind?.other ?? { what: "The model's outputs are not those of any supported detector", instead: READABLE };
}

function onlyOf(maps: readonly Shape[]): Shape | undefined {
  return maps.length === 1 ? maps[0] : undefined;
}

/** 3 × (5 + classes) channels, or 3 × … × (5 + classes). */
function isAnchorHead(map: Shape): boolean {
  if (map.length === 4) return map[0] === 3 && (map[3] ?? 0) > 5;
  const channels = map[0] ?? 0;
  return map.length === 3 && channels % 3 === 0 && channels / 3 > 5 && channels >= 3 * 6 && map[1] !== undefined;
}

/** Whether these are maps whose sizes halve from level to level. */
function areLevels(maps: readonly Shape[]): boolean {
  const rows = [...new Set(maps.map((map) => map[1]))].filter((size) => size !== undefined).sort((a, b) => b - a);
  return rows.length >= 3 && rows.slice(1).every((size, i) => size === Math.ceil(rows[i]! / 2));
}

function isMap(map: Shape): boolean {
  return map.length === 3 || (map.length === 2 && map.every((size) => size === undefined || size > 1));
}
