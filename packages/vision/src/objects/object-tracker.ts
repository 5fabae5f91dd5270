import type { Detection } from '@lookout/protocol';
import { DETECTION_DEFAULTS } from '@lookout/protocol/core';
import { ClassVotes } from '../tracker/class-votes.js';
import { MotionTracker } from '../tracker/motion-tracker.js';
import { scaleTrack, type Track, velocityOf } from '../tracker/track.js';
import { resolveTrackerOptions, type TrackerOptions } from '../tracker/tracker-options.js';
import { AbsentObjects } from './absent-objects.js';
import { claimOf, judgeClaim } from './returns.js';
import { SceneObject } from './scene-object.js';
import { SteadyClock } from './steady-clock.js';
import type { TrackedDetection, TrackedObject, Tracker, TrackerUpdate, TrackLife } from './tracked-object.js';

/** Time without frames counts for no longer than this, ms: nobody looked, so nothing was missed. */
const MAX_STEP_MS = 10_000;

/**
 * A tracker for one camera; omitted options take their defaults (`DEFAULT_TRACKER_OPTIONS`, with the reason for each).
 * @param nextId returns the id of each new track, 1 or more, never the same twice. Default 1, 2, 3 …
 * @throws RangeError for an option out of range.
 */
export function createTracker(options: Partial<TrackerOptions> = {}, nextId: () => number = countFromOne()): Tracker {
  return new ObjectTracker(resolveTrackerOptions(options), nextId);
}

function countFromOne(): () => number {
  let next = 1;
  return () => next++;
}

class ObjectTracker implements Tracker {
  readonly #options: TrackerOptions;
  readonly #nextId: () => number;
  readonly #motion: MotionTracker;
  readonly #clock = new SteadyClock();
  #nowMs = 0;
  /** Objects with a track. */
  #tracked = new Map<Track, SceneObject>();
  /** Objects that stood still and have no track. */
  readonly #absent = new AbsentObjects();
  /** What has happened since the last update. */
  #lives: TrackLife[] = [];

  constructor(options: TrackerOptions, nextId: () => number) {
    this.#options = options;
    this.#nextId = nextId;
    this.#motion = new MotionTracker(options);
  }

