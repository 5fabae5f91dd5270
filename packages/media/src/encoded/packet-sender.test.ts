import { describe, expect, it } from 'vitest';
import type { EncodedPacket } from './encoded-packet.js';
import { EncodedStream } from './encoded-stream.js';
import { PacketReceipts, PacketSender } from './packet-sender.js';

function packetAt(index: number, keyframe: boolean): EncodedPacket {
  const format = { codec: 'h264', framing: 'annexb', fps: null } as const;
  const timeMs = index * 40;
  return { data: new Uint8Array(10), format, keyframe, ptsMs: timeMs, dtsMs: timeMs, timestampMs: timeMs };
}

describe('PacketSender', () => {
  it('hands over the kept group first, and then every packet as it comes', () => {
    const stream = new EncodedStream();
    for (let i = 0; i < 10; i++) stream.put(packetAt(i, i === 4));
    const sent: number[] = [];
    const receipts = new PacketReceipts((count) => sender.confirmed(count));
    const sender: PacketSender = new PacketSender(stream, ({ dtsMs }) => {
      sent.push(dtsMs / 40);
      queueMicrotask(() => receipts.read());
    });
    expect(sent).toEqual([4, 5, 6, 7, 8, 9]);
    stream.put(packetAt(10, false));
    expect(sent.at(-1)).toBe(10);
  });

  it('has a limited number on their way to a thread that does not read, and goes on when it does', () => {
    const stream = new EncodedStream();
    const sent: EncodedPacket[] = [];
    const sender = new PacketSender(stream, (packet) => sent.push(packet));
    for (let i = 0; i < 10_000; i++) stream.put(packetAt(i, i % 100 === 0));
    const onWay = sent.length;
    expect(onWay).toBeLessThanOrEqual(30);
    sender.confirmed(onWay);
    expect(sent[onWay]).toMatchObject({ keyframe: true });
    expect(sent[onWay]!.dtsMs / 40, 'of the last seconds').toBeGreaterThan(9000);
    expect(stream.counts.skipped).toBeGreaterThan(9000);
    sender.close();
    expect(stream.takerCount).toBe(0);
  });
});
