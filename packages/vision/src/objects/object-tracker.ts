import type { Detection } from '@lookout/protocol';
import { MotionTracker } from '../tracker/motion-tracker.js';
import { isIdentified, type Track, velocityOf } from '../tracker/track.js';
import { resolveTrackerOptions, type TrackerOptions } from '../tracker/tracker-options.js';
import { SceneObject } from './scene-object.js';
import { SteadyClock } from './steady-clock.js';
import type { TrackedDetection, TrackedObject, Tracker, TrackerUpdate, TrackLife } from './tracked-object.js';

/**
 * A tracker for one camera; omitted options take their defaults (`DEFAULT_TRACKER_OPTIONS`, with the reason for each).
 * @param nextId returns the id of each new track, 1 or more, never the same twice. Default 1, 2, 3 …
 * @throws RangeError for an option out of range.
 */
export function createTracker(options: Partial<TrackerOptions> = {}, nextId: () => number = countFromOne()): Tracker {
  return new ObjectTracker(new MotionTracker(resolveTrackerOptions(options), nextId));
}

function countFromOne(): () => number {
  let next = 1;
  return () => next++;
}

class ObjectTracker implements Tracker {
  readonly #motion: MotionTracker;
  readonly #clock = new SteadyClock();
  /** By age. */
  #objects = new Map<Track, SceneObject>();
  /** What has happened since the last update. */
  #lives: TrackLife[] = [];
  #nowMs = 0;

  constructor(motion: MotionTracker) {
    this.#motion = motion;
  }

  update(detections: readonly Detection[], timestampMs: number): TrackerUpdate {
    this.#nowMs = this.#clock.at(timestampMs);
    const trackOf = this.#motion.update(detections, this.#nowMs);
    this.#follow();
    const lives = this.#lives;
    this.#lives = [];
    return {
      detections: detections.map((detection, index) => this.#describe(detection, trackOf[index])),
      objects: this.#confirmed(),
      lives,
    };
  }

  forget(): void {
    for (const object of this.#objects.values()) this.#report('ended', object);
    this.#objects.clear();
    this.#motion.forget();
  }

  #follow(): void {
    const objects = new Map<Track, SceneObject>();
    for (const track of this.#motion.tracks) {
      if (!isIdentified(track)) continue;
      const known = this.#objects.get(track);
      const object = known ?? new SceneObject(track);
      objects.set(track, object);
      if (known === undefined) this.#report('born', object);
      if (object.confirmedMs === undefined) {
        object.confirmedMs = this.#nowMs;
        this.#report('confirmed', object);
      }
      const change = object.look(this.#nowMs);
      if (change) this.#report(change, object);
    }
    for (const [track, object] of this.#objects) if (!objects.has(track)) this.#report('ended', object);
    this.#objects = objects;
  }

  #report(kind: TrackLife['kind'], { track }: SceneObject): void {
    if (!isIdentified(track)) return;
    const { id, classes, box, seenMs } = track;
    const { class_id, class_name } = classes.winner;
    const lastSeenMs = this.#clock.frameTime(seenMs);
    this.#lives.push({
      kind,
      id,
      class_id,
      class_name,
      bbox: box,
      atMs: this.#clock.frameTime(this.#nowMs),
      lastSeenMs,
    });
  }

  #confirmed(): TrackedObject[] {
    const confirmed: TrackedObject[] = [];
    for (const { track, confirmedMs } of this.#objects.values()) {
      if (confirmedMs === undefined) continue;
      const { class_id, class_name } = track.classes.winner;
      confirmed.push({
        id: track.id,
        class_id,
        class_name,
        bbox: track.box,
        confidence: track.score,
        velocity: velocityOf(track),
        firstSeenMs: this.#clock.frameTime(track.bornMs),
        confirmedMs: this.#clock.frameTime(confirmedMs),
        lastSeenMs: this.#clock.frameTime(track.seenMs),
        isResident: false,
      });
    }
    return confirmed;
  }

  /** Written out instead of spread: adding to a spread creates a hidden class per object, which only a full garbage collection frees. */
  #describe({ bbox, confidence, class_id, class_name }: Detection, track: Track | undefined): TrackedDetection {
    if (!track) return { bbox, confidence, class_id, class_name, confirmed: false };
    const { score } = track;
    const { class_id: votedId, class_name: votedName } = track.classes.winner;
    const confirmedMs = this.#objects.get(track)?.confirmedMs;
    if (confirmedMs === undefined) {
      return { bbox, confidence: score, class_id: votedId, class_name: votedName, confirmed: false };
    }
    const velocity = velocityOf(track);
    const since = this.#clock.frameTime(confirmedMs);
    return track.isContested
      ? { bbox, confidence: score, class_id: votedId, class_name: votedName, velocity, confirmed: true, since }
      : {
          bbox,
          confidence: score,
          class_id: votedId,
          class_name: votedName,
          track_id: track.id,
          velocity,
          confirmed: true,
          since,
        };
  }
}
