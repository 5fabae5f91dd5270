import {
  type Camera,
  type CameraRegions,
  isInside,
  type Line,
  MASK_COLOUR,
  type Mask,
  type PlanePoint,
  polygonArea,
  positionAlong,
  REGION_COLOURS,
  type RegionPoint,
  regionKey,
  withColours,
  type Zone,
} from '@lookout/protocol';
import { classesInWords, classesOf } from '../lib/class-names.js';

export type ShapeKind = 'zone' | 'line' | 'mask';

/** A zone, line or mask while it is edited. Points are in fractions of the picture; a line has two. */
export interface Shape {
  /** Stays the same while it is edited. */
  readonly id: number;
  readonly kind: ShapeKind;
  readonly name: string;
  readonly points: readonly PlanePoint[];
  /** `#rrggbb`; masks have none. */
  readonly color: string;
  /** Lines: what lies to the left and to the right, looking from the first point to the second; empty where it has no name. */
  readonly sides: readonly [string, string];
  /** Masks: class names with commas between them, as typed; empty: all. */
  readonly classes: string;
}

export const MAX_CORNERS = 24;
export const MIN_CORNERS = 3;

/** The shapes of a camera, in the order of the list beside the picture. */
export function shapesOf({ masks, ...regions }: Pick<Camera, 'zones' | 'lines' | 'masks'>): Shape[] {
  const { zones, lines } = withColours(regions);
  const plain = { sides: ['', ''], classes: '' } as const;
  const shapes: Array<Omit<Shape, 'id'>> = [
    ...zones.map((zone) => ({ ...plain, kind: 'zone' as const, ...zone })),
    ...lines.map(({ name, from, to, color, sides = plain.sides }) => ({
      ...plain,
      kind: 'line' as const,
      name,
      points: [from, to],
      sides,
      color,
    })),
    ...masks.map(({ name, points, classes = [] }) => ({
      ...plain,
      kind: 'mask' as const,
      name,
      points,
      color: MASK_COLOUR,
      classes: classesInWords(classes),
    })),
  ];
  return shapes.map((shape, id) => ({ ...shape, id }));
}

/** The lists to send, and for each entry the shape it comes from. */
export interface SentShapes {
  regions: CameraRegions;
  origins: Record<keyof CameraRegions, Shape[]>;
}

export function regionsOf(shapes: readonly Shape[]): SentShapes {
  const of = (kind: ShapeKind) => shapes.filter((shape) => shape.kind === kind);
  const origins = { zones: of('zone'), lines: of('line'), masks: of('mask') };
  return {
    origins,
    regions: {
      zones: origins.zones.map(
        ({ name, points, color }): Zone => ({ name: name.trim(), points: points.map(rounded), color }),
      ),
      lines: origins.lines.map(lineOf),
      masks: origins.masks.map(({ name, points, classes }): Mask => {
        const only = classesOf(classes);
        return { name: name.trim(), points: points.map(rounded), ...(only.length > 0 && { classes: only }) };
      }),
    },
  };
}

function lineOf({ name, points: [from = [0, 0], to = [0, 0]], color, sides: [left, right] }: Shape): Line {
  const sides: [string, string] = [left.trim(), right.trim()];
  return {
    name: name.trim(),
    from: rounded(from),
    to: rounded(to),
    color,
    ...(sides.some((side) => side !== '') && { sides }),
  };
}

/** To a ten-thousandth of the picture: a tenth of a pixel of most. */
function rounded([x, y]: PlanePoint): RegionPoint {
  const round = (value: number) => Math.round(value * 10_000) / 10_000;
  return [round(x), round(y)];
}

/** How many shapes are new, gone or different. */
export function countChanges(before: readonly Shape[], after: readonly Shape[]): number {
  const known = new Map(before.map((shape) => [shape.id, JSON.stringify(shape)]));
  const changed = after.filter((shape) => known.get(shape.id) !== JSON.stringify(shape)).length;
  const left = new Set(after.map(({ id }) => id));
  return changed + before.filter(({ id }) => !left.has(id)).length;
}

/** `Area 2`: the first of its kind that is not taken. */
export function freshName(base: string, shapes: readonly Shape[]): string {
  const taken = new Set(shapes.map(({ name }) => regionKey(name)));
  for (let n = 1; ; n++) if (!taken.has(regionKey(`${base} ${n}`))) return `${base} ${n}`;
}

/** The first colour that no zone or line has, else the one used least recently. */
export function freshColour(shapes: readonly Shape[]): string {
  const used = shapes.map(({ color }) => color);
  const free = REGION_COLOURS.find((colour) => !used.includes(colour));
  return free ?? REGION_COLOURS[shapes.length % REGION_COLOURS.length] ?? REGION_COLOURS[0];
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));

/** The nearest point of the picture. */
export function withinPicture([x, y]: PlanePoint): PlanePoint {
  return [clamp(x), clamp(y)];
}

/** All points moved by the same amount, as far as the picture allows. */
export function movedShape(points: readonly PlanePoint[], [dx, dy]: PlanePoint): PlanePoint[] {
  const limit = (values: number[], by: number) => Math.min(1 - Math.max(...values), Math.max(-Math.min(...values), by));
  const byX = limit(
    points.map(([x]) => x),
    dx,
  );
  const byY = limit(
    points.map(([, y]) => y),
    dy,
  );
  return points.map(([x, y]) => [x + byX, y + byY]);
}

/** The middle of each edge, by the index of the corner it begins at; a line has none. */
export function edgeMiddles({ kind, points }: Shape): PlanePoint[] {
  if (kind === 'line') return [];
  return points.map(([x, y], i): PlanePoint => {
    const [nextX, nextY] = points[(i + 1) % points.length] ?? [x, y];
    return [(x + nextX) / 2, (y + nextY) / 2];
  });
}

/** How near a pointer must be to a line or an outline, pixels. */
const NEAR_PX = 12;

/**
 * The shape at a position: a line or outline close by, else the smallest area around it.
 * @param at in fractions of the picture @param size of the picture in the view, pixels
 */
export function shapeAt(shapes: readonly Shape[], at: PlanePoint, [width, height]: PlanePoint): Shape | undefined {
  const toPixels = ([x, y]: PlanePoint): PlanePoint => [x * width, y * height];
  const point = toPixels(at);
  const inPixels = shapes.map((shape) => ({ shape, points: shape.points.map(toPixels) }));
  const near = inPixels.findLast(({ points }) => distanceTo(points, point) <= NEAR_PX);
  if (near) return near.shape;
  const around = inPixels.filter(({ shape, points }) => shape.kind !== 'line' && isInside(...point, points));
  return around.sort((a, b) => polygonArea(a.points) - polygonArea(b.points))[0]?.shape;
}

/** From a point to the outline of a shape. */
function distanceTo(points: readonly PlanePoint[], [x, y]: PlanePoint): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [i, from] of points.entries()) {
    const to = points[(i + 1) % points.length] ?? from;
    const along = clamp(positionAlong(x, y, from, to));
    const [nearX, nearY] = [from[0] + along * (to[0] - from[0]), from[1] + along * (to[1] - from[1])];
    least = Math.min(least, Math.hypot(x - nearX, y - nearY));
  }
  return least;
}
