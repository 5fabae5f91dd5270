import { malformed, overLimit, RtmpError } from './rtmp-error.js';

export type RtmpVideoCodec = 'h264' | 'hevc' | 'av1' | 'vp9';

/** What a decoder needs before the first frame. */
export interface VideoConfig {
  readonly codec: RtmpVideoCodec;
  /** avcC, hvcC, av1C or vpcC: the content of that ISO base media file box. */
  readonly record: Buffer;
}

export interface VideoFrame {
  readonly codec: RtmpVideoCodec;
  readonly isKeyframe: boolean;
  /** pts − dts. */
  readonly compositionMs: number;
  /** H.264 and HEVC: NAL units with length prefixes, of the size in the config. AV1: OBUs. */
  readonly data: Buffer;
}

export type VideoTag =
  | { readonly kind: 'config'; readonly config: VideoConfig }
  | { readonly kind: 'frame'; readonly frame: VideoFrame }
  /** End of sequence, seek commands, colour metadata, tracks beside the first: nothing to decode. */
  | { readonly kind: 'other' };

/** Parameter sets are hundreds of bytes long. */
export const MAX_CONFIG_BYTES = 65_536;

/** First byte, legacy: frame type and codec (FLV 10.1 §E.4.3.1). Enhanced: a flag, frame type and packet type. */
const IS_ENHANCED = 0x80;
const KEYFRAME = 1;
const COMMAND_FRAME = 5;
/** HEVC as 12 is an older extension that many encoders use; both codecs have the same layout. */
const LEGACY_CODECS: Readonly<Record<number, RtmpVideoCodec>> = { 7: 'h264', 12: 'hevc' };
const CODECS_BY_FOURCC: Readonly<Record<string, RtmpVideoCodec>> = {
  avc1: 'h264',
  hvc1: 'hevc',
  av01: 'av1',
  vp09: 'vp9',
};

/** FourCCs of enhanced RTMP that this server takes. */
export const VIDEO_FOURCCS: readonly string[] = Object.keys(CODECS_BY_FOURCC);

/** Packet types of enhanced RTMP. The first three are those of legacy AVC, too. */
const SEQUENCE_START = 0;
const CODED_FRAMES = 1;
const CODED_FRAMES_X = 3;
const MULTITRACK = 6;
const MODIFIER = 7;

/** Kinds of multitrack packets; 1 is many tracks of one codec. */
const ONE_TRACK = 0;
const MANY_TRACKS_MANY_CODECS = 2;

const OTHER: VideoTag = { kind: 'other' };

/**
 * Parses the payload of a video message: an FLV video tag, legacy (H.264) or of enhanced RTMP v1 and v2 (HEVC, AV1, VP9, H.264).
 * The result refers to the memory of `bytes`.
 * @throws RtmpError `malformed`, `unsupported_codec`, or `limit_exceeded` for a huge config.
 */
export function readVideoTag(bytes: Buffer): VideoTag {
  if (bytes.length === 0) return OTHER; // some encoders send empty ones to keep the connection alive
  const first = bytes[0]!;
  return first & IS_ENHANCED ? readEnhanced(first, new TagReader(bytes)) : readLegacy(first, new TagReader(bytes));
}

function readLegacy(first: number, tag: TagReader): VideoTag {
  const frameType = first >> 4;
  if (frameType === COMMAND_FRAME) return OTHER;
  const codec = LEGACY_CODECS[first & 0x0f];
  if (!codec) throw unsupported(`FLV codec ${first & 0x0f}`);
  tag.take(1);
  const packetType = tag.uint8();
  const compositionMs = tag.int24();
  const track = { codec, isKeyframe: frameType === KEYFRAME, packetType };
  return videoTag(track, compositionMs, tag.rest());
}

interface Track {
  readonly codec: RtmpVideoCodec;
  readonly isKeyframe: boolean;
  readonly packetType: number;
}

