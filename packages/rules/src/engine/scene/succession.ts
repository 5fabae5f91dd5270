import type { RuleObject } from './frame.js';
import { SCENE_WIDTH, type SceneBox } from './scene-box.js';
import type { SceneObject } from './scene-object.js';
import { SHORT_LOSS_MS } from './visit.js';

/** A track may begin this long before the one that it replaces was seen for the last time, ms: both may claim the same detection. */
const OVERLAP_MS = 250;
/** An object at rest may be replaced after a longer loss, ms, right where it was. */
const REST_LOSS_MS = 3000;
const RESTED_MS = 2000;
/** The motion of the last so many ms is taken to go on. */
const PREDICTION_MS = 800;
/** How far the new box may be from where the old one was or would be, in heights, and how much farther per second. */
const REACH = 0.4;
const REACH_PER_S = 0.8;
/** Farther than this many longer sides nothing is looked for. */
const MAX_REACH = 8;
/** Their longer sides differ by at most this factor. */
const MAX_SIZE_RATIO = 1.5;
/** This close to the edge of the picture objects come and go, share of its width. */
const EDGE = 0.01 * SCENE_WIDTH;

/**
 * The object that a new track goes on with, if tracking has changed its id: one that is no longer seen, was seen until just before the
 * track's first detection, and was there, or on its way there.
 * @param firstSeenMs of the new track, steady time.
 * @param sceneHeight of the picture, scene units.
 */
export function findPredecessor(
  object: RuleObject,
  box: SceneBox,
  firstSeenMs: number,
  nowMs: number,
  missing: Iterable<SceneObject>,
  sceneHeight: number,
): SceneObject | undefined {
  let best: SceneObject | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of missing) {
    const lossMs = firstSeenMs - candidate.lastSeenMs;
    const isAtRest = candidate.rest.isAtPlace && candidate.lastSeenMs - candidate.rest.sinceMs >= RESTED_MS;
    if (lossMs >= (isAtRest ? REST_LOSS_MS : SHORT_LOSS_MS) || lossMs < -OVERLAP_MS) continue;
    if (
      isFar(box, candidate.box) ||
      !looksAlike(object, box, candidate) ||
      hasLeftByEdge(candidate.box, box, sceneHeight)
    )
      continue;
    const distance = distanceToExpected(box, candidate, nowMs);
    if (
      distance < bestDistance &&
      distance <= reach(candidate, lossMs < SHORT_LOSS_MS ? nowMs - candidate.lastSeenMs : 0)
    ) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Too far for any motion within the time that counts; saves the rest of the comparison. */
function isFar(a: SceneBox, b: SceneBox): boolean {
  const limit = MAX_REACH * Math.max(longerSide(a), longerSide(b));
  return Math.abs(a.left - b.left) > limit || Math.abs(a.bottom - b.bottom) > limit;
}

function looksAlike(object: RuleObject, box: SceneBox, candidate: SceneObject): boolean {
  const ratio = longerSide(box) / longerSide(candidate.box);
  if (ratio > MAX_SIZE_RATIO || ratio < 1 / MAX_SIZE_RATIO) return false;
  return object.class_name === candidate.className || candidate.isKnownAs(object.class_name);
}

/** One that left by the edge does not come back there as the next one that enters: only if either is clear of the edge. */
function hasLeftByEdge(old: SceneBox, fresh: SceneBox, sceneHeight: number): boolean {
  return touchesEdge(old, sceneHeight) && touchesEdge(fresh, sceneHeight);
}

function touchesEdge({ left, top, right, bottom }: SceneBox, sceneHeight: number): boolean {
  return left <= EDGE || top <= EDGE || right >= SCENE_WIDTH - EDGE || bottom >= sceneHeight - EDGE;
}

function reach(candidate: SceneObject, movingMs: number): number {
  return longerSide(candidate.box) * (REACH + (REACH_PER_S * movingMs) / 1000);
}

/** From where the candidate was, or from where it would be now, whichever is closer; bottom middles. */
function distanceToExpected(box: SceneBox, candidate: SceneObject, nowMs: number): number {
  const elapsedS = (nowMs - candidate.lastSeenMs) / 1000;
  const dx = (box.left + box.right - candidate.box.left - candidate.box.right) / 2;
  const dy = (box.top + box.bottom - candidate.box.top - candidate.box.bottom) / 2;
  const vx = candidate.trail.change('x', PREDICTION_MS, 3)?.rate ?? 0;
  const vy = candidate.trail.change('y', PREDICTION_MS, 3)?.rate ?? 0;
  return Math.min(Math.hypot(dx, dy), Math.hypot(dx - vx * elapsedS, dy - vy * elapsedS));
}

function longerSide({ left, top, right, bottom }: SceneBox): number {
  return Math.max(right - left, bottom - top, 1e-6);
}
