/** Helpers for MultipartParser tests: frames, and a body parsed in pieces of any size. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { MultipartParser, type MultipartParserOptions } from '../mjpeg/multipart-parser.js';
import { syntheticJpeg } from './synthetic-jpeg.js';

export const PICTURES = [
  syntheticJpeg({ seed: 1, bytes: 3000 }),
  syntheticJpeg({ seed: 2, bytes: 5000, thumbnail: true }),
  syntheticJpeg({ seed: 3, bytes: 900 }),
  syntheticJpeg({ seed: 4, bytes: 2000, comment: '\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n' }),
];

export interface Parsed {
  pictures: Uint8Array[];
  times: number[];
  invalid: string[];
  foreign: string[];
}

/** Feeds `body` in pieces; the time of a piece is the offset of its first byte. */
export function parse(
  body: Uint8Array,
  options: MultipartParserOptions,
  nextSize: () => number = () => body.length,
  ends = false,
): Parsed {
  const parsed: Parsed = { pictures: [], times: [], invalid: [], foreign: [] };
  const parser = new MultipartParser(
    {
      onJpeg: (jpeg, firstByteMs) => {
        expect(jpeg.buffer.byteLength).toBe(jpeg.length);
        parsed.pictures.push(jpeg);
        parsed.times.push(firstByteMs);
      },
      onInvalid: (error) => parsed.invalid.push(error.code),
      onForeignPart: (type) => parsed.foreign.push(type),
    },
    options,
  );
  for (let at = 0; at < body.length; ) {
    const end = Math.min(body.length, at + Math.max(1, nextSize()));
    // A copy: the parser must not look beyond the piece it was given.
    parser.push(Uint8Array.from(body.subarray(at, end)), at);
    at = end;
  }
  if (ends) parser.end();
  return parsed;
}

export function join(...parts: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}

export const mixed = (boundary: string) => `multipart/x-mixed-replace${boundary}`;

export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
