import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { LookoutError } from '@lookout/protocol/core';
import { readBody } from './camera-request.js';
import { esp32StreamUrl } from './http-errors.js';

/**
 * Kind of an HTTP response: `pictures` is one JPEG or a stream of them, for the multipart parser; `media` is for FFmpeg.
 */
export type ContentKind = 'pictures' | 'media' | 'page' | 'unsupported' | 'unknown';

const MEDIA_TYPES = /^(?:video\/.*|application\/(?:(?:x-|vnd\.apple\.)mpegurl|mp4|x-flv|ogg)|audio\/(?:x-)?mpegurl)$/;

/**
 * Kind by Content-Type.
 * @returns `unknown` if the first bytes must decide: no type, or one that servers use for everything.
 */
export function kindByType(contentType: string): ContentKind {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (type.startsWith('multipart/')) return 'pictures';
  if (/^image\/p?jpe?g$/.test(type)) return 'pictures';
  if (MEDIA_TYPES.test(type)) return 'media';
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'page';
  if (type === '' || type === 'application/octet-stream' || type === 'text/plain' || type === 'binary/octet-stream')
    return 'unknown';
  return 'unsupported';
}

/** Bytes on which `kindByBytes` decides, or fewer at the end of the response. */
export const SNIFF_BYTES = 512;

/** Of UTF-8, decoded as latin-1. */
const BYTE_ORDER_MARK = /^\xEF\xBB\xBF/;

/** Kind by the first bytes of the body. @returns `unknown` if pictures may still follow a preamble. */
export function kindByBytes(bytes: Uint8Array): ContentKind {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SNIFF_BYTES));
  const text = head.toString('latin1').replace(BYTE_ORDER_MARK, '');
  const trimmed = text.trimStart().toLowerCase();
  if (head[0] === 0xff && head[1] === 0xd8) return 'pictures';
  if (trimmed.startsWith('--') || /^(?:content|x)-[a-z-]+\s*:/.test(trimmed)) return 'pictures';
  if (trimmed.startsWith('#extm3u') || text.startsWith('FLV\x01') || text.slice(4, 8) === 'ftyp') return 'media';
  if (text.startsWith('\x1a\x45\xdf\xa3') || isTransportStream(head)) return 'media';
  if (/^(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body)/s.test(trimmed)) return 'page';
  return 'unknown';
}

/** MPEG-TS: a sync byte every 188 bytes (ISO/IEC 13818-1). */
function isTransportStream(head: Uint8Array): boolean {
  return head.length > 188 && head[0] === 0x47 && head[188] === 0x47;
}

const MAX_PAGE_BYTES = 65_536;
const MAX_UNPACKED_BYTES = 1_048_576;
const PAGE_TIMEOUT_MS = 2000;

/** Web pages of cameras: words to recognise them by, and the address of their stream. */
const KNOWN_PAGES: readonly { words: RegExp; name: string; streamUrl(url: URL): string }[] = [
  { words: /mjpe?g-streamer/i, name: 'MJPG-streamer', streamUrl: (url) => `${url.origin}/?action=stream` },
  { words: /ustreamer/i, name: 'uStreamer', streamUrl: (url) => `${url.origin}/stream` },
  { words: /ip webcam/i, name: 'IP Webcam', streamUrl: (url) => `${url.origin}/video` },
  { words: /motioneye|<title>motion/i, name: 'Motion', streamUrl: (url) => `http://${url.hostname}:8081/` },
  // Last, because "ESP32" is the vaguest word.
  { words: /esp-?32|esp-?cam|ov[2357]6[46]0|ov5640/i, name: 'ESP32-CAM', streamUrl: esp32StreamUrl },
];

/**
 * The error for the address of a web page. A known page is named, with the address of its stream in the hint. Reads at most 64 KiB, and
 * for at most 2 s.
 * @param head bytes of the body that were read already.
 */
export async function pageError(
  response: IncomingMessage,
  head: Buffer,
  url: URL,
  signal: AbortSignal,
): Promise<LookoutError> {
  const page = unpack(await readPage(response, head, signal));
  const known = KNOWN_PAGES.find(({ words }) => words.test(page));
  return new LookoutError('camera_unsupported', 'The address holds a web page, not a video stream', {
    hint: known
      ? `This looks like the ${known.name} page; its stream is at ${known.streamUrl(url)}`
      : "Use the address of the stream itself: in a browser, open the picture's context menu and copy the image address.",
  });
}

async function readPage(response: IncomingMessage, head: Buffer, signal: AbortSignal): Promise<Buffer> {
  const chunks = [head];
  let bytes = head.length;
  const timeout = AbortSignal.timeout(PAGE_TIMEOUT_MS);
  const stop = () => response.destroy();
  timeout.addEventListener('abort', stop, { once: true });
  try {
    await readBody(response, signal, (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      return bytes < MAX_PAGE_BYTES;
    });
  } catch (error) {
    // A page cut short is still a page; only an abort from outside is an error.
    if (signal.aborted || !(error instanceof LookoutError)) throw error;
  } finally {
    timeout.removeEventListener('abort', stop);
    response.destroy();
  }
  return Buffer.concat(chunks);
}

/** The text of a page. Some cameras compress it without being asked. */
function unpack(page: Buffer): string {
  if (page[0] !== 0x1f || page[1] !== 0x8b) return page.toString('latin1');
  try {
    return gunzipSync(page, { maxOutputLength: MAX_UNPACKED_BYTES, finishFlush: 2 }).toString('latin1');
  } catch (error) {
    // Damaged or absurdly large: treated as an unknown page.
    if (error instanceof Error) return '';
    throw error;
  }
}
