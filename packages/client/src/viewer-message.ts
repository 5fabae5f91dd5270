import type { Pong, SocketError, ViewedFrameMetadata } from '@lookout/protocol';

/** What the server says to a viewer in text. */
export type ServerMessage = ViewedFrameMetadata | Pong | SocketError;

/**
 * Reads one text message. Checks by hand what the SDK relies on: this runs for every frame of every tile, and fields that are new
 * must not hurt an old client.
 * @returns undefined for anything that is not a known, well-formed message
 */
export function parseServerMessage(text: string): ServerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  switch (value.type) {
    case 'frame_metadata':
      return isFrameMetadata(value) ? (value as ViewedFrameMetadata) : undefined;
    case 'pong':
      return isNumber(value.t0) && isNumber(value.t1) ? (value as Pong) : undefined;
    case 'error':
      return typeof value.code === 'string' && typeof value.message === 'string' ? (value as SocketError) : undefined;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
