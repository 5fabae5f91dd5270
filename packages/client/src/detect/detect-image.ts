import { type Embeddings, type ImageDetections, type ImageSettings, LookoutError } from '@lookout/protocol';
import { type Endpoint, type RequestOptions, request } from '../connection/request.js';
import { LOAD_TIMEOUT_MS } from './session-transport.js';

export interface DetectOptions extends RequestOptions {
  /** Model, minimum score, classes and so on; default: the server's. */
  settings?: ImageSettings;
}

/** `POST /api/detect`: detects objects in one picture, without a session. */
export async function detectImage(
  endpoint: Endpoint,
  image: ImageInput,
  { settings = {}, timeoutMs = LOAD_TIMEOUT_MS, signal }: DetectOptions = {},
): Promise<ImageDetections> {
  const query = settingsQuery(settings);
  const body = await imageBytes(image);
  signal?.throwIfAborted();
  return request<ImageDetections>(endpoint, 'POST', `/api/detect${query}`, body, { timeoutMs, signal });
}

/** `POST /api/embeddings`: vectors of texts, or of one image. */
export async function embed(
  endpoint: Endpoint,
  what: { readonly texts: readonly string[] } | { readonly image: ImageInput },
  { timeoutMs = LOAD_TIMEOUT_MS, signal }: RequestOptions = {},
): Promise<Embeddings> {
  const body = 'image' in what ? await imageBytes(what.image) : what;
  signal?.throwIfAborted();
  return request<Embeddings>(endpoint, 'POST', '/api/embeddings', body, { timeoutMs, signal });
}

/** A picture: JPEG, PNG or WebP, as bytes, as a Blob or File, or as a base64 `data:` URL. */
export type ImageInput = Blob | ArrayBuffer | Uint8Array | string;

/** Maximum bytes of a picture that a server accepts. */
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024;

/** Characters of a picture that are converted to base64 at once: the number of arguments that every engine accepts in a call. */
const BASE64_CHUNK_CHARS = 0x8000;

/**
 * The bytes of a picture. Bytes are not copied, so they must not change while they are being sent.
 * @throws TypeError for anything that can't contain a picture; LookoutError `frame_too_large`, before it is sent
 */
export async function imageBytes(image: ImageInput): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await bytesOf(image);
  if (bytes.byteLength === 0) throw new LookoutError('frame_invalid', 'The picture is empty');
  if (bytes.byteLength > MAX_IMAGE_BYTES) {
    throw new LookoutError('frame_too_large', `The image of ${bytes.byteLength} bytes exceeds the servers’ limit`, {
      hint: 'Send a smaller image: the model uses at most 640 pixels per side.',
    });
  }
  return bytes;
}

async function bytesOf(image: ImageInput): Promise<Uint8Array<ArrayBuffer>> {
  if (image instanceof Uint8Array) {
    // Memory shared with other threads can't be sent.
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
    throw new LookoutError('frame_invalid', 'The image is not valid base64', { cause });
  }
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += BASE64_CHUNK_CHARS)
    binary += String.fromCharCode(...bytes.subarray(at, at + BASE64_CHUNK_CHARS));
  return btoa(binary);
}

/**
 * Settings as a query: `?fps_limit=15&classes=person,car`, with the question mark; empty if there are none. Null means the default, which
 * is left out.
 * @throws TypeError for a class or prompt that contains a comma, their separator
 */
export function settingsQuery(settings: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value) && value.some((item) => String(item).includes(','))) {
      throw new TypeError(`Expected texts without commas in \`${name}\``);
    }
    query.set(name, String(value));
  }
  const text = query.toString();
  return text && `?${text}`;
}
