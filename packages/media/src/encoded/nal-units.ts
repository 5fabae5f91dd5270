import type { EncodedFormat, EncodedPacket } from './encoded-packet.js';

const START_CODE = Buffer.of(0, 0, 1);
/** Where records keep the size of length prefixes, minus one, in the two low bits, and where they begin to list parameter sets. */
const RECORDS = {
  h264: { lengthSizeOffset: 4, setsOffset: 5 },
  hevc: { lengthSizeOffset: 21, setsOffset: 22 },
} as const;

/** The NAL units of a picture, without start codes or lengths. They share the packet's memory. */
export function nalUnitsOf({ data, format }: Pick<EncodedPacket, 'data' | 'format'>): Uint8Array[] {
  return format.framing === 'length-prefixed' ? prefixedUnits(data, lengthSizeOf(format)) : annexBUnits(data);
}

/** The parameter sets of H.264 or HEVC that a stream carries outside its packets. */
export function parameterSetsOf({ codec, framing, extradata }: EncodedFormat): Uint8Array[] {
  if (extradata === undefined) return [];
  if (framing !== 'length-prefixed') return annexBUnits(extradata);
  return codec === 'hevc' ? hvccSets(extradata) : avccSets(extradata);
}

/** Size of the length prefixes of a `length-prefixed` stream, bytes. */
export function lengthSizeOf({ codec, extradata }: EncodedFormat): number {
  const { lengthSizeOffset } = codec === 'hevc' ? RECORDS.hevc : RECORDS.h264;
  return ((extradata?.[lengthSizeOffset] ?? 3) & 3) + 1;
}

function annexBUnits(data: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const units: Uint8Array[] = [];
  for (let at = bytes.indexOf(START_CODE); at !== -1; ) {
    const start = at + START_CODE.length;
    at = bytes.indexOf(START_CODE, start);
    let end = at === -1 ? bytes.length : at;
    // NAL units never end with a zero: it belongs to the next start code, or pads.
    while (end > start && bytes[end - 1] === 0) end -= 1;
    if (end > start) units.push(bytes.subarray(start, end));
  }
  return units;
}

function prefixedUnits(data: Uint8Array, lengthSize: number): Uint8Array[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const units: Uint8Array[] = [];
  for (let at = 0; at + lengthSize < bytes.length; ) {
    const length = bytes.readUIntBE(at, lengthSize);
    at += lengthSize;
    if (length > 0) units.push(bytes.subarray(at, at + length));
    at += length;
  }
  return units;
}

/** avcC (ISO/IEC 14496-15 §5.3.3.1): sequence parameter sets, whose count has five bits, then picture parameter sets. */
function avccSets(record: Uint8Array): Uint8Array[] {
  const reader = new SetReader(record, RECORDS.h264.setsOffset);
  reader.sets(reader.byte() & 0x1f);
  reader.sets(reader.byte());
  return reader.found;
}

/** hvcC (§8.3.3.1): arrays of one type each. */
function hvccSets(record: Uint8Array): Uint8Array[] {
  const reader = new SetReader(record, RECORDS.hevc.setsOffset);
  for (let arrays = reader.byte(); arrays > 0; arrays--) {
    reader.byte();
    reader.sets(reader.word());
  }
  return reader.found;
}

/** Reads sets, each after its length of two bytes. What the record lacks is read as 0. */
class SetReader {
  readonly found: Uint8Array[] = [];
  #at: number;

  constructor(
    readonly record: Uint8Array,
    at: number,
  ) {
    this.#at = at;
  }

  byte(): number {
    return this.record[this.#at++] ?? 0;
  }

  word(): number {
    return (this.byte() << 8) | this.byte();
  }

  sets(count: number): void {
    for (let i = 0; i < count && this.#at < this.record.length; i++) {
      const length = this.word();
      const set = this.record.subarray(this.#at, this.#at + length);
      if (set.length > 0) this.found.push(set);
      this.#at += length;
    }
  }
}
