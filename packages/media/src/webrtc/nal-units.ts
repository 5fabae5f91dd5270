import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';

const START_CODE = Buffer.of(0, 0, 1);
/** Where an avcC record lists its sequence parameter sets (ISO/IEC 14496-15 §5.3.3.1). */
const AVCC_SETS_OFFSET = 5;

/** The NAL units of a picture, without start codes or lengths. They share the packet's memory. */
export function nalUnitsOf({ data, format }: Pick<EncodedPacket, 'data' | 'format'>): Uint8Array[] {
  return format.framing === 'length-prefixed' ? prefixedUnits(data, lengthSizeOf(format)) : annexBUnits(data);
}

/** The parameter sets of H.264 that a stream carries outside its packets. */
export function parameterSetsOf({ framing, extradata }: EncodedFormat): Uint8Array[] {
  if (extradata === undefined) return [];
  return framing === 'length-prefixed' ? avccSets(extradata) : annexBUnits(extradata);
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

function lengthSizeOf({ extradata }: EncodedFormat): number {
  return ((extradata?.[4] ?? 3) & 3) + 1;
}

function prefixedUnits(data: Uint8Array, lengthSize: number): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let at = 0; at + lengthSize < data.length; ) {
    let length = 0;
    for (let index = 0; index < lengthSize; index += 1) length = length * 256 + data[at + index]!;
    at += lengthSize;
    if (length > 0) units.push(data.subarray(at, at + length));
    at += length;
  }
  return units;
}

function avccSets(record: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  let at = AVCC_SETS_OFFSET;
  // First the sequence parameter sets, whose count has five bits, then the picture parameter sets.
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at] ?? 0) & mask;
    at += 1;
    for (let index = 0; index < count && at + 2 <= record.length; index += 1) {
      const length = (record[at]! << 8) | record[at + 1]!;
      sets.push(record.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return sets;
}
