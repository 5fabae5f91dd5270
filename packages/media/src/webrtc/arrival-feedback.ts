/** Ticks of receive times: 250 µs, §3.1.5. */
const TICKS_PER_MS = 4;
/** Unit of the reference time, §3.1. */
const REFERENCE_MS = 64;
/** A run of numbers longer than this is no loss but a jump: the next report begins behind it. */
const MAX_GAP = 1000;
/** Arrivals in one report. At 50 ms between reports, this is 10 000 packets a second. */
const MAX_PENDING = 500;
const SYMBOLS_PER_CHUNK = 7;
const MISSING = 0;
const SMALL_DELTA = 1;
const LARGE_DELTA = 2;

/**
 * Tells a sender when each of its packets arrived, from which it estimates how much the network carries: transport-wide congestion control
 * feedback, draft-holmer-rmcat-transport-wide-cc-extensions-01. A sender that is told nothing keeps to the few hundred kbit/s it begins with.
 */
export class ArrivalFeedback {
  /** Arrival by unwrapped transport-wide sequence number, ms. */
  #pending = new Map<number, number>();
  #last: number | undefined;
  /** First number that was not reported. */
  #next: number | undefined;
  #reports = 0;

  /** @param sequenceNumber 16 bits, of the packet's header extension @param arrivalMs by any clock that does not jump */
  arrived(sequenceNumber: number, arrivalMs: number): void {
    const last = this.#last ?? sequenceNumber;
    const unwrapped = last + (((sequenceNumber - last + 0x8000) & 0xffff) - 0x8000);
    this.#last = Math.max(last, unwrapped);
    if (this.#pending.size < MAX_PENDING && !this.#pending.has(unwrapped)) this.#pending.set(unwrapped, arrivalMs);
  }

  /**
   * The report of what arrived since the last one, as an RTCP packet; undefined if nothing did.
   * @param senderSsrc ours @param mediaSsrc of the stream whose sender is told
   */
  take(senderSsrc: number, mediaSsrc: number): Buffer | undefined {
    const arrivals = this.#pending;
    if (arrivals.size === 0) return undefined;
    this.#pending = new Map();
    const first = Math.min(...arrivals.keys());
    const end = Math.max(...arrivals.keys()) + 1;
    const hasJumped = this.#next === undefined || first - this.#next > MAX_GAP || end - first > MAX_GAP;
    // Numbers between two reports were lost; one before them arrived late.
    const base = hasJumped ? Math.max(first, end - MAX_GAP) : Math.min(first, this.#next ?? first);
    this.#next = end;
    return this.#write({ base, count: end - base, arrivals, senderSsrc, mediaSsrc });
  }

  #write({ base, count, arrivals, senderSsrc, mediaSsrc }: Report): Buffer {
    const symbols = new Uint8Array(Math.ceil(count / SYMBOLS_PER_CHUNK) * SYMBOLS_PER_CHUNK);
    const deltas: number[] = [];
    let reference: number | undefined;
    let ticks = 0;
    for (let i = 0; i < count; i++) {
      const arrivalMs = arrivals.get(base + i);
      if (arrivalMs === undefined) continue;
      reference ??= Math.floor(arrivalMs / REFERENCE_MS);
      const delta = Math.round((arrivalMs - reference * REFERENCE_MS) * TICKS_PER_MS) - ticks;
      // Packets of one report arrive within moments. What does not fit counts as missing.
      if (delta < -0x8000 || delta > 0x7fff) continue;
      ticks += delta;
      symbols[i] = delta >= 0 && delta <= 0xff ? SMALL_DELTA : LARGE_DELTA;
      if (symbols[i] === LARGE_DELTA) deltas.push((delta >> 8) & 0xff);
      deltas.push(delta & 0xff);
    }
    const chunks = symbols.length / SYMBOLS_PER_CHUNK;
    const used = 20 + chunks * 2 + deltas.length;
    const packet = Buffer.alloc(Math.ceil(used / 4) * 4);
    const padding = packet.length - used;
    packet[0] = 0x80 | (padding > 0 ? 0x20 : 0) | 15;
    packet[1] = 205;
    packet.writeUInt16BE(packet.length / 4 - 1, 2);
    packet.writeUInt32BE(senderSsrc, 4);
    packet.writeUInt32BE(mediaSsrc, 8);
    packet.writeUInt16BE(base & 0xffff, 12);
    packet.writeUInt16BE(count, 14);
    packet.writeUIntBE((reference ?? 0) & 0xffffff, 16, 3);
    packet[19] = this.#reports++ & 0xff;
    for (let chunk = 0; chunk < chunks; chunk++) {
      // A vector of symbols of two bits.
      let bits = 0b11;
      for (let i = 0; i < SYMBOLS_PER_CHUNK; i++)
        bits = (bits << 2) | (symbols[chunk * SYMBOLS_PER_CHUNK + i] ?? MISSING);
      packet.writeUInt16BE(bits, 20 + chunk * 2);
    }
    packet.set(deltas, 20 + chunks * 2);
    if (padding > 0) packet[packet.length - 1] = padding;
    return packet;
  }
}

interface Report {
  readonly base: number;
  readonly count: number;
  readonly arrivals: ReadonlyMap<number, number>;
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
}
