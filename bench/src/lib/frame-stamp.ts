/** A JPEG comment that tells when a frame was sent and which one it is: it survives every way that leaves the JPEG alone. */
export interface FrameStamp {
  /** CLOCK_MONOTONIC, ms. */
  sentMs: number;
  sequence: number;
}

const magic = Buffer.from('lookout!');
/** COM marker, length, magic, two doubles. */
const segmentBytes = 4 + magic.length + 16;

/** The JPEG with a stamp after its SOI. */
export function stampJpeg(jpeg: Uint8Array, stamp: FrameStamp): Buffer {
  const stamped = Buffer.allocUnsafe(jpeg.length + segmentBytes);
  stamped.set(jpeg.subarray(0, 2));
  stamped.writeUInt16BE(0xfffe, 2);
  stamped.writeUInt16BE(segmentBytes - 2, 4);
  magic.copy(stamped, 6);
  stamped.writeDoubleBE(stamp.sentMs, 6 + magic.length);
  stamped.writeDoubleBE(stamp.sequence, 14 + magic.length);
  stamped.set(jpeg.subarray(2), 2 + segmentBytes);
  return stamped;
}

/** The stamp of `stampJpeg`, `undefined` where there is none. */
export function readStamp(jpeg: Buffer): FrameStamp | undefined {
  if (jpeg.length < 2 + segmentBytes || jpeg.compare(magic, 0, magic.length, 6, 6 + magic.length) !== 0)
    return undefined;
  return { sentMs: jpeg.readDoubleBE(6 + magic.length), sequence: jpeg.readDoubleBE(14 + magic.length) };
}
