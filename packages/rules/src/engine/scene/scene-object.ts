import { type Box, type PlanePoint, standsOnGround } from '@lookout/protocol';
import { ClassMemory } from './class-memory.js';
import type { RuleObject } from './frame.js';
import type { LinePassage } from './line-passage.js';
import { PhraseMemory } from './phrase-memory.js';
import { Posture } from './posture.js';
import { Rest } from './rest.js';
import type { SceneBox } from './scene-box.js';
import { Trail } from './trail.js';
import { SHORT_LOSS_MS, ViewVisit, type Visit, type ZoneVisit } from './visit.js';

/** Minimum distance moved before confirmation for its origin to be known, in heights. */
const ORIGIN_DISTANCE = 0.3;
/** Time constant of `steadyBox`, ms. */
const SMOOTHING_MS = 400;
const NEVER: Visit = {
  serial: 0,
  isGoingOn: false,
  isInside: false,
  isPointOutside: false,
  sinceMs: Number.NaN,
  enteredMs: Number.NaN,
  leftMs: Number.NaN,
  wentOutMs: Number.NaN,
};

/** A track as seen in a frame. */
export interface Sighting {
  readonly object: RuleObject;
  readonly box: SceneBox;
  /** Whether the upper or lower edge of the picture cuts it off, so that its height is unknown. */
  readonly isCut: boolean;
}

/** An object across changes of its track id. Steady time, scene units. */
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
  /** Start of the time in which it has been seen without a loss of a second or more. */
  visibleSinceMs: number;
  /** Whether it is seen in the current frame. */
  isSeen = true;
  /** Whether it appeared after the camera had been open for a while. Objects in view from the start have not entered. */
  readonly isNewcomer: boolean;
  /** Whether it was found by its description alone. */
  readonly isOpen: boolean;
  /** Whether it was a resident when first listed. */
  readonly cameAsResident: boolean;
  readonly trail = new Trail();
  readonly rest: Rest;
  readonly posture: Posture;
  readonly view: ViewVisit;
  box: SceneBox;
  /** Reference point for zones and lines. */
  pointX = 0;
  pointY = 0;
  /** The reference point at its first detection; undefined if it has hardly moved since. */
  readonly origin: PlanePoint | undefined;
  /** The box smoothed over a few frames. */
  readonly steadyBox: SceneBox;
  /** By index of the camera's zones and lines. */
  readonly zones: ZoneVisit[] = [];
  readonly passages: LinePassage[] = [];
  readonly #class: ClassMemory;
  readonly #phrases = new PhraseMemory();

  constructor(
    key: number,
    { object, box, isCut }: Sighting,
    times: { firstSeenMs: number; lastSeenMs: number; nowMs: number; isNewcomer: boolean },
    /** Displacement since its first detection, scene units. */
    moved: PlanePoint,
  ) {
    this.key = key;
    this.id = object.id;
    this.bbox = object.bbox;
    this.confidence = object.confidence;
    this.isResident = object.isResident;
    this.cameAsResident = object.isResident;
    this.isOpen = object.isOpen === true;
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
    this.#phrases.observe(object.phrases, times.nowMs);
    this.#follow(isCut, times.nowMs);
    const hasMoved = Math.hypot(...moved) >= ORIGIN_DISTANCE * this.height;
    this.origin = hasMoved ? [this.pointX - moved[0], this.pointY - moved[1]] : undefined;
  }

  get className(): string {
    return this.#class.name;
  }

  /** Whether it was recently reported as this class. */
  isKnownAs(className: string): boolean {
    return this.#class.isKnownAs(className);
  }

  /** Steady time since which it has fulfilled the phrase of this key; undefined: it does not, as far as is known. */
  fulfilsSince(phraseKey: string): number | undefined {
    return this.#phrases.sinceMs(phraseKey);
  }

  /** Smoothed height. */
  get height(): number {
    return Math.max(1e-6, this.trail.height);
  }

  /** Its current or last visit to a zone, or to the view if `zone` is undefined. */
  visitOf(zone: number | undefined): Visit {
    return zone === undefined ? this.view : (this.zones[zone] ?? NEVER);
  }

  /** Whether it is there: seen, briefly lost, or a resident. */
  isPresent(nowMs: number): boolean {
    return this.isSeen || this.isResident || nowMs - this.lastSeenMs < SHORT_LOSS_MS;
  }

  /** Another track continues it, whose first detection was at this time. */
  succeed(firstSeenMs: number): void {
    this.lastSeenMs = Math.max(this.lastSeenMs, firstSeenMs);
    this.#phrases.await();
  }

  /** Updates it with a sighting. @param toleranceMs shorter losses do not count. */
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
    this.#phrases.observe(object.phrases, nowMs);
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
