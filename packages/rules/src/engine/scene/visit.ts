import { SideEvidence } from './side-evidence.js';

/** Shorter absences do not end a visit, ms. */
export const SHORT_LOSS_MS = 1000;

/** The current or last visit of an object to a zone or to the view. Steady time. */
export interface Visit {
  /** Number of the visit; 0 before the first. */
  readonly serial: number;
  /** Whether it is still going on: the object is inside, or has been outside for less than a second. */
  readonly isGoingOn: boolean;
  /** Whether the object is inside. */
  readonly isInside: boolean;
  /** Whether the point was outside in the last observation, which may be jitter. */
  readonly isPointOutside: boolean;
  /** When it began. */
  readonly sinceMs: number;
  /** When the entry was detected; NaN if the object has not entered but was there from the start. */
  readonly enteredMs: number;
  /** When the exit was detected; NaN before that. */
  readonly leftMs: number;
  /** When the object went out. */
  readonly wentOutMs: number;
}

/** The visits of one object to one zone. */
export class ZoneVisit implements Visit {
  serial = 0;
  isGoingOn = false;
  sinceMs = Number.NaN;
  enteredMs = Number.NaN;
  leftMs = Number.NaN;
  wentOutMs = Number.NaN;
  isPointOutside = false;
  readonly #evidence = new SideEvidence(0);

  get isInside(): boolean {
    return this.#evidence.side === 1;
  }

  /**
   * @param depth of the object's point inside the zone, in its heights; negative outside.
   * @param isNewcomer whether the object has entered the zone if it is first found inside.
   */
  observe(depth: number, noise: number, isNewcomer: boolean, nowMs: number): void {
    const wasKnown = this.#evidence.side !== 0;
    this.isPointOutside = depth < 0;
    if (!this.#evidence.observe(depth, noise, nowMs)) return;
    if (!this.isInside) {
      this.wentOutMs = this.#evidence.sinceMs;
    } else if (!this.isGoingOn) {
      this.#begin(this.#evidence.sinceMs);
      if (wasKnown || isNewcomer) this.enteredMs = nowMs;
    }
  }

  /** Ends the visit once the object has been outside for long enough. */
  tick(nowMs: number): void {
    if (this.isGoingOn && !this.isInside && nowMs - this.wentOutMs >= SHORT_LOSS_MS) this.#end(nowMs);
  }

  /** The object has ended. @param lastSeenMs its last sighting. */
  end(lastSeenMs: number, nowMs: number): void {
    if (!this.isGoingOn) return;
    if (this.isInside) this.wentOutMs = lastSeenMs;
    this.#end(nowMs);
  }

  /** Sets the side without an entry or exit, as when the zone is edited. */
  redraw(isInside: boolean, nowMs: number): void {
    this.#evidence.set(isInside ? 1 : -1, nowMs);
    if (isInside && !this.isGoingOn) this.#begin(nowMs);
    if (!isInside) this.isGoingOn = false;
  }

  #begin(sinceMs: number): void {
    this.serial++;
    this.isGoingOn = true;
    this.sinceMs = sinceMs;
    this.enteredMs = Number.NaN;
    this.leftMs = Number.NaN;
  }

  #end(nowMs: number): void {
    this.isGoingOn = false;
    this.leftMs = nowMs;
  }
}

/** An object's visit to the view: from its first to its last sighting. */
export class ViewVisit implements Visit {
  readonly serial = 1;
  isGoingOn = true;
  readonly isInside = true;
  readonly isPointOutside = false;
  readonly sinceMs: number;
  readonly enteredMs: number;
  leftMs = Number.NaN;
  wentOutMs = Number.NaN;

  constructor(sinceMs: number, isNewcomer: boolean, nowMs: number) {
    this.sinceMs = sinceMs;
    this.enteredMs = isNewcomer ? nowMs : Number.NaN;
  }

  end(lastSeenMs: number, nowMs: number): void {
    this.isGoingOn = false;
    this.wentOutMs = lastSeenMs;
    this.leftMs = nowMs;
  }
}
