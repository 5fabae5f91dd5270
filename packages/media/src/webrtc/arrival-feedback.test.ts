import { beforeEach, describe, expect, it } from 'vitest';
import { RtcpHeader, type RtcpPacket, RtcpTransportLayerFeedback, type TransportWideCC } from 'werift';
import { ArrivalFeedback } from './arrival-feedback.js';

let feedback: ArrivalFeedback;
beforeEach(() => {
  feedback = new ArrivalFeedback();
});

/** Each packet that a report tells of: its number, and its arrival in ms, or undefined where it is missing. Read by werift. */
function read(report: Buffer | undefined): [number, number | undefined][] {
  if (report === undefined) return [];
  const header = RtcpHeader.deSerialize(report);
  expect([header.type, header.count, report.length]).toEqual([205, 15, (header.length + 1) * 4]);
  const padding = header.padding ? (report.at(-1) ?? 0) : 0;
  const { feedback: read } = RtcpTransportLayerFeedback.deSerialize(
    report.subarray(4, report.length - padding),
    header,
  ) as RtcpPacket & { feedback: TransportWideCC };
  const { baseSequenceNumber, packetStatusCount, referenceTime, packetChunks, recvDeltas } = read;
  const symbols = packetChunks.flatMap((chunk) => ('symbolList' in chunk ? chunk.symbolList : []));
  let atMs = referenceTime * 64;
  return symbols.slice(0, packetStatusCount).map((symbol, index) => {
    if (symbol !== 0) atMs += (recvDeltas.shift()?.delta ?? Number.NaN) / 1000;
    return [(baseSequenceNumber + index) & 0xffff, symbol === 0 ? undefined : atMs];
  });
}

const take = () => read(feedback.take(1, 2));
const START_MS = 64 * 1000;

describe('ArrivalFeedback', () => {
  it('tells to a quarter of a millisecond when packets arrived', () => {
    for (let i = 0; i < 20; i++) feedback.arrived(100 + i, START_MS + 10.3 + i * 3.7);
    const told = take();
    expect(told.map(([number]) => number)).toEqual(Array.from({ length: 20 }, (_, i) => 100 + i));
    for (const [i, [, atMs = 0]] of told.entries())
      expect(Math.abs(atMs - (START_MS + 10.3 + i * 3.7))).toBeLessThan(0.126);
  });

  it('tells of what is missing, also between two reports, and of what comes late', () => {
    for (const number of [10, 11, 13]) feedback.arrived(number, START_MS + number);
    expect(take()).toEqual([
      [10, START_MS + 10],
      [11, START_MS + 11],
      [12, undefined],
      [13, START_MS + 13],
    ]);
    feedback.arrived(15, START_MS + 15);
    expect(take()).toEqual([
      [14, undefined],
      [15, START_MS + 15],
    ]);
    feedback.arrived(14, START_MS + 16);
    feedback.arrived(16, START_MS + 17);
    expect(take().slice(0, 1)).toEqual([[14, START_MS + 16]]);
    expect(feedback.take(1, 2)).toBeUndefined();
  });

  it('tells of packets that overtook each other, and of a pause', () => {
    feedback.arrived(2, START_MS + 5);
    feedback.arrived(1, START_MS + 9);
    feedback.arrived(3, START_MS + 500);
    expect(take()).toEqual([
      [1, START_MS + 9],
      [2, START_MS + 5],
      [3, START_MS + 500],
    ]);
  });

  it('goes on over the end of the numbers', () => {
    for (const number of [65_534, 65_535, 0, 1]) feedback.arrived(number, START_MS);
    expect(take().map(([number]) => number)).toEqual([65_534, 65_535, 0, 1]);
  });

  it('begins anew after a jump, and stays small whatever the numbers', () => {
    feedback.arrived(1, START_MS);
    take();
    feedback.arrived(20_000, START_MS + 1);
    expect(take()).toEqual([[20_000, START_MS + 1]]);
    for (let i = 0; i < 5000; i++) feedback.arrived((i * 997) & 0xffff, START_MS + i * 10);
    expect(feedback.take(1, 2)?.length).toBeLessThan(1500);
  });
});
