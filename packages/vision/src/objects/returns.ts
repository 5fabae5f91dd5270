/**
 * What stood still and was lost, and is found again at its place, is the same object: headlights, rain or a lorry had hidden it. What
 * came there from elsewhere is another.
 */
import type { Box } from '@lookout/protocol';
import { isLiving, mayBeTheSame } from '../tracker/class-families.js';
import { boxOfFilter, iou, shift, sizeOf } from './boxes.js';
import type { SceneObject } from './scene-object.js';

/** Least overlap, IoU, of what is found with the place where something stood. Neighbours in a row of parked cars overlap less. */
const SAME_PLACE = 0.5;
/** Least overlap with the last box of what was just lost while it moved off. */
const NEAR = 0.15;
/** Largest ratio of their sizes. */
const SAME_SIZE = 1.5;

/** What is found has to stand at the place for this long, ms … */
const SETTLED_MS = 1000;
/** … within this time, ms. */
const UNDECIDED_MS = 5000;
/** It has moved off once it has moved this far, in sizes. */
const MOVED_OFF = 0.25;
/** If it moves off: a person missed for no longer than this is the one who stood there, ms. A thing is so after any time. */
const SHORT_LOSS_MS = 3000;

/** What came to stand at a place for this long has taken it, ms. */
const TAKEN_AFTER_MS = 5000;

/** The object that a new one may be: the one that stood where it is first seen, or that was just lost there while it moved off. */
export function claimOf(newcomer: SceneObject, others: Iterable<SceneObject>, nowMs: number): SceneObject | undefined {
  const box = newcomer.stance.place;
  let best: SceneObject | undefined;
  let bestOverlap = 0;
  for (const other of others) {
    const place = openPlaceOf(other, nowMs);
    if (!place || !isAlike(newcomer, box, other, place)) continue;
    const overlap = overlapWith(other, place, box, nowMs);
    if (overlap <= bestOverlap) continue;
    best = other;
    bestOverlap = overlap;
  }
  return best;
}

/** 0 for too little of it. */
function overlapWith(object: SceneObject, place: Box, box: Box, nowMs: number): number {
  const overlap = iou(box, place);
  if (overlap >= SAME_PLACE) return overlap;
  const wasJustLost = !object.isInSight && nowMs - object.seenMs <= SHORT_LOSS_MS;
  if (!wasJustLost || shift(place, object.lastBox) < MOVED_OFF) return 0;
  const near = iou(box, object.lastBox);
  return near >= NEAR ? near : 0;
}

/** Whether a newcomer is the object it claims to be; undefined while that is not yet clear. */
export function judgeClaim(newcomer: SceneObject, nowMs: number): boolean | undefined {
  const { claimed, track } = newcomer;
  if (!claimed || !track) return false;
  const place = openPlaceOf(claimed, nowMs);
  if (!place) return false;
  const box = boxOfFilter(track.filter);
  if (shift(place, box) >= MOVED_OFF && newcomer.hasStepped) {
    // People pass each other; while a track lasts, its motion tells better who is who.
    if (isLiving(claimed.classes.winner.class_name)) {
      return claimed.track === undefined && newcomer.bornMs - claimed.seenMs <= SHORT_LOSS_MS;
    }
    return !claimed.isInSight;
  }
  if (!track.isIdentified) return undefined;
  if (newcomer.seenForMs >= SETTLED_MS && iou(box, place) >= SAME_PLACE) return true;
  return nowMs - newcomer.bornMs < UNDECIDED_MS ? undefined : false;
}

/** Whether an object has come to stand where an absent one stood, which therefore is not there any more. */
export function hasTakenPlaceOf(absent: SceneObject, object: SceneObject, nowMs: number): boolean {
  const { stance } = object;
  if (stance.sinceMs <= absent.seenMs || stance.stoodMs < TAKEN_AFTER_MS || !object.confirmedMs) return false;
  const place = openPlaceOf(absent, nowMs);
  return place !== undefined && isAlike(object, stance.place, absent, place) && iou(stance.place, place) >= SAME_PLACE;
}

function openPlaceOf(object: SceneObject, nowMs: number): Box | undefined {
  if (object.confirmedMs === undefined || object.isForgotten) return undefined;
  return object.stance.openPlace(object.isInSight, nowMs);
}

function isAlike(one: SceneObject, box: Box, other: SceneObject, place: Box): boolean {
  const ratio = sizeOf(box) / sizeOf(place);
  if (ratio > SAME_SIZE || ratio < 1 / SAME_SIZE) return false;
  return mayBeTheSame(one.classes.winner.class_name, other.classes.winner.class_name);
}
