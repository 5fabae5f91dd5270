import type { EncodedFormat, EncodedPacket, PacketLimits } from './encoded-packet.js';
import { StreamTaker, type TakerOptions } from './stream-taker.js';

/** A complete group of pictures: a keyframe and what follows up to the next one. */
export interface PictureGroup {
  packets: number;
  bytes: number;
  durationMs: number;
}

export interface EncodedCounts {
  packets: number;
  bytes: number;
  keyframes: number;
  /** The last complete group. */
  group: PictureGroup | undefined;
  /** Whether the newest group is kept for new takers; false if there is none yet, or if it is over the limits. */
  groupKept: boolean;
  /** Pictures are decoded in another order than they are shown (B-frames). */
  reordered: boolean;
  takers: number;
  /** Packets that takers, present and past, have skipped because they had fallen behind. */
  skipped: number;
}

/** Some ten seconds of a 4K camera, or minutes of a small one that sends few keyframes. */
export const GROUP_LIMITS: PacketLimits = { maxBytes: 16 * 1024 * 1024, maxPackets: 900 };

/**
 * The packets of one camera for any number of takers, which share them without copying and never wait for each other. The newest group of
 * pictures is kept, so that a new taker has a picture at once.
 *
 * ```ts
 * const taker = camera.encoded.take({ maxBytes: 4e6, maxPackets: 120, onPackets: () => pump() });
 * for (let packet = taker.next(); packet !== undefined && socket.isWritable; packet = taker.next()) send(packet);
 * taker.close();
 * ```
 */
export class EncodedStream {
  readonly #limits: PacketLimits;
  readonly #onTakers: (count: number) => void;
  readonly #takers = new Set<StreamTaker>();
  #format: EncodedFormat | undefined;
  #group: EncodedPacket[] = [];
  /** The current group, kept or not. */
  #current: (PictureGroup & { sinceMs: number }) | undefined;
  #last: PictureGroup | undefined;
  #packets = 0;
  #bytes = 0;
  #keyframes = 0;
  #skippedByGone = 0;
  #lastPtsMs = 0;
  #reordered = false;
  #awaitsKeyframe = true;
  #closed = false;

  /** @param limits of the group that is kept @param onTakers the number of takers has changed */
  constructor(limits: PacketLimits = GROUP_LIMITS, onTakers: (count: number) => void = () => undefined) {
    this.#limits = limits;
    this.#onTakers = onTakers;
  }

  get counts(): EncodedCounts {
    let skipped = this.#skippedByGone;
    for (const { counts } of this.#takers) skipped += counts.skipped;
    return {
      packets: this.#packets,
      bytes: this.#bytes,
      keyframes: this.#keyframes,
      group: this.#last,
      groupKept: this.#group.length > 0,
      reordered: this.#reordered,
      takers: this.#takers.size,
      skipped,
    };
  }

  get takerCount(): number {
    return this.#takers.size;
  }

  /** The newest group so far, keyframe first; empty if it is not kept. */
  get group(): readonly EncodedPacket[] {
    return this.#group;
  }

  /** Of the newest group, kept or not; undefined before the first keyframe, and when the source is gone. */
  get format(): EncodedFormat | undefined {
    return this.#format;
  }

  /** A packet arrived; in decode order. */
  put(packet: EncodedPacket): void {
    if (this.#closed) return;
    this.#packets++;
    this.#bytes += packet.data.byteLength;
    // A keyframe may begin another stream, whose times begin anew.
    if (!packet.keyframe && packet.ptsMs < this.#lastPtsMs) this.#reordered = true;
    this.#lastPtsMs = packet.ptsMs;
    if (packet.keyframe) this.#beginGroup(packet);
    else if (this.#awaitsKeyframe) return;
    this.#keep(packet);
    for (const taker of this.#takers) taker.offer(packet);
  }

  /** Packets are missing: what follows up to the next keyframe can't be decoded, and is not passed on. */
  lost(): void {
    this.#awaitsKeyframe = true;
  }

  /** The source is gone: what was kept no longer shows what is happening. Takers continue with the next keyframe. */
  clear(): void {
    this.lost();
    this.#group = [];
    this.#current = undefined;
    this.#format = undefined;
    this.#lastPtsMs = 0;
    this.#reordered = false;
  }

  /** Begins with the newest group if that fits the taker's limits, otherwise with the next keyframe. */
  take(options: TakerOptions): StreamTaker {
    const { maxBytes, maxPackets } = options;
    const fits = this.#group.length <= maxPackets && (this.#current?.bytes ?? 0) <= maxBytes;
    const taker = new StreamTaker(options, fits ? this.#group : [], (gone) => {
      if (!this.#takers.delete(gone)) return;
      this.#skippedByGone += gone.counts.skipped;
      this.#onTakers(this.#takers.size);
    });
    if (this.#closed) {
      queueMicrotask(() => taker.end());
      return taker;
    }
    this.#takers.add(taker);
    this.#onTakers(this.#takers.size);
    return taker;
  }

  /** Ends all takers. Idempotent. */
  close(): void {
    this.clear();
    this.#closed = true;
    for (const taker of [...this.#takers]) taker.end();
  }

  #beginGroup({ dtsMs, format }: EncodedPacket): void {
    this.#format = format;
    const before = this.#current;
    if (before !== undefined && !this.#awaitsKeyframe)
      this.#last = { packets: before.packets, bytes: before.bytes, durationMs: dtsMs - before.sinceMs };
    this.#awaitsKeyframe = false;
    this.#keyframes++;
    this.#group = [];
    this.#current = { packets: 0, bytes: 0, durationMs: 0, sinceMs: dtsMs };
  }

  #keep(packet: EncodedPacket): void {
    const current = this.#current;
    if (current === undefined) return;
    current.packets++;
    current.bytes += packet.data.byteLength;
    if (current.packets > this.#limits.maxPackets || current.bytes > this.#limits.maxBytes) this.#group = [];
    else this.#group.push(packet);
  }
}
