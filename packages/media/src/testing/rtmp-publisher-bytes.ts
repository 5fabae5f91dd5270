import { type Amf0Value, writeAmf0 } from '../rtmp/amf0.js';
import { HANDSHAKE_BYTES } from '../rtmp/handshake.js';
import { MESSAGE } from '../rtmp/message.js';

export interface ClientMessage {
  /** Chunk format of its first chunk: how much of the header is left out. Default 0. */
  format?: 0 | 1 | 2 | 3;
  chunkStreamId?: number;
  typeId: number;
  messageStreamId?: number;
  /** Format 0: of the message. Others: the difference to the one before. Default 0. */
  timestampMs?: number;
  payload: Uint8Array;
  /** Default 128. */
  chunkBytes?: number;
  /** Whether chunks that continue a message repeat an extended timestamp, as the specification has it. Default true. */
  repeatsExtended?: boolean;
}

/** A message as a client writes it. */
export function clientMessage(message: ClientMessage): Buffer {
  const { format = 0, chunkStreamId = 3, typeId, messageStreamId = 0, timestampMs = 0, payload } = message;
  const { chunkBytes = 128, repeatsExtended = true } = message;
  const isExtended = timestampMs >= 0xffffff;
  const extended = Buffer.alloc(isExtended ? 4 : 0);
  if (isExtended) extended.writeUInt32BE(timestampMs);
  const fields = Buffer.alloc(11);
  fields.writeUIntBE(Math.min(timestampMs, 0xffffff), 0, 3);
  fields.writeUIntBE(payload.length, 3, 3);
  fields[6] = typeId;
  fields.writeUInt32LE(messageStreamId, 7);
  const parts: Uint8Array[] = [basicHeader(format, chunkStreamId), fields.subarray(0, [11, 7, 3, 0][format]), extended];
  parts.push(payload.subarray(0, chunkBytes));
  for (let at = chunkBytes; at < payload.length; at += chunkBytes) {
    parts.push(basicHeader(3, chunkStreamId), repeatsExtended ? extended : Buffer.alloc(0));
    parts.push(payload.subarray(at, at + chunkBytes));
  }
  return Buffer.concat(parts);
}

function basicHeader(format: number, chunkStreamId: number): Buffer {
  if (chunkStreamId < 64) return Buffer.of((format << 6) | chunkStreamId);
  if (chunkStreamId < 320) return Buffer.of(format << 6, chunkStreamId - 64);
  return Buffer.of((format << 6) | 1, (chunkStreamId - 64) & 0xff, (chunkStreamId - 64) >> 8);
}

/** A command, by default with a full header on chunk stream 3. */
export function clientCommand(values: readonly Amf0Value[], options: Partial<ClientMessage> = {}): Buffer {
  return clientMessage({ typeId: MESSAGE.commandAmf0, payload: writeAmf0(values), ...options });
}

/** C0, C1 and C2 of the plain handshake. */
export function clientHandshake(): Buffer {
  const c1 = Buffer.alloc(HANDSHAKE_BYTES);
  for (let at = 8; at < c1.length; at += 1) c1[at] = (at * 31) & 0xff;
  return Buffer.concat([Buffer.of(3), c1, Buffer.alloc(HANDSHAKE_BYTES, 0x4c)]);
}

export function setChunkSize(bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return clientMessage({ chunkStreamId: 2, typeId: MESSAGE.setChunkSize, payload });
}

const OBS_CHUNK_BYTES = 4096;

