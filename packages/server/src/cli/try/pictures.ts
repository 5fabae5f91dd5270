import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { MAX_IMAGE_BYTES } from '@lookout/client';
import { LookoutError } from '@lookout/protocol';

export interface Pictures {
  /** What they are, for the report. */
  source: string;
  images: readonly Uint8Array<ArrayBuffer>[];
}

/** Enough for frames to differ from one to the next, and few enough to keep in memory. */
const MAX_PICTURES = 60;
const JPEG_QUALITY = 80;

/**
 * Images to send: those given, frames of the video given, frames of the demo clip, or, without one, a pattern.
 * @throws LookoutError `not_found`, `frame_too_large`, `camera_unsupported`
 */
export async function loadPictures(
  images: readonly string[],
  clip: string | undefined,
  demoClip: string | undefined,
): Promise<Pictures> {
  if (images.length > 0) {
    const read = await Promise.all(images.slice(0, MAX_PICTURES).map(readPicture));
    return {
      source: images
        .map((path) => basename(path))
        .join(', ')
        .slice(0, 200),
      images: read,
    };
  }
  if (clip !== undefined) return { source: basename(clip), images: await clipPictures(clip) };
  if (demoClip !== undefined) return { source: 'the demo clip', images: await clipPictures(demoClip) };
  return { source: 'a test pattern, in which there is nothing to find', images: [testPattern(640, 480)] };
}

async function readPicture(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await readFile(path).catch((cause: NodeJS.ErrnoException) => cantRead(path, cause)));
  if (bytes.length > MAX_IMAGE_BYTES) throw new LookoutError('frame_too_large', `${path} is larger than servers take`);
  return bytes;
}

function cantRead(path: string, cause: NodeJS.ErrnoException): never {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EISDIR: 'this is a folder',
    EACCES: 'permission denied',
  };
  throw new LookoutError('not_found', `Can't read ${path}: ${reasons[cause.code ?? ''] ?? cause.code}`, { cause });
}

async function clipPictures(path: string): Promise<Uint8Array<ArrayBuffer>[]> {
  const { VideoFile } = await import('@lookout/media/codec');
  const images: Uint8Array<ArrayBuffer>[] = [];
  try {
    await using file = await VideoFile.open(resolve(path));
    for await (const { picture } of file.pictures()) {
      using decoded = picture;
      images.push(new Uint8Array(decoded.toJpeg(JPEG_QUALITY)));
      if (images.length === MAX_PICTURES) break;
    }
  } catch (cause) {
    if (!(cause instanceof LookoutError)) throw cause;
    throw new LookoutError(cause.code, `Can't read ${path}: ${cause.message}`, { hint: cause.hint, cause });
  }
  if (images.length === 0) throw new LookoutError('camera_unsupported', `No picture of ${path} could be decoded`);
  return images;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A grey ramp, a valid image without objects. PNG (RFC 2083), 8 bits of grey. */
export function testPattern(width: number, height: number): Uint8Array<ArrayBuffer> {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = (x + y) & 0xff;
  }
  return png(width, height, rows);
}

/** A few bytes whose header announces a huge image. */
export function decompressionBomb(): Uint8Array<ArrayBuffer> {
  return png(60_000, 60_000, Buffer.alloc(100));
}

function png(width: number, height: number, rows: Buffer): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([Buffer.from(SIGNATURE), ...chunks]));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
