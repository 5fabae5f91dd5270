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

/** What was found in a frame. */
export interface FrameResult extends ImageDetections {
  type: 'result';
  frameId: FrameId;
  /** From our sending it to the answer, ms. */
  roundTripMs: number;
}

/**
 * A frame that nobody looked at, so that the others stay fresh. By the server: `rate_limited`, `superseded`, `queue_full`. By us, and
 * not sent: `in_flight`, as many as may be are on their way; `offline`, there is no connection now.
 */
export interface DroppedFrame {
  type: 'dropped';
  frameId: FrameId;
  reason: DropReason | 'in_flight' | 'offline';
}

/** A frame that could not be answered: a picture that is none, a connection that was lost. */
export interface FailedFrame {
  type: 'error';
  frameId: FrameId;
  error: LookoutError;
}

export interface FrameOptions {
  /** What the frame is called in its answer. Default: its running number. */
  frameId?: FrameId;
  /** When it was taken, our clock, Unix epoch ms: tracks go by it. Default: when it arrives. */
  timestampMs?: number;
  /** Gives up waiting for the answer. */
  signal?: AbortSignal;
}

export interface DetectionSessionState {
  /** `open`: frames are taken · `reconnecting`: the connection was lost, the next attempt follows · `closed`: over. */
  state: 'open' | 'reconnecting' | 'closed';
  /** In plain words; empty when open. */
  reason: string;
}

export interface OpenDetectionSessionOptions {
  /** `ws` (default): one WebSocket. `sse`: requests and server-sent events, where WebSockets do not pass. */
  transport?: 'ws' | 'sse';
  /** The model, which stays, and runtime settings; what is left out is the server's default. */
  settings?: NewSession;
  /** Frames that may be on their way at once, 1..50. More use more workers of the server; each is older when it is answered. Default 2. */
  maxInFlight?: number;
  /** Called with the answer to every frame, whoever sent it; an exception here is reported and goes no further. */
  onAnswer?: (answer: FrameResult | DroppedFrame | FailedFrame) => void;
  onState?: (state: DetectionSessionState) => void;
  /** Ends the session, also while it opens. */
  signal?: AbortSignal;
}

/** What this side has counted. */
export interface DetectionSessionCounts {
  sent: number;
  results: number;
  failed: number;
  dropped: Record<DroppedFrame['reason'], number>;
  inFlight: number;
  /** Results over the last second. */
  fps: number;
  /** Median of the last second, ms. */
  roundTripMs: number | undefined;
  reconnects: number;
}

/** A frame with what is known of it, for `stream`. */
export interface StreamedFrame extends Omit<FrameOptions, 'signal'> {
  image: ImageInput;
}

/** Frames in, detections out. Every frame is answered once. */
export interface DetectionSession {
  /** What the server runs it with. Over a WebSocket it is told only when it changes: undefined until then. */
  readonly config: SessionConfig | undefined;
  readonly state: DetectionSessionState;
  /**
   * Sends a frame. A frame that is dropped is a value, since that is how live video stays live; never is one queued here.
   * @throws LookoutError what is wrong with the picture, or `unavailable` when the connection was lost before the answer; the signal's
   *   reason
   */
  detect(image: ImageInput, options?: FrameOptions): Promise<FrameResult | DroppedFrame>;
  /**
   * Sends frames as they come and as there is room, and gives the answers in their order; what can't be answered is a value
   * too. The source is asked for no more than fits in flight. Ends with the source.
   */
  stream(
    frames: AsyncIterable<ImageInput | StreamedFrame> | Iterable<ImageInput | StreamedFrame>,
  ): AsyncGenerator<FrameResult | DroppedFrame | FailedFrame, void, undefined>;
  /** Resolves when a frame would be sent: connected, and less in flight than may be. @throws LookoutError when the session is over */
  ready(): Promise<void>;
  /** Changes settings from the next frame on. @throws LookoutError naming what is wrong; `unavailable` while there is no connection */
  configure(settings: SessionSettings): Promise<SessionConfig>;
  counts(): DetectionSessionCounts;
  /** What the server has counted; undefined over a WebSocket, whose session has no name. */
  serverStats(): Promise<SessionStats | undefined>;
  /** Ends it; frames in flight are rejected. Once is enough, more is harmless. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
