import { describe, expect, it } from 'vitest';
import type { RtpPacket } from './depacketizer.js';
import { PacketSequencer } from './packet-sequencer.js';

const packet = (sequenceNumber: number, ssrc = 1): RtpPacket => ({
  marker: false,
  payloadType: 96,
  sequenceNumber: sequenceNumber & 0xffff,
  timestamp: 0,
  ssrc,
  payload: new Uint8Array(),
});

function record(maxHeldPackets: number, maxHoldMs = 20) {
  const log: (number | string)[] = [];
  const sequencer = new PacketSequencer(
    { maxHeldPackets, maxHoldMs },
    { onPacket: ({ sequenceNumber }) => log.push(sequenceNumber), onGap: (count) => log.push(`gap ${count}`) },
  );
  return { sequencer, log };
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

describe('PacketSequencer', () => {
  it('lets packets in order through at once, across the wrap', () => {
    const { sequencer, log } = record(4);
    for (const number of [65_534, 65_535, 0, 1]) sequencer.push(packet(number), 0);
    expect(log).toEqual([65_534, 65_535, 0, 1]);
    expect(sequencer.deadlineMs).toBeUndefined();
  });

  it('puts swapped packets in order and drops repeated ones', () => {
    const { sequencer, log } = record(4);
    for (const number of [10, 12, 12, 11, 11, 10, 13]) sequencer.push(packet(number), 0);
    expect(log).toEqual([10, 11, 12, 13]);
  });

  it('gives up on a hole when too many wait, or for too long', () => {
    const { sequencer, log } = record(2, 20);
    for (const number of [1, 3, 4]) sequencer.push(packet(number), 100);
    expect(log).toEqual([1]);
    sequencer.push(packet(5), 101);
    expect(log).toEqual([1, 'gap 1', 3, 4, 5]);
    sequencer.push(packet(8), 200);
    expect(sequencer.deadlineMs).toBe(220);
    sequencer.expire(219);
    expect(log.at(-1)).toBe(5);
    sequencer.expire(220);
    expect(log.slice(-2)).toEqual(['gap 2', 8]);
  });

  it('never waits on a transport that keeps order', () => {
    const { sequencer, log } = record(0);
    for (const number of [1, 4, 5]) sequencer.push(packet(number), 0);
    expect(log).toEqual([1, 'gap 2', 4, 5]);
  });

  it('follows a sender that restarts its numbers', () => {
    const { sequencer, log } = record(4);
    sequencer.push(packet(100), 0);
    sequencer.push(packet(40_000), 0);
    sequencer.push(packet(40_001, 2), 0);
    expect(log).toEqual([100, 'gap 0', 40_000, 'gap 0', 40_001]);
    for (let number = 39_900; number < 39_950; number += 1) sequencer.push(packet(number, 2), 0);
    expect(log.at(-1)).toBe(39_949);
  });

  it.each([1, 2, 3, 4, 5])('keeps order and counts every loss of a bad network (seed %i)', (seed) => {
    const random = seeded(seed);
    const sent = Array.from({ length: 5000 }, (_, index) => ({
      number: index,
      at: index + (random() < 0.1 ? random() * 6 : 0),
    }));
    const kept = sent.filter(({ number }) => number === 0 || number === 4999 || random() > 0.05);
    kept.sort((a, b) => a.at - b.at);
    const { sequencer, log } = record(16, 20);
    for (const { number, at } of kept) {
      sequencer.expire(at);
      sequencer.push(packet(number), at);
    }
    sequencer.expire(Number.POSITIVE_INFINITY);
    const delivered = log.filter((entry) => typeof entry === 'number');
    const lost = log.reduce((sum: number, entry) => sum + (typeof entry === 'string' ? Number(entry.slice(4)) : 0), 0);
    expect(delivered).toEqual(kept.map(({ number }) => number).sort((a, b) => a - b));
    expect(lost).toBe(5000 - kept.length);
  });
});
