import { once } from 'node:events';
import { DecodeTimes } from '../encoded/decode-times.js';
import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import { nowMs } from '../frame/clock.js';
import type { CaptureSink } from './capture-sink.js';
import { DecodeStage } from './decode-stage.js';
import { codecOf } from './video-decoder.js';

/** Decodes packets that the main thread gives. */
export class PacketsDriver {
  readonly #sink: CaptureSink;
  #format: EncodedFormat | undefined;
  #stage: DecodeStage | undefined;
  readonly #decodeTimes = new DecodeTimes();
  /** Capture time minus media time, of the newest packet. */
  #offsetMs = 0;
  #lastTimeMs = Number.NEGATIVE_INFINITY;

  constructor(sink: CaptureSink) {
    this.#sink = sink;
  }

  /** @throws LookoutError `camera_unsupported` when there is no decoder for its codec. */
  take(packet: EncodedPacket): void {
    const stage = this.#stageFor(packet.format);
    this.#sink.onBytes(packet.data.byteLength);
    this.#offsetMs = packet.timestampMs - packet.ptsMs;
    const stamped = { ...packet, dtsMs: this.#decodeTimes.next(packet.dtsMs) };
    this.#sink.encoded.put(stamped);
    stage.take(stamped);
  }

  async run(signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await once(signal, 'abort');
    this.#stage?.close();
  }

  #stageFor(format: EncodedFormat): DecodeStage {
    if (this.#stage !== undefined && this.#format === format) return this.#stage;
    this.#stage?.close();
    this.#stage = undefined;
    this.#format = format;
    this.#sink.encoded.clear();
    const { codec, extradata, fps } = format;
    const description = { codec: codecOf(codec), extradata };
    this.#stage = new DecodeStage(description, true, this.#sink, (frame, mediaMs) => {
      this.#lastTimeMs = Math.max(this.#lastTimeMs, Math.min(mediaMs + this.#offsetMs, nowMs()));
      this.#sink.onFrame(frame, mediaMs, this.#lastTimeMs);
    });
    this.#sink.onStream({ transport: 'push', codec, fps });
    return this.#stage;
  }
}
