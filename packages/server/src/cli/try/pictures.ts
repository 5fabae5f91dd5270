import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { MAX_IMAGE_BYTES } from '@lookout/client';
import { LookoutError } from '@lookout/protocol';
import { testPattern } from './png.js';

export interface Pictures {
  /** What they are, for people. */
  source: string;
  images: readonly Uint8Array<ArrayBuffer>[];
}

/** Enough that no two frames in a row are the same, and little enough to keep. */
const MAX_PICTURES = 60;
const JPEG_QUALITY = 80;

/**
 * What is to be sent: the pictures given, those of the video given, those of the demo clip, or, where there is none, a pattern.
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
