import { z } from 'zod';
import { crossingEdges, type PlanePoint, polygonArea } from './region-geometry.js';
import { regionKey } from './region-key.js';

/** How many zones, lines and masks a camera may have, of each. */
export const MAX_REGIONS = 32;

/** Area below which a polygon is refused, as a share of the picture: a few pixels of a small picture. */
const MIN_AREA_SHARE = 1e-5;
/** Length below which a line is refused, in fractions of the picture. */
const MIN_LINE_LENGTH = 1e-3;

const coordinate = z
  .number()
  .min(0, 'the point lies outside the picture: expected 0 to 1')
  .max(1, 'the point lies outside the picture: expected 0 to 1');

/** `[x, y]` in fractions of the picture, x to the right, y down. */
export const RegionPoint = z.tuple([coordinate, coordinate]);
export type RegionPoint = z.infer<typeof RegionPoint>;

const regionName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .describe('The words to use in rules; unique per camera, whatever the case and spaces');
const side = z.string().trim().min(1).max(60);

export const RegionColor = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'expected a colour like #3b82f6')
  .describe('#rrggbb');

/** A polygon that does not cross itself. */
const polygon = z
  .array(RegionPoint)
  .min(3, 'an area needs at least 3 corners')
  .max(24, 'an area has at most 24 corners')
  .superRefine(checkPolygon)
  .describe('3 to 24 corners of a polygon that does not cross itself, in fractions of the picture');

/** An area of the picture that rules refer to by name. */
export const Zone = z.strictObject({ name: regionName, points: polygon, color: RegionColor.optional() });
export type Zone = z.infer<typeof Zone>;

/** A line that objects cross. Looking from `from` to `to`, `forward` is from the left side to the right. */
export const Line = z
  .strictObject({
    name: regionName,
    from: RegionPoint,
    to: RegionPoint,
    sides: z.tuple([side, side]).optional().describe('What lies to the left and to the right, looking along the line'),
    color: RegionColor.optional(),
  })
  .superRefine(({ from, to, sides }, context) => {
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) < MIN_LINE_LENGTH) {
      context.addIssue({
        code: 'custom',
        path: ['to'],
        message: 'the line has no length: its ends are the same point',
      });
    }
    if (sides && regionKey(sides[0]) === regionKey(sides[1])) {
      context.addIssue({ code: 'custom', path: ['sides', 1], message: 'both sides have the same name' });
    }
  });
export type Line = z.infer<typeof Line>;

/** An area in which nothing exists: objects whose point lies in it are ignored. */
export const Mask = z.strictObject({
  name: regionName,
  points: polygon,
  classes: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(1000)
    .optional()
    .describe('Only objects of these classes; default: all'),
});
export type Mask = z.infer<typeof Mask>;

/** The zones of a camera. */
export const Zones = z.array(Zone).max(MAX_REGIONS).superRefine(checkNames);
/** The lines of a camera. */
export const Lines = z.array(Line).max(MAX_REGIONS).superRefine(checkNames);
/** The masks of a camera. Their names are labels: no rule refers to them. */
export const Masks = z.array(Mask).max(MAX_REGIONS);

/** Everything drawn on a camera's picture. */
export const CameraRegions = z.object({
  zones: Zones.default([]).describe('Areas that rules refer to'),
  lines: Lines.default([]).describe('Lines that rules refer to'),
  masks: Masks.default([]).describe('Areas in which nothing exists'),
});
export type CameraRegions = z.infer<typeof CameraRegions>;

function checkPolygon(points: readonly PlanePoint[], context: z.RefinementCtx): void {
  if (points.length < 3) return;
  const crossing = crossingEdges(points);
  if (crossing) {
    const [first, second] = crossing.map((edge) => `${edge + 1} to ${((edge + 1) % points.length) + 1}`);
    context.addIssue({
      code: 'custom',
      message: `the outline crosses or touches itself: the edge from corner ${first} meets the edge from corner ${second}`,
    });
  } else if (polygonArea(points) < MIN_AREA_SHARE) {
    context.addIssue({ code: 'custom', message: 'the area is empty: its corners lie on one line' });
  }
}

function checkNames(regions: readonly { name: string }[], context: z.RefinementCtx): void {
  const seen = new Map<string, string>();
  for (const [index, { name }] of regions.entries()) {
    const key = regionKey(name);
    const other = seen.get(key);
    if (other !== undefined) {
      context.addIssue({ code: 'custom', path: [index, 'name'], message: `“${name}” is the same name as “${other}”` });
    }
    seen.set(key, name);
  }
}
