import type { EventTrack, Line, Zone } from '@lookout/protocol';

/** What is to be drawn on the picture of an event, as it was then. */
export interface SnapshotDrawing {
  /** The objects that made the rule fire; boxes in pixels of the frame. */
  readonly tracks: readonly EventTrack[];
  readonly zone?: Zone;
  readonly line?: Line;
}

/** A comment segment of a JPEG (ITU-T T.81 B.2.4.5). */
const COMMENT = 0xfe;
const MAX_COMMENT_BYTES = 65_533;
const SOI_BYTES = 2;

/** The camera's own JPEG with a comment that says what to draw on it: a file that is complete by itself, for other programs too. */
export function withDrawing(jpeg: Uint8Array, drawing: SnapshotDrawing): Uint8Array {
  const comment = Buffer.from(JSON.stringify(drawing));
  if (comment.length > MAX_COMMENT_BYTES) return jpeg;
  const length = comment.length + 2;
  const head = Buffer.of(0xff, COMMENT, length >> 8, length & 255);
  return Buffer.concat([jpeg.subarray(0, SOI_BYTES), head, comment, jpeg.subarray(SOI_BYTES)]);
}

/** What to draw on a JPEG of `withDrawing`; nothing, if it has no such comment. */
export function drawingOf(jpeg: Uint8Array): SnapshotDrawing {
  const none = { tracks: [] };
  const file = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  if (file.length < 6 || file[2] !== 0xff || file[3] !== COMMENT) return none;
  const text = file.toString('utf8', 6, 4 + file.readUInt16BE(4));
  try {
    const drawing: unknown = JSON.parse(text);
    return isDrawing(drawing) ? drawing : none;
  } catch {
    // A comment of the camera's own.
    return none;
  }
}

function isDrawing(value: unknown): value is SnapshotDrawing {
  return typeof value === 'object' && value !== null && 'tracks' in value && Array.isArray(value.tracks);
}
