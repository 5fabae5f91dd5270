import { DecodeTimes } from './decode-times.js';
import { StreamClock, type StreamClockOptions } from './stream-clock.js';

/** Times of a packet; see `EncodedPacket`. */
export interface PacketTimes {
  readonly ptsMs: number;
  readonly dtsMs: number;
  readonly timestampMs: number;
}

/**
 * Stamps the packets of a live stream, in the order in which they arrive.
 *
 * ```ts
 * const stamper = new PacketStamper({ ticksPerSecond: 90_000, wrapsAt: 2 ** 32 });
 * stream.put({ data, format, keyframe, ...stamper.stamp(rtpTimestamp, undefined, nowMs()) });
 * ```
 */
export class PacketStamper {
  /** Also stamps decoded frames, and takes sender reports. */
  readonly clock: StreamClock;
  readonly #msPerTick: number;
  readonly #decodeTimes = new DecodeTimes();

  constructor(options: StreamClockOptions) {
    this.clock = new StreamClock(options);
    this.#msPerTick = 1000 / options.ticksPerSecond;
  }

  /** @param pts in ticks; undefined where the stream has none @param dts in ticks; undefined where the protocol has none */
  stamp(pts: number | undefined, dts: number | undefined, arrivalMs: number): PacketTimes {
    const ptsMs = this.clock.arrived(pts, arrivalMs);
    const reorderMs = pts === undefined || dts === undefined ? 0 : (pts - dts) * this.#msPerTick;
    return {
      ptsMs,
      dtsMs: this.#decodeTimes.next(ptsMs - reorderMs),
      timestampMs: this.clock.capturedAt(ptsMs, arrivalMs),
    };
  }
}
