import { describe, expect, it } from 'vitest';
import { JpegHistory } from './jpeg-history.js';

const jpeg = (bytes: number) => new Uint8Array(bytes);

describe('JpegHistory', () => {
  it('keeps what is young enough', () => {
    const history = new JpegHistory({ maxAgeMs: 1000, maxBytes: 1e6 });
    for (let ms = 0; ms <= 3000; ms += 200) history.add('yard', { timestampMs: ms, jpeg: jpeg(100) });
    expect(history.since('yard', 0).map(({ timestampMs }) => timestampMs)).toEqual([
      2000, 2200, 2400, 2600, 2800, 3000,
    ]);
    expect(history.since('yard', 2700)).toHaveLength(2);
    expect(history.newestMs('yard')).toBe(3000);
    expect(history.since('gate', 0)).toEqual([]);
  });

  it('finds the one closest to a time', () => {
    const history = new JpegHistory({ maxAgeMs: 1e6, maxBytes: 1e6 });
    for (const ms of [1000, 2000, 3000]) history.add('yard', { timestampMs: ms, jpeg: jpeg(100) });
    expect(history.nearest('yard', 2400, 1000)?.timestampMs).toBe(2000);
    expect(history.nearest('yard', 9000, 1000)).toBeUndefined();
    expect(history.nearest('gate', 2000, 1000)).toBeUndefined();
  });

  it('takes memory from the camera that has the most, and none for more than it may', () => {
    const history = new JpegHistory({ maxAgeMs: 1e6, maxBytes: 1000 });
    for (let ms = 0; ms < 300; ms += 100) history.add('small', { timestampMs: ms, jpeg: jpeg(100) });
    for (let ms = 0; ms < 3000; ms += 100) history.add('large', { timestampMs: ms, jpeg: jpeg(200) });
    expect(history.since('small', 0)).toHaveLength(3);
    expect(history.since('large', 0).map(({ timestampMs }) => timestampMs)).toEqual([2700, 2800, 2900]);
    expect(history.bytes).toBe(900);
    history.add('small', { timestampMs: 400, jpeg: jpeg(2000) });
    expect(history.bytes).toBeLessThanOrEqual(1000);
    history.remove('large');
    history.remove('small');
    expect(history.bytes).toBe(0);
  });

  it('begins again when the clock is set back', () => {
    const history = new JpegHistory({ maxAgeMs: 1000, maxBytes: 1e6 });
    for (const ms of [100_000, 100_200, 5000, 5200]) history.add('yard', { timestampMs: ms, jpeg: jpeg(100) });
    expect(history.since('yard', 0).map(({ timestampMs }) => timestampMs)).toEqual([5000, 5200]);
  });
});
