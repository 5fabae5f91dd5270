import type { Rect } from './label-layout.js';
import { OVERLAY_LOOK, REGION_COLOURS } from './overlay-look.js';
import type { CameraRegions, Line, Zone } from './region.js';
import type { PlanePoint } from './region-geometry.js';
import { regionKey } from './region-key.js';

/** How a zone or line is drawn: the same lines on a page's canvas and burnt into a picture. */
export interface RegionShape {
  readonly name: string;
  /** `#rrggbb`. */
  readonly colour: string;
  /** Corners of an area; absent for a line. */
  readonly area?: readonly PlanePoint[];
  /** Connected points to draw lines through. The first stroke is the outline of the area, closed, or the line itself. */
  readonly strokes: readonly (readonly PlanePoint[])[];
  readonly lineWidth: number;
  /** Opacity of the area. */
  readonly fill: number;
}

export interface RegionView {
  /** Where the picture is, in pixels of the view. */
  readonly picture: Rect;
  /** Pixels per unit of `OVERLAY_LOOK`. */
  readonly scale: number;
  /** Names of zones and lines that rules fire for now, in any spelling. */
  readonly firing?: Iterable<string> | undefined;
}

/** The shapes of zones and lines in pixels of a view, areas first. */
export function regionShapes(
  regions: Pick<CameraRegions, 'zones' | 'lines'>,
  { picture, scale, firing = [] }: RegionView,
): RegionShape[] {
  const { zones, lines } = withColours(regions);
  const firingKeys = new Set([...firing].map(regionKey));
  const toView = ([x, y]: PlanePoint): PlanePoint => [picture.x + x * picture.width, picture.y + y * picture.height];
  const { zone, crossing } = OVERLAY_LOOK;
  const areas = zones.map(({ name, points, color }): RegionShape => {
    const { line, fill } = firingKeys.has(regionKey(name)) ? zone.firing : zone;
    const area = points.map(toView);
    const outline = [...area, ...area.slice(0, 1)];
    return { name, colour: color, area, strokes: [outline], lineWidth: line * scale, fill };
  });
  const crossings = lines.map(({ name, from, to, color }): RegionShape => {
    const width = firingKeys.has(regionKey(name)) ? crossing.firingLine : crossing.line;
    return {
      name,
      colour: color,
      strokes: arrowedLine(toView(from), toView(to), crossing.arrowShare * picture.width),
      lineWidth: width * scale,
      fill: 0,
    };
  });
  return [...areas, ...crossings];
}

/** Zones and lines, each with its colour: its own, else one by its place among all of the camera. */
export function withColours({ zones, lines }: Pick<CameraRegions, 'zones' | 'lines'>): {
  zones: Array<Zone & { color: string }>;
  lines: Array<Line & { color: string }>;
} {
  const colour = (index: number) => REGION_COLOURS[index % REGION_COLOURS.length] ?? REGION_COLOURS[0];
  return {
    zones: zones.map((zone, i) => ({ ...zone, color: zone.color ?? colour(i) })),
    lines: lines.map((line, i) => ({ ...line, color: line.color ?? colour(zones.length + i) })),
  };
}

/**
 * A line, and an arrow from its middle to its `forward` side, which is its right side looking from `from` to `to`.
 * @param length of the arrow
 */
function arrowedLine(from: PlanePoint, to: PlanePoint, length: number): PlanePoint[][] {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]) + Math.PI / 2;
  const middle: PlanePoint = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const tip = moved(middle, angle, length);
  const { headShare, headAngle } = OVERLAY_LOOK.crossing;
  const barb = (side: number) => moved(tip, angle + Math.PI + side * headAngle, headShare * length);
  return [
    [from, to],
    [middle, tip],
    [barb(1), tip, barb(-1)],
  ];
}

function moved([x, y]: PlanePoint, angle: number, by: number): PlanePoint {
  return [x + by * Math.cos(angle), y + by * Math.sin(angle)];
}
