import { describe, expect, it } from 'vitest';
import { FrameChannel } from './frame-channel.js';

function channel(window: number) {
  const sent: number[] = [];
  const clock = { ms: 0 };
  const port = { bufferedBytes: 0, send: (item: number) => void sent.push(item) };
  return { sent, clock, port, channel: new FrameChannel<number>(port, window, () => clock.ms) };
}

describe('FrameChannel', () => {
  it('sends at once while the window is open', () => {
    const { channel: viewer, sent } = channel(2);
    viewer.offer(1);
    viewer.offer(2);
    expect(sent).toEqual([1, 2]);
  });

  it('keeps only the newest while the viewer is behind, and counts the rest', () => {
    const { channel: viewer, sent } = channel(1);
    for (let frame = 1; frame <= 100; frame++) viewer.offer(frame);
    expect(sent).toEqual([1]);
    viewer.acknowledge();
    expect(sent).toEqual([1, 100]);
    expect(viewer.dropped).toBe(98);
  });

  it('waits while the process still holds data for the socket', () => {
    const { channel: viewer, sent, port } = channel(2);
    port.bufferedBytes = 5_000_000;
    viewer.offer(1);
    expect(sent).toEqual([]);
    port.bufferedBytes = 0;
    viewer.flush();
    expect(sent).toEqual([1]);
  });

  it('ignores acknowledgements of nothing', () => {
    const { channel: viewer, sent } = channel(1);
    viewer.acknowledge(50);
    viewer.offer(1);
    viewer.offer(2);
    expect(sent).toEqual([1]);
  });

  it('says how long a viewer has taken nothing', () => {
    const { channel: viewer, clock } = channel(1);
    expect(viewer.stuckMs).toBe(0);
    viewer.offer(1);
    clock.ms = 30_000;
    viewer.offer(2);
    expect(viewer.stuckMs).toBe(30_000);
    viewer.acknowledge();
    expect(viewer.stuckMs).toBe(0);
  });
});
