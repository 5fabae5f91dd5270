import type { SegmentQuestion } from '@lookout/client';
import type { Box, Segment } from '@lookout/protocol';

/** Points and box so far, in image pixels. */
export interface Question {
  readonly points: readonly (readonly [x: number, y: number, label: 0 | 1])[];
  readonly box?: Box | undefined;
}

export const NOTHING: Question = { points: [] };

/** Maximum number of points per request. */
const MAX_POINTS = 64;
/** Minimum side of a dragged box; anything smaller is a click. Image pixels. */
const MIN_BOX_SIDE = 4;

/** Adds a point; drops the oldest if there are too many. */
export function withPoint(question: Question, x: number, y: number, isPart: boolean): Question {
  const points = [...question.points, [Math.round(x), Math.round(y), isPart ? 1 : 0] as const];
  return { ...question, points: points.slice(-MAX_POINTS) };
}

/** A box that replaces everything before; undefined if it is too small. */
export function withBox(from: readonly [number, number], to: readonly [number, number]): Question | undefined {
  const box: Box = [
    Math.round(Math.min(from[0], to[0])),
    Math.round(Math.min(from[1], to[1])),
    Math.round(Math.max(from[0], to[0])),
    Math.round(Math.max(from[1], to[1])),
  ];
  if (box[2] - box[0] < MIN_BOX_SIDE || box[3] - box[1] < MIN_BOX_SIDE) return undefined;
  return { points: [], box };
}

/** Removes the last point, or else the box. */
export function withoutLast({ points, box }: Question): Question {
  return points.length > 0 ? { points: points.slice(0, -1), box } : NOTHING;
}

/** Request for the model; undefined: neither a box nor a positive point. */
export function asked({ points, box }: Question, takes: Segment['takes']): SegmentQuestion | undefined {
  const given = takes.points ? points.map(([x, y, label]): [number, number, 0 | 1] => [x, y, label]) : [];
  if (!box && !given.some(([, , label]) => label === 1)) return undefined;
  return { points: given, ...(box && takes.box && { box }) };
}
