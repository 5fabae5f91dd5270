import { afterEach, describe, expect, it, vi } from 'vitest';
import { ByteCollector } from './byte-collector.js';

afterEach(() => vi.restoreAllMocks());

/** A picture of so many bytes, in pieces of 64 KB. */
function gather(collector: ByteCollector, bytes: number): Uint8Array {
  collector.reset();
  for (let left = bytes; left > 0; left -= 65_536)
    collector.append(new Uint8Array(Math.min(left, 65_536)).fill(left % 251));
  return collector.take();
}

describe('ByteCollector', () => {
  it('joins pieces that may be written over afterwards', () => {
    const collector = new ByteCollector();
    const piece = Uint8Array.of(1, 2);
    collector.append(piece);
    piece.fill(9);
    collector.append(Uint8Array.of(3));
    const taken = collector.take();
    expect([...taken]).toEqual([1, 2, 3]);
    expect(taken.buffer.byteLength).toBe(3);
    expect(collector.length).toBe(0);
  });

  it.each([100_000, 1_000_000])('reserves nothing but the copy for the next picture of %i bytes', (bytes) => {
    const collector = new ByteCollector();
    const first = gather(collector, bytes);
    const reserved = vi.spyOn(Buffer, 'allocUnsafeSlow');
    expect(Buffer.compare(gather(collector, bytes), first)).toBe(0);
    expect(reserved.mock.calls).toEqual([[bytes]]);
  });

  it('gives back what one huge picture needed', () => {
    const collector = new ByteCollector();
    gather(collector, 8_000_000);
    gather(collector, 100_000);
    const reserved = vi.spyOn(Buffer, 'allocUnsafeSlow');
    gather(collector, 100_000);
    expect(reserved.mock.calls.length).toBeGreaterThan(1);
  });
});
