import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import { EncodedStream } from '../encoded/encoded-stream.js';
import { VideoSender } from './video-sender.js';

const FORMAT: EncodedFormat = { codec: 'h264', framing: 'annexb', fps: 25 };
const FRAME_MS = 40;
const START_MS = 1_000_000;

/** A picture of one slice; the n-th of the stream. */
function picture(n: number, { keyframe = false, bytes = 100, ptsMs = n * FRAME_MS } = {}): EncodedPacket {
  const data = new Uint8Array(4 + bytes).fill(1);
  data.set([0, 0, 0, 1, keyframe ? 0x65 : 0x41]);
  const timestampMs = START_MS + n * FRAME_MS;
  return { data, format: FORMAT, keyframe, ptsMs, dtsMs: n * FRAME_MS, timestampMs };
}

interface Sent {
  payload: Uint8Array;
  bytes: number;
  timestamp: number;
  marker: boolean;
}

function sendFrom(stream: EncodedStream) {
  const sent: Sent[] = [];
  const ends: string[] = [];
  const sender = new VideoSender({
    stream,
    now: () => Date.now(),
    send: (payload, timestamp, marker) => void sent.push({ payload, bytes: payload.byteLength, timestamp, marker }),
    onEnd: (reason) => void ends.push(reason),
  });
  /** Milliseconds between pictures. */
  const steps = () => {
    const times = sent.filter(({ marker }) => marker).map(({ timestamp }) => timestamp);
    return times.slice(1).map((time, index) => (time - times[index]!) / 90);
  };
  return { sender, sent, ends, steps };
}

describe('VideoSender', () => {
  let stream: EncodedStream;
  const put = (from: number, to: number) => {
    for (let n = from; n < to; n += 1) {
      vi.setSystemTime(START_MS + n * FRAME_MS);
      stream.put(picture(n, { keyframe: n % 50 === 0 }));
    }
  };
  beforeEach(() => {
    vi.useFakeTimers();
    stream = new EncodedStream();
  });
  afterEach(() => vi.useRealTimers());

  it('sends the kept group at once, as if it had just been taken, and then each picture in its own time', () => {
    put(0, 10);
    const { sent, steps } = sendFrom(stream);
    expect(sent.length).toBe(10);
    expect(new Set(steps())).toEqual(new Set([1]));
    put(10, 13);
    // From now plus nine, when the group was sent.
    expect(steps().slice(9)).toEqual([FRAME_MS - 9, FRAME_MS, FRAME_MS]);
  });

  it('sends a large group in bursts, and loses none of it', () => {
    stream.put(picture(0, { keyframe: true, bytes: 300_000 }));
    const { sent } = sendFrom(stream);
    const first = sent.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(first).toBeLessThan(70_000);
    vi.advanceTimersByTime(50);
    expect(sent.filter(({ marker }) => marker).length).toBe(1);
    expect(sent.at(-1)?.marker).toBe(true);
    expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBeGreaterThan(300_000);
  });

  it('sends the group again to a receiver that asks, but not each time it asks', () => {
    put(0, 5);
    const { sender, sent, steps } = sendFrom(stream);
    sender.keyframeRequested();
    expect(sent.length, 'it has just been sent').toBe(5);
    put(5, 30);
    sender.keyframeRequested();
    sender.keyframeRequested();
    vi.advanceTimersByTime(10);
    expect(sent.length).toBe(30 + 30);
    expect(Math.min(...steps()), 'time only goes on').toBeGreaterThan(0);
    expect(stream.takerCount).toBe(1);
  });

  it('makes a picture into packets once for all viewers, even if they need several bursts', () => {
    const viewers = [sendFrom(stream), sendFrom(stream)];
    stream.put(picture(0, { keyframe: true, bytes: 100_000 }));
    vi.advanceTimersByTime(50);
    stream.put(picture(1, { bytes: 3000 }));
    const [first, second] = viewers.map(({ sent }) => sent);
    expect(first?.length).toBe(84 + 3);
    expect(first?.every(({ payload }, index) => payload === second?.[index]?.payload)).toBe(true);
    expect(first?.flatMap(({ marker }, index) => (marker ? [index] : []))).toEqual([83, 86]);
  });

  it('leaves a receiver that asks to the next keyframe if the group is large', () => {
    stream.put(picture(0, { keyframe: true, bytes: 2_000_000 }));
    const { sender, sent } = sendFrom(stream);
    vi.advanceTimersByTime(2000);
    const count = sent.length;
    sender.keyframeRequested();
    vi.advanceTimersByTime(100);
    expect(sent.length).toBe(count);
  });

  it('ends with a picture that was to be shown before the previous one', () => {
    stream.put(picture(0, { keyframe: true }));
    const { sent, ends } = sendFrom(stream);
    stream.put(picture(1, { ptsMs: 80 }));
    stream.put(picture(2, { ptsMs: 40 }));
    stream.put(picture(3));
    expect(ends).toEqual(['reordered']);
    expect(sent.length).toBe(2);
    expect(stream.takerCount).toBe(0);
  });

  it('ends when the codec changes, which its session can’t carry', () => {
    stream.put(picture(0, { keyframe: true }));
    const { sent, ends } = sendFrom(stream);
    stream.put({ ...picture(1, { keyframe: true }), format: { codec: 'vp8', framing: 'none', fps: null } });
    expect([sent.length, ends]).toEqual([1, ['codec_changed']]);
  });

  it('goes on at a keyframe whose times begin anew', () => {
    stream.put(picture(9, { keyframe: true }));
    const { sent, ends } = sendFrom(stream);
    stream.put(picture(1, { keyframe: true }));
    expect([sent.length, ends]).toEqual([2, []]);
  });

  it('ends with its stream, and says nothing once closed', () => {
    const { ends } = sendFrom(stream);
    const other = sendFrom(stream);
    other.sender.close();
    stream.close();
    expect([ends, other.ends]).toEqual([['stream_ended'], []]);
  });
});
