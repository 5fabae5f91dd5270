import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EncodedPacket } from '../encoded/encoded-packet.js';
import { VideoReceiver } from './video-receiver.js';

/** One VP8 frame in two packets, with a picture id of two bytes as browsers send it. */
function frame(n: number, keyframe = false) {
  const timestamp = n * 3000;
  const common = { payloadType: 96, timestamp, ssrc: 1 };
  const head = Uint8Array.of(0x90, 0x80, 0x81, n, keyframe ? 0x10 : 0x11, n);
  const rest = Uint8Array.of(0x80, 0x80, 0x81, n, 7, 8);
  return [
    { ...common, sequenceNumber: 2 * n, marker: false, payload: head },
    { ...common, sequenceNumber: 2 * n + 1, marker: true, payload: rest },
  ];
}

describe('VideoReceiver, of VP8', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  function setUp() {
    const packets: EncodedPacket[] = [];
    const lost = vi.fn();
    const receiver = new VideoReceiver({
      codec: 'vp8',
      payloadType: 96,
      onPacket: (packet) => void packets.push(packet),
      onLost: lost,
    });
    const push = (rtp: ReturnType<typeof frame>) => {
      for (const packet of rtp) receiver.push(packet, performance.timeOrigin + performance.now());
    };
    const numbers = () => packets.map(({ data }) => data[1]);
    return { receiver, packets, lost, push, numbers };
  }

  it('joins the packets of a frame, without their descriptors', () => {
    const { packets, push } = setUp();
    push(frame(1, true));
    push(frame(2));
    expect(packets).toMatchObject([
      { data: Uint8Array.of(0x10, 1, 7, 8), keyframe: true, format: { codec: 'vp8', framing: 'none' } },
      { data: Uint8Array.of(0x11, 2, 7, 8), keyframe: false },
    ]);
    expect(packets[1]!.ptsMs - packets[0]!.ptsMs).toBeCloseTo(1000 / 30);
  });

  it('begins with a keyframe, and skips padding and other payload types', () => {
    const { push, numbers } = setUp();
    push(frame(1));
    push(frame(2, true).map((packet) => ({ ...packet, payloadType: 97 })));
    push(frame(2).map((packet) => ({ ...packet, payload: new Uint8Array() })));
    push(frame(3, true));
    expect(numbers()).toEqual([3]);
  });

  it('puts packets in order that were sent again', () => {
    const { lost, push, numbers } = setUp();
    const [first, second] = frame(2);
    push(frame(1, true));
    push([second!]);
    push(frame(3));
    push([first!]);
    expect([numbers(), lost.mock.calls.length]).toEqual([[1, 2, 3], 0]);
  });

  it('waits no longer than 200 ms for one that is lost, and then for a keyframe', () => {
    const { lost, push, numbers } = setUp();
    push(frame(1, true));
    push(frame(2).slice(1));
    push(frame(3));
    expect(lost).not.toHaveBeenCalled();
    vi.advanceTimersByTime(250);
    expect(lost).toHaveBeenCalled();
    push(frame(4, true));
    push(frame(5));
    expect(numbers()).toEqual([1, 4, 5]);
  });

  it('has no timer once closed', () => {
    const { receiver, push } = setUp();
    push(frame(1, true));
    push(frame(2).slice(1));
    receiver.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
