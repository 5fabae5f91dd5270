import { type Pong, SOCKET_CLOSE, type SocketError, type ViewedFrameMetadata } from '@lookout/protocol';
import type { CloseMeaning } from '../connection/reconnecting-socket.js';
import { asPong, asSocketError, isNumber, isRecord, parseObject } from '../connection/server-messages.js';

/** Text messages from the server to a viewer. */
export type ServerMessage = ViewedFrameMetadata | Pong | SocketError;

/**
 * Reads one text message and checks what the SDK relies on.
 * @returns undefined for anything that is not a known, well-formed message
 */
export function parseServerMessage(text: string): ServerMessage | undefined {
  const value = parseObject(text);
  switch (value?.type) {
    case 'frame_metadata':
      return isFrameMetadata(value) ? (value as ViewedFrameMetadata) : undefined;
    case 'pong':
      return asPong(value);
    case 'error':
      return asSocketError(value);
    default:
      return undefined;
  }
}

function isFrameMetadata(value: Record<string, unknown>): boolean {
  return (
    isNumber(value.timestamp) &&
    Number.isInteger(value.frameNumber) &&
    isNumber(value.width) &&
    value.width > 0 &&
    isNumber(value.height) &&
    value.height > 0 &&
    isNumber(value.age_ms) &&
    isRecord(value.stages_ms) &&
    Array.isArray(value.detections) &&
    value.detections.every(isDetection)
  );
}

function isDetection(value: unknown): boolean {
  return (
    isRecord(value) &&
    Array.isArray(value.bbox) &&
    value.bbox.length === 4 &&
    value.bbox.every(isNumber) &&
    isNumber(value.confidence) &&
    typeof value.class_name === 'string'
  );
}

/** After these, the server accepts no viewer with this link: further attempts would only count as guessing links. */
export const VIEWER_CLOSES: Readonly<Record<number, CloseMeaning>> = {
  [SOCKET_CLOSE.replaced]: { final: true, reason: 'this link is now used elsewhere' },
  [SOCKET_CLOSE.revoked]: { final: true, reason: 'this link was revoked' },
  [SOCKET_CLOSE.camera_off]: { final: true, reason: 'this camera was switched off' },
};

/** A frame as received: its metadata and its JPEG. */
export interface PairedFrame {
  meta: ViewedFrameMetadata;
  jpeg: Uint8Array<ArrayBuffer>;
}

/**
 * Pairs the text and binary messages of one socket. A metadata message belongs to the binary message right after it; a
 * half without its counterpart is dropped and counted, never paired with another frame's.
 */
export class FramePairing {
  #waiting: ViewedFrameMetadata | undefined;
  /** Metadata messages not followed by a picture. */
  withoutPicture = 0;
  /** Pictures not preceded by metadata. */
  withoutMetadata = 0;

  /** @param meta a message of type `frame_metadata` */
  metadata(meta: ViewedFrameMetadata): void {
    if (this.#waiting) this.withoutPicture++;
    this.#waiting = meta;
  }

  /** @returns the whole frame, or undefined for a picture without metadata */
  picture(bytes: ArrayBuffer): PairedFrame | undefined {
    const meta = this.#waiting;
    this.#waiting = undefined;
    if (!meta) {
      this.withoutMetadata++;
      return undefined;
    }
    return { meta, jpeg: new Uint8Array(bytes) };
  }

  /** Discards a waiting half, for a new socket. */
  reset(): void {
    if (this.#waiting) this.withoutPicture++;
    this.#waiting = undefined;
  }
}
