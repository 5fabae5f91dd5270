import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MultipartParser } from './multipart-parser.js';

// Responses of real cameras and programs, with checksums of the pictures in them.
const RECORDED = join(import.meta.dirname, '../../../../../shared/media/mjpeg');

const expected = JSON.parse(readFileSync(join(RECORDED, 'expected.json'), 'utf8')) as Record<
  string,
  { frames: { sha256: string }[] }
>;

it.each(Object.entries(expected))('reads %s, however it is cut', (name, { frames }) => {
  const response = readFileSync(join(RECORDED, name));
  const headEnd = response.indexOf('\r\n\r\n') + 4;
  const head = response.toString('latin1', 0, headEnd);
  const contentType = /^content-type: *(.*)\r$/im.exec(head)?.[1] ?? '';
  const isChunked = /^transfer-encoding: *chunked/im.test(head);
  const body = isChunked ? joinChunks(response.subarray(headEnd)) : response.subarray(headEnd);
  for (const size of [1460, 1, body.length])
    expect(digests(body, contentType, size)).toEqual(frames.map(({ sha256 }) => sha256));
});

/** SHA-256 of each picture of a body that comes in pieces of a size. */
function digests(body: Buffer, contentType: string, size: number): string[] {
  const found: string[] = [];
  const parser = new MultipartParser(
    {
      onJpeg: (jpeg) => found.push(createHash('sha256').update(jpeg).digest('hex')),
      onInvalid: (error) => {
        throw error;
      },
      onForeignPart: (type) => {
        throw new TypeError(`Expected JPEGs only, got a part of type ${type}`);
      },
    },
    { contentType },
  );
  for (let at = 0; at < body.length; at += size) parser.push(Uint8Array.from(body.subarray(at, at + size)), at);
  return found;
}

function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) break;
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
