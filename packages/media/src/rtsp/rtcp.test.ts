import { describe, expect, it } from 'vitest';
import { parseRtcp, ReceptionStatistics } from './rtcp.js';

const packet = (sequenceNumber: number, timestamp: number) => ({
  marker: false,
  payloadType: 96,
  sequenceNumber,
  timestamp,
  ssrc: 0xcafe,
  payload: new Uint8Array(),
});

describe('ReceptionStatistics', () => {
  it('reports losses, the highest number across the wrap, jitter and the last sender report', () => {
    const statistics = new ReceptionStatistics(90_000, 0x1234);
    // 65534, 65535, (0 lost), 1: four expected, three received; the last came 20 ms late.
    statistics.onPacket(packet(65_534, 0), 0);
    statistics.onPacket(packet(65_535, 3000), 3000 / 90);
    statistics.onPacket(packet(1, 9000), 100 + 20);
    statistics.onSenderReport({ ssrc: 0xcafe, ntpMiddle: 0x01020304, rtpTimestamp: 12_000 }, 1000);
    const report = statistics.report(1500);
    expect(report.readUInt16BE(0)).toBe((0x81 << 8) | 201);
    expect(report.readUInt16BE(2)).toBe(7);
    expect([report.readUInt32BE(4), report.readUInt32BE(8)]).toEqual([0x1234, 0xcafe]);
    expect([report[12], report.readIntBE(13, 3)]).toEqual([64, 1]);
    expect(report.readUInt32BE(16)).toBe(65_537);
    expect(report.readUInt32BE(20)).toBe(Math.floor((20 * 90) / 16));
    expect([report.readUInt32BE(24), report.readUInt32BE(28)]).toEqual([0x01020304, 32_768]);
    // A source description follows, as a compound packet needs.
    expect([report[32], report[33], report.length]).toEqual([0x81, 202, 52]);
    expect(statistics.report(1600)[12]).toBe(0);
  });

  it('reports nothing of nobody', () => {
    const report = new ReceptionStatistics(90_000, 1).report(0);
    expect([report[0], report[1], report.length]).toEqual([0x80, 201, 28]);
  });
});

describe('parseRtcp', () => {
  it('reads sender reports and goodbyes of a compound packet', () => {
    const bytes = Buffer.alloc(28 + 12);
    bytes.set([0x80, 200, 0, 6]);
    bytes.writeUInt32BE(0xcafe, 4);
    bytes.writeUInt32BE(0x11112222, 8);
    bytes.writeUInt32BE(0x33334444, 12);
    bytes.writeUInt32BE(0x55556666, 16);
    bytes.set([0x82, 203, 0, 2], 28);
    bytes.writeUInt32BE(0xcafe, 32);
    bytes.writeUInt32BE(7, 36);
    expect(parseRtcp(bytes)).toEqual({
      senderReport: { ssrc: 0xcafe, ntpMiddle: 0x22223333, rtpTimestamp: 0x55556666 },
      byes: [0xcafe, 7],
    });
  });

  it.each([[[]], [[0x80]], [[0x80, 200, 0, 9]], [[0x00, 203, 0, 0]], [[0x9f, 203, 0, 0]]])(
    'takes rubbish: %j',
    (bytes) => {
      expect(parseRtcp(Uint8Array.from(bytes))).toEqual({ senderReport: undefined, byes: [] });
    },
  );
});
