import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import { PacketStamper } from '../encoded/packet-stamper.js';
import { nowMs } from '../frame/clock.js';
import type { AccessUnit, DepacketizerSink, RtpPacket } from '../rtsp/depacketizer.js';
import { h264Codec } from '../rtsp/nal-codecs.js';
import { NalDepacketizer } from '../rtsp/nal-depacketizer.js';
import { PacketSequencer } from '../rtsp/packet-sequencer.js';
import type { WebRtcCodec } from './session-offer.js';
import { Vp8Depacketizer } from './vp8-depacketizer.js';

export interface VideoReceiverOptions {
  readonly codec: WebRtcCodec;
  readonly payloadType: number;
  onPacket(packet: EncodedPacket): void;
  /** Pictures are missing: nothing follows before the next keyframe. */
  onLost(): void;
}

/** For packets that are sent again: two round trips over a mobile network. */
const HOLDING = { maxHeldPackets: 256, maxHoldMs: 200 };
const CLOCK = { ticksPerSecond: 90_000, wrapsAt: 2 ** 32 };

/** Makes encoded packets of what a WebRTC peer sends. */
export class VideoReceiver {
  readonly #options: VideoReceiverOptions;
  readonly #format: EncodedFormat;
  readonly #sequencer: PacketSequencer;
  readonly #stamper = new PacketStamper(CLOCK);
  #timer: NodeJS.Timeout | undefined;

  constructor(options: VideoReceiverOptions) {
    this.#options = options;
    const { codec } = options;
    this.#format = { codec, framing: codec === 'h264' ? 'annexb' : 'none', fps: null };
    const sink: DepacketizerSink = { onAccessUnit: (unit) => this.#deliver(unit), onLost: () => options.onLost() };
    const depacketizer = codec === 'h264' ? new NalDepacketizer(h264Codec, [], sink) : new Vp8Depacketizer(sink);
    this.#sequencer = new PacketSequencer(HOLDING, {
      onPacket: (packet, arrivalMs) => depacketizer.push(packet, arrivalMs),
      onGap: (count) => depacketizer.gap(count),
    });
  }

  /** @throws LookoutError `source_protocol_error` if a picture is too large */
  push(packet: RtpPacket, arrivalMs: number): void {
    if (packet.payloadType !== this.#options.payloadType) return;
    this.#sequencer.push(packet, arrivalMs);
    const { deadlineMs } = this.#sequencer;
    clearTimeout(this.#timer);
    if (deadlineMs !== undefined) this.#timer = setTimeout(() => this.#sequencer.expire(nowMs()), deadlineMs - nowMs());
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #deliver({ data, keyframe, rtpTimestamp, arrivalMs }: AccessUnit): void {
    const times = this.#stamper.stamp(rtpTimestamp, undefined, arrivalMs);
    this.#options.onPacket({ data, format: this.#format, keyframe, ...times });
  }
}
