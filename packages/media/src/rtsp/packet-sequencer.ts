import type { RtpPacket } from './depacketizer.js';

export interface PacketSequencerOptions {
  /** Packets that may wait for an earlier one; 0 for transports that keep order. */
  maxHeldPackets: number;
  /** How long a packet may wait for an earlier one, ms. */
  maxHoldMs: number;
}

export interface PacketSequencerSink {
  /** Called in order of sequence numbers. */
  onPacket(packet: RtpPacket, arrivalMs: number): void;
  /** `count` packets before the next one are lost; 0 if the sender restarted its numbers. */
  onGap(count: number): void;
}

interface HeldPacket {
  readonly packet: RtpPacket;
  readonly arrivalMs: number;
}

/** Beyond this jump the sender has restarted its numbers (MAX_DROPOUT of RFC 3550 §A.1). */
const MAX_DROPOUT_PACKETS = 3000;
/** This many old numbers in a row are not late packets but a restart just below the expected number. */
const MAX_LATE_PACKETS = 32;

/**
 * Puts packets in order and reports lost ones. A packet in order goes through at once; only packets after a gap wait, no more than
 * `maxHeldPackets` and no longer than `maxHoldMs`. No clock of its own: call `expire` at `deadlineMs`.
 */
export class PacketSequencer {
  readonly #options: PacketSequencerOptions;
  readonly #sink: PacketSequencerSink;
  readonly #held = new Map<number, HeldPacket>();
  #expected: number | undefined;
  #ssrc = 0;
  #lateRun = 0;

  constructor(options: PacketSequencerOptions, sink: PacketSequencerSink) {
    this.#options = options;
    this.#sink = sink;
  }

  /** When the longest-held packet must be released; `undefined` if none is held. */
  get deadlineMs(): number | undefined {
    // Maps keep insertion order: the first one has waited longest.
    const oldest = this.#held.values().next().value;
    return oldest && oldest.arrivalMs + this.#options.maxHoldMs;
  }

  push(packet: RtpPacket, arrivalMs: number): void {
    if (this.#expected === undefined) {
      this.#ssrc = packet.ssrc;
      this.#expected = packet.sequenceNumber;
    }
    const ahead = signed16(packet.sequenceNumber - this.#expected);
    if (packet.ssrc !== this.#ssrc || Math.abs(ahead) > MAX_DROPOUT_PACKETS) {
      this.#restart(packet, arrivalMs);
      return;
    }
    if (ahead < 0) {
      this.#lateRun += 1;
      if (this.#lateRun > MAX_LATE_PACKETS) this.#restart(packet, arrivalMs);
      return;
    }
    this.#lateRun = 0;
    if (ahead === 0) {
      this.#deliver({ packet, arrivalMs });
      this.#drain();
      return;
    }
    this.#held.set(packet.sequenceNumber, { packet, arrivalMs });
    while (this.#held.size > this.#options.maxHeldPackets) this.#skipHole();
  }

  /** Stops waiting for packets before those held longer than `maxHoldMs` at `nowMs`. */
  expire(nowMs: number): void {
    for (let deadline = this.deadlineMs; deadline !== undefined && deadline <= nowMs; deadline = this.deadlineMs) {
      this.#skipHole();
    }
  }

  #deliver(held: HeldPacket): void {
    this.#expected = (held.packet.sequenceNumber + 1) & 0xffff;
    this.#sink.onPacket(held.packet, held.arrivalMs);
  }

  #drain(): void {
    for (let next = this.#takeExpected(); next; next = this.#takeExpected()) this.#deliver(next);
  }

  #takeExpected(): HeldPacket | undefined {
    const expected = this.#expected ?? -1;
    const held = this.#held.get(expected);
    this.#held.delete(expected);
    return held;
  }

  /** Declares everything before the lowest held packet lost. */
  #skipHole(): void {
    const expected = this.#expected ?? 0;
    let hole = MAX_DROPOUT_PACKETS + 1;
    for (const sequenceNumber of this.#held.keys()) hole = Math.min(hole, (sequenceNumber - expected) & 0xffff);
    this.#expected = (expected + hole) & 0xffff;
    this.#sink.onGap(hole);
    this.#drain();
  }

  #restart(packet: RtpPacket, arrivalMs: number): void {
    while (this.#held.size > 0) this.#skipHole();
    this.#ssrc = packet.ssrc;
    this.#lateRun = 0;
    this.#sink.onGap(0);
    this.#deliver({ packet, arrivalMs });
  }
}

/** Distance of two 16-bit numbers, −32768..32767. */
function signed16(difference: number): number {
  return (difference << 16) >> 16;
}
