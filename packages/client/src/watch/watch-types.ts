import type { ViewedFrameMetadata } from '@lookout/protocol';

export interface WatchOptions {
  /** `overlay` (default): the camera's own JPEG, draw the boxes yourself. `annotated`: boxes are in the picture. */
  mode?: 'overlay' | 'annotated';
  /** Maximum frames per second, 1..60. Default: the server's. */
  fps?: number;
  /** JPEG quality 30..95, `annotated` only. */
  quality?: number;
  /**
   * `analyzed` (default): only frames that were analysed. `all`: every frame, with the latest boxes and their age (move them forward:
   * `movedBox`). `auto`: `analyzed` while analysis keeps up with the camera, otherwise `all`; changes without a gap.
   */
  every?: 'analyzed' | 'all' | 'auto';
  /** Also detections whose track is not confirmed yet, with `confirmed: false`. Default false. */
  guesses?: boolean;
  /**
   * Called with each frame taken. It is acknowledged when the returned promise settles or at `frame.done()`, whichever comes
   * first: this keeps the server from sending more than can be drawn.
   */
  onFrame: (frame: WatchedFrame) => void | Promise<void>;
  onState?: (state: WatchState) => void;
  /** Called when `onFrame` throws or rejects; without it the error is rethrown to the global handler. */
  onError?: (error: unknown) => void;
  /** Number of frames that `onFrame` may process at once. With 2, one is decoded while the other waits for the screen. Default 1. */
  concurrency?: number;
  /**
   * Time without a frame after which the watch counts as stalled, ms. Default: depends on the camera's rate, 0.4 to 0.8 s after the next
   * frame was due (3 s until its rate is known).
   */
  stallMs?: number;
  /** Ends the watch. */
  signal?: AbortSignal;
}

export interface WatchedFrame {
  readonly meta: ViewedFrameMetadata;
  readonly jpeg: Uint8Array<ArrayBuffer>;
  /** When its last byte arrived, server's clock, ms. */
  readonly receivedAt: number;
  /** Its current age: the server's clock now minus its capture time, ms, never negative. */
  ageMs(): number;
  /** Time from sending by the server to receipt by us, ms, never negative. Accurate to within half the round trip. */
  readonly networkMs: number;
  /** Reports that it was drawn, or will not be. Only the first call counts. */
  done(): void;
}

export interface WatchState {
  /**
   * `connecting`: first attempt · `live`: frames arrive · `waiting`: connected, no frame yet · `stalled`: connected, frames stopped ·
   * `reconnecting`: the connection was lost, next attempt follows · `refused`: the link was revoked or the camera switched off, final ·
   * `closed`: final.
   */
  state: 'connecting' | 'waiting' | 'live' | 'stalled' | 'reconnecting' | 'refused' | 'closed';
  /** Why, in plain words; empty when live. */
  reason: string;
}

export interface WatchStats {
  received: number;
  /** Frames that the consumer has finished with. */
  drawn: number;
  /** Replaced by a newer one before the consumer was free. */
  dropped: number;
  /** Metadata without a picture, pictures without metadata, and messages that could not be read. */
  malformed: number;
  reconnects: number;
  /** Over the last second. */
  fps: number;
  /** Median age when drawn, over the last second, ms. */
  latencyMs: number | undefined;
  /** Jitter: mean difference between the ages of successive frames, over the last second, ms. */
  jitterMs: number | undefined;
  roundTripMs: number | undefined;
  /** Server's clock minus ours, ms. */
  clockOffsetMs: number;
}

export interface Watch {
  stats(): WatchStats;
  close(): void;
}
