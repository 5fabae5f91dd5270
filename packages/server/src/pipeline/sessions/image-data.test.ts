import { syntheticJpeg } from '@lookout/media/testing';
import { describe, expect, it } from 'vitest';
import { decodeImageData, MAX_IMAGE_BYTES, readClientImage } from './image-data.js';

const bytes = Buffer.from(Array.from({ length: 100 }, (_, i) => i));

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'fine';
}

describe('decodeImageData', () => {
  it.each([0, 1, 2, 3, 99, 100])('takes base64 of %i bytes, with padding or without', (length) => {
    const some = bytes.subarray(0, length);
    const text = some.toString('base64');
    expect(Buffer.compare(decodeImageData(text), some)).toBe(0);
    expect(Buffer.compare(decodeImageData(text.replace(/=+$/, '')), some)).toBe(0);
    expect(Buffer.compare(decodeImageData(some.toString('base64url')), some)).toBe(0);
  });

  it('takes lines and data: URLs', () => {
    const lines = bytes.toString('base64').replace(/(.{20})/g, '$1\r\n');
    expect(Buffer.compare(decodeImageData(lines), bytes)).toBe(0);
    const url = `data:image/png;charset=x;base64,${bytes.toString('base64')}`;
    expect(Buffer.compare(decodeImageData(url), bytes)).toBe(0);
  });

  it('takes the bytes of a JSON string as they stand there, over many steps', () => {
    const many = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 3));
    const text = many.toString('base64');
    const written = [
      text,
      text.replaceAll('/', '\\/'),
      text.replaceAll('+', '\\u002b'),
      text.replace(/.{76}/g, '$&\\r\\n'),
      `data:image\\/jpeg;base64,${text.replaceAll('/', '\\/')}`,
    ];
    for (const one of written) expect(Buffer.compare(decodeImageData(Buffer.from(one)), many)).toBe(0);
    for (const cut of [1, 2, 3, 65_535, 65_536, 65_537]) {
      const some = text.slice(0, 200_000 - cut);
      expect(Buffer.compare(decodeImageData(Buffer.from(some)), Buffer.from(some, 'base64'))).toBe(0);
    }
    for (const bad of [
      `${text.slice(0, 70_000)}=${text}`,
      `${text}\\x`,
      `${text.slice(0, 65_535)}$${text}`,
      `${text}\\`,
    ]) {
      expect(codeOf(() => decodeImageData(Buffer.from(bad)))).toBe('frame_invalid');
    }
  });

  it.each([
    '@@@###not-base64!!!',
    'ab$d',
    'abc=defg',
    'data:image/png,rawtext',
    'AA\\/A',
    'data:image/png;base64',
    'ünïcödé',
    '💥',
  ])('refuses %j', (text) => {
    expect(codeOf(() => decodeImageData(text))).toBe('frame_invalid');
  });

  it('refuses more than is ever taken before it is decoded', () => {
    expect(codeOf(() => decodeImageData('A'.repeat(MAX_IMAGE_BYTES * 2)))).toBe('frame_too_large');
  });
});

describe('readClientImage', () => {
  it('reads the header', () => {
    const jpeg = syntheticJpeg({ width: 64, height: 48 });
    expect(readClientImage(jpeg).header).toEqual({ format: 'jpeg', width: 64, height: 48, orientation: 1 });
  });

  it('refuses too many bytes, whatever they are', () => {
    expect(codeOf(() => readClientImage(new Uint8Array(MAX_IMAGE_BYTES + 1)))).toBe('frame_too_large');
  });

  it('refuses what is no picture', () => {
    expect(codeOf(() => readClientImage(Buffer.from('hello')))).toBe('frame_invalid');
  });
});
