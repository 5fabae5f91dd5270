import { type Facts, isFloat, sizeOf } from '../detector/formats/facts.js';
import type { TensorInfo } from '../onnx/model-file.js';

/** What outputs are that no format reads, and what to do about it. */
export interface OtherModel {
  what: string;
  instead: string;
}

const DETECTOR = 'A detector is needed: one that gives a box for each object';
const READABLE =
  'Export it in one of the formats that the guide lists under Models, or run it there with its post-processing in the graph';

/** Each looks at the shapes without the dimension of pictures. */
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
      what: 'These are raw heads of several levels, before boxes are made of them',
      instead: 'Export it with its detection layer, so that it gives boxes: `yolo export format=onnx` does',
    },
  },
  {
    is: (maps) => maps.length === 1 && maps[0]!.length === 1,
    other: { what: 'This model looks like an image classifier, or gives a feature vector', instead: DETECTOR },
  },
  {
    is: (maps) => maps.length === 1 && maps[0]!.length === 0,
    other: { what: 'This model gives one number for a picture', instead: DETECTOR },
  },
  {
    is: (maps, { width, height }) =>
      maps.length === 1 && isMap(maps[0]!) && maps[0]!.at(-1) === width && maps[0]!.at(-2) === height,
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
  return kind?.other ?? { what: "The model's outputs are of no detector that is known here", instead: READABLE };
}

/** 3 × (5 + classes) channels, or 3 × … × (5 + classes). */
function isAnchorHead(map: Shape): boolean {
  if (map.length === 4) return map[0] === 3 && (map[3] ?? 0) > 5;
  const channels = map[0] ?? 0;
  return map.length === 3 && channels % 3 === 0 && channels / 3 > 5 && channels >= 3 * 6 && map[1] !== undefined;
}

/** Maps of sizes that halve from level to level. */
function areLevels(maps: readonly Shape[]): boolean {
  const rows = [...new Set(maps.map((map) => map[1]))].filter((size) => size !== undefined).sort((a, b) => b - a);
  return rows.length >= 3 && rows.slice(1).every((size, i) => size === Math.ceil(rows[i]! / 2));
}

function isMap(map: Shape): boolean {
  return map.length === 3 || (map.length === 2 && map.every((size) => size === undefined || size > 1));
}
