import { LookoutError } from '@lookout/client';
import { t } from '../strings/index.js';

const words = t.tryIt.problems;

/** Formats that the API accepts. */
const TAKEN = ['image/jpeg', 'image/png', 'image/webp'];
/** For pictures in other formats, which are sent as JPEG. */
const JPEG_QUALITY = 0.92;

/** A picture to show and to send. */
export interface Picture {
  name: string;
  /** Upright, according to its Exif data. */
  bitmap: ImageBitmap;
  /** What is sent. */
  blob: Blob;
}

/**
 * Opens a file. Formats that the browser can read but the API can't are sent as JPEG.
 * @throws LookoutError `frame_invalid` when it is not a picture
 */
export async function openPicture(file: Blob, name: string): Promise<Picture> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (cause) {
    throw new LookoutError('frame_invalid', words.cannotOpen(name), { hint: words.formats, cause });
  }
  return { name, bitmap, blob: TAKEN.includes(file.type) ? file : await toJpeg(bitmap, bitmap.width, bitmap.height) };
}

/** The picture as a JPEG of this size. */
export async function toJpeg(
  picture: CanvasImageSource,
  width: number,
  height: number,
  quality = JPEG_QUALITY,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')!.drawImage(picture, 0, 0, width, height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}

/** The first file that was dropped or pasted. */
export function fileOf(data: DataTransfer | null): File | undefined {
  return data?.files[0];
}
