import { describe, expect, it, vi } from 'vitest';
import { seededRandom } from '../testing/synthetic-jpeg.js';
import type { EncodedFormat, EncodedPacket } from './encoded-packet.js';
import { EncodedStream } from './encoded-stream.js';
import type { StreamTaker, TakerOptions } from './stream-taker.js';

const FORMAT: EncodedFormat = { codec: 'h264', framing: 'annexb', fps: 25 };
const ROOMY = { maxBytes: 1e9, maxPackets: 1e9 };

/** A camera that numbers its packets. */
class Camera {
  sent = 0;
  constructor(readonly stream: EncodedStream) {}

  send(keyframe: boolean, bytes = 100): EncodedPacket {
    const timeMs = this.sent++ * 40;
    const data = new Uint8Array(bytes);
    const packet = { data, format: FORMAT, keyframe, ptsMs: timeMs, dtsMs: timeMs, timestampMs: timeMs };
    this.stream.put(packet);
    return packet;
  }

  /** A keyframe and `others` packets after it. */
  group(others: number, bytes?: number): EncodedPacket[] {
    return [this.send(true, bytes), ...Array.from({ length: others }, () => this.send(false, bytes))];
  }
}

function drain(taker: StreamTaker): EncodedPacket[] {
  const packets: EncodedPacket[] = [];
  for (let packet = taker.next(); packet !== undefined; packet = taker.next()) packets.push(packet);
  return packets;
}

function setUp(limits = ROOMY) {
  const stream = new EncodedStream(limits);
  const take = (options: Partial<TakerOptions> = {}) =>
    stream.take({ ...ROOMY, onPackets: () => undefined, ...options });
  return { stream, camera: new Camera(stream), take };
}

describe('EncodedStream', () => {
  it('gives every taker the same packets, in order, without copying', () => {
    const { camera, take } = setUp();
    const takers = [take(), take()];
    const sent = [...camera.group(3), ...camera.group(2)];
    for (const taker of takers) {
      const taken = drain(taker);
      expect(taken).toEqual(sent);
      expect(taken.every(({ data }, i) => data === sent[i]!.data)).toBe(true);
    }
  });

  it('gives a new taker the newest group at once, and then what follows', () => {
    const { camera, take } = setUp();
    camera.group(5);
    const newest = camera.group(2);
    const taker = take();
    expect(drain(taker)).toEqual(newest);
    const next = camera.send(false);
    expect(drain(taker)).toEqual([next]);
  });

  it('knows whether pictures are decoded in another order than they are shown', () => {
    const { stream, camera } = setUp();
    camera.group(3);
    expect(stream.counts.reordered).toBe(false);
    // A keyframe may begin another stream, whose times begin anew.
    stream.put({ ...camera.send(true), ptsMs: 10 });
    expect(stream.counts.reordered).toBe(false);
    stream.put({ ...camera.send(false), ptsMs: 5 });
    expect(stream.counts.reordered).toBe(true);
    stream.clear();
    expect(stream.counts.reordered).toBe(false);
  });

  it('tells a taker when there is something to take, and one that waits for a keyframe nothing before it', () => {
    const { camera, take } = setUp();
    const onPackets = vi.fn();
    const taker = take({ onPackets });
    camera.send(false);
    expect(onPackets).not.toHaveBeenCalled();
    camera.group(1);
    expect(onPackets).toHaveBeenCalledTimes(2);
    expect(drain(taker)).toHaveLength(2);
  });

  it.each([
    ['packets', { maxBytes: 1e9, maxPackets: 4 }],
    ['bytes', { maxBytes: 400, maxPackets: 1e9 }],
  ])('does not keep a group with too many %s, and says so', (_, limits) => {
    const { stream, camera, take } = setUp(limits);
    camera.group(3);
    expect(stream.counts.groupKept).toBe(true);
    camera.send(false);
    camera.send(false);
    expect(stream.counts.groupKept).toBe(false);
    expect(stream.group).toEqual([]);
    expect(stream.format).toBe(FORMAT);
    const taker = take();
    camera.send(false);
    expect(drain(taker)).toEqual([]);
    const next = camera.group(1);
    expect(drain(taker)).toEqual(next);
    expect(stream.counts).toMatchObject({ groupKept: true, group: { packets: 7, bytes: 700, durationMs: 280 } });
    expect(taker.counts.skipped, 'it did not fall behind').toBe(0);
  });

  it('lets a taker skip to the newest keyframe it has, and nothing beyond that', () => {
    const { camera, take } = setUp();
    const taker = take();
    const first = camera.group(2);
    taker.skipToKeyframe();
    expect(taker.waitingCount).toBe(3);
    expect(taker.next()).toBe(first[0]);
    const newest = camera.group(2);
    taker.skipToKeyframe();
    expect(drain(taker)).toEqual(newest);
    expect(taker.counts).toEqual({ taken: 4, skipped: 2 });
    camera.send(false);
    taker.skipToKeyframe();
    expect(taker.waitingCount).toBe(1);
  });

  it('lets a taker that falls behind continue at the newest keyframe it has', () => {
    const { camera, take } = setUp();
    const taker = take({ maxPackets: 5 });
    camera.group(2);
    const newest = camera.group(2);
    expect(drain(taker)).toEqual(newest);
    expect(taker.counts).toEqual({ taken: 3, skipped: 3 });
  });

  it('lets a taker that falls behind within a group continue at the next keyframe', () => {
    const { stream, camera, take } = setUp();
    const taker = take({ maxBytes: 350 });
    camera.group(5);
    expect(drain(taker)).toEqual([]);
    const next = camera.group(1);
    expect(drain(taker)).toEqual(next);
    expect(taker.counts.skipped).toBe(6);
    taker.close();
    expect(stream.counts).toMatchObject({ skipped: 6, takers: 0 });
  });

  it('does not give a new taker a group that is over its limits', () => {
    const { camera, take } = setUp();
    camera.group(9);
    const taker = take({ maxPackets: 5 });
    expect(drain(taker)).toEqual([]);
    expect(drain(taker)).toEqual([]);
    expect(taker.counts.skipped).toBe(0);
    expect(camera.group(1)).toEqual(drain(taker));
  });

  it('passes on nothing after a loss until the next keyframe', () => {
    const { stream, camera, take } = setUp();
    const taker = take();
    const before = camera.group(1);
    stream.lost();
    camera.send(false);
    expect(stream.counts.groupKept, 'it still shows the last picture').toBe(true);
    const after = camera.group(1);
    expect(drain(taker)).toEqual([...before, ...after]);
  });

  it('keeps nothing of a source that is gone, while its takers stay for the next', () => {
    const { stream, camera, take } = setUp();
    const early = take();
    camera.group(2);
    drain(early);
    stream.clear();
    expect(stream.format).toBeUndefined();
    const late = take();
    camera.send(false);
    expect([...drain(early), ...drain(late)]).toEqual([]);
    const next = camera.group(1);
    expect(drain(early)).toEqual(next);
    expect(drain(late)).toEqual(next);
  });

  it('ends its takers when it is closed, also those that come too late', async () => {
    const onTakers = vi.fn();
    const stream = new EncodedStream(ROOMY, onTakers);
    const onEnd = vi.fn();
    const taker = stream.take({ ...ROOMY, onPackets: () => undefined, onEnd });
    new Camera(stream).group(3);
    stream.close();
    expect(drain(taker)).toEqual([]);
    stream.take({ ...ROOMY, onPackets: () => undefined, onEnd });
    await Promise.resolve();
    expect(onEnd).toHaveBeenCalledTimes(2);
    expect(onTakers.mock.calls).toEqual([[1], [0]]);
  });

  it('holds its promises whatever cameras send and takers do', () => {
    for (let seed = 1; seed <= 200; seed++) expect(playAtRandom(seed), `seed ${seed}`).toEqual([]);
  });
});

