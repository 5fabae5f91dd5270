import type {
  DetectionError,
  DetectionResult,
  DetectionServerMessage,
  FrameDropped,
  SessionConfig,
  SessionSettings,
  SessionStats,
} from '@lookout/protocol';
import { ERROR_CODES, type ErrorCode, LookoutError } from '@lookout/protocol';
import { parseObject } from '../connection/server-messages.js';

/** A session may have its model loaded first, on slow machines too, ms. */
export const LOAD_TIMEOUT_MS = 30_000;

/** A frame on its way. */
export interface OutgoingFrame {
  /** Running number in the session, of frames that were sent. */
  number: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Unix epoch ms. */
  timestampMs?: number;
}

export type WireAnswer = DetectionResult['data'] | Pick<FrameDropped, 'reason'> | LookoutError;

export interface TransportEvents {
  onAnswer(number: number, answer: WireAnswer): void;
  /** What was sent until now will not be answered. */
  onFramesLost(error: LookoutError): void;
  onConfig(config: SessionConfig): void;
  /** Frames are taken again. */
  onOpen(): void;
  /** They are not, and the next attempt follows. */
  onReconnecting(reason: string): void;
  /** They never will be again. */
  onEnd(error: LookoutError): void;
}

/** How a session's frames get to the server and its answers back. */
export interface SessionTransport {
  readonly isOpen: boolean;
  readonly reconnects: number;
  /** The first connection. @throws LookoutError why there is none; then nothing more is tried */
  open(): Promise<void>;
  /** @returns false where it is not open, and nothing was sent */
  send(frame: OutgoingFrame): boolean;
  /** @throws LookoutError */
  configure(settings: SessionSettings): Promise<SessionConfig>;
  stats(): Promise<SessionStats | undefined>;
  /** Nothing is told after it. */
  close(): Promise<void>;
}

/** What the server says in a message is wrong. */
export function errorOf({ code, error }: Pick<DetectionError, 'code' | 'error'>): LookoutError {
  return new LookoutError(Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'internal', error);
}

/** Why a frame stays without an answer. */
export function lostError(reason: string): LookoutError {
  return new LookoutError('unavailable', `The connection was lost before this frame was answered: ${reason}`, {
    hint: 'Send the next one when the session is open again.',
  });
}

/** The server's own messages are taken at their word: only what is no message at all is passed over. */
export function parseDetectionMessage(text: string): DetectionServerMessage | undefined {
  const value = parseObject(text);
  return typeof value?.type === 'string' ? (value as DetectionServerMessage) : undefined;
}
