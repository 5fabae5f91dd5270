import { describe, expect, it } from 'vitest';
import { PublisherAdapter } from './publisher-adapter.js';

const load = (nowMs: number) => ({ nowMs, picturesFps: 0, analysesFps: 30, capacityFps: 100 });

describe('PublisherAdapter', () => {
  it('tells where it stands at first, and then only what changes', () => {
    const adapter = new PublisherAdapter();
    expect(adapter.step(load(0))).toMatchObject({ fps: 30, quality: 0.8 });
    for (let nowMs = 250; nowMs < 10_000; nowMs += 250) expect(adapter.step(load(nowMs))).toBeUndefined();
    expect(adapter.step({ ...load(10_000), analysesFps: 10 })).toMatchObject({ fps: 10 });
  });

  it('sees a link that fills up by the frames fed to it', () => {
    const adapter = new PublisherAdapter();
    const told = [];
    for (let nowMs = 0; nowMs < 20_000; nowMs += 125) {
      const full = nowMs > 10_000;
      adapter.frame({ timestampMs: nowMs - (full ? 700 : 20), receivedMs: nowMs, bytes: 40_000, width: 640 });
      if (nowMs % 250 === 0) told.push(adapter.step({ ...load(nowMs), roundTripQueueMs: full ? 675 : 0 }));
    }
    expect(told.find((control) => control?.reason === 'link')).toBeDefined();
  });
});
