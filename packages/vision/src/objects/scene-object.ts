import type { Box } from '@lookout/protocol';
import type { ClassVotes } from '../tracker/class-votes.js';
import { scaleBox, type Track, velocityOf } from '../tracker/track.js';
import { boxOfFilter } from './boxes.js';
import { isConfirmed, isHardlySeen, keepsUp } from './confirmation.js';
import { RecentLooks } from './recent-looks.js';
import { Stance } from './stance.js';

/** An object not seen for this long is lost, ms. Rules look past shorter losses. */
const LOST_AFTER_MS = 1000;
/** What has stood still this long is a resident, ms: known to be there, seen or not. */
const RESIDENT_MS = 60_000;
/** An unseen resident is expected back for this long, ms: headlights, rain or a lorry may hide it for a minute. */
const RESIDENT_HOLD_MS = 180_000;
/** A resident's box may show a passer-by as well for this long, ms, before it is taken for its own. */
const ODD_BOX_MS = 2000;
/** Where an object stands is judged from this long on, ms. */
const JUDGED_AFTER_MS = 2000;

/** One object of a camera, confirmed or not, in sight or not. Times are steady, ms. */
export class SceneObject {
  /** 0 until it has one. */
  id = 0;
  /** Undefined while it is out of sight for longer than its track lasts. */
  track: Track | undefined;
  classes: ClassVotes;
  looks = new RecentLooks();
  readonly stance: Stance;
  readonly bornMs: number;
  /** Last time at which it was seen for what it is. */
  seenMs: number;
  confirmedMs: number | undefined;
  /** Whether what its track follows is too faint to be what was confirmed. */
  isFaint = false;
  isLost = false;
  /** Whether it is not expected back; a resident is remembered. */
  hasEnded = false;
  /** Whether it is not even remembered. */
  isForgotten = false;
  /** An object that it may be: it was first seen where that one stood. */
  claimed: SceneObject | undefined;
  /** Time for which it has been in sight and out of sight, as far as there were frames. */
  seenForMs = 0;
  unseenForMs = 0;
  #wasSeen = false;
  #bestScore = 0;
  /** Box of its last detection, pixels. */
  lastBox: Box;

  /** @param nowMs time from which on the track is known to be this object */
  constructor(track: Track, nowMs: number) {
    this.track = track;
    this.classes = track.classes;
    this.bornMs = nowMs;
    this.seenMs = nowMs;
    this.lastBox = track.box;
    this.stance = new Stance(boxOfFilter(track.filter), nowMs);
  }

  /** Call after each update of the tracks. @param stepMs time since the last one. @param threshold see `isConfirmed`. */
  look(nowMs: number, stepMs: number, threshold: number): void {
    const match = this.track?.match;
    if (this.track && match) {
      const box = boxOfFilter(this.track.filter);
      if (this.#wasSeen) this.seenForMs += stepMs;
      this.stance.observe(box, nowMs);
      if (this.looks.add(match.score, box, nowMs)) this.#judge(nowMs, threshold);
    }
    this.#wasSeen = match !== undefined;
    if (this.track && match && !this.isFaint) {
      this.seenMs = nowMs;
      this.unseenForMs = 0;
      this.lastBox = this.track.box;
    } else this.unseenForMs += stepMs;
  }

  /** Whether it has been seen long and surely enough. @param threshold see `isConfirmed`. */
  deservesConfirmation(threshold: number): boolean {
    return this.id > 0 && isConfirmed(this.looks, this.seenForMs, threshold);
  }

  get isResident(): boolean {
    return this.confirmedMs !== undefined && this.stance.stoodMs >= RESIDENT_MS;
  }

  /** How long it is expected back once it is out of sight, ms: 0 if it was moving. */
  get holdMs(): number {
    if (this.isResident) return RESIDENT_HOLD_MS;
    return this.stance.isStill ? this.stance.stoodMs : 0;
  }

  /** Where it is, or was last seen, pixels. */
  boxAt(nowMs: number): Box {
    const { stance } = this;
    const isOdd = this.isInSight && stance.oddForMs(nowMs) >= ODD_BOX_MS;
    return this.isResident && !isOdd ? stance.place : this.lastBox;
  }

  /** Pixels per second; 0 for what stands still or is out of sight. */
  get velocity(): [number, number] {
    return this.track && !this.stance.isStill ? velocityOf(this.track) : [0, 0];
  }

  get isInSight(): boolean {
    return this.track?.match !== undefined;
  }

  /** Whether it has moved since it was first seen. */
  get hasStepped(): boolean {
    return this.stance.sinceMs > this.bornMs;
  }

  /** @returns whether it is lost now, or seen again, for the first time. */
  turn(nowMs: number): 'lost' | 'recovered' | undefined {
    const isLost = nowMs - this.seenMs >= LOST_AFTER_MS;
    if (isLost === this.isLost) return undefined;
    this.isLost = isLost;
    return isLost ? 'lost' : 'recovered';
  }

  /** It turns out to be what another object's track follows: that track, and what was seen of it, is its own from now on. */
  take(other: SceneObject, nowMs: number): void {
    const { isInSight } = this;
    if (!other.hasStepped) this.stance.restore(isInSight, nowMs);
    this.track = other.track;
    if (other.track) {
      this.classes.merge(other.classes);
      other.track.classes = this.classes;
    }
    this.looks = other.looks;
    this.#wasSeen = true;
    this.isFaint = false;
    this.seenMs = nowMs;
    this.unseenForMs = 0;
    this.lastBox = other.lastBox;
  }

  /** The same object in a picture that is `factor` times as large. */
  scale(factor: number): void {
    this.lastBox = scaleBox(this.lastBox, factor);
    this.looks.scale(factor);
    this.stance.scale(factor);
  }

  /**
   * A track may lose its object and stay with something that is hardly detected. In particular, when a person passes a cone, the track may
   * stay at the cone. So what newly stands has to score nearly as well as before, until it stands still, and what moves at least a little.
   */
  #judge(nowMs: number, threshold: number): void {
    if (this.confirmedMs === undefined) return;
    const { stance, looks } = this;
    this.#bestScore = Math.max(this.#bestScore, looks.score);
    if (this.isFaint) {
      this.isFaint = !keepsUp(looks.score, this.#bestScore, threshold);
    } else if (!stance.isStill) {
      const isJudged = nowMs - stance.sinceMs >= JUDGED_AFTER_MS;
      this.isFaint = isJudged
        ? !keepsUp(looks.scoreSince(stance.sinceMs), this.#bestScore, threshold)
        : isHardlySeen(looks.scoreSince(nowMs - JUDGED_AFTER_MS), threshold);
    }
  }
}
