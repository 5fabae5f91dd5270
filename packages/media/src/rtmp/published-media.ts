import { DecodingTimes } from './decoding-times.js';
import { type RtmpVideoCodec, readVideoTag, type VideoConfig, type VideoFrame } from './flv-video.js';
import { MESSAGE, type RtmpMessage } from './message.js';
import { type RtmpMetadata, readMetadata } from './metadata.js';
import { lengthSizeOf, recordWithLongLengths, withLongLengths } from './nal-lengths.js';
import { malformed, RtmpError } from './rtmp-error.js';

export interface RtmpVideoPacket {
  readonly codec: RtmpVideoCodec;
  /** H.264 and HEVC: NAL units, each after its length in four bytes. AV1: OBUs. Belongs to the receiver. */
  readonly data: Buffer;
  readonly isKeyframe: boolean;
  /** Milliseconds on the publisher's clock, strictly increasing: wraps and jumps are removed. */
  readonly dtsMs: number;
  /** On the same time line. */
  readonly ptsMs: number;
  /** The timestamp jumped before this packet. */
  readonly isDiscontinuity: boolean;
  /**
   * avcC, hvcC, av1C or vpcC in force, with the parameter sets: the same object until the publisher sends another one. H.264 and HEVC
   * always have it; others may do without.
   */
  readonly config: Buffer | undefined;
}

export interface PublishedMediaHandlers {
  onPacket(packet: RtmpVideoPacket): void;
  onMetadata(metadata: RtmpMetadata): void;
}

/** Publishers send hundreds of bytes; anything else in data messages is not for this server. */
export const MAX_METADATA_BYTES = 65_536;
/** Header of an FLV tag, and the length that follows its body. */
const TAG_HEADER_BYTES = 11;
const TAG_TRAILER_BYTES = 4;

/** Makes packets of the media messages of one publisher. */
export class PublishedMedia {
  readonly #handlers: PublishedMediaHandlers;
  readonly #times = new DecodingTimes();
  /** The sequence header as it came, and the record made of it. */
  #config: VideoConfig | undefined;
  #record: Buffer | undefined;
  readonly #counts = { audio: 0, ignored: 0 };

  constructor(handlers: PublishedMediaHandlers) {
    this.#handlers = handlers;
  }

  get counts(): { readonly audio: number; readonly ignored: number } {
    return this.#counts;
  }

  /** @throws RtmpError for broken video and video that is not supported. */
  push(message: RtmpMessage): void {
    const { typeId, payload, timestampMs } = message;
    if (typeId === MESSAGE.video) this.#onVideo(payload, timestampMs);
    else if (typeId === MESSAGE.audio) this.#counts.audio += 1;
    else if (typeId === MESSAGE.aggregate) this.#onAggregate(message);
    else if (typeId === MESSAGE.dataAmf0) this.#onData(payload);
    else if (typeId === MESSAGE.dataAmf3) this.#onData(payload.subarray(payload[0] === 0 ? 1 : 0));
    else this.#counts.ignored += 1;
  }

  #onVideo(payload: Buffer, timestampMs: number): void {
    const tag = readVideoTag(payload);
    if (tag.kind === 'frame') this.#onFrame(tag.frame, timestampMs);
    else if (tag.kind === 'config') this.#onConfig(tag.config);
    else this.#counts.ignored += 1;
  }

  #onConfig(config: VideoConfig): void {
    const isRepeated = this.#config?.codec === config.codec && this.#config.record.equals(config.record);
    if (isRepeated) return;
    this.#config = { codec: config.codec, record: Buffer.from(config.record) };
    this.#record = recordWithLongLengths(config);
  }

  #onFrame(frame: VideoFrame, timestampMs: number): void {
    const { codec, isKeyframe, compositionMs } = frame;
    const config = this.#config?.codec === codec ? this.#config : undefined;
    const data = readableData(frame, config);
    if (data === undefined) {
      this.#counts.ignored += 1;
      return;
    }
    const { dtsMs, isDiscontinuity } = this.#times.next(timestampMs);
    const ptsMs = dtsMs + compositionMs;
    this.#handlers.onPacket({ codec, data, isKeyframe, dtsMs, ptsMs, isDiscontinuity, config: config && this.#record });
  }

  /** What is wrong with metadata costs only the metadata. */
  #onData(payload: Buffer): void {
    try {
      const metadata = payload.length <= MAX_METADATA_BYTES ? readMetadata(payload) : undefined;
      if (metadata) this.#handlers.onMetadata(metadata);
      else this.#counts.ignored += 1;
    } catch (error) {
      if (!(error instanceof RtmpError)) throw error;
      this.#counts.ignored += 1;
    }
  }

  /** FLV tags one after another; their times count from that of the first (RTMP 1.0 §7.1.6). */
  #onAggregate({ payload, timestampMs, messageStreamId }: RtmpMessage): void {
    let firstMs: number | undefined;
    for (let at = 0; at < payload.length; ) {
      if (at + TAG_HEADER_BYTES > payload.length) throw malformed('An aggregate message is cut short');
      const typeId = payload[at]!;
      const end = at + TAG_HEADER_BYTES + payload.readUIntBE(at + 1, 3);
      const tagMs = payload.readUIntBE(at + 4, 3) + payload[at + 7]! * 2 ** 24;
      firstMs ??= tagMs;
      if (end > payload.length) throw malformed('An aggregate message is cut short');
      if (typeId !== MESSAGE.aggregate) {
        const body = payload.subarray(at + TAG_HEADER_BYTES, end);
        const time = (timestampMs + tagMs - firstMs + 2 ** 32) % 2 ** 32;
        this.push({ typeId, messageStreamId, timestampMs: time, payload: body });
      }
      at = end + TAG_TRAILER_BYTES;
    }
  }
}

/** Without the size of their length prefixes, NAL units can't be told apart. */
function readableData({ codec, data }: VideoFrame, config: VideoConfig | undefined): Buffer | undefined {
  if (codec === 'av1' || codec === 'vp9') return data;
  const lengthSize = config && lengthSizeOf(config);
  return lengthSize === undefined ? undefined : withLongLengths(data, lengthSize);
}
