import type { Box, Line, Zone } from '@lookout/protocol';

/** A confirmed object of a camera, in view or briefly out of it. Times are the frames' own, ms. */
export interface RuleObject {
  /** Never used again. */
  readonly id: number;
  readonly class_name: string;
  /** Pixels of the frame; the last known box while it is not seen. */
  readonly bbox: Box;
  /** 0..1. */
  readonly confidence: number;
  /** Of the box's middle, pixels per second. */
  readonly velocity?: readonly [number, number];
  /** Its first detection. */
  readonly firstSeenMs: number;
  /** Its last detection: the frame's own time if it is seen now. */
  readonly lastSeenMs: number;
  /** A known still object. */
  readonly isResident: boolean;
  /** Keys, from `phraseKey`, of the phrases that it is known to fulfil. Phrases not checked yet are not included. */
  readonly phrases?: ReadonlySet<string>;
  /**
   * Found by its description alone: `class_name` is the phrase. The search runs only at intervals, so it counts as seen in each frame that
   * lists it; rules about classes ignore it.
   */
  readonly isOpen?: boolean;
}

/** The objects of one analysed frame. An object that is no longer listed has ended. */
export interface RuleFrame {
  readonly camera: string;
  /** When the frame was taken. */
  readonly timestampMs: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly objects: readonly RuleObject[];
}

/** The zones and lines of a camera, in fractions of its picture. */
export interface CameraRegions {
  readonly zones: readonly Zone[];
  readonly lines: readonly Line[];
}
