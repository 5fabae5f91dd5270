import { describe, expect, it } from 'vitest';
import { boundJson, checkJsonSize } from './bounded-json.js';

const json = (text: string) => Buffer.from(text);
const limits = { depth: 3, values: 6 };

describe('checkJsonSize', () => {
  it.each([
    '[[[]]]',
    '{"a":{"b":[1]}}',
    '[1,2,3,4]',
    '"[[[[["',
    '"\\"[[[[["',
    '["a\\\\",1]',
    '',
    'not JSON',
    '"open',
    '"open\\',
  ])('takes %s', (text) => {
    expect(() => checkJsonSize(json(text), limits)).not.toThrow();
  });

  it.each([
    ['[[[[]]]]', 'nested more than 3 deep'],
    ['[{"a":[{', 'nested more than 3 deep'],
    ['"\\\\"[[[[', 'nested more than 3 deep'],
    ['[1,2,3,4,5,6,7]', 'more than 6 values'],
    ['"a""b""c""d""e""f""g"', 'more than 6 values'],
  ])('refuses %s', (text, reason) => {
    expect(() => checkJsonSize(json(text), limits)).toThrow(reason);
  });
});

describe('boundJson', () => {
  it('takes long strings out, and nothing else', () => {
    const picture = 'QUJD'.repeat(10_000);
    const message = { a: 'short', image_data: picture, more: ['ü', `${picture}\n`] };
    const { text, longTexts } = boundJson(json(JSON.stringify(message)));
    expect(text.length).toBeLessThan(10_000);
    const value = JSON.parse(text);
    expect(value).toMatchObject({ a: 'short', more: ['ü', expect.any(String)] });
    const of = (standIn: string) => Buffer.from(longTexts.get(standIn)!).toString();
    expect(of(value.image_data)).toBe(picture);
    // As it was written, escapes included.
    expect(of(value.more[1])).toBe(`${picture}\\n`);
    expect(longTexts.size).toBe(2);
  });

  it('puts in their place what no other field takes for its own', () => {
    const { text } = boundJson(json(JSON.stringify({ frame_id: 'x'.repeat(20_000) })));
    expect(JSON.parse(text).frame_id.length).toBeGreaterThan(1024);
  });

  it('copies no long string', () => {
    const message = json(JSON.stringify({ image_data: 'A'.repeat(1_000_000) }));
    const [bytes] = boundJson(message).longTexts.values();
    expect(bytes!.buffer).toBe(message.buffer);
  });

  it.each([
    ['a megabyte of brackets', '['.repeat(1_000_000), 'nested'],
    ['many values', `[${'1,'.repeat(50_000)}1]`, 'values'],
    ['a megabyte of spaces', ' '.repeat(1_100_000), 'JSON without images exceeds'],
  ])('refuses %s', (_, text, reason) => {
    expect(() => boundJson(json(text))).toThrow(reason);
  });
});
