import type { WatchState } from './watch-types.js';

export interface SharedWatchOptions {
  /** Camera id where we are signed in, or a link's token. Default: the first camera. */
  camera?: string;
  /** JPEG quality to begin with, 30..95. Default 80. */
  quality?: number;
  /** Let the quality follow what the line takes. Default true. */
  adapt?: boolean;
  /** `overlay` (default): the plain picture. `annotated`: with boxes drawn in. */
  mode?: 'overlay' | 'annotated';
  /** Called with each picture that is taken; the next is taken when its promise settles, and it is then counted as drawn. */
  onFrame: (frame: SharedFrame) => void | Promise<void>;
  onState?: (state: SharedWatchState) => void;
  /** The quality of what is shown has changed. */
  onQuality?: (change: QualityChange) => void;
  /** Called when `onFrame` throws or rejects; without it the error is rethrown to the global handler. */
  onError?: (error: unknown) => void;
  /** Pictures `onFrame` may work on at once. Default 1. */
  concurrency?: number;
  /** No picture for so long means stalled, ms. Default 3000. */
  stallMs?: number;
  /** Ends the watch. */
  signal?: AbortSignal;
}

export interface SharedFrame {
  readonly jpeg: Uint8Array<ArrayBuffer>;
  /** Quality it was made with. */
  readonly quality: number;
  /** When its last byte came, by our clock, ms. */
  readonly receivedAt: number;
}

export interface QualityChange {
  from: number;
  to: number;
  /** In plain words, with the figures. */
  reason: string;
  /** When the first picture of the new quality came, by our clock, ms. */
  at: number;
}

/** As of any watch. */
export type SharedWatchState = WatchState;

export interface SharedWatchStats {
  /** Of what is shown. */
  quality: number;
  /** Drawn over the last second. */
  fps: number;
  /** What the camera itself gives, as far as known. */
  cameraFps: number | undefined;
  received: number;
  /** Given back by the consumer. */
  drawn: number;
  /** Replaced by a newer one before the consumer was free. */
  dropped: number;
  /** Size of the newest picture, bytes. */
  frameBytes: number;
  /** Times the quality changed. */
  switches: number;
  reconnects: number;
}

export interface SharedWatch {
  stats(): SharedWatchStats;
  /** Takes this quality from now on and adapts from there, 30..95. @throws RangeError outside */
  setQuality(quality: number): void;
  close(): void;
}
