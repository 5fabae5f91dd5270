import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { Letterbox } from '@lookout/protocol';

export interface RgbPicture {
  width: number;
  height: number;
  /** RGB24, row-major. */
  rgb: Uint8Array;
}

const fixtures = new Map<string, RgbPicture>();

/** Reads `fixtures/<name>.png`, once: 8-bit RGB, not interlaced (all of our fixtures). The caller must not change it. */
export function readFixture(name: string): RgbPicture {
  const picture = fixtures.get(name) ?? readPng(readFileSync(new URL(`../../fixtures/${name}.png`, import.meta.url)));
  fixtures.set(name, picture);
  return picture;
}

/** PNG, ISO/IEC 15948: the one colour type our fixtures have. */
export function readPng(bytes: Buffer): RgbPicture {
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  if (bytes[24] !== 8 || bytes[25] !== 2 || bytes[28] !== 0) throw new TypeError('Expected 8-bit RGB, not interlaced');
  const chunks: Buffer[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') chunks.push(bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return { width, height, rgb: unfilter(inflateSync(Buffer.concat(chunks)), width * 3, height) };
}

function unfilter(lines: Buffer, stride: number, height: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)]!;
    for (let x = 0; x < stride; x++) {
      const left = x >= 3 ? out[y * stride + x - 3]! : 0;
      const up = y > 0 ? out[(y - 1) * stride + x]! : 0;
      const upLeft = x >= 3 && y > 0 ? out[(y - 1) * stride + x - 3]! : 0;
      out[y * stride + x] = lines[y * (stride + 1) + 1 + x]! + predict(filter, left, up, upLeft);
    }
  }
  return out;
}

function predict(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 4) return paeth(left, up, upLeft);
  if (filter === 3) return (left + up) >> 1;
  return filter === 2 ? up : filter === 1 ? left : 0;
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpLeft = Math.abs(estimate - upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

/**
 * Scales a picture into a letterbox by plain bilinear interpolation between pixel centres: the reference for other scalers.
 * @returns RGB of the letterbox's size, 0..255.
 */
export function letterboxPicture(picture: RgbPicture, letterbox: Letterbox): Float32Array {
  const { width, height, x, y, contentWidth, contentHeight, fill } = letterbox;
  const out = new Float32Array(width * height * 3).fill(fill);
  const columns = taps(contentWidth, picture.width);
  const rows = taps(contentHeight, picture.height);
  const { rgb } = picture;
  const stride = picture.width * 3;
  rows.forEach((row, contentY) => {
    columns.forEach((column, contentX) => {
      const to = ((y + contentY) * width + x + contentX) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const at = (line: number, pixel: number) => rgb[line * stride + pixel * 3 + channel]!;
        const top = at(row.first, column.first) * (1 - column.weight) + at(row.first, column.second) * column.weight;
        const bottom =
          at(row.second, column.first) * (1 - column.weight) + at(row.second, column.second) * column.weight;
        out[to + channel] = top * (1 - row.weight) + bottom * row.weight;
      }
    });
  });
  return out;
}

/** For each target pixel, the two source pixels on either side of its centre, and the weight of the second. */
function taps(targetLength: number, sourceLength: number): { first: number; second: number; weight: number }[] {
  return Array.from({ length: targetLength }, (_, i) => {
    const position = Math.min(Math.max(((i + 0.5) * sourceLength) / targetLength - 0.5, 0), sourceLength - 1);
    const first = Math.floor(position);
    return { first, second: Math.min(first + 1, sourceLength - 1), weight: position - first };
  });
}
