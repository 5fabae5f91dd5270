import type { Box, PlanePoint } from '@lookout/protocol';
import { ClassMemory } from './class-memory.js';
import type { RuleObject } from './frame.js';
import { standsOnGround } from './kinds.js';
import type { LinePassage } from './line-passage.js';
import { Posture } from './posture.js';
import { Rest } from './rest.js';
import type { SceneBox } from './scene-box.js';
import { Trail } from './trail.js';
import { SHORT_LOSS_MS, ViewVisit, type Visit, type ZoneVisit } from './visit.js';

/** An object has come from elsewhere before it was confirmed if it has moved this far, in its heights. */
const ORIGIN_DISTANCE = 0.3;
/** Time constant with which distances between objects are smoothed, ms. */
const SMOOTHING_MS = 400;
const NEVER: Visit = {
  serial: 0,
  isGoingOn: false,
  isInside: false,
  isAtBorder: false,
  sinceMs: Number.NaN,
  enteredMs: Number.NaN,
  leftMs: Number.NaN,
  wentOutMs: Number.NaN,
};

/** A track in a frame. */
export interface Sighting {
  readonly object: RuleObject;
  readonly box: SceneBox;
  /** Whether the picture's upper or lower edge cuts it off, so that its height is not known. */
  readonly isCut: boolean;
}

/** One object as rules see it: it outlives a change of its track's id. Steady times, scene units. */
export class SceneObject {
  /** Unique within the scene. */
  readonly key: number;
  id: number;
  /** Pixels of the frame. */
  bbox: Box;
  confidence: number;
  isResident: boolean;
  readonly firstSeenMs: number;
  lastSeenMs: number;
  /** Since when it has been seen without a loss of a second or more. */
  visibleSinceMs: number;
  /** Whether this frame shows it. */
  isSeen = true;
  /** Whether it came when the camera had been watching for a while: what is there at first has not come in. */
  readonly isNewcomer: boolean;
  /** Whether it was a known still object when it was first reported. */
  readonly cameAsResident: boolean;
  readonly trail = new Trail();
  readonly rest: Rest;
  readonly posture: Posture;
  readonly view: ViewVisit;
  box: SceneBox;
  /** The point that counts for zones and lines. */
  pointX = 0;
  pointY = 0;
  /** The point that counts as it was at its first detection, if it has moved since. */
  readonly origin: PlanePoint | undefined;
  /** The box smoothed over a few frames. */
  readonly steadyBox: SceneBox;
  /** By index of the camera's zones and lines. */
  readonly zones: ZoneVisit[] = [];
  readonly passages: LinePassage[] = [];
  readonly #class: ClassMemory;

  constructor(
    key: number,
    { object, box, isCut }: Sighting,
    times: { firstSeenMs: number; lastSeenMs: number; nowMs: number; isNewcomer: boolean },
    /** How far it has moved since its first detection, scene units. */
    moved: PlanePoint,
  ) {
    this.key = key;
    this.id = object.id;
    this.bbox = object.bbox;
    this.confidence = object.confidence;
    this.isResident = object.isResident;
    this.cameAsResident = object.isResident;
    this.firstSeenMs = times.firstSeenMs;
    this.lastSeenMs = times.lastSeenMs;
    this.visibleSinceMs = times.firstSeenMs;
    this.isNewcomer = times.isNewcomer;
    this.box = box;
    this.steadyBox = { ...box };
    this.rest = new Rest(box, times.firstSeenMs);
    this.posture = new Posture(box, times.nowMs);
    this.view = new ViewVisit(times.firstSeenMs, times.isNewcomer, times.nowMs);
    this.#class = new ClassMemory(object.class_name);
    this.#follow(isCut, times.nowMs);
    const hasMoved = Math.hypot(...moved) >= ORIGIN_DISTANCE * this.height;
    this.origin = hasMoved ? [this.pointX - moved[0], this.pointY - moved[1]] : undefined;
  }

  get className(): string {
    return this.#class.name;
  }

  /** Whether some of its reports were of this class. */
  isKnownAs(className: string): boolean {
    return this.#class.isKnownAs(className);
  }

  /** Its usual height at present. */
  get height(): number {
    return Math.max(1e-6, this.trail.height);
  }

  /** Its visit to a zone, or to the view where `zone` is undefined. */
  visitOf(zone: number | undefined): Visit {
    return zone === undefined ? this.view : (this.zones[zone] ?? NEVER);
  }

  /** Whether it is seen, or was not seen for only a moment, or is a still object that will be seen again. */
  isPresent(nowMs: number): boolean {
    return this.isSeen || this.isResident || nowMs - this.lastSeenMs < SHORT_LOSS_MS;
  }

  /** Another track goes on with it, which was first seen then. */
  succeed(firstSeenMs: number): void {
    this.lastSeenMs = Math.max(this.lastSeenMs, firstSeenMs);
  }

  /** A frame that shows it. @param toleranceMs losses shorter than this do not count. */
  observe({ object, box, isCut }: Sighting, nowMs: number, toleranceMs: number): void {
    const lossMs = nowMs - this.lastSeenMs;
    this.id = object.id;
    this.isResident = object.isResident;
    this.confidence = object.confidence;
    this.bbox = object.bbox;
    this.isSeen = true;
    this.lastSeenMs = nowMs;
    if (lossMs >= toleranceMs && !object.isResident) this.visibleSinceMs = nowMs;
    this.#class.observe(object.class_name, lossMs);
    this.#smooth(box, 1 - Math.exp(-lossMs / SMOOTHING_MS));
    this.box = box;
    this.#follow(isCut, nowMs);
  }

  #smooth(box: SceneBox, share: number): void {
    const steady = this.steadyBox;
    steady.left += share * (box.left - steady.left);
    steady.top += share * (box.top - steady.top);
    steady.right += share * (box.right - steady.right);
    steady.bottom += share * (box.bottom - steady.bottom);
  }

  #follow(isCut: boolean, nowMs: number): void {
    const { left, top, right, bottom } = this.box;
    this.pointX = (left + right) / 2;
    this.pointY = standsOnGround(this.className) ? bottom : (top + bottom) / 2;
    this.trail.add(nowMs, this.box, isCut);
    this.rest.observe(this.box, this.height, this.trail, nowMs);
    this.posture.observe(this.box, nowMs);
  }
}
