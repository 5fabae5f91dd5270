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

/** Opening a session may load its model first, even on slow machines, ms. */
export const LOAD_TIMEOUT_MS = 30_000;

/** A frame to send. */
export interface OutgoingFrame {
  /** Number in the session, counting frames that were sent. */
  number: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** Unix epoch ms. */
  timestampMs?: number;
}

export type WireAnswer = DetectionResult['data'] | Pick<FrameDropped, 'reason'> | LookoutError;

export interface TransportEvents {
  onAnswer(number: number, answer: WireAnswer): void;
  /** Frames sent until now will not be answered. */
  onFramesLost(error: LookoutError): void;
  onConfig(config: SessionConfig): void;
  /** Frames are accepted again. */
  onOpen(): void;
  /** Frames are not accepted, and the next attempt follows. */
  onReconnecting(reason: string): void;
  /** The session has ended for good. */
  onEnd(error: LookoutError): void;
}

/** Carries a session's frames to the server and its answers back. */
export interface SessionTransport {
  readonly isOpen: boolean;
  readonly reconnects: number;
  /** Makes the first connection. @throws LookoutError why it failed; no more attempts follow */
  open(): Promise<void>;
  /** @returns false if it is not open, and nothing was sent */
  send(frame: OutgoingFrame): boolean;
  /** @throws LookoutError */
  configure(settings: SessionSettings): Promise<SessionConfig>;
  stats(): Promise<SessionStats | undefined>;
  /** No event follows it. */
  close(): Promise<void>;
}

/** The error in a server's message. */
export function errorOf({ code, error }: Pick<DetectionError, 'code' | 'error'>): LookoutError {
  return new LookoutError(Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'internal', error);
}

/** Why a frame gets no answer. */
export function lostError(reason: string): LookoutError {
  return new LookoutError('unavailable', `The connection was lost before this frame was answered: ${reason}`, {
    hint: 'Send the next one when the session is open again.',
  });
}

/** The server's messages are trusted; only what is not a message at all is ignored. */
export function parseDetectionMessage(text: string): DetectionServerMessage | undefined {
  const value = parseObject(text);
  return typeof value?.type === 'string' ? (value as DetectionServerMessage) : undefined;
}