  update(
    detections: readonly Detection[],
    timestampMs: number,
    threshold: number = DETECTION_DEFAULTS.confidence,
  ): TrackerUpdate {
    const beforeMs = this.#nowMs;
    this.#nowMs = this.#clock.at(timestampMs);
    const stepMs = Math.min(this.#nowMs - beforeMs, MAX_STEP_MS);
    const trackOf = this.#motion.update(detections, this.#nowMs);
    this.#look(stepMs, threshold);
    this.#dropMistaken();
    this.#settleClaims();
    this.#confirm(threshold);
    this.#endFaint();
    this.#endAbsent(stepMs);
    this.#tellTurns();
    const lives = this.#lives;
    this.#lives = [];
    return {
      detections: detections.map((detection, index) => this.#describe(detection, trackOf[index])),
      objects: this.#objects(),
      lives,
    };
  }

  rescale(factor: number): void {
    for (const track of this.#motion.tracks) scaleTrack(track, factor);
    for (const object of this.#everyObject()) object.scale(factor);
  }

  forget(): void {
    for (const object of this.#everyObject()) this.#forget(object);
    this.#absent.clear();
    this.#tracked.clear();
    this.#motion.forget();
  }

  /** Follows the tracks: each has its object. */
  #look(stepMs: number, threshold: number): void {
    const before = this.#tracked;
    this.#tracked = new Map();
    const newTracks: Track[] = [];
    for (const track of this.#motion.tracks) {
      const object = before.get(track);
      if (object) this.#tracked.set(track, object);
      else newTracks.push(track);
      object?.look(this.#nowMs, stepMs, threshold);
    }
    for (const [track, object] of before) if (!this.#tracked.has(track)) this.#lose(object);
    // Only now is it known who is absent.
    for (const track of newTracks) {
      const object = this.#newcomer(track);
      object.look(this.#nowMs, stepMs, threshold);
      this.#tracked.set(track, object);
    }
  }

  /** The object's track has ended. */
  #lose(object: SceneObject): void {
    object.track = undefined;
    const forgotten = object.confirmedMs === undefined || object.holdMs === 0 ? object : this.#absent.add(object);
    if (forgotten) this.#forget(forgotten);
  }

  /** A track that leaves the place of its object for that of an absent one follows that one: neighbours were mistaken. */
  #dropMistaken(): void {
    for (const [track, object] of this.#tracked) {
      if (!object.stance.isStill || !object.stance.isAway || object.confirmedMs === undefined || !track.match) continue;
      const other = this.#newcomer(track);
      if (other.claimed === undefined || other.claimed === object) continue;
      this.#restart(track, other);
      this.#lose(object);
    }
  }

  /** What turns out to be an object that stood there takes its place; its track's former object, if any, becomes a new one. */
  #settleClaims(): void {
    for (const newcomer of this.#tracked.values()) {
      if (!newcomer.claimed) continue;
      const verdict = judgeClaim(newcomer, this.#nowMs);
      if (verdict === true) this.#reunite(newcomer.claimed, newcomer);
      if (verdict !== undefined) newcomer.claimed = undefined;
    }
  }

  #reunite(object: SceneObject, newcomer: SceneObject): void {
    const { track } = newcomer;
    if (!track) return;
    const former = object.track;
    this.#absent.remove(object);
    object.take(newcomer, this.#nowMs);
    this.#tracked.set(track, object);
    if (former) this.#restart(former);
    if (object.hasEnded) object.isLost = true;
    object.hasEnded = false;
  }

  #confirm(threshold: number): void {
    for (const object of this.#tracked.values()) {
      if (object.id === 0) {
        if (!object.track?.isIdentified || object.claimed) continue;
        object.id = this.#nextId();
        this.#tell('born', object);
      }
      if (object.confirmedMs !== undefined || !object.deservesConfirmation(threshold)) continue;
      object.confirmedMs = this.#nowMs;
      this.#tell('confirmed', object);
    }
  }

  /** What a track now follows is not what was confirmed: that has ended, and the track has a new object. */
  #endFaint(): void {
    for (const [track, object] of this.#tracked) {
      if (!object.isFaint || this.#nowMs - object.seenMs <= this.#options.lostMs) continue;
      this.#forget(object);
      this.#restart(track);
    }
  }

  /** The track follows something else than it did. */
  #restart(track: Track, object: SceneObject = this.#newcomer(track)): void {
    object.classes = new ClassVotes(track.match?.detection ?? { ...track.classes.winner, confidence: track.score });
    track.classes = object.classes;
    this.#tracked.set(track, object);
  }

  #newcomer(track: Track): SceneObject {
    const object = new SceneObject(track, this.#nowMs);
    object.claimed = claimOf(object, this.#everyObject(), this.#nowMs);
    return object;
  }

  #endAbsent(stepMs: number): void {
    for (const object of this.#absent.pass(stepMs, this.#nowMs, this.#tracked.values())) this.#end(object);
  }

  #forget(object: SceneObject): void {
    this.#end(object);
    object.isForgotten = true;
  }

  #end(object: SceneObject): void {
    if (!object.hasEnded) this.#tell('ended', object);
    object.hasEnded = true;
  }

  #tellTurns(): void {
    for (const object of this.#tracked.values()) this.#tellTurn(object);
    for (const object of this.#absent) this.#tellTurn(object);
  }

  #tellTurn(object: SceneObject): void {
    if (object.id === 0 || object.hasEnded) return;
    const turn = object.turn(this.#nowMs);
    if (turn) this.#tell(turn, object);
  }

  #tell(kind: TrackLife['kind'], object: SceneObject): void {
    if (object.id === 0) return;
    const { id, classes, seenMs } = object;
    const { class_id, class_name } = classes.winner;
    const atMs = this.#clock.frameTime(this.#nowMs);
    const lastSeenMs = this.#clock.frameTime(seenMs);
    this.#lives.push({ kind, id, class_id, class_name, bbox: object.boxAt(this.#nowMs), atMs, lastSeenMs });
  }

  *#everyObject(): Iterable<SceneObject> {
    yield* this.#tracked.values();
    yield* this.#absent;
  }

  #objects(): TrackedObject[] {
    const objects: TrackedObject[] = [];
    for (const object of this.#tracked.values()) if (object.confirmedMs !== undefined) objects.push(this.#list(object));
    for (const object of this.#absent) if (!object.hasEnded) objects.push(this.#list(object));
    return objects;
  }

  #list(object: SceneObject): TrackedObject {
    const { class_id, class_name } = object.classes.winner;
    return {
      id: object.id,
      class_id,
      class_name,
      bbox: object.boxAt(this.#nowMs),
      confidence: object.looks.score,
      velocity: object.velocity,
      firstSeenMs: this.#clock.frameTime(object.bornMs),
      confirmedMs: this.#clock.frameTime(object.confirmedMs ?? this.#nowMs),
      lastSeenMs: this.#clock.frameTime(object.seenMs),
      isResident: object.isResident,
    };
  }

  /** All results have the same keys, so that they share a hidden class: others are freed only by a full garbage collection. */
  #describe({ bbox, confidence, class_id, class_name }: Detection, track: Track | undefined): TrackedDetection {
    const object = track && this.#tracked.get(track);
    if (!track || !object) {
      return {
        bbox,
        confidence,
        class_id,
        class_name,
        track_id: undefined,
        velocity: undefined,
        confirmed: false,
        since: undefined,
      };
    }
    const { id, classes, confirmedMs, isFaint } = object;
    const { class_id: votedId, class_name: votedName } = classes.winner;
    const confirmed = confirmedMs !== undefined && !isFaint;
    return {
      bbox,
      confidence: track.score,
      class_id: votedId,
      class_name: votedName,
      track_id: id === 0 || track.isContested ? undefined : id,
      velocity: id === 0 ? undefined : velocityOf(track),
      confirmed,
      since: confirmed ? this.#clock.frameTime(confirmedMs) : undefined,
    };
  }
}
