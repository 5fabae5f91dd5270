import {
  type Depacketizer,
  type DepacketizerSink,
  MAX_ACCESS_UNIT_BYTES,
  type RtpPacket,
} from '../rtsp/depacketizer.js';
import { GrowingBuffer } from '../source/growing-buffer.js';

/** Joins the packets of VP8 (RFC 7741) into frames. After a loss, everything up to the next keyframe is dropped. */
export class Vp8Depacketizer implements Depacketizer {
  readonly #sink: DepacketizerSink;
  readonly #frame = new GrowingBuffer(MAX_ACCESS_UNIT_BYTES);
  #timestamp: number | undefined;
  #arrivalMs = 0;
  #isDamaged = false;
  #awaitsKeyframe = true;

  constructor(sink: DepacketizerSink) {
    this.#sink = sink;
  }

  push({ payload, timestamp, marker }: RtpPacket, arrivalMs: number): void {
    // Padding, by which browsers find out what the network carries.
    if (payload.length === 0) return;
    if (timestamp !== this.#timestamp) this.#begin(timestamp, arrivalMs);
    const start = descriptorBytes(payload);
    if (start >= payload.length || (this.#frame.length === 0 && !beginsFrame(payload))) this.#isDamaged = true;
    else this.#frame.append(payload.subarray(start));
    if (marker) this.#finish();
  }

  gap(count: number): void {
    this.#timestamp = undefined;
    this.#awaitsKeyframe = true;
    this.#sink.onLost(`${count} packets lost`);
  }

  #begin(timestamp: number, arrivalMs: number): void {
    this.#timestamp = timestamp;
    this.#arrivalMs = arrivalMs;
    this.#isDamaged = false;
    this.#frame.clear();
  }

  #finish(): void {
    const rtpTimestamp = this.#timestamp;
    this.#timestamp = undefined;
    if (rtpTimestamp === undefined) return;
    if (this.#isDamaged) {
      if (!this.#awaitsKeyframe) this.#sink.onLost('damaged frame dropped');
      this.#awaitsKeyframe = true;
      return;
    }
    const data = this.#frame.copy();
    // The lowest bit of the frame tag is 0 for keyframes (RFC 6386 §9.1).
    const keyframe = (data[0]! & 1) === 0;
    if (this.#awaitsKeyframe && !keyframe) return;
    this.#awaitsKeyframe = false;
    this.#sink.onAccessUnit({ data, rtpTimestamp, arrivalMs: this.#arrivalMs, keyframe });
  }
}

/** Start of the first partition: bit S with partition index 0. */
function beginsFrame(payload: Uint8Array): boolean {
  return (payload[0]! & 0x17) === 0x10;
}

/** Length of the payload descriptor (RFC 7741 §4.2). */
function descriptorBytes(payload: Uint8Array): number {
  if ((payload[0]! & 0x80) === 0) return 1;
  const extensions = payload[1] ?? 0;
  let bytes = 2;
  // Picture id, of one byte or two.
  if (extensions & 0x80) bytes += (payload[bytes] ?? 0) & 0x80 ? 2 : 1;
  if (extensions & 0x40) bytes += 1;
  if (extensions & 0x30) bytes += 1;
  return bytes;
}
