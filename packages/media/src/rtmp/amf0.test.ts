import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/synthetic-jpeg.js';
import { type Amf0Value, readAmf0, writeAmf0 } from './amf0.js';
import { RtmpError } from './rtmp-error.js';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

describe('AMF0', () => {
  it.each<[string, string, Amf0Value]>([
    ['a number', '00 3ff8000000000000', 1.5],
    ['true', '01 01', true],
    ['false', '01 00', false],
    ['a string', '02 0004 6c697665', 'live'],
    ['an object', '03 0003 617070 02 0004 6c697665 0000 09', { app: 'live' }],
    ['null', '05', null],
    ['undefined', '06', undefined],
    ['an array', '0a 00000002 0101 05', [true, null]],
  ])('reads and writes %s', (_name, bytes, value) => {
    expect(readAmf0(hex(bytes))).toEqual([value]);
    expect(writeAmf0([value])).toEqual(hex(bytes));
  });

  it.each<[string, string, Amf0Value]>([
    ['an ECMA array whose count is wrong', '08 00000000 0001 61 0101 0000 09', { a: true }],
    ['a long string', '0c 00000002 6869', 'hi'],
    ['XML', '0f 00000002 6869', 'hi'],
    ['a typed object', '10 0001 54 0001 61 05 0000 09', { a: null }],
    ['a date', '0b 0000000000000000 0000', 0],
    ['a reference', '07 0001', undefined],
    ['something unsupported', '0d', undefined],
    ['an object with an empty name', '03 0000 05 0000 09', { '': null }],
  ])('reads %s', (_name, bytes, value) => {
    expect(readAmf0(hex(bytes))).toEqual([value]);
  });

  it('takes no property name as more than a name', () => {
    const [object] = readAmf0(writeAmf0([Object.fromEntries([['__proto__', { isAdmin: true }]]) as Amf0Value]));
    expect(Object.keys(object as object)).toEqual(['__proto__']);
    expect((object as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });

  it.each([
    ['a number cut short', '00 3ff8', 'malformed'],
    ['a string longer than the message', '02 ffff 61', 'malformed'],
    ['an object without end', '03 0001 61 05', 'malformed'],
    ['a marker that does not exist', '42', 'malformed'],
    ['AMF3', '11 0a', 'malformed'],
    ['objects in objects', '03 0001 61 '.repeat(20), 'limit_exceeded'],
    ['an array of 4 billion elements', '0a ffffffff', 'limit_exceeded'],
    ['too many values', '05'.repeat(1025), 'limit_exceeded'],
  ])('refuses %s', (_name, bytes, reason) => {
    expect(() => readAmf0(hex(bytes))).toThrow(expect.objectContaining({ name: 'RtmpError', reason }));
  });

  it('refuses or reads random bytes, without another error', () => {
    const random = seededRandom(1);
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Buffer.from(Array.from({ length: random(60) }, () => (random(2) ? random(18) : random(256))));
      try {
        readAmf0(bytes);
      } catch (error) {
        if (!(error instanceof RtmpError)) throw error;
      }
    }
  });
});
