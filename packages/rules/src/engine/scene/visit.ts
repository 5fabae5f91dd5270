import { SideEvidence } from './side-evidence.js';

/** Shorter absences do not end a visit. */
export const SHORT_LOSS_MS = 1000;

/** An object's stay in a zone or in the view, the present one or the last. */
export interface Visit {
  /** Counts the visits of the object; 0 before the first. A new one begins only after the last was left. */
  readonly serial: number;
  /** It goes on: the object is inside, or has been outside for less than a second. */
  readonly isGoingOn: boolean;
  /** The object is inside. */
  readonly isInside: boolean;
  /** Its point is beyond the border at this moment, though that may be the jitter of its box. */
  readonly isAtBorder: boolean;
  /** When the object came in. */
  readonly sinceMs: number;
  /** When it was found to have come in from outside; NaN if it was there before anybody looked. */
  readonly enteredMs: number;
  /** When it was found to have left; NaN while it has not. */
  readonly leftMs: number;
  /** When it went out. */
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
  isAtBorder = false;
  readonly #evidence = new SideEvidence(0);

  get isInside(): boolean {
    return this.#evidence.side === 1;
  }

  /**
   * @param depth of the object's point inside the zone, in its heights; negative outside.
   * @param isNewcomer whether an object found inside at first has come in, or was there before.
   */
  observe(depth: number, noise: number, isNewcomer: boolean, nowMs: number): void {
    const wasKnown = this.#evidence.side !== 0;
    this.isAtBorder = depth < 0;
    if (!this.#evidence.observe(depth, noise, nowMs)) return;
    if (!this.isInside) {
      this.wentOutMs = this.#evidence.sinceMs;
    } else if (!this.isGoingOn) {
      this.#begin(this.#evidence.sinceMs);
      if (wasKnown || isNewcomer) this.enteredMs = nowMs;
    }
  }

  /** Ends the visit if the object has been outside for long enough. */
  tick(nowMs: number): void {
    if (this.isGoingOn && !this.isInside && nowMs - this.wentOutMs >= SHORT_LOSS_MS) this.#end(nowMs);
  }

  /** The object is gone for good. @param lastSeenMs when it was seen for the last time. */
  end(lastSeenMs: number, nowMs: number): void {
    if (!this.isGoingOn) return;
    if (this.isInside) this.wentOutMs = lastSeenMs;
    this.#end(nowMs);
  }

  /** The zone was redrawn around the object: what is inside has not come in, what is outside has not left. */
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

/** An object's one visit to the view of its camera. */
export class ViewVisit implements Visit {
  readonly serial = 1;
  isGoingOn = true;
  readonly isInside = true;
  readonly isAtBorder = false;
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
