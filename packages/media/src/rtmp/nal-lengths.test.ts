import { describe, expect, it } from 'vitest';
import { lengthSizeOf, recordWithLongLengths, withLongLengths } from './nal-lengths.js';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

describe('NAL unit lengths', () => {
  it.each([
    ['h264', '0142c00a fc', 1, '0142c00a ff'],
    ['h264', '0142c00a fd', 2, '0142c00a ff'],
    ['h264', '0142c00a ff', 4, '0142c00a ff'],
    ['hevc', `${'00'.repeat(21)} 0d`, 2, `${'00'.repeat(21)} 0f`],
    ['h264', '01', 4, '01'],
  ] as const)('of %s by its record %s have %i bytes', (codec, record, size, changed) => {
    const config = { codec, record: hex(record) };
    expect(lengthSizeOf(config)).toBe(size);
    expect(recordWithLongLengths(config)).toEqual(hex(changed));
    expect(config.record).toEqual(hex(record));
  });

  it('do not exist in AV1', () => {
    expect(lengthSizeOf({ codec: 'av1', record: hex('8100') })).toBeUndefined();
  });

  it.each([
    [1, '02 aabb 01 cc', '00000002 aabb 00000001 cc'],
    [2, '0002 aabb 0001 cc', '00000002 aabb 00000001 cc'],
    [3, '000002 aabb 000000', '00000002 aabb 00000000'],
  ])('of %i bytes become four', (size, data, expected) => {
    expect(withLongLengths(hex(data), size)).toEqual(hex(expected));
  });

  it('of four bytes stay as they are', () => {
    const data = hex('00000001 aa');
    expect(withLongLengths(data, 4)).toBe(data);
  });

  it.each([
    [1, '05 aa'],
    [2, '0001 aa 00'],
  ])('of %i bytes that do not add up are refused: %s', (size, data) => {
    expect(withLongLengths(hex(data), size)).toBeUndefined();
  });
});
