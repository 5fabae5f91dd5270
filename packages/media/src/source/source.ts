import type { CameraState, LookoutError } from '@lookout/protocol';
import type { DecodeMode } from '../encoded/decode-policy.js';
import type { EncodedPacket } from '../encoded/encoded-packet.js';
import type { EncodedCounts } from '../encoded/encoded-stream.js';
import type { Frame } from '../frame/frame.js';

/** What is known of a running stream. */
export interface StreamInfo {
  /** mjpeg, jpeg, rtsp/tcp, rtsp/udp, hls, http, file, device … */
  transport: string;
  /** mjpeg, h264, hevc, msmpeg4v3 … */
  codec: string;
  width: number;
  height: number;
  /** Nominal frames per second, if the stream states it. */
  fps: number | null;
}

/** What is wanted of a source that carries a video codec. Others deliver every frame, undecoded. */
export interface SourceDemand {
  /** Decoded frames per second; 0: none, `Infinity`: all. At least one frame is decoded at each connection. */
  readonly framesFps: number;
  /** Whether to pass on packets, by `onPacket`. */
  readonly packets: boolean;
}

export const DEFAULT_DEMAND: SourceDemand = { framesFps: Number.POSITIVE_INFINITY, packets: false };

/** What decodes video: FFmpeg on the CPU, a device of this type, or with `auto` the first device that opens. Whatever fails falls back to the CPU. */
export const DECODE_DEVICES = ['software', 'auto', 'cuda', 'vaapi', 'qsv', 'vulkan'] as const;
export type DecodeDevice = (typeof DECODE_DEVICES)[number];

/** Figures of a video stream since its connection began. */
export interface EncodedReport extends EncodedCounts {
  /** Packets that were left out of decoding, because nobody needs their frames, or because of overload. */
  undecoded: number;
  /** What of it is decoded at present. */
  decoding: DecodeMode;
  /** What decodes it: `software` or the type of a device. */
  decoder: string;
  /** Only keyframes are decoded, because the processor can't keep up. */
  overloaded: boolean;
}

/** Callbacks of a source. They run on the main thread and must not throw. */
export interface SourceEvents {
  onFrame(frame: Frame): void;
  /** Every change of state, with the reason in words for the camera's owner. Never contains credentials. */
  onState(state: CameraState, reason: string, error?: LookoutError): void;
  /** At the first frame, and whenever it changes (resolution in mid-stream). */
  onInfo(info: StreamInfo): void;
  /** A broken frame was dropped; the stream continues. */
  onInvalid(error: LookoutError): void;
  /** Bytes read from the camera since the last call. */
  onBytes(count: number): void;
  /** Video only, and only while packets are wanted: the newest group of pictures, then each packet as it arrives. */
  onPacket?(packet: EncodedPacket): void;
  /** Video only: once a second. */
  onEncoded?(report: EncodedReport): void;
}

/** The input of one camera. Handles connecting, reconnecting (backoff with jitter), stall detection and releasing the device. */
export interface Source {
  /** Begins; returns at once. State and frames are reported by events. */
  start(): void;
  /** Changes what is wanted; default `DEFAULT_DEMAND`. Of effect for video only. */
  demand?(demand: SourceDemand): void;
  /** Ends within 1 s; idempotent. After it resolves, no event follows, and the device or socket is released. */
  close(): Promise<void>;
}

/**
 * One attempt at a stream, implemented by each protocol: resolves when the stream ends normally (a file played once), rejects with a
 * `LookoutError` when it can't be opened or breaks. `PulledSource` turns attempts into a `Source`.
 */
export interface Attempt {
  run(events: AttemptEvents, signal: AbortSignal): Promise<void>;
  /** See `Source`. Also before `run`. */
  demand?(demand: SourceDemand): void;
}

export type AttemptEvents = Omit<SourceEvents, 'onState'>;
