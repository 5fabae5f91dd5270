/**
 * What counts as a detection, in one place: from a model's boxes (which it suppresses and cuts as `modelOptions` says) by threshold,
 * tracker, confirmation, class vote and rounding to what is drawn, sent, counted and answered.
 */
import { isDeepStrictEqual } from 'node:util';
import { DETECTION_DEFAULTS, type Detection, type DetectSettings } from '@lookout/protocol';
import type { DetectOptions, TrackedDetection, Tracker } from '@lookout/vision';
import { unpackDetections } from './packed-detections.js';

export interface DetectionRules {
  /** Minimum score, 0..1. Of a tracked object, its track's smoothed score. */
  readonly confidence: number;
  /** Boxes of one class that overlap more than this are one object, 0..1. */
  readonly iou: number;
  /** Boxes of different classes that overlap more than this are one object, 0..1; 1: never. */
  readonly crossClassIou: number;
  readonly maxDetections: number;
  /** Names; absent: all. */
  readonly classes?: readonly string[] | undefined;
}

export const DEFAULT_RULES: DetectionRules = DETECTION_DEFAULTS;

/** What the settings' `detect` section says, where nobody says otherwise. */
export function rulesFrom({ confidence, cross_class_iou }: Pick<DetectSettings, 'confidence' | 'cross_class_iou'>) {
  return {
    confidence: confidence === 'auto' ? DEFAULT_RULES.confidence : confidence,
    crossClassIou: cross_class_iou,
  } satisfies Partial<DetectionRules>;
}

/** What viewers of a camera get of one frame. All reach the threshold, highest score first. */
export interface ShownDetections {
  /** Objects of confirmed tracks. */
  detections: Detection[];
  /** These and what is not confirmed yet; the same list where there is no more. */
  withGuesses: Detection[];
}

/** What a tracker sees: it recovers objects from scores too low to show (ByteTrack, arXiv:2110.06864 §3). */
const TRACKER_CONFIDENCE = 0.15;
const TRACKER_DETECTIONS = 100;

/**
 * What the model is asked for.
 * @param tracked a tracker follows. It sees more than is shown: doubtful boxes, and all classes, as a van that is taken for a truck now
 *   and then would otherwise come and go where only cars are looked for.
 */
export function modelOptions(rules: DetectionRules, classNames: readonly string[], tracked: boolean): DetectOptions {
  const { confidence, iou, crossClassIou, maxDetections, classes } = rules;
  return {
    confidence: tracked ? Math.min(TRACKER_CONFIDENCE, confidence) : confidence,
    iou,
    crossClassIou,
    maxDetections: tracked ? Math.max(TRACKER_DETECTIONS, maxDetections) : maxDetections,
    ...(classes && !tracked && { classIds: new Set(classes.map((name) => classNames.indexOf(name))) }),
  };
}

/** What is found in a single image. @param packed a worker's answer. */
export function detectionsOf(packed: Float32Array, classNames: readonly string[], rules: DetectionRules): Detection[] {
  return strongest(unpackDetections(packed, classNames), rules).map(forTheWire);
}

/**
 * Objects of one camera, session or recording, followed from frame to frame and through changes of model: tracks end where the new
 * model has other classes. Track ids go on, and none is used again.
 */
export class ObjectTracker {
  readonly #tracker: Tracker;
  #classNames: readonly string[] | undefined;

  constructor(tracker: Tracker) {
    this.#tracker = tracker;
  }

  /** For viewers of a camera: no box below the threshold by the score that is shown with it. */
  shown(
    packed: Float32Array,
    classNames: readonly string[],
    timestampMs: number,
    rules: DetectionRules,
  ): ShownDetections {
    const tracked = this.#update(unpackDetections(packed, classNames), classNames, timestampMs);
    const withGuesses: Detection[] = [];
    const detections: Detection[] = [];
    for (const one of strongest(tracked, rules)) {
      const shown = forViewers(one);
      withGuesses.push(shown);
      if (one.confirmed) detections.push(shown);
    }
    return { detections, withGuesses: detections.length === withGuesses.length ? detections : withGuesses };
  }

  /** For a caller who sent the frame: all that passes its threshold, by its own score or by its track's, confirmed or not. */
  answered(
    packed: Float32Array,
    classNames: readonly string[],
    timestampMs: number,
    rules: DetectionRules,
  ): Detection[] {
    const found = unpackDetections(packed, classNames);
    const tracked = this.#update(found, classNames, timestampMs);
    for (const [i, one] of tracked.entries()) {
      if (one.confidence < rules.confidence) one.confidence = found[i]!.confidence;
    }
    return strongest(tracked, rules).map(forTheWire);
  }

  /** Ends all tracks. */
  forget(): void {
    this.#tracker.forget();
  }

  #update(found: readonly Detection[], classNames: readonly string[], timestampMs: number): TrackedDetection[] {
    if (this.#classNames !== classNames) {
      if (!isDeepStrictEqual(this.#classNames, classNames)) this.#tracker.forget();
      this.#classNames = classNames;
    }
    return this.#tracker.update(found, timestampMs);
  }
}

function strongest<T extends Detection>(detections: readonly T[], rules: DetectionRules): T[] {
  const { confidence, maxDetections, classes } = rules;
  return detections
    .filter((one) => one.confidence >= confidence && (classes === undefined || classes.includes(one.class_name)))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, maxDetections);
}

function forViewers(one: TrackedDetection): Detection {
  const shown = forTheWire(one);
  if (!one.confirmed) shown.confirmed = false;
  else if (one.since !== undefined) shown.since = Math.round(one.since);
  return shown;
}

/** A tenth of a pixel is finer than any box: seventeen digits would only be bytes. */
function forTheWire(one: Detection): Detection {
  const { class_id, class_name, track_id, velocity } = one;
  const [x1, y1, x2, y2] = one.bbox;
  const bbox: Detection['bbox'] = [round(x1), round(y1), round(x2), round(y2)];
  const confidence = Math.round(one.confidence * 1000) / 1000;
  const rounded: Detection = { bbox, confidence, class_id, class_name };
  if (track_id !== undefined) rounded.track_id = track_id;
  if (velocity !== undefined) rounded.velocity = [round(velocity[0]), round(velocity[1])];
  return rounded;
}

/** To a tenth: as exact as pixels and milliseconds are told. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
