import { describe, expect, it } from 'vitest';
import { GrowingBuffer } from './growing-buffer.js';

/** A picture of so many bytes, in pieces of 64 KB. */
function gather(buffer: GrowingBuffer, bytes: number): void {
  buffer.clear();
  for (let left = bytes; left > 0; left -= 65_536)
    buffer.append(new Uint8Array(Math.min(left, 65_536)).fill(left % 251));
}

/** The memory that it holds. */
const heldBytes = (buffer: GrowingBuffer) => buffer.view().buffer.byteLength;

describe('GrowingBuffer', () => {
  it('joins pieces that may be written over afterwards, in memory of their own', () => {
    const buffer = new GrowingBuffer();
    const piece = Uint8Array.of(1, 2);
    buffer.append(piece);
    piece.fill(9);
    buffer.append(Uint8Array.of(3));
    const copy = buffer.copy([Uint8Array.of(7), Uint8Array.of(8)]);
    expect([...copy]).toEqual([7, 8, 1, 2, 3]);
    expect(copy.buffer.byteLength).toBe(5);
    buffer.truncate(2);
    expect([...buffer.view(1)]).toEqual([2]);
    buffer.clear();
    expect(buffer.length).toBe(0);
  });

  it.each([100_000, 1_000_000])('uses its memory again for the next picture of %i bytes', (bytes) => {
    const buffer = new GrowingBuffer();
    gather(buffer, bytes);
    const memory = buffer.view().buffer;
    const first = buffer.copy();
    gather(buffer, bytes);
    expect(buffer.view().buffer === memory).toBe(true);
    expect(Buffer.compare(buffer.copy(), first)).toBe(0);
  });

  it('gives back what one huge picture needed', () => {
    const buffer = new GrowingBuffer();
    gather(buffer, 8_000_000);
    gather(buffer, 100_000);
    expect(heldBytes(buffer)).toBeGreaterThanOrEqual(8_000_000);
    gather(buffer, 100_000);
    expect(heldBytes(buffer)).toBeLessThan(300_000);
  });

  it('takes as many bytes as it may, and no more', () => {
    const buffer = new GrowingBuffer(100_000);
    gather(buffer, 100_000);
    expect(heldBytes(buffer)).toBe(100_000);
    expect(() => buffer.append(Uint8Array.of(1))).toThrow(expect.objectContaining({ code: 'source_protocol_error' }));
    expect(buffer.length).toBe(100_000);
  });
});
