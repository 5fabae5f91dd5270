import { CENTER_X, CENTER_Y, centerVariance, HEIGHT, objectSize, sideVariance, WIDTH } from './box-filter.js';
import type { Candidate } from './candidate.js';
import type { Track } from './track.js';

/** A pair whose sides differ by more than this is no pair, squared deviations: 5.5 σ, as half-hidden people halve their boxes. */
export const SIDE_GATE = 30;

/** Cost of going back where one came from, squared deviations; OC-SORT's momentum term in a unit of its own. */
const TURN_COST = 10.5;
/** Directions of shorter ways are noise, in object sizes. */
const LEAST_PATH = 0.3;
const LEAST_STEP = 0.1;

/**
 * How far a detection lies from where its track is expected: squared Mahalanobis distance of the centres plus the cost of a
 * change of direction. `Infinity` at `gate` and beyond.
 */
export function pairDistance(track: Track, candidate: Candidate, gate: number): number {
  const { filter } = track;
  const dx = candidate.centerX - filter[CENTER_X]!;
  const dy = candidate.centerY - filter[CENTER_Y]!;
  const distance = (dx * dx + dy * dy) / centerVariance(filter);
  if (!(distance < gate)) return Infinity;
  const dw = candidate.width - filter[WIDTH]!;
  const dh = candidate.height - filter[HEIGHT]!;
  if (dw * dw + dh * dh > SIDE_GATE * sideVariance(filter)) return Infinity;
  const total = distance + turnCost(track, candidate);
  return total < gate ? total : Infinity;
}

/** 0 for going on straight, `TURN_COST` for turning back over at least an object's size. */
function turnCost(track: Track, candidate: Candidate): number {
  const { path, filter } = track;
  const last = path.length - 2;
  if (last === 0) return 0;
  const wayX = path[last]! - path[0]!;
  const wayY = path[last + 1]! - path[1]!;
  const stepX = candidate.centerX - path[last]!;
  const stepY = candidate.centerY - path[last + 1]!;
  const way = Math.sqrt(wayX * wayX + wayY * wayY);
  const step = Math.sqrt(stepX * stepX + stepY * stepY);
  const size = objectSize(filter[WIDTH]!, filter[HEIGHT]!);
  if (way < LEAST_PATH * size || step < LEAST_STEP * size) return 0;
  const cosine = (wayX * stepX + wayY * stepY) / (way * step);
  return TURN_COST * ((1 - cosine) / 2) * Math.min(1, step / size);
}
