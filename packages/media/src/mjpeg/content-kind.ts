/**
 * What an HTTP response is, as far as it concerns a camera: `pictures` is a stream or single picture for the multipart
 * parser, `media` something for FFmpeg.
 */
export type ContentKind = 'pictures' | 'media' | 'page' | 'unsupported' | 'unknown';

const MEDIA_TYPES = /^(?:video\/.*|application\/(?:(?:x-|vnd\.apple\.)mpegurl|mp4|x-flv|ogg)|audio\/(?:x-)?mpegurl)$/;

/**
 * By Content-Type.
 * @returns `unknown` where the first bytes must decide: no type, or one that servers give to everything.
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

/** Bytes that `kindByBytes` wants to see; it makes do with less where the response ends before. */
export const SNIFF_BYTES = 512;

/** Of UTF-8, read as latin-1. */
const BYTE_ORDER_MARK = /^\xEF\xBB\xBF/;

/** By the first bytes of the body. @returns `unknown` for what may still be pictures after a preamble. */
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
