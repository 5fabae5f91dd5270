import type { Packet } from '../codec/native.js';
import type { EncodedPacket } from '../encoded/encoded-packet.js';
import { sampleEntryOf, videoConfigOf } from '../fmp4/video-config.js';
import type { CaptureSink } from './capture-sink.js';
import { type CodecDescription, type DecoderHandlers, VideoDecoder } from './video-decoder.js';

const ROUNDING_MS = 0.001;

/**
 * The taker of a stream that decodes, in the thread that reads. What it decodes, the policy decides. Where it has left out packets it
 * catches up from the kept group of pictures, and outputs only the newest frame of that.
 */
export class DecodeStage implements Disposable {
  readonly #sink: CaptureSink;
  readonly #decoder: VideoDecoder;
  /** Packets were left out since the decoder's last one. */
  #hasGap = false;
  /** Of the last keyframe that stated it. */
  #size: string | undefined;
  /** Frames before this are not output: it is catching up. */
  #outputFromMs = Number.NEGATIVE_INFINITY;

  constructor(
    description: CodecDescription,
    lowDelay: boolean,
    sink: CaptureSink,
    onFrame: DecoderHandlers['onFrame'],
  ) {
    this.#sink = sink;
    const handlers: DecoderHandlers = {
      onFrame: (frame, mediaMs) => {
        sink.policy.decoded();
        if (mediaMs < this.#outputFromMs) sink.tools.giveBack(frame);
        else onFrame(frame, mediaMs);
      },
      onInvalid: (reason) => sink.onInvalid(reason),
      onDecoder: (name) => sink.onDecoder(name),
    };
    this.#decoder = new VideoDecoder(description, lowDelay, sink.tools, handlers, sink.decode);
    sink.policy.begin();
  }

  /**
   * The packet that `sink.encoded` was given last.
   * @param native the same packet, if it comes from a demuxer: it may carry more than its data
   * @returns false if it is left out, because nobody needs its picture
   */
  take(packet: EncodedPacket, native?: Packet): boolean {
    const { policy, encoded } = this.#sink;
    policy.packet(packet.keyframe, packet.dtsMs);
    if (packet.keyframe) this.#noticeNewSize(packet);
    const { mode } = policy;
    if (mode === 'off' || (mode === 'keyframes' && !packet.keyframe)) {
      this.#hasGap = true;
      this.#sink.onUndecoded();
      return false;
    }
    if (this.#hasGap) this.#decoder.flush();
    const missed = this.#hasGap && !packet.keyframe ? encoded.group : [];
    this.#hasGap = false;
    if (missed.at(-1) === packet) {
      // Times pass through the decoder rounded.
      this.#outputFromMs = packet.ptsMs - ROUNDING_MS;
      for (const { data, keyframe, ptsMs } of missed) this.#decoder.decode(data, keyframe, ptsMs);
      return true;
    }
    if (native !== undefined) this.#decoder.decodePacket(native, packet.ptsMs);
    else this.#decoder.decode(packet.data, packet.keyframe, packet.ptsMs);
    if (mode === 'keyframes') {
      // With B-frames, the decoder would hold the picture back until the next ones.
      this.#decoder.drain();
      this.#hasGap = true;
    }
    return true;
  }

  /** A camera that changes its resolution, as some do at night: while nothing is decoded, only its parameter sets show that. */
  #noticeNewSize(keyframe: EncodedPacket): void {
    const size = sizeOf(keyframe);
    if (size === undefined || size === this.#size) return;
    if (this.#size !== undefined) this.#sink.policy.changed();
    this.#size = size;
  }

  /** Packets are missing. */
  lost(): void {
    this.#sink.encoded.lost();
    this.#decoder.lost();
  }

  /** Leaves out this packet, and those up to the next keyframe. */
  skip(): void {
    this.#hasGap = true;
  }

  /** See `VideoDecoder.drain`. */
  drain(): void {
    this.#decoder.drain();
  }

  /** The stream jumps. */
  flush(): void {
    this.#decoder.flush();
  }

  close(): void {
    this.#decoder.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Undefined if the keyframe does not state it, or states nonsense. */
function sizeOf(keyframe: EncodedPacket): string | undefined {
  if (sampleEntryOf(keyframe.format.codec) === undefined) return undefined;
  try {
    const config = videoConfigOf(keyframe);
    return config && `${config.width}×${config.height}`;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
