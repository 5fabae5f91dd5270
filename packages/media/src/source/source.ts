import type { CameraState, LookoutError } from '@lookout/protocol';
import type { Frame } from '../frame/frame.js';

/** What is known of a stream once it runs. */
export interface StreamInfo {
  /** mjpeg, jpeg, rtsp/tcp, rtsp/udp, hls, http, file, device … */
  transport: string;
  /** mjpeg, h264, hevc, msmpeg4v3 … */
  codec: string;
  width: number;
  height: number;
  /** Nominal frames per second, where the stream says so. */
  fps: number | null;
}

/** Callbacks of a source. They run on the main thread and must not throw. */
export interface SourceEvents {
  onFrame(frame: Frame): void;
  /** Every change of state, with the reason in words fit for the camera's owner. Never holds credentials. */
  onState(state: CameraState, reason: string, error?: LookoutError): void;
  /** At the first frame and whenever it changes (resolution mid-stream). */
  onInfo(info: StreamInfo): void;
  /** A frame that was dropped because it is broken; the stream goes on. */
  onInvalid(error: LookoutError): void;
  /** Bytes read from the camera since the last call. */
  onBytes(count: number): void;
}

/** One camera's way in. Owns connecting, reconnecting (backoff with jitter), stall detection and giving the device back. */
export interface Source {
  /** Begins; returns at once. State and frames come by events. */
  start(): void;
  /** Ends within 1 s, idempotent: no event comes after it resolves, and the device or socket is released. */
  close(): Promise<void>;
}

/**
 * One attempt at a stream, the part each protocol writes: resolves when the stream ends in good order (a file played once),
 * rejects with a `LookoutError` when it can't be opened or breaks. `PulledSource` turns attempts into a `Source`.
 */
export interface Attempt {
  run(events: AttemptEvents, signal: AbortSignal): Promise<void>;
}

export type AttemptEvents = Omit<SourceEvents, 'onState'>;
