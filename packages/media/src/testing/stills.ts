/** Still pictures of all formats, with their peculiarities. */
import { execFileSync } from 'node:child_process';
import { crc32 } from 'node:zlib';

export type StillEncoder = 'png' | 'libwebp' | 'libwebp-lossless' | 'mjpeg';

/**
 * A still of `width`×`height` made by the `ffmpeg` program: the left half red, the right half blue, above a green band in the lowest
 * quarter. So each orientation of it looks different.
 */
export function paintStill(encoder: StillEncoder, width: number, height: number, pixelFormat?: string): Buffer {
  const band = Math.floor(height / 4);
  const boxes = `drawbox=x=${width / 2}:w=${width / 2}:color=blue:t=fill,drawbox=y=${height - band}:h=${band}:color=lime:t=fill`;
  const lossless = encoder === 'libwebp-lossless';
  const codec = lossless ? ['-c:v', 'libwebp', '-lossless', '1'] : ['-c:v', encoder];
  const format =
    pixelFormat ?? { png: 'rgb24', libwebp: 'yuv420p', 'libwebp-lossless': 'bgra', mjpeg: 'yuvj444p' }[encoder];
  return execFileSync(
    'ffmpeg',
    [
      ...['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', `color=red:s=${width}x${height}`],
      ...['-vf', `format=rgb24,${boxes}`, '-frames:v', '1', ...codec, '-quality', '95', '-pix_fmt', format],
      // The WebP muxer writes sizes at the end, which needs more than a pipe; image2pipe's own output is complete.
      ...['-f', 'image2pipe', '-'],
    ],
    { maxBuffer: 100_000_000 },
  );
}

/** An Exif block with only the orientation. */
export function exifBlock(orientation: number, little = true): Buffer {
  const tiff = Buffer.alloc(26);
  const write = (value: number, at: number, bytes: 2 | 4) => {
    if (bytes === 2) little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at);
    else little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at);
  };
  tiff.write(little ? 'II' : 'MM', 'latin1');
  write(42, 2, 2);
  write(8, 4, 4);
  write(1, 8, 2);
  write(0x0112, 10, 2);
  write(3, 12, 2);
  write(1, 14, 4);
  write(orientation, 18, 2);
  return tiff;
}

/** The JPEG with an Exif segment after its first marker. */
export function jpegWithOrientation(jpeg: Uint8Array, orientation: number, little = true): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(orientation, little)]);
  const head = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

/** A complete PNG chunk. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(typed.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  typed.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(typed), typed.length + 4);
  return chunk;
}

/** The PNG with another chunk after its header. */
export function pngWithChunk(png: Uint8Array, chunk: Uint8Array): Buffer {
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

/** A simple WebP in the extended format, with an EXIF chunk. */
export function webpWithOrientation(webp: Buffer, orientation: number, width: number, height: number): Buffer {
  const extended = Buffer.alloc(18);
  extended.write('VP8X', 'latin1');
  extended.writeUInt32LE(10, 4);
  extended[8] = 0x08;
  extended.writeUIntLE(width - 1, 12, 3);
  extended.writeUIntLE(height - 1, 15, 3);
  const exif = exifBlock(orientation);
  const head = Buffer.alloc(8);
  head.write('EXIF', 'latin1');
  head.writeUInt32LE(exif.length, 4);
  const whole = Buffer.concat([webp.subarray(0, 12), extended, webp.subarray(12), head, exif]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}
