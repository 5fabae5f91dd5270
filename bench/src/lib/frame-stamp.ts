/** A JPEG comment with the time a frame was sent and its number. It survives as long as the JPEG is passed on unchanged. */
export interface FrameStamp {
  /** CLOCK_MONOTONIC, ms. */
  sentMs: number;
  sequence: number;
}

const MAGIC = Buffer.from('lookout!');
/** COM marker, length, magic, two doubles. */
const SEGMENT_BYTES = 4 + MAGIC.length + 16;

/** The JPEG with a stamp after its SOI. */
export function stampJpeg(jpeg: Uint8Array, stamp: FrameStamp): Buffer {
  const stamped = Buffer.allocUnsafe(jpeg.length + SEGMENT_BYTES);
  stamped.set(jpeg.subarray(0, 2));
  stamped.writeUInt16BE(0xfffe, 2);
  stamped.writeUInt16BE(SEGMENT_BYTES - 2, 4);
  MAGIC.copy(stamped, 6);
  stamped.writeDoubleBE(stamp.sentMs, 6 + MAGIC.length);
  stamped.writeDoubleBE(stamp.sequence, 14 + MAGIC.length);
  stamped.set(jpeg.subarray(2), 2 + SEGMENT_BYTES);
  return stamped;
}

/** The stamp of `stampJpeg`; `undefined` if there is none. */
export function readStamp(jpeg: Buffer): FrameStamp | undefined {
  if (jpeg.length < 2 + SEGMENT_BYTES || jpeg.compare(MAGIC, 0, MAGIC.length, 6, 6 + MAGIC.length) !== 0)
    return undefined;
  return { sentMs: jpeg.readDoubleBE(6 + MAGIC.length), sequence: jpeg.readDoubleBE(14 + MAGIC.length) };
}
