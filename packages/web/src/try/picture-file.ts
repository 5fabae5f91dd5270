import { LookoutError } from '@lookout/client';
import { t } from '../strings/index.js';

const words = t.tryIt.problems;

/** What the API takes as it is. */
const TAKEN = ['image/jpeg', 'image/png', 'image/webp'];
/** Of pictures in other formats, which are sent as JPEG. */
const JPEG_QUALITY = 0.92;

/** A picture to show and to send. */
export interface Picture {
  name: string;
  /** Upright: as its Exif data says. */
  bitmap: ImageBitmap;
  /** What is sent. */
  blob: Blob;
}

/**
 * Opens a file. Formats that the browser knows and the API does not are sent as JPEG.
 * @throws LookoutError `frame_invalid` for what is no picture
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

/** A picture at a size, as JPEG. */
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

/** The first file among what was dropped or pasted. */
export function fileOf(data: DataTransfer | null): File | undefined {
  return data?.files[0];
}
