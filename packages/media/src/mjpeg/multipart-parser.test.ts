import { LookoutError } from '@lookout/protocol/core';
import { describe, expect, it } from 'vitest';
import { digest, join, mixed, PICTURES, parse } from '../testing/parse-multipart.js';
import { seededRandom, syntheticJpeg } from '../testing/synthetic-jpeg.js';

describe('MultipartParser', () => {
  const part = (jpeg: Uint8Array, length = true) =>
    join(`--b\r\nContent-Type: image/jpeg\r\n${length ? `Content-Length: ${jpeg.length}\r\n` : ''}\r\n`, jpeg, '\r\n');
  const contentType = mixed(';boundary=b');
  const [first, second, third] = PICTURES as [Uint8Array, Uint8Array, Uint8Array];

  describe.each([true, false])('broken pictures, with a length: %s', (length) => {
    it.each([
      ['cut in half', first.subarray(0, 1500)],
      ['cut within its headers', first.subarray(0, 100)],
      ['cut to its SOI', first.subarray(0, 2)],
      ['without SOI', first.subarray(2)],
      ['text', Buffer.from('this is no picture')],
      ['text of many lines', Buffer.from('this\r\nis no picture\n'.repeat(500))],
    ])('%s: counted once, and the next ones come', (_name, broken) => {
      const bytes = join(part(second, length), part(broken, length), part(third, length), part(second, length));
      for (const size of [1, 7, 700, bytes.length]) {
        const parsed = parse(bytes, { contentType }, () => size);
        expect(parsed.pictures.map(digest)).toEqual([second, third, second].map(digest));
        expect(parsed.invalid).toEqual(['frame_invalid']);
      }
    });

    it('a picture over the limit is dropped and counted, the next ones come', () => {
      const large = syntheticJpeg({ bytes: 50_000, seed: 9 });
      const bytes = join(part(first, length), part(large, length), part(third, length));
      for (const size of [100, 7000, bytes.length]) {
        const parsed = parse(bytes, { contentType, maxFrameBytes: 10_000 }, () => size);
        expect(parsed.pictures.map(digest)).toEqual([first, third].map(digest));
        expect(parsed.invalid).toEqual(['frame_too_large']);
      }
    });
  });

  /** A comment that is so many bytes longer than it says, as Dahua writes them. */
  const withLongComment = (jpeg: Uint8Array, stray: number) =>
    join(jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, 0, 4]), 'ab', 'x'.repeat(stray), jpeg.subarray(2));

  it.each([
    [100, true],
    [100, false],
    [9000, true],
  ])('takes pictures whose comment is %i bytes longer than it says, with a length: %s', (stray, length) => {
    const pictures = [first, second, third].map((jpeg) => withLongComment(jpeg, stray));
    const bytes = join(...pictures.map((jpeg) => part(jpeg, length)));
    for (const size of [1, 7, 700, bytes.length]) {
      const parsed = parse(bytes, { contentType }, () => size);
      expect(parsed.pictures.map(digest)).toEqual(pictures.map(digest));
      expect(parsed.invalid).toEqual([]);
    }
  });

  it.each([true, false])('makes one of two SOI, with a length: %s', (length) => {
    const twice = (jpeg: Uint8Array) => join(jpeg.subarray(0, 2), jpeg);
    const bytes = join(part(twice(first), length), part(twice(second), length), part(twice(third), length));
    for (const size of [1, 7, bytes.length]) {
      const parsed = parse(bytes, { contentType }, () => size);
      expect(parsed.pictures.map(digest)).toEqual([first, second, third].map(digest));
      expect(parsed.invalid).toEqual([]);
    }
  });

  it('gives each picture with its last byte, whatever the lengths before it were', () => {
    const announcing = (jpeg: Uint8Array, surplus: number) =>
      join(`--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length + surplus}\r\n\r\n`, jpeg);
    const parts = [
      announcing(first, 0),
      announcing(third, 500),
      announcing(second, 0),
      announcing(first, -90),
      announcing(third, 48),
    ];
    for (const size of [7, 700, 1_000_000]) {
      const parsed = parse(
        join(...parts.flatMap((bytes) => [bytes, '\r\n'])).subarray(0, -2),
        { contentType },
        () => size,
      );
      expect(parsed.pictures.map(digest)).toEqual([first, third, second, first, third].map(digest));
      expect(parsed.invalid).toEqual([]);
    }
  });

  it.each([true, false])('counts a picture that the end of the connection cuts short, with a length: %s', (length) => {
    const bytes = join(part(first, length), part(second, length));
    const ended = (cut: number) => parse(bytes.subarray(0, bytes.length - 2 - cut), { contentType }, undefined, true);
    expect(ended(10)).toMatchObject({ pictures: [first], invalid: ['frame_invalid'] });
    expect(ended(0)).toMatchObject({ pictures: [first, second], invalid: [] });
    expect(ended(second.length + 20)).toMatchObject({ pictures: [first], invalid: [] });
  });

  it('survives damaged picture data that looks like a segment', () => {
    const damaged = Uint8Array.from(first);
    damaged.set([0xff, 0xe5, 0xff, 0xfe], 1500);
    expect(parse(join(part(damaged), part(second)), { contentType }).pictures).toHaveLength(2);
  });

  it('names parts that are no pictures, and skips them by their length', () => {
    const video = join(
      '--data-boundary--\r\nContent-Type: video/x-h264\r\nContent-Length: 14\r\n\r\n',
      '\0\0\0\x01--data-bou',
      '\r\n--data-boundary--\r\nContent-Type: audio/g711u\r\nContent-Length: 3\r\n\r\nabc\r\n',
    );
    const parsed = parse(video, { contentType: mixed(';boundary=data-boundary--') }, () => 5);
    expect(parsed.foreign).toEqual(['video/x-h264', 'audio/g711u']);
    expect(parsed.pictures).toEqual([]);
  });

  it('drops a part whose headers are too long, and goes on', () => {
    const long = join(`--b\r\n${'X-Filler: 12345678\r\n'.repeat(2000)}\r\n`, first, '\r\n');
    const parsed = parse(join(long, part(second)), { contentType }, () => 1000);
    expect(parsed.pictures.map(digest)).toEqual([second].map(digest));
    expect(parsed.invalid).toEqual(['frame_invalid']);
  });

  it.each([
    ['lines', Buffer.from('nothing to see here\r\n'.repeat(100_000))],
    ['zeros', Buffer.alloc(2_000_000)],
    [
      'noise',
      Buffer.from(
        Array.from(
          { length: 1_100_000 },
          (
            (random) => () =>
              random(255)
          )(seededRandom(5)),
        ),
      ),
    ],
  ])('gives up on %s without delimiter or picture', (_name, bytes) => {
    const protocolError = (error: unknown) => error instanceof LookoutError && error.code === 'source_protocol_error';
    expect(() => parse(bytes, { contentType }, () => 65_536)).toThrow(
      expect.toSatisfy(protocolError) as unknown as LookoutError,
    );
  });

  it('does not count what stands between bare pictures as a preamble', () => {
    const bytes = join(...Array.from({ length: 40 }, () => ['padding '.repeat(20), first]).flat());
    expect(parse(bytes, { maxPreambleBytes: 1000 }, () => 50).pictures).toHaveLength(40);
  });
});
