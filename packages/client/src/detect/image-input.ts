import { LookoutError } from '@lookout/protocol';

/** A picture: JPEG, PNG or WebP, as bytes, as a Blob or File, or as a base64 `data:` URL. */
export type ImageInput = Blob | ArrayBuffer | Uint8Array | string;

/** Most bytes of one picture that a server takes. */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;

/** Characters of a picture that are turned into base64 at once: what a call can take as arguments on any engine. */
const CHUNK = 0x8000;

/**
 * The bytes of a picture. Not copied where they are bytes already: they must not change while it is in flight.
 * @throws TypeError for anything that is no picture's container; LookoutError `frame_too_large`, before it is sent
 */
export async function imageBytes(image: ImageInput): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await bytesOf(image);
  if (bytes.byteLength === 0) throw new LookoutError('frame_invalid', 'The picture is empty');
  if (bytes.byteLength > MAX_IMAGE_BYTES) {
    throw new LookoutError('frame_too_large', `The picture has ${bytes.byteLength} bytes, more than servers take`, {
      hint: 'Send a smaller picture: the model sees no more than 640 pixels a side.',
    });
  }
  return bytes;
}

async function bytesOf(image: ImageInput): Promise<Uint8Array<ArrayBuffer>> {
  if (image instanceof Uint8Array) {
    // What is sent must not be shared with other threads.
    return image.buffer instanceof ArrayBuffer ? (image as Uint8Array<ArrayBuffer>) : new Uint8Array(image);
  }
  if (image instanceof ArrayBuffer) return new Uint8Array(image);
  if (image instanceof Blob) return new Uint8Array(await image.arrayBuffer());
  if (typeof image === 'string') return dataUrlBytes(image);
  throw new TypeError('Expected a Blob, an ArrayBuffer, a Uint8Array or a data: URL');
}

function dataUrlBytes(url: string): Uint8Array<ArrayBuffer> {
  const comma = url.slice(0, 256).indexOf(',');
  if (!url.startsWith('data:') || comma < 0 || !url.slice(0, comma).endsWith(';base64')) {
    throw new TypeError('Expected a data: URL with ";base64,", or the bytes of a picture');
  }
  let binary: string;
  try {
    binary = atob(url.slice(comma + 1));
  } catch (cause) {
    throw new LookoutError('frame_invalid', 'The picture is not base64', { cause });
  }
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}
