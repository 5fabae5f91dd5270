/**
 * Defines what counts as a detection. The model's boxes (suppressed and cut as `modelOptions` says) pass threshold, tracker,
 * confirmation, class vote and rounding; the result is what is drawn, sent, counted and returned.
 */
import { isDeepStrictEqual } from 'node:util';
import { DETECTION_DEFAULTS, type Detection, type DetectSettings } from '@lookout/protocol';
import type {
  DetectOptions,
  TrackedDetection,
  TrackedObject,
  Tracker,
  TrackerUpdate,
  TrackLife,
} from '@lookout/vision';
import { unpackDetections } from './packed-detections.js';

export interface DetectionRules {
  /** Minimum score, 0..1. For tracked objects it applies to the track's smoothed score. */
  readonly confidence: number;
  /** IoU above which boxes of one class are merged, 0..1. */
  readonly iou: number;
  /** IoU above which boxes of different classes are merged, 0..1; 1: never. */
  readonly crossClassIou: number;
  readonly maxDetections: number;
  /** Class names; undefined: all. */
  readonly classes?: readonly string[] | undefined;
  /** Whether a detection is to be taken for none, before it is tracked: nothing of its kind exists at its place. */
  readonly ignored?: ((detection: Detection, frame: FrameSize) => boolean) | undefined;
}

/** Pixels of the frame that boxes belong to. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** A frame's boxes, as a worker returns them, and what their class ids mean. */
export interface FoundBoxes {
  readonly packed: Float32Array;
  readonly classNames: readonly string[];
}

/** The frame that was analysed. */
export interface SeenFrame extends FrameSize {
  readonly timestampMs: number;
}

export const DEFAULT_RULES: DetectionRules = DETECTION_DEFAULTS;

/** Rules from the `detect` section of the settings: the defaults for requests that set none. */
export function rulesFrom({ confidence, cross_class_iou }: Pick<DetectSettings, 'confidence' | 'cross_class_iou'>) {
  return {
    confidence: confidence === 'auto' ? DEFAULT_RULES.confidence : confidence,
    crossClassIou: cross_class_iou,
  } satisfies Partial<DetectionRules>;
}

/** The account of one frame of a camera. All detections reach the threshold, highest score first. */
export interface ShownDetections {
  /** Confirmed objects that are seen in this frame. */
  detections: Detection[];
  /** Confirmed and unconfirmed objects; the same list if there are no unconfirmed ones. */
  withGuesses: Detection[];
  /** All confirmed objects of the classes looked for, seen in this frame or not; one that is no longer listed has ended. */
  objects: readonly TrackedObject[];
  /** What has happened to tracks of these classes since the last frame. */
  lives: readonly TrackLife[];
}

/** Frames are of one shape if their aspect ratios differ by less than this share: sizes are whole pixels. */
const SAME_SHAPE = 0.02;

/** Threshold for the tracker, which recovers objects from scores too low to show (ByteTrack, arXiv:2110.06864 §3). */
const TRACKER_CONFIDENCE = 0.15;
const TRACKER_DETECTIONS = 100;

/**
 * Detection options for the model.
 * @param tracked whether a tracker follows. It gets more than is shown: low-scoring boxes, and all classes, since a van that is
 * classified as a truck now and then would otherwise flicker when only cars are wanted.
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

/** Detections of a single image. @param packed from a worker */
export function detectionsOf(packed: Float32Array, classNames: readonly string[], rules: DetectionRules): Detection[] {
  return strongest(unpackDetections(packed, classNames), rules).map(forTheWire);
}

/**
 * Tracks the objects of one camera, session or recording from frame to frame, also across model changes: tracks end if the new
 * model has other classes. Track ids keep counting and are never reused.
 */
export class ObjectTracker {
  readonly #tracker: Tracker;
  #classNames: readonly string[] | undefined;
  #frameSize: FrameSize | undefined;

  constructor(tracker: Tracker) {
    this.#tracker = tracker;
  }

  /** The account of a camera's frame: each box's displayed score reaches the threshold. */
  shown(found: FoundBoxes, frame: SeenFrame, rules: DetectionRules): ShownDetections {
    this.#adoptSize(frame);
    const { detections: tracked, objects, lives } = this.#update(unpack(found, frame, rules), found, frame, rules);
    const withGuesses: Detection[] = [];
    const detections: Detection[] = [];
    for (const one of strongest(tracked, rules)) {
      const shown = forViewers(one);
      withGuesses.push(shown);
      if (one.confirmed) detections.push(shown);
    }
    return {
      detections,
      withGuesses: detections.length === withGuesses.length ? detections : withGuesses,
      objects: objects.filter((one) => isWanted(one, rules)),
      lives: lives.filter((one) => isWanted(one, rules)),
    };
  }

  /**
   * Detections for an API client that sent the frame: every object whose own score or track's score reaches the threshold,
   * confirmed or not.
   */
  answered(found: FoundBoxes, frame: SeenFrame, rules: DetectionRules): Detection[] {
    const unpacked = unpack(found, frame, rules);
    const { detections: tracked } = this.#update(unpacked, found, frame, rules);
    for (const [i, one] of tracked.entries()) {
      if (one.confidence < rules.confidence) one.confidence = unpacked[i]!.confidence;
    }
    return strongest(tracked, rules).map(forTheWire);
  }

  /** Ends all tracks and forgets all objects: the next frame shows something else. */
  forget(): void {
    this.#tracker.forget();
  }

  /** A publisher on a slow link sends smaller frames of the same; a phone that is turned shows something else. */
  #adoptSize({ width, height }: FrameSize): void {
    const before = this.#frameSize;
    if (before?.width === width && before.height === height) return;
    this.#frameSize = { width, height };
    if (!before) return;
    const factor = width / before.width;
    const isSameShape = Math.abs(height / before.height / factor - 1) < SAME_SHAPE;
    if (isSameShape) this.#tracker.rescale(factor);
    else this.#tracker.forget();
  }

  #update(
    detections: readonly Detection[],
    { classNames }: FoundBoxes,
    { timestampMs }: SeenFrame,
    { confidence }: DetectionRules,
  ): TrackerUpdate {
    if (this.#classNames !== classNames) {
      if (!isDeepStrictEqual(this.#classNames, classNames)) this.#tracker.forget();
      this.#classNames = classNames;
    }
    return this.#tracker.update(detections, timestampMs, confidence);
  }
}

/** What there is to track. */
function unpack({ packed, classNames }: FoundBoxes, frame: FrameSize, { ignored }: DetectionRules): Detection[] {
  const detections = unpackDetections(packed, classNames);
  return ignored === undefined ? detections : detections.filter((detection) => !ignored(detection, frame));
}

function isWanted({ class_name }: Pick<Detection, 'class_name'>, { classes }: DetectionRules): boolean {
  return classes === undefined || classes.includes(class_name);
}

function strongest<T extends Detection>(detections: readonly T[], rules: DetectionRules): T[] {
  const { confidence, maxDetections } = rules;
  return detections
    .filter((one) => one.confidence >= confidence && isWanted(one, rules))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, maxDetections);
}

function forViewers(one: TrackedDetection): Detection {
  const shown = forTheWire(one);
  if (!one.confirmed) shown.confirmed = false;
  else if (one.since !== undefined) shown.since = Math.round(one.since);
  return shown;
}

/** Round to 0.1 pixel: finer digits would only cost bytes. */
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

/** Rounds to 0.1, the precision of pixels and milliseconds on the wire. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
