export interface SyntheticJpegOptions {
  width?: number;
  height?: number;
  /** Size of the whole file; at least about 700 bytes. */
  bytes?: number;
  seed?: number;
  /** Puts a whole small JPEG in an EXIF segment, as cameras with thumbnails do. */
  thumbnail?: boolean;
  /** Any text, as a comment segment. */
  comment?: string;
}

/**
 * A file with the structure of a baseline JPEG (all segments, one scan, byte stuffing, restart markers) and noise as picture data: for
 * tests that decode nothing.
 */
export function syntheticJpeg(options: SyntheticJpegOptions = {}): Uint8Array<ArrayBuffer> {
  const { width = 320, height = 240, bytes = 4096, seed = 1, thumbnail = false, comment } = options;
  const head = [Buffer.from('ffd8', 'hex'), segment(0xe0, Buffer.from('4a46494600010100000100010000', 'hex'))];
  if (thumbnail) {
    const small = syntheticJpeg({ width: 16, height: 12, bytes: 800, seed: seed + 1 });
    head.push(segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), small])));
  }
  if (comment !== undefined) head.push(segment(0xfe, Buffer.from(comment)));
  head.push(
    segment(0xdb, Buffer.concat([Buffer.of(0), Buffer.alloc(64, 16)])),
    segment(
      0xc0,
      Buffer.of(8, height >> 8, height & 255, width >> 8, width & 255, 3, 1, 0x21, 0, 2, 0x11, 0, 3, 0x11, 0),
    ),
    segment(0xc4, Buffer.concat([Buffer.of(0, 0, 1), Buffer.alloc(14), Buffer.of(0)])),
    segment(0xda, Buffer.of(3, 1, 0, 2, 0, 3, 0, 0, 63, 0)),
  );
  const start = Buffer.concat(head);
  const jpeg = new Uint8Array(Math.max(bytes, start.length + 16));
  jpeg.set(start);
  const random = seededRandom(seed);
  for (let at = start.length; at < jpeg.length - 2; at++) {
    const byte = random(256);
    jpeg[at] = byte;
    if (byte !== 0xff) continue;
    // In picture data, 0xFF occurs only stuffed with a zero, or in a restart marker.
    if (at + 1 >= jpeg.length - 2) jpeg[at] = 0;
    else jpeg[++at] = random(8) === 0 ? 0xd0 + random(8) : 0;
  }
  jpeg.set([0xff, 0xd9], jpeg.length - 2);
  return jpeg;
}

/** A small seeded generator (mulberry32, public domain by T. Ettinger). @returns a function of `below`: 0 ≤ integer < below. */
export function seededRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

function segment(code: number, body: Uint8Array): Buffer {
  const length = body.length + 2;
  return Buffer.concat([Buffer.of(0xff, code, length >> 8, length & 255), body]);
}