function readEnhanced(first: number, tag: TagReader): VideoTag {
  const frameType = (first >> 4) & 7;
  tag.take(1);
  let packetType = first & 0x0f;
  // Modifiers refine the timestamp by nanoseconds.
  while (packetType === MODIFIER) {
    const sizeByte = tag.uint8();
    tag.take(sizeByte === 255 ? tag.uint16() + 1 : sizeByte + 1);
    packetType = tag.uint8() & 0x0f;
  }
  const isKeyframe = frameType === KEYFRAME;
  if (frameType === COMMAND_FRAME) return OTHER;
  if (packetType === MULTITRACK) return readFirstTrack(isKeyframe, tag);
  return readTrackBody({ codec: tag.codec(), isKeyframe, packetType }, tag.rest());
}

/** Track 0, the default one; the others are further renditions of it. */
function readFirstTrack(isKeyframe: boolean, tag: TagReader): VideoTag {
  const types = tag.uint8();
  const packetType = types & 0x0f;
  const kind = types >> 4;
  if (kind > MANY_TRACKS_MANY_CODECS) throw malformed(`A video tag has the multitrack type ${kind}`);
  let fourcc = kind === MANY_TRACKS_MANY_CODECS ? undefined : tag.take(4);
  while (!tag.isAtEnd) {
    if (kind === MANY_TRACKS_MANY_CODECS) fourcc = tag.take(4);
    const trackId = tag.uint8();
    const body = kind === ONE_TRACK ? tag.rest() : tag.take(tag.uint24());
    if (trackId === 0 && fourcc) return readTrackBody({ codec: codecOf(fourcc), isKeyframe, packetType }, body);
  }
  return OTHER;
}

function readTrackBody(track: Track, body: Buffer): VideoTag {
  if (track.packetType === CODED_FRAMES_X) return videoTag({ ...track, packetType: CODED_FRAMES }, 0, body);
  const hasComposition = track.packetType === CODED_FRAMES && (track.codec === 'h264' || track.codec === 'hevc');
  if (!hasComposition) return videoTag(track, 0, body);
  const tag = new TagReader(body);
  const compositionMs = tag.int24();
  return videoTag(track, compositionMs, tag.rest());
}

function videoTag({ codec, isKeyframe, packetType }: Track, compositionMs: number, data: Buffer): VideoTag {
  if (data.length === 0) return OTHER;
  if (packetType === CODED_FRAMES) return { kind: 'frame', frame: { codec, isKeyframe, compositionMs, data } };
  if (packetType !== SEQUENCE_START) return OTHER;
  if (data.length > MAX_CONFIG_BYTES) {
    throw overLimit(`A sequence header has ${data.length} bytes, the maximum is ${MAX_CONFIG_BYTES}`);
  }
  return { kind: 'config', config: { codec, record: data } };
}

function codecOf(fourcc: Buffer): RtmpVideoCodec {
  const name = fourcc.toString('latin1');
  const codec = CODECS_BY_FOURCC[name];
  if (!codec) throw unsupported(/^[\w .-]{4}$/.test(name) ? name : `0x${fourcc.toString('hex')}`);
  return codec;
}

function unsupported(name: string): RtmpError {
  return new RtmpError('unsupported_codec', `The video codec ${name} is not supported: use H.264, HEVC, AV1 or VP9`);
}

class TagReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  take(count: number): Buffer {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw malformed('A video tag is cut short');
    this.#at = at + count;
    return this.#bytes.subarray(at, at + count);
  }

  uint8(): number {
    return this.take(1)[0]!;
  }

  uint16(): number {
    return this.take(2).readUInt16BE();
  }

  uint24(): number {
    return this.take(3).readUIntBE(0, 3);
  }

  int24(): number {
    return this.take(3).readIntBE(0, 3);
  }

  codec(): RtmpVideoCodec {
    return codecOf(this.take(4));
  }

  rest(): Buffer {
    return this.take(this.#bytes.length - this.#at);
  }
}
