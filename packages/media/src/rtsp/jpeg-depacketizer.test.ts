import { describe, expect, it } from 'vitest';
import type { AccessUnit } from './depacketizer.js';
import { JpegDepacketizer, quantizationTables } from './jpeg-depacketizer.js';

const TABLES = Uint8Array.from({ length: 128 }, (_, index) => index + 1);

interface PacketOptions {
  offset?: number;
  type?: number;
  quality?: number;
  width?: number;
  tables?: Uint8Array;
  data?: number[];
}

function payload({
  offset = 0,
  type = 1,
  quality = 80,
  width = 640,
  tables,
  data = [1, 2, 3],
}: PacketOptions): Uint8Array {
  const restart = type >= 64 ? [0, 5, 0xff, 0xff] : [];
  const tableHeader = tables && offset === 0 ? [0, 0, tables.length >> 8, tables.length & 255, ...tables] : [];
  const offsetBytes = [(offset >> 16) & 255, (offset >> 8) & 255, offset & 255];
  return Uint8Array.from([0, ...offsetBytes, type, quality, width / 8, 60, ...restart, ...tableHeader, ...data]);
}

function feed(fallback?: { width: number; height: number }) {
  const units: AccessUnit[] = [];
  const lost: string[] = [];
  const depacketizer = new JpegDepacketizer(fallback, {
    onAccessUnit: (unit) => units.push(unit),
    onLost: (reason) => lost.push(reason),
  });
  const send = (timestamp: number, bytes: Uint8Array, marker: boolean) =>
    depacketizer.push({ marker, payloadType: 26, sequenceNumber: 0, timestamp, ssrc: 1, payload: bytes }, timestamp);
  return { units, lost, send, depacketizer };
}

/** Segments of a JPEG up to its entropy-coded data, by marker. */
function segments(jpeg: Uint8Array): Map<number, Uint8Array[]> {
  const found = new Map<number, Uint8Array[]>();
  for (let at = 2; jpeg[at] === 0xff; ) {
    const marker = jpeg[at + 1]!;
    const length = (jpeg[at + 2]! << 8) | jpeg[at + 3]!;
    found.set(marker, [...(found.get(marker) ?? []), jpeg.subarray(at + 4, at + 2 + length)]);
    at += 2 + length;
    if (marker === 0xda) {
      found.set(0, [jpeg.subarray(at)]);
      break;
    }
  }
  return found;
}

describe('JpegDepacketizer', () => {
  it('rebuilds headers and joins fragments', () => {
    const { units, send } = feed();
    send(9, payload({ type: 65, data: [10, 11] }), false);
    send(9, payload({ type: 65, offset: 2, data: [12] }), true);
    const parts = segments(units[0]?.data ?? new Uint8Array());
    expect([...(parts.get(0xc0)?.[0] ?? [])]).toEqual([8, 1, 0xe0, 2, 0x80, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    expect([...(parts.get(0xdd)?.[0] ?? [])]).toEqual([0, 5]);
    expect(parts.get(0xc4)?.map((table) => table.length)).toEqual([2 * 29 + 2 * 179]);
    expect(parts.get(0xdb)?.map((table) => [...table.subarray(1)])).toEqual(
      quantizationTables(80).map((table) => [...table]),
    );
    expect([...(parts.get(0)?.[0] ?? [])]).toEqual([10, 11, 12, 0xff, 0xd9]);
    expect(units[0]).toMatchObject({ keyframe: true, arrivalMs: 9 });
  });

  it('scales the tables of libjpeg', () => {
    // Quality 50 is the standard's own table; 25 doubles it.
    expect([...(quantizationTables(50)[0] ?? [])].slice(0, 4)).toEqual([16, 11, 12, 14]);
    expect([...(quantizationTables(25)[0] ?? [])].slice(0, 4)).toEqual([32, 22, 24, 28]);
    expect([...(quantizationTables(99)[1] ?? [])].every((value) => value >= 1)).toBe(true);
  });

  it('uses tables of the stream, and remembers those that may be remembered', () => {
    const { units, lost, send } = feed();
    send(1, payload({ quality: 130, tables: TABLES }), true);
    send(2, payload({ quality: 130, tables: new Uint8Array() }), true);
    send(3, payload({ quality: 255, tables: TABLES }), true);
    send(4, payload({ quality: 255, tables: new Uint8Array() }), true);
    const tables = units.map(({ data }) =>
      Buffer.concat(
        segments(data)
          .get(0xdb)
          ?.map((table) => table.subarray(1)) ?? [],
      ),
    );
    expect(tables.map((table) => table.toString('hex'))).toEqual(
      new Array(3).fill(Buffer.from(TABLES).toString('hex')),
    );
    expect(lost).toEqual(['picture dropped: JPEG tables not sent yet']);
  });

  it('drops pictures with a hole and goes on with the next', () => {
    const { units, lost, send, depacketizer } = feed();
    send(1, payload({ data: [1, 2] }), false);
    depacketizer.gap(1);
    send(1, payload({ offset: 4, data: [5] }), true);
    send(2, payload({ offset: 3 }), true);
    send(3, payload({}), true);
    expect(units.map(({ arrivalMs }) => arrivalMs)).toEqual([3]);
    expect(lost).toEqual(['1 packets lost', 'picture dropped: packets lost', 'picture dropped: packets lost']);
  });

  it('ends a picture at the next timestamp when no marker is set', () => {
    const { units, send } = feed();
    send(1, payload({}), false);
    send(2, payload({}), false);
    expect(units.map(({ arrivalMs }) => arrivalMs)).toEqual([1]);
  });

  it('takes the size of large pictures from the description', () => {
    const large = feed({ width: 2560, height: 1440 });
    large.send(1, payload({ width: 0 }), true);
    expect([
      ...(segments(large.units[0]?.data ?? new Uint8Array())
        .get(0xc0)?.[0]
        ?.subarray(3, 5) ?? []),
    ]).toEqual([0x0a, 0x00]);
    const unknown = feed();
    unknown.send(1, payload({ width: 0 }), true);
    expect(unknown.lost).toEqual(['picture dropped: JPEG of unknown size']);
  });

  it.each([
    ['a short packet', new Uint8Array(7)],
    ['a reserved quality', payload({ quality: 100 })],
    ['an unknown type', payload({ type: 2 })],
    ['tables cut short', payload({ quality: 200, tables: TABLES, data: [] }).subarray(0, 100)],
  ])('drops %s', (_name, bytes) => {
    const { units, lost, send } = feed();
    send(1, bytes, true);
    expect(units).toEqual([]);
    expect(lost).toHaveLength(1);
  });
});
