import type { EncodedPacket, Rotation } from '../encoded/encoded-packet.js';
import type { EncodedStream } from '../encoded/encoded-stream.js';
import type { StreamTaker } from '../encoded/stream-taker.js';
import { packetizeH264 } from './h264-packetizer.js';
import { RTP_TICKS_PER_MS, rtpTicksAt, rtpTimestampOf } from './rtp-clock.js';
import { packetizeVp8 } from './vp8-packetizer.js';

export type SendingEnd = 'stream_ended' | 'reordered' | 'codec_changed';

export interface VideoSenderOptions {
  readonly stream: EncodedStream;
  /**
   * Sends one RTP packet. @param timestamp of its picture, 90 kHz, wraps at 2 ** 32 @param marker the last one of its picture
   * @param rotation see `EncodedFormat.rotation`
   */
  send(payload: Uint8Array, timestamp: number, marker: boolean, rotation?: Rotation): void;
  /** The stream has ended for good, has B-frames, which browsers can't play from RTP, or has another codec now. */
  onEnd(reason: SendingEnd): void;
  /** Unix epoch ms. */
  now(): number;
}

/** What waits for the network: some ten seconds of a large camera, so that most groups of pictures fit whole. */
const QUEUE_LIMITS = { maxBytes: 8 * 1024 * 1024, maxPackets: 600 };
/** About 100 Mbit/s: a group of pictures that was kept arrives at once, without overflowing the buffers of routers and receivers. */
const BURST_BYTES = 64 * 1024;
const BURST_EVERY_MS = 5;
/** A lossy link is not helped by sending more than this again. */
const MAX_RESENT_BYTES = 1024 * 1024;
/** Receivers repeat their requests until a keyframe arrives. */
const RESEND_EVERY_MS = 1000;

/**
 * Sends a camera's H.264 or VP8 as RTP, from the newest group of pictures on. That group is given timestamps a millisecond apart, so that a
 * player shows the present at once instead of playing the past in its own time. All others have the time at which they were taken, by the
 * RTP clock.
 */
export class VideoSender {
  readonly #options: VideoSenderOptions;
  #taker: StreamTaker;
  /** RTP packets of the current picture, and how many of them were sent. The others wait for the next burst. */
  #payloads: readonly Uint8Array[] = [];
  #sent = 0;
  /** Of the current picture. */
  #ticks: number | undefined;
  #rotation: Rotation | undefined;
  #codec: string | undefined;
  #lastPtsMs: number | undefined;
  #budgetBytes = BURST_BYTES;
  #timer: NodeJS.Timeout | undefined;
  #resentMs: number;
  #closed = false;

  constructor(options: VideoSenderOptions) {
    this.#options = options;
    this.#resentMs = options.now();
    this.#taker = this.#take();
    this.#pump();
  }

  /** The receiver can't decode what it has: the kept group is sent again, unless it is too large or was just sent. */
  keyframeRequested(): void {
    const { stream, now } = this.#options;
    if (this.#closed || now() - this.#resentMs < RESEND_EVERY_MS) return;
    const bytes = stream.group.reduce((sum, { data }) => sum + data.byteLength, 0);
    if (bytes === 0 || bytes > MAX_RESENT_BYTES) return;
    this.#resentMs = now();
    this.#taker.close();
    this.#payloads = [];
    this.#taker = this.#take();
    this.#pump();
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#taker.close();
  }

  #take(): StreamTaker {
    return this.#options.stream.take({
      ...QUEUE_LIMITS,
      onPackets: () => this.#pump(),
      onEnd: () => this.#end('stream_ended'),
    });
  }

  #end(reason: SendingEnd): void {
    if (this.#closed) return;
    this.close();
    this.#options.onEnd(reason);
  }

  #pump(): void {
    while (!this.#closed && this.#budgetBytes > 0) {
      const payload = this.#payloads[this.#sent];
      if (payload === undefined) {
        const packet = this.#taker.next();
        if (packet === undefined) break;
        this.#begin(packet);
        continue;
      }
      this.#sent += 1;
      this.#budgetBytes -= payload.byteLength;
      const isLast = this.#sent === this.#payloads.length;
      this.#options.send(payload, rtpTimestampOf(this.#ticks ?? 0), isLast, this.#rotation);
    }
    if (this.#budgetBytes < BURST_BYTES) this.#timer ??= setTimeout(() => this.#nextBurst(), BURST_EVERY_MS);
  }

  #nextBurst(): void {
    this.#timer = undefined;
    this.#budgetBytes = BURST_BYTES;
    this.#pump();
  }

  #begin(packet: EncodedPacket): void {
    const { codec } = packet.format;
    this.#codec ??= codec;
    if (codec !== this.#codec) {
      this.#end('codec_changed');
      return;
    }
    if (!packet.keyframe && packet.ptsMs < (this.#lastPtsMs ?? 0)) {
      this.#end('reordered');
      return;
    }
    this.#lastPtsMs = packet.ptsMs;
    // What is older than the beginning, or is sent again, follows at once.
    this.#ticks =
      this.#ticks === undefined
        ? rtpTicksAt(this.#options.now())
        : Math.max(rtpTicksAt(packet.timestampMs), this.#ticks + RTP_TICKS_PER_MS);
    this.#rotation = packet.format.rotation;
    this.#payloads = payloadsOf(packet, this.#options.stream);
    this.#sent = 0;
  }
}

/** RTP payloads of the picture that was made into packets last: the viewers of a stream send it one after the other. */
const latest = new WeakMap<EncodedStream, { packet: EncodedPacket; payloads: readonly Uint8Array[] }>();

function payloadsOf(packet: EncodedPacket, stream: EncodedStream): readonly Uint8Array[] {
  const known = latest.get(stream);
  if (known?.packet === packet) return known.payloads;
  const payloads = packet.format.codec === 'vp8' ? packetizeVp8(packet) : packetizeH264(packet);
  latest.set(stream, { packet, payloads });
  return payloads;
}
