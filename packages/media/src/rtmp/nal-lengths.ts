import type { VideoConfig } from './flv-video.js';

/** Where avcC and hvcC records keep the size of length prefixes, minus one, in the two low bits (ISO/IEC 14496-15 §5.3.3.1, §8.3.3.1). */
const LENGTH_SIZE_OFFSETS: Partial<Record<VideoConfig['codec'], number>> = { h264: 4, hevc: 21 };
const LENGTH_BYTES = 4;

/** Size of the length prefixes that a record announces. Undefined: its codec has none. */
export function lengthSizeOf({ codec, record }: VideoConfig): number | undefined {
  const offset = LENGTH_SIZE_OFFSETS[codec];
  return offset === undefined ? undefined : ((record[offset] ?? LENGTH_BYTES - 1) & 3) + 1;
}

/** The record, announcing lengths of four bytes. A copy, since the message it is part of may be larger. */
export function recordWithLongLengths({ codec, record }: VideoConfig): Buffer {
  const copy = Buffer.from(record);
  const offset = LENGTH_SIZE_OFFSETS[codec];
  if (offset !== undefined && offset < copy.length) copy[offset]! |= LENGTH_BYTES - 1;
  return copy;
}

/**
 * The NAL units with lengths of four bytes, which nearly every encoder sends: then `data` itself.
 * @param lengthSize of its present length prefixes, bytes
 * @returns undefined if the lengths do not add up
 */
export function withLongLengths(data: Buffer, lengthSize: number): Buffer | undefined {
  if (lengthSize === LENGTH_BYTES) return data;
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    if (at + lengthSize > data.length) return undefined;
    const length = data.readUIntBE(at, lengthSize);
    const start = at + lengthSize;
    at = start + length;
    if (at > data.length) return undefined;
    const prefix = Buffer.alloc(LENGTH_BYTES);
    prefix.writeUInt32BE(length);
    parts.push(prefix, data.subarray(start, at));
  }
  return Buffer.concat(parts);
}
