import type { WatchState } from './watch-types.js';

export interface SharedWatchOptions {
  /** Camera id if signed in, or a link's token. Default: the first camera. */
  camera?: string;
  /** Initial JPEG quality, 30..95. Default 80. */
  quality?: number;
  /** Whether the quality adapts to the connection. Default true. */
  adapt?: boolean;
  /** `overlay` (default): the plain picture. `annotated`: with boxes drawn in. */
  mode?: 'overlay' | 'annotated';
  /** Called with each picture taken; when its promise settles, the picture counts as drawn and the next is taken. */
  onFrame: (frame: SharedFrame) => void | Promise<void>;
  onState?: (state: SharedWatchState) => void;
  /** Called when the quality of the shown pictures has changed. */
  onQuality?: (change: QualityChange) => void;
  /** Called when `onFrame` throws or rejects; without it the error is rethrown to the global handler. */
  onError?: (error: unknown) => void;
  /** Number of pictures that `onFrame` may process at once. Default 1. */
  concurrency?: number;
  /** Time without a picture after which the watch counts as stalled, ms. Default 3000. */
  stallMs?: number;
  /** Ends the watch. */
  signal?: AbortSignal;
}

export interface SharedFrame {
  readonly jpeg: Uint8Array<ArrayBuffer>;
  /** Quality it was encoded with. */
  readonly quality: number;
  /** When its last byte arrived, by our clock, ms. */
  readonly receivedAt: number;
}

export interface QualityChange {
  from: number;
  to: number;
  /** Why, in plain words, with figures. */
  reason: string;
  /** When the first picture of the new quality arrived, by our clock, ms. */
  at: number;
}

/** The same states as for any watch. */
export type SharedWatchState = WatchState;

export interface SharedWatchStats {
  /** Quality of the shown pictures. */
  quality: number;
  /** Pictures drawn over the last second. */
  fps: number;
  /** The camera's own rate, if known. */
  cameraFps: number | undefined;
  received: number;
  /** Pictures that the consumer has finished with. */
  drawn: number;
  /** Replaced by a newer one before the consumer was free. */
  dropped: number;
  /** Size of the newest picture, bytes. */
  frameBytes: number;
  /** How many times the quality changed. */
  switches: number;
  reconnects: number;
}

export interface SharedWatch {
  stats(): SharedWatchStats;
  /** Sets the quality, 30..95, and adapts from there. @throws RangeError outside that range */
  setQuality(quality: number): void;
  close(): void;
}
