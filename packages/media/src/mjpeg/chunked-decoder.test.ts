import { describe, expect, it } from 'vitest';
import { ChunkedDecoder } from './chunked-decoder.js';

/** Feeds `text` in pieces of `size` bytes. */
function decode(text: string, size = text.length): { body: string; ended: boolean } {
  const decoder = new ChunkedDecoder();
  let body = '';
  for (let at = 0; at < text.length; at += size)
    decoder.push(Buffer.from(text.slice(at, at + size), 'latin1'), (piece) => {
      expect(piece.length).toBeGreaterThan(0);
      body += piece.toString('latin1');
    });
  return { body, ended: decoder.ended };
}

describe('ChunkedDecoder', () => {
  it.each([1, 2, 3, 7, 1000])('joins chunks that come in pieces of %i', (size) => {
    const text = '4\r\nLook\r\n0000a\r\nout sees\r\n\r\n0\r\n\r\n';
    expect(decode(text, size)).toEqual({ body: 'Lookout sees\r\n', ended: true });
  });

  it('gives each piece as a view of what came', () => {
    const bytes = Buffer.from('3\r\nabc\r\n');
    const pieces: Buffer[] = [];
    new ChunkedDecoder().push(bytes, (view) => pieces.push(view));
    expect(pieces.map(String)).toEqual(['abc']);
    expect(pieces[0]!.buffer === bytes.buffer).toBe(true);
  });

  it('takes lines that end with LF alone, upper case, extensions and spaces', () => {
    expect(decode('A;name=value\n0123456789\n2  \nab\n0\n\n', 1)).toEqual({ body: '0123456789ab', ended: true });
  });

  it('reads nothing behind the last chunk', () => {
    expect(decode('1\r\na\r\n0\r\nTrailer: x\r\n\r\nHTTP/1.1 200 OK\r\n')).toEqual({ body: 'a', ended: true });
  });

  it.each([
    ['a picture that is not in chunks', '\xff\xd8\xff\xe0'],
    ['a line without a length', '\r\nabc'],
    ['a word', 'hello\r\n'],
    ['a negative length', '-1\r\n'],
    ['an absurd length', '1000000000000\r\n'],
    ['a chunk longer than it says', '3\r\nabcd\r\n'],
    ['a line without end', `3;${'x'.repeat(5000)}`],
  ])('refuses %s', (_, text) => {
    expect(() => decode(text)).toThrow(expect.objectContaining({ code: 'source_protocol_error' }));
  });
});
