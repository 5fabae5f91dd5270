import { LookoutError, MAX_IMAGE_BYTES } from '@lookout/client';
import { t } from '../strings/index.js';
import { tryWords } from '../strings/try.js';
import { TryError } from './outcome.js';

const words = tryWords.problems;

/** Formats that the API accepts. */
const TAKEN = ['image/jpeg', 'image/png', 'image/webp'];
/** For pictures in other formats, which are sent as JPEG. */
const JPEG_QUALITY = 0.92;
/** Of the pixels that are kept for the screen: several pictures have to fit into a phone's memory. */
const SHOWN_SIDE_PX = 2048;

/** A picture to show and to send. Whoever opened it has to release it. */
export interface Picture {
  name: string;
  /** Upright, according to its Exif data; smaller than the picture if that is very large. */
  bitmap: ImageBitmap;
  /** What is sent. */
  blob: Blob;
  /** Of `blob`, for pages. */
  url: string;
}

/**
 * Opens a file. Formats that the browser can read but the API can't are sent as JPEG.
 * @throws TryError when it is not a picture; LookoutError `frame_too_large`
 */
export async function openPicture(file: Blob, name: string): Promise<Picture> {
  const bitmap = await createImageBitmap(file).catch((cause) => {
    throw new TryError({ title: words.cannotOpen(name), advice: words.formats }, { cause });
  });
  try {
    const blob = TAKEN.includes(file.type) ? file : await toJpeg(bitmap, bitmap.width, bitmap.height);
    if (blob.size > MAX_IMAGE_BYTES) {
      throw new LookoutError('frame_too_large', words.bytes(name, toMb(blob.size), toMb(MAX_IMAGE_BYTES)), {
        hint: words.smaller,
      });
    }
    const shown = await toShown(bitmap);
    return { name, bitmap: shown, blob, url: URL.createObjectURL(blob) };
  } catch (error) {
    bitmap.close();
    throw error;
  }
}

export function releasePicture({ bitmap, url }: Picture): void {
  bitmap.close();
  URL.revokeObjectURL(url);
}

async function toShown(bitmap: ImageBitmap): Promise<ImageBitmap> {
  const scale = SHOWN_SIDE_PX / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1) return bitmap;
  const resizeWidth = Math.max(1, Math.round(bitmap.width * scale));
  const resizeHeight = Math.max(1, Math.round(bitmap.height * scale));
  const shown = await createImageBitmap(bitmap, { resizeWidth, resizeHeight, resizeQuality: 'high' });
  bitmap.close();
  return shown;
}

const toMb = (bytes: number) => `${t.number(bytes / 1e6, 1)} MB`;

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

/** The files that were dropped or pasted. */
export function filesOf(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])];
}
