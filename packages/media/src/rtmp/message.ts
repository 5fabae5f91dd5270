/** Message types (RTMP 1.0 §5.4, §7.1). */
export const MESSAGE = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowAcknowledgementSize: 5,
  setPeerBandwidth: 6,
  audio: 8,
  video: 9,
  dataAmf3: 15,
  commandAmf3: 17,
  dataAmf0: 18,
  commandAmf0: 20,
  aggregate: 22,
} as const;

/** Events of user control messages (§7.1.7). */
export const USER_CONTROL = { streamBegin: 0, pingRequest: 6, pingResponse: 7 } as const;

/** Control messages have these ids of chunk stream and message stream. */
export const CONTROL_CHUNK_STREAM = 2;
export const CONTROL_MESSAGE_STREAM = 0;

/** Both sides begin with it (§5.4.1). */
export const INITIAL_CHUNK_BYTES = 128;

/** A timestamp field of this value is followed by an extended timestamp (§5.3.1.3). */
export const EXTENDED_TIMESTAMP = 0xffffff;

export interface RtmpMessage {
  readonly typeId: number;
  readonly messageStreamId: number;
  /** Milliseconds, mod 2 ** 32. */
  readonly timestampMs: number;
  /** Its own memory. */
  readonly payload: Buffer;
}

/** A message as chunks: one with a full header, the rest without (§5.3.1.2). */
export function writeChunks(message: RtmpMessage, chunkStreamId: number, chunkBytes: number): Buffer {
  const { typeId, messageStreamId, timestampMs, payload } = message;
  const isExtended = timestampMs >= EXTENDED_TIMESTAMP;
  const header = Buffer.alloc(12);
  header[0] = chunkStreamId; // format 0, an id of 2 to 63
  header.writeUIntBE(isExtended ? EXTENDED_TIMESTAMP : timestampMs, 1, 3);
  header.writeUIntBE(payload.length, 4, 3);
  header[7] = typeId;
  header.writeUInt32LE(messageStreamId, 8);
  const extension = Buffer.alloc(isExtended ? 4 : 0);
  if (isExtended) extension.writeUInt32BE(timestampMs);
  const parts = [header, extension, payload.subarray(0, chunkBytes)];
  for (let at = chunkBytes; at < payload.length; at += chunkBytes) {
    parts.push(Buffer.of(0xc0 | chunkStreamId), extension, payload.subarray(at, at + chunkBytes));
  }
  return Buffer.concat(parts);
}
