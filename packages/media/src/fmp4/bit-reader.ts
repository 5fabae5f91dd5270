/** Reads the payload of a NAL unit bit by bit, without its emulation prevention bytes (ITU-T H.264 §7.3.1, §9.1). */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  /** @param nal with its header, of `headerBytes` */
  constructor(nal: Uint8Array, headerBytes: number) {
    this.#bytes = withoutEmulationPrevention(nal.subarray(headerBytes));
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw new RangeError('The parameter set is cut short');
    return (byte >> (7 - (this.#at++ & 7))) & 1;
  }

  /** @param count at most 32 */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  /** ue(v) */
  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) if (++zeros > 31) throw new RangeError('The parameter set has a number of over 32 bits');
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v) */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}

function withoutEmulationPrevention(bytes: Uint8Array): Uint8Array {
  const kept: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const isExtra = bytes[i] === 3 && i >= 2 && bytes[i - 1] === 0 && bytes[i - 2] === 0;
    if (!isExtra) kept.push(bytes[i]!);
  }
  return Uint8Array.from(kept);
}