/** A camera and takers that come, read, stall and go at random. @returns the promises that were broken */
function playAtRandom(seed: number): string[] {
  const broken = new Set<string>();
  const random = seededRandom(seed);
  const upTo = (most: number) => 1 + random(most);
  const chance = (percent: number) => random(100) < percent;
  const limits = { maxBytes: upTo(5000), maxPackets: upTo(30) };
  const stream = new EncodedStream(limits);
  const camera = new Camera(stream);
  /** Decode time of the first packet after each loss. */
  const losses: number[] = [];
  const reads = new Map<StreamTaker, { taken: EncodedPacket[]; limits: typeof limits; stalls: boolean }>();
  const prompt = { taken: [] as EncodedPacket[] };
  const promptTaker: StreamTaker = stream.take({
    ...ROOMY,
    onPackets: () => prompt.taken.push(...drain(promptTaker)),
  });
  const delivered: EncodedPacket[] = [];
  let isBroken = true;
  for (let step = 0; step < 300; step++) {
    const dice = random(100);
    if (dice < 80) {
      const packet = camera.send(chance(15), upTo(400));
      if (packet.keyframe) isBroken = false;
      if (!isBroken) delivered.push(packet);
    } else if (dice < 83) {
      chance(50) ? stream.lost() : stream.clear();
      losses.push(camera.sent * 40);
      isBroken = true;
    } else if (dice < 88) {
      const own = { maxBytes: upTo(4000), maxPackets: upTo(20) };
      reads.set(stream.take({ ...own, onPackets: () => undefined }), {
        taken: [],
        limits: own,
        stalls: chance(30),
      });
    } else {
      for (const [taker, read] of reads) if (!read.stalls) read.taken.push(...drain(taker));
    }
    const groupBytes = stream.group.reduce((sum, { data }) => sum + data.byteLength, 0);
    const isOver = (bytes: number, packets: number, most: typeof limits) =>
      bytes > most.maxBytes || packets > most.maxPackets;
    if (isOver(groupBytes, stream.group.length, limits)) broken.add('the kept group is bounded');
    for (const [taker, { limits: own }] of reads) {
      if (isOver(taker.waitingBytes, taker.waitingCount, own)) broken.add('a queue is bounded');
    }
  }
  if (prompt.taken.length !== delivered.length || prompt.taken.some((packet, i) => packet !== delivered[i]))
    broken.add('others that stall disturb nobody');
  for (const [taker, { taken }] of reads) {
    taken.push(...drain(taker));
    if (taken[0]?.keyframe === false) broken.add('it begins at a keyframe');
    for (const [i, packet] of taken.slice(1).entries()) {
      const before = taken[i]!;
      if (packet.dtsMs <= before.dtsMs) broken.add('packets are in order');
      const follows = packet.dtsMs === before.dtsMs + 40 && !losses.includes(packet.dtsMs);
      if (!packet.keyframe && !follows) broken.add('after a gap it continues at a keyframe');
    }
  }
  return [...broken];
}
