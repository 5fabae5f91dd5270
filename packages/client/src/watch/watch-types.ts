import type { ViewedFrameMetadata } from '@lookout/protocol';

export interface WatchOptions {
  /** `overlay` (default): the camera's own JPEG, draw the boxes yourself. `annotated`: boxes are in the picture. */
  mode?: 'overlay' | 'annotated';
  /** At most so many frames a second, 1..60. Default: the server's. */
  fps?: number;
  /** JPEG quality 30..95, `annotated` only. */
  quality?: number;
  /**
   * `analyzed` (default): only frames that were analysed. `all`: every frame, with the latest boxes and their age (move them forward:
   * `movedBox`). `auto`: `analyzed` while analysis keeps up with the camera, else `all`; changes while you watch, without a gap.
   */
  every?: 'analyzed' | 'all' | 'auto';
  /**
   * Called with each frame that is taken. It is acknowledged when the returned promise settles or at `frame.done()`, whichever is
   * first: that is what keeps the server from sending more than can be drawn.
   */
  onFrame: (frame: WatchedFrame) => void | Promise<void>;
  onState?: (state: WatchState) => void;
  /** Called when `onFrame` throws or rejects; without it the error is rethrown to the global handler. */
  onError?: (error: unknown) => void;
  /** Frames `onFrame` may work on at once. 2 lets one be decoded while the other waits for the screen. Default 1. */
  concurrency?: number;
  /**
   * No frame for so long means stalled, ms. Default: by the camera's own rate, 0.4 to 0.8 s after the next frame should have come
   * (3 s before its rate is known).
   */
  stallMs?: number;
  /** Ends the watch. */
  signal?: AbortSignal;
}

export interface WatchedFrame {
  readonly meta: ViewedFrameMetadata;
  readonly jpeg: Uint8Array<ArrayBuffer>;
  /** When its last byte came, server's clock, ms. */
  readonly receivedAt: number;
  /** How old it is now: the server's clock now minus its capture, ms, never negative. */
  ageMs(): number;
  /** From the server's sending to our receiving, ms, never negative. Right to within half the round trip. */
  readonly networkMs: number;
  /** Says that it was drawn, or is not going to be. Once counts. */
  done(): void;
}

export interface WatchState {
  /**
   * `connecting`: first attempt · `live`: frames come · `waiting`: connected, no frame yet · `stalled`: connected, frames stopped ·
   * `reconnecting`: the connection was lost, next attempt follows · `refused`: the server took the link back or switched the camera
   * off, over · `closed`: over.
   */
  state: 'connecting' | 'waiting' | 'live' | 'stalled' | 'reconnecting' | 'refused' | 'closed';
  /** In plain words; empty when live. */
  reason: string;
}

export interface WatchStats {
  received: number;
  /** Given back by the consumer. */
  drawn: number;
  /** Replaced by a newer one before the consumer was free. */
  dropped: number;
  /** Halves of frames that lost the other half, and messages that could not be read. */
  malformed: number;
  reconnects: number;
  /** Over the last second. */
  fps: number;
  /** Median age when drawn, over the last second, ms. */
  latencyMs: number | undefined;
  /** How unevenly frames come: mean difference between the ages of successive frames, over the last second, ms. */
  jitterMs: number | undefined;
  roundTripMs: number | undefined;
  /** Server's clock minus ours, ms. */
  clockOffsetMs: number;
}

export interface Watch {
  stats(): WatchStats;
  close(): void;
}
