import { isInside, type PlanePoint } from './region-geometry.js';

/** Pixels of a view or a picture. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A box that needs a label. */
export interface LabelRequest {
  box: Rect;
  /** The label's own width. */
  labelWidth: number;
}

export interface LabelSpace {
  /** Where labels may be. */
  bounds: Rect;
  /** All boxes, whose heads must stay uncovered. */
  boxes: readonly Rect[];
  labelHeight: number;
  /** Between a label and its box. */
  gap: number;
}

/** The upper part of a box that must stay free of labels, because heads are there. */
const FREE_SHARE = 1 / 3;

/**
 * Finds a place for each label: above its box, else to its right, to its left or below it; inside the bounds, never over the upper third of
 * any box nor over another label. Earlier requests take precedence.
 * @returns top-left corners in the order of the requests; undefined where no place is free.
 */
export function layoutLabels(
  requests: readonly LabelRequest[],
  { bounds, boxes, labelHeight, gap }: LabelSpace,
): Array<{ x: number; y: number } | undefined> {
  const taken = headsOf(boxes);
  return requests.map(({ box, labelWidth }) => {
    const right = bounds.x + bounds.width - labelWidth;
    const bottom = bounds.y + bounds.height - labelHeight;
    const x = Math.max(bounds.x, Math.min(box.x, right));
    const y = Math.max(bounds.y, Math.min(box.y, bottom));
    const place = [
      { x, y: box.y - gap - labelHeight },
      { x: box.x + box.width + gap, y },
      { x: box.x - gap - labelWidth, y },
      { x, y: box.y + box.height + gap },
    ].find((at) => isFree({ ...at, width: labelWidth, height: labelHeight }, bounds, taken));
    if (place) taken.push({ ...place, width: labelWidth, height: labelHeight });
    return place;
  });
}

/** A zone or line that needs its name. */
export interface NameRequest {
  /** Corners of an area, whose name stands inside it; absent for a line. */
  area?: readonly PlanePoint[];
  /** The line's points, first to last; of an area its outline. */
  strokes: readonly (readonly PlanePoint[])[];
  labelWidth: number;
}

/**
 * Finds a place for the name of each zone and line: inside an area, near a corner or an edge; beside the ends of a line. Names keep their
 * places whatever moves; `uncovered` tells which of them have to give way.
 * @returns top-left corners in the order of the requests; undefined where there is no place.
 */
export function layoutNames(
  requests: readonly NameRequest[],
  { bounds, labelHeight, gap }: Omit<LabelSpace, 'boxes'>,
): Array<{ x: number; y: number } | undefined> {
  const names: Rect[] = [];
  return requests.map(({ area, strokes: [path = []], labelWidth }) => {
    const size = { width: labelWidth, height: labelHeight };
    const around = (points: readonly PlanePoint[]) =>
      points.flatMap((point) => placesAround(point, size, gap)).map((at): Rect => ({ ...at, ...size }));
    const places = area
      ? [...around(topDown(area)), ...around(middles(path))].filter((rect) => isRectInside(rect, area))
      : around([...path].reverse());
    const place = places.find((rect) => isFree(rect, bounds, names));
    if (!place) return undefined;
    names.push(place);
    return { x: place.x, y: place.y };
  });
}

/**
 * The names that cover neither a label nor the upper third of a box.
 * @param labels of objects, which names give way to
 */
export function uncovered<Name extends { rect: Rect }>(
  names: readonly Name[],
  { boxes, labels }: { boxes: readonly Rect[]; labels: readonly Rect[] },
): Name[] {
  const passing = [...headsOf(boxes), ...labels];
  return names.filter(({ rect }) => !passing.some((other) => overlaps(other, rect)));
}

/** Beside, below and above a point. */
function placesAround([x, y]: PlanePoint, { width, height }: { width: number; height: number }, gap: number) {
  const xs = [x + gap, x - gap - width, x - width / 2];
  const ys = [y + gap, y - gap - height, y - height / 2];
  return ys.flatMap((top) => xs.map((left) => ({ x: left, y: top }))).slice(0, -1);
}

function topDown(points: readonly PlanePoint[]): PlanePoint[] {
  return [...points].sort(([ax, ay], [bx, by]) => ay - by || ax - bx);
}

/** The middle of each edge. */
function middles(path: readonly PlanePoint[]): PlanePoint[] {
  return path.slice(1).map(([x, y], i): PlanePoint => {
    const [px, py] = path[i] ?? [x, y];
    return [(x + px) / 2, (y + py) / 2];
  });
}

function isRectInside({ x, y, width, height }: Rect, area: readonly PlanePoint[]): boolean {
  const corners: PlanePoint[] = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ];
  return corners.every(([cx, cy]) => isInside(cx, cy, area));
}

/** The parts of boxes that must stay uncovered. */
function headsOf(boxes: readonly Rect[]): Rect[] {
  return boxes.map((box) => ({ ...box, height: box.height * FREE_SHARE }));
}

function isFree(rect: Rect, bounds: Rect, taken: readonly Rect[]): boolean {
  return (
    rect.x >= bounds.x &&
    rect.x + rect.width <= bounds.x + bounds.width &&
    rect.y >= bounds.y &&
    rect.y + rect.height <= bounds.y + bounds.height &&
    !taken.some((other) => overlaps(other, rect))
  );
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