/** Commands of OBS (librtmp) up to `publish`, in its order and with its headers, without the handshake. */
export function obsCommands(key: string, app = 'live'): Buffer {
  const url = `rtmp://127.0.0.1:1935/${app}`;
  const connect = { app, type: 'nonprivate', flashVer: 'FMLE/3.0 (compatible; FMSc/1.0)', swfUrl: url, tcUrl: url };
  const shared = { chunkBytes: OBS_CHUNK_BYTES, format: 1 } as const;
  const windowSize = Buffer.alloc(4);
  windowSize.writeUInt32BE(2_500_000);
  return Buffer.concat([
    setChunkSize(OBS_CHUNK_BYTES),
    clientCommand(['connect', 1, connect], { chunkBytes: OBS_CHUNK_BYTES }),
    clientMessage({ chunkStreamId: 2, typeId: MESSAGE.windowAcknowledgementSize, payload: windowSize }),
    clientCommand(['releaseStream', 2, null, key], shared),
    clientCommand(['FCPublish', 3, null, key], shared),
    clientCommand(['createStream', 4, null], shared),
    clientCommand(['publish', 5, null, key, 'live'], { ...shared, format: 0, chunkStreamId: 4, messageStreamId: 1 }),
  ]);
}

/** A media message as OBS writes it: all on chunk stream 4, with differences of time after the first. */
export function obsMedia(typeId: number, payload: Uint8Array, timestampMs: number, isFirst = false): Buffer {
  const format = isFirst ? 0 : 1;
  return clientMessage({
    format,
    chunkStreamId: 4,
    typeId,
    messageStreamId: 1,
    timestampMs,
    payload,
    chunkBytes: OBS_CHUNK_BYTES,
  });
}

/** End of a stream by OBS. */
export function obsGoodbye(key: string): Buffer {
  const shared = { chunkBytes: OBS_CHUNK_BYTES, format: 1 } as const;
  return Buffer.concat([
    clientCommand(['FCUnpublish', 6, null, key], shared),
    clientCommand(['deleteStream', 7, null, 1], shared),
  ]);
}

/** avcC of a baseline stream of 16×16 pixels; NAL units with lengths of 4 bytes. */
export const AVC_CONFIG = Buffer.from('0142c00affe1000a6742c00adb42848804010001000468ce3cb0'.replace(/\s/g, ''), 'hex');

/** Payload of a video message: a legacy AVC tag. */
export function avcTag(kind: 'config' | 'key' | 'inter' | 'end', data: Uint8Array, compositionMs = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = kind === 'inter' ? 0x27 : 0x17;
  head[1] = kind === 'config' ? 0 : kind === 'end' ? 2 : 1;
  head.writeIntBE(compositionMs, 2, 3);
  return Buffer.concat([head, data]);
}

/** A NAL unit of this type with its length before it. */
export function nalUnit(type: number, bytes: number): Buffer {
  const unit = Buffer.alloc(4 + bytes, 0x5a);
  unit.writeUInt32BE(bytes);
  unit[4] = 0x60 | type;
  return unit;
}

/** All that OBS sends while it publishes this many frames, 40 ms apart, with a keyframe and metadata in front and sound between. */
export function obsSession(key: string, frames: number): Buffer {
  const properties = {
    duration: 0,
    width: 16,
    height: 16,
    videocodecid: 7,
    framerate: 25,
    encoder: 'obs-output module',
  };
  const parts = [
    clientHandshake(),
    obsCommands(key),
    obsMedia(MESSAGE.dataAmf0, writeAmf0(['@setDataFrame', 'onMetaData', properties]), 0, true),
    obsMedia(MESSAGE.audio, Buffer.from('af001210', 'hex'), 0),
    obsMedia(MESSAGE.video, avcTag('config', AVC_CONFIG), 0),
  ];
  for (let index = 0; index < frames; index += 1) {
    const frame = index === 0 ? avcTag('key', nalUnit(5, 9000)) : avcTag('inter', nalUnit(1, 300 + index));
    parts.push(obsMedia(MESSAGE.video, frame, index === 0 ? 0 : 20));
    parts.push(obsMedia(MESSAGE.audio, Buffer.from('af01aabbcc', 'hex'), 20));
  }
  return Buffer.concat([...parts, obsGoodbye(key)]);
}
