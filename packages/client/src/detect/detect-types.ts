import type {
  DropReason,
  ImageDetections,
  LookoutError,
  NewSession,
  SessionConfig,
  SessionSettings,
  SessionStats,
} from '@lookout/protocol';
import type { ImageInput } from './detect-image.js';

export type FrameId = string | number;

/** The detections of one frame. */
export interface FrameResult extends ImageDetections {
  type: 'result';
  frameId: FrameId;
  /** From sending it to the answer, ms. */
  roundTripMs: number;
}

/**
 * A frame that was not analysed, so that the others stay fresh. Dropped by the server: `rate_limited`, `superseded`, `queue_full`. Dropped
 * before sending: `in_flight`, the maximum number of frames is in flight; `offline`, there is no connection at the moment.
 */
export interface DroppedFrame {
  type: 'dropped';
  frameId: FrameId;
  reason: DropReason | 'in_flight' | 'offline';
}

/** A frame that could not be answered: it was not a picture, or the connection was lost. */
export interface FailedFrame {
  type: 'error';
  frameId: FrameId;
  error: LookoutError;
}

export interface FrameOptions {
  /** The frame's id in its answer. Default: its number. */
  frameId?: FrameId;
  /** When it was taken by our clock, Unix epoch ms; tracking uses it. Default: its time of arrival. */
  timestampMs?: number;
  /** Gives up waiting for the answer. */
  signal?: AbortSignal;
}

export interface DetectionSessionState {
  /** `open`: frames are accepted · `reconnecting`: the connection was lost, the next attempt follows · `closed`: ended for good. */
  state: 'open' | 'reconnecting' | 'closed';
  /** In plain words; empty when open. */
  reason: string;
}

export interface OpenDetectionSessionOptions {
  /** `ws` (default): one WebSocket. `sse`: requests and server-sent events, for networks that block WebSockets. */
  transport?: 'ws' | 'sse';
  /** The model, which can't be changed later, and runtime settings; the server's defaults apply to omitted ones. */
  settings?: NewSession;
  /**
   * Maximum frames in flight at once, 1..50. More frames use more of the server's workers, but each is older when it is answered. Default
   * 2.
   */
  maxInFlight?: number;
  /** Called with the answer to every frame, whichever call sent it. An exception in it is reported and does not affect the session. */
  onAnswer?: (answer: FrameResult | DroppedFrame | FailedFrame) => void;
  onState?: (state: DetectionSessionState) => void;
  /** Ends the session, even while it opens. */
  signal?: AbortSignal;
}

/** Counts of this client. */
export interface DetectionSessionCounts {
  sent: number;
  results: number;
  failed: number;
  dropped: Record<DroppedFrame['reason'], number>;
  inFlight: number;
  /** Results in the last second. */
  fps: number;
  /** Median of the last second, ms. */
  roundTripMs: number | undefined;
  reconnects: number;
}

/** A frame and its options, for `stream`. */
export interface StreamedFrame extends Omit<FrameOptions, 'signal'> {
  image: ImageInput;
}

/** Frames in, detections out. Every frame is answered once. */
export interface DetectionSession {
  /** The settings in effect on the server. Over a WebSocket they are sent only when they change: undefined until then. */
  readonly config: SessionConfig | undefined;
  readonly state: DetectionSessionState;
  /**
   * Sends a frame. A dropped frame is a normal result, since that is how live video stays live; none is queued here.
   * @throws LookoutError what is wrong with the picture, or `unavailable` when the connection was lost before the answer; the signal's
   *    reason
   */
  detect(image: ImageInput, options?: FrameOptions): Promise<FrameResult | DroppedFrame>;
  /**
   * Sends frames as they come and while there is room, and yields the answers in order, including those for frames that failed. Takes no
   * more from the source than fits in flight. Ends with the source.
   */
  stream(
    frames: AsyncIterable<ImageInput | StreamedFrame> | Iterable<ImageInput | StreamedFrame>,
  ): AsyncGenerator<FrameResult | DroppedFrame | FailedFrame, void, undefined>;
  /**
   * Resolves when a frame would be sent: the session is connected and not at its limit in flight. @throws LookoutError when the session is
   * closed
   */
  ready(): Promise<void>;
  /** Changes settings from the next frame on. @throws LookoutError naming what is wrong; `unavailable` while there is no connection */
  configure(settings: SessionSettings): Promise<SessionConfig>;
  counts(): DetectionSessionCounts;
  /** The server's counts; undefined over a WebSocket, whose session has no id. */
  serverStats(): Promise<SessionStats | undefined>;
  /** Ends the session; frames in flight are rejected. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
