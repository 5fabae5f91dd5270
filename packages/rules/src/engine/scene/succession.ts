import type { RuleObject } from './frame.js';
import { SCENE_WIDTH, type SceneBox } from './scene-box.js';
import type { SceneObject } from './scene-object.js';
import { SHORT_LOSS_MS } from './visit.js';

/** Maximum overlap of a new track with the one it replaces, ms: for a moment both may be matched. */
const OVERLAP_MS = 250;
/** An object at rest may be replaced after a longer loss, ms, but only at its place. */
const REST_LOSS_MS = 3000;
const RESTED_MS = 2000;
/** Window of the motion that is extrapolated, ms. */
const PREDICTION_MS = 800;
/** Maximum distance from the last or the extrapolated position, in multiples of the longer side, and its increase per second. */
const REACH = 0.4;
const REACH_PER_S = 0.8;
/** Distance in longer sides beyond which candidates are skipped. */
const MAX_REACH = 8;
/** Maximum ratio of their longer sides. */
const MAX_SIZE_RATIO = 1.5;
/** Boxes this close to an edge of the picture touch it, scene units. */
const EDGE = 0.01 * SCENE_WIDTH;

/**
 * The object that a new track continues if tracking has changed its id: one that is no longer seen, was last seen just before the track's
 * first detection, and was at that position or moving toward it.
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

/** Cheap check that saves the rest of the comparison. */
function isFar(a: SceneBox, b: SceneBox): boolean {
  const limit = MAX_REACH * Math.max(longerSide(a), longerSide(b));
  return Math.abs(a.left - b.left) > limit || Math.abs(a.bottom - b.bottom) > limit;
}

function looksAlike(object: RuleObject, box: SceneBox, candidate: SceneObject): boolean {
  const ratio = longerSide(box) / longerSide(candidate.box);
  if (ratio > MAX_SIZE_RATIO || ratio < 1 / MAX_SIZE_RATIO) return false;
  if (candidate.isOpen !== (object.isOpen === true)) return false;
  return object.class_name === candidate.className || candidate.isKnownAs(object.class_name);
}

/** Where one object leaves the picture, another may enter: both boxes touch an edge. */
function hasLeftByEdge(old: SceneBox, fresh: SceneBox, sceneHeight: number): boolean {
  return touchesEdge(old, sceneHeight) && touchesEdge(fresh, sceneHeight);
}

function touchesEdge({ left, top, right, bottom }: SceneBox, sceneHeight: number): boolean {
  return left <= EDGE || top <= EDGE || right >= SCENE_WIDTH - EDGE || bottom >= sceneHeight - EDGE;
}

function reach(candidate: SceneObject, movingMs: number): number {
  return longerSide(candidate.box) * (REACH + (REACH_PER_S * movingMs) / 1000);
}

/** Distance of the centres from the last or the extrapolated position, whichever is shorter. */
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
