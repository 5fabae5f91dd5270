import { expect, it } from 'vitest';
import { giveMemoryBack } from './give-memory-back.js';
import { allocated, Packet } from './native.js';

const MB = 1024 * 1024;
/** What is larger than 128 KB goes back by itself. */
const PACKET_BYTES = 40_000;

it('gives the system what was freed', () => {
  const bytes = Buffer.alloc(PACKET_BYTES, 1);
  const packets = Array.from({ length: (128 * MB) / PACKET_BYTES }, () => allocated(new Packet()));
  for (const packet of packets) packet.data = bytes;
  // The last one keeps the C library from seeing that all is free.
  const last = packets.pop()!;
  for (const packet of packets) packet.free();
  const before = process.memoryUsage().rss;
  giveMemoryBack();
  const given = before - process.memoryUsage().rss;
  last.free();
  expect(given).toBeGreaterThan(64 * MB);
});
