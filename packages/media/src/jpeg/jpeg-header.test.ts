import { LookoutError } from '@lookout/protocol/core';
import { describe, expect, it } from 'vitest';
import { checkJpegScans, isCompleteJpeg, readJpegHeader, tidyJpeg } from './jpeg-header.js';

const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];
const DQT = [0xff, 0xdb, 0, 67, 0, ...new Array(64).fill(1)];
const DHT = [0xff, 0xc4, 0, 20, 0, 1, ...new Array(15).fill(0), 7];
const SOS = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];

function frameHeader({
  marker = 0xc0,
  precision = 8,
  width = 640,
  height = 480,
  sampling = [0x22, 0x11, 0x11],
} = {}): number[] {
  const components = sampling.flatMap((factors, i) => [i + 1, factors, 0]);
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return [0xff, marker, 0, 8 + components.length, precision, ...size, sampling.length, ...components];
}

function jpeg(...parts: number[][]): Uint8Array {
  return Uint8Array.from(parts.flat());
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof LookoutError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('readJpegHeader', () => {
  it('reads size, components, sampling and tables', () => {
    const header = readJpegHeader(jpeg(SOI, DQT, frameHeader(), DHT, SOS, [1, 2, 3], EOI));
    expect(header).toEqual({
      width: 640,
      height: 480,
      components: 3,
      precision: 8,
      progressive: false,
      sampling: ['2x2', '1x1', '1x1'],
      hasHuffmanTables: true,
      scanOffset: 2 + DQT.length + frameHeader().length + DHT.length,
      isTidy: true,
    });
  });

  it('knows progressive and table-less JPEGs, fill bytes and application segments', () => {
    const app = [0xff, 0xff, 0xff, 0xe0, 0, 4, 1, 2];
    const header = readJpegHeader(jpeg(SOI, app, DQT, frameHeader({ marker: 0xc2, sampling: [0x11] }), SOS, EOI));
    expect(header).toMatchObject({ progressive: true, components: 1, hasHuffmanTables: false });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', jpeg(), /^frame_invalid: .*empty/],
    ['text', new TextEncoder().encode('<html>not a picture</html>'), /^frame_invalid: .*not a JPEG/],
    ['SOI alone', jpeg(SOI), /^frame_invalid/],
    ['SOI and EOI', jpeg(SOI, EOI), /^frame_invalid: .*no picture data/],
    ['cut inside a segment', jpeg(SOI, DQT.slice(0, 20)), /^frame_invalid: .*ends inside its header/],
    ['cut between segments', jpeg(SOI, DQT, frameHeader()), /^frame_invalid: .*ends inside its header/],
    ['cut inside a marker', jpeg(SOI, DQT, [0xff]), /^frame_invalid: .*ends inside its header/],
    ['a segment of length 1', jpeg(SOI, [0xff, 0xe0, 0, 1, 0, 0]), /^frame_invalid: .*length 1/],
    ['a missing marker', jpeg(SOI, DQT, new Array(5000).fill(1)), /^frame_invalid: .*a marker is missing/],
    ['stray bytes to the end', jpeg(SOI, DQT, [1, 2, 3, 4]), /^frame_invalid: .*ends inside its header/],
    ['no frame header', jpeg(SOI, DQT, SOS, EOI), /^frame_invalid: .*no frame header/],
    ['no quantisation tables', jpeg(SOI, frameHeader(), SOS, EOI), /^frame_invalid: .*quantisation/],
    ['two frame headers', jpeg(SOI, DQT, frameHeader(), frameHeader(), SOS), /^frame_invalid: .*more than one frame/],
    ['12 bits', jpeg(SOI, DQT, frameHeader({ precision: 12 }), SOS), /^frame_invalid: .*12 bits/],
    ['lossless', jpeg(SOI, DQT, frameHeader({ marker: 0xc3 }), SOS), /^frame_invalid: .*lossless/],
    ['arithmetic coding', jpeg(SOI, DQT, frameHeader({ marker: 0xc9 }), SOS), /^frame_invalid: .*arithmetic/],
    ['width 0', jpeg(SOI, DQT, frameHeader({ width: 0 }), SOS), /^frame_invalid: .*0×480/],
    ['two components', jpeg(SOI, DQT, frameHeader({ sampling: [0x11, 0x11] }), SOS), /^frame_invalid: .*2 colour/],
    ['sampling 0', jpeg(SOI, DQT, frameHeader({ sampling: [0x01] }), SOS), /^frame_invalid: .*sampling/],
    ['too wide', jpeg(SOI, DQT, frameHeader({ width: 8193, height: 8 }), SOS), /^frame_too_large: .*8193×8/],
    [
      'too many pixels',
      jpeg(SOI, DQT, frameHeader({ width: 8000, height: 8000 }), SOS),
      /^frame_too_large: .*8000×8000/,
    ],
    ['a bomb of 65535²', jpeg(SOI, DQT, frameHeader({ width: 65535, height: 65535 })), /^frame_too_large/],
    [
      'endless segments',
      jpeg(SOI, ...new Array(1001).fill([0xff, 0xe0, 0, 2])),
      /^frame_invalid: .*more than 1000 segments/,
    ],
  ])('refuses %s', (_, bytes, expected) => {
    expect(codeOf(() => readJpegHeader(bytes))).toMatch(expected);
  });

  it('takes other limits', () => {
    const picture = jpeg(SOI, DQT, frameHeader(), SOS);
    expect(codeOf(() => readJpegHeader(picture, { maxSide: 639, maxPixels: 1e9 }))).toMatch(/^frame_too_large/);
    expect(codeOf(() => readJpegHeader(picture, { maxSide: 640, maxPixels: 640 * 480 }))).toBe('no error');
  });
});

describe('tidyJpeg', () => {
  const text = [...Buffer.from('a comment of the camera')];
  const shortComment = [0xff, 0xfe, 0, 5, ...text];
  const plain = jpeg(SOI, DQT, frameHeader(), DHT, SOS, [1, 2, 3], EOI);
  const comment = [0xff, 0xfe, 0, 5, ...text.slice(0, 3)];
  const withComment = jpeg(SOI, comment, DQT, frameHeader(), DHT, SOS, [1, 2, 3], EOI);

  it.each<[string, Uint8Array, Uint8Array]>([
    [
      'a comment longer than it says',
      jpeg(SOI, shortComment, DQT, frameHeader(), DHT, SOS, [1, 2, 3], EOI),
      withComment,
    ],
    ['a second SOI', jpeg(SOI, SOI, DQT, frameHeader(), DHT, SOS, [1, 2, 3], EOI), plain],
    ['stray bytes with FF 00', jpeg(SOI, DQT, [7, 0xff, 0, 7], frameHeader(), DHT, SOS, [1, 2, 3], EOI), plain],
  ])('takes out %s', (_, bytes, tidied) => {
    const header = readJpegHeader(bytes);
    expect(header).toMatchObject({ width: 640, height: 480, isTidy: false });
    const result = tidyJpeg(bytes, header);
    expect(Buffer.compare(result, tidied)).toBe(0);
    expect(readJpegHeader(result).isTidy).toBe(true);
  });

  it('leaves what is tidy as it is', () => {
    expect(readJpegHeader(plain).isTidy).toBe(true);
  });
});

describe('isCompleteJpeg', () => {
  it('wants both ends and allows zeros after them', () => {
    expect(isCompleteJpeg(jpeg(SOI, [1], EOI))).toBe(true);
    expect(isCompleteJpeg(jpeg(SOI, [1], EOI, [0, 0, 0]))).toBe(true);
    expect(isCompleteJpeg(jpeg(SOI, [1]))).toBe(false);
    expect(isCompleteJpeg(jpeg(SOI, [1], EOI, [7]))).toBe(false);
    expect(isCompleteJpeg(jpeg([1, 2], EOI))).toBe(false);
    expect(isCompleteJpeg(jpeg())).toBe(false);
    expect(isCompleteJpeg(new Uint8Array(10))).toBe(false);
  });
});

describe('checkJpegScans', () => {
  const head = [SOI, DQT, frameHeader({ marker: 0xc2 })];

  it('wants an end marker after the first scan, whatever follows it', () => {
    const thumbnail = [0xff, 0xe1, 0, 6, 0xff, 0xd9, 0, 0];
    const cut = jpeg(SOI, thumbnail, DQT, frameHeader(), SOS, [1, 2, 3]);
    expect(codeOf(() => checkJpegScans(cut, readJpegHeader(cut)))).toMatch(/cut off/);
    const trailing = jpeg(...head, SOS, [1, 2, 3], EOI, [9, 9]);
    expect(codeOf(() => checkJpegScans(trailing, readJpegHeader(trailing)))).toBe('no error');
  });

  it('refuses a progressive JPEG of very many scans', () => {
    const scans = (count: number) => jpeg(...head, ...new Array(count).fill([...SOS, 1]), EOI);
    expect(codeOf(() => checkJpegScans(scans(100), readJpegHeader(scans(100))))).toBe('no error');
    expect(codeOf(() => checkJpegScans(scans(101), readJpegHeader(scans(101))))).toMatch(/more than 100 scans/);
  });

  it('refuses a sequential JPEG of more scans than components, and counts none of an appended picture', () => {
    const scans = (count: number) => jpeg(SOI, DQT, frameHeader(), ...new Array(count).fill([...SOS, 1]), EOI);
    expect(codeOf(() => checkJpegScans(scans(4), readJpegHeader(scans(4))))).toBe('no error');
    expect(codeOf(() => checkJpegScans(scans(5), readJpegHeader(scans(5))))).toMatch(/more than 4 scans/);
    const two = jpeg([...scans(3)], [...scans(3)]);
    expect(codeOf(() => checkJpegScans(two, readJpegHeader(two)))).toBe('no error');
  });
});
