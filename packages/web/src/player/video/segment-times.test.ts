import { expect, it } from 'vitest';
import { CaptureTimes, timesOf } from './segment-times.js';

function segment(type: string, ptsTicks: bigint, seconds: number, fraction: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(64));
  view.setUint32(0, 32);
  for (let i = 0; i < 4; i++) view.setUint8(4 + i, type.charCodeAt(i));
  view.setUint32(16, seconds);
  view.setUint32(20, fraction);
  view.setBigUint64(24, ptsTicks);
  return view.buffer;
}

it('reads when a segment’s picture was taken', () => {
  // 2025-11-24T16:00:00.250Z in NTP.
  const bytes = segment('prft', 90_000n * 1_764_000_000n + 45_000n, 1_764_000_000 + 2_208_988_800, 2 ** 30);
  expect(timesOf(bytes)).toEqual({ ptsS: 1_764_000_000.5, capturedMs: 1_764_000_000_250 });
});

it('knows an initialisation segment, and too few bytes', () => {
  expect(timesOf(segment('ftyp', 0n, 0, 0))).toBeUndefined();
  expect(timesOf(new ArrayBuffer(8))).toBeUndefined();
});

it('finds the frame nearest to a time, which players round', () => {
  const times = new CaptureTimes();
  expect(times.at(1)).toBeUndefined();
  for (let i = 0; i < 2000; i++) times.add({ ptsS: i / 25, capturedMs: 5000 + i * 40 });
  expect(times.at(1999 / 25 + 0.001)).toBe(5000 + 1999 * 40);
  expect(times.at(1500 / 25 - 0.001)).toBe(5000 + 1500 * 40);
  expect(times.at(0), 'only the last thousand are kept').toBe(5000 + 1000 * 40);
});
