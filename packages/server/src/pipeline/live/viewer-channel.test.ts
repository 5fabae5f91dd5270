import { describe, expect, it } from 'vitest';
import { FrameNumbers, ViewerChannel } from './viewer-channel.js';

function channel(window: number) {
  const sent: number[] = [];
  const clock = { ms: 0 };
  const port = { bufferedBytes: 0, send: (item: number) => void sent.push(item) };
  return { sent, clock, port, channel: new ViewerChannel<number>(port, window, () => clock.ms) };
}

describe('ViewerChannel', () => {
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

const numbered = (first: number, published: number[]) => {
  const numbers = new FrameNumbers(first);
  return published.map((number) => numbers.next(number));
};

describe('FrameNumbers', () => {
  it('keeps the publisher’s numbers and their gaps', () => {
    expect(numbered(0, [0, 1, 5, 6])).toEqual([0, 1, 5, 6]);
    expect(numbered(0, [123, 124])).toEqual([123, 124]);
  });

  it('goes on where it was when the publisher counts anew, gaps included', () => {
    expect(numbered(0, [100, 101, 0, 1, 4])).toEqual([100, 101, 102, 103, 106]);
  });

  it('goes on over a number that comes again', () => {
    expect(numbered(0, [7, 7, 7, 8])).toEqual([7, 8, 9, 10]);
  });

  it('begins above what the camera had before', () => {
    expect(numbered(500, [0, 1])).toEqual([500, 501]);
    expect(numbered(500, [600, 601])).toEqual([600, 601]);
  });

  it('begins with whatever the publisher counts by', () => {
    expect(numbered(0, [1_700_000_000_000, 1_700_000_000_033])).toEqual([1_700_000_000_000, 1_700_000_000_033]);
  });

  it('stays a safe integer whatever comes', () => {
    const most = Number.MAX_SAFE_INTEGER;
    expect(numbered(0, [0, most, 0, most, most, 3])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(numbered(0, [most, most, 5])).toEqual([0, 1, 2]);
  });
});
