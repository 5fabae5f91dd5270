import type { Frame } from '@lookout/media';
import { syntheticJpeg } from '@lookout/media/testing';
import { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Publisher, PushSource, PushSources } from './push-source.js';

const jpeg = syntheticJpeg();

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(firstFrameNumber = 0) {
  const states: string[] = [];
  const frames: Frame[] = [];
  const sizes: string[] = [];
  let throttled = 0;
  const source = new PushSource({
    events: {
      onFrame: (frame) => frames.push(frame),
      onState: (state, reason) => states.push(`${state}: ${reason}`),
      onInfo: ({ width, height, transport, codec }) => sizes.push(`${transport} ${codec} ${width}x${height}`),
      onInvalid: () => undefined,
      onBytes: () => undefined,
      onThrottled: () => throttled++,
    },
    firstFrameNumber,
    now: Date.now,
  });
  source.start();
  const publisher = () => {
    const ends: string[] = [];
    const heard: string[] = [];
    const one: Publisher = {
      end: (reason) => ends.push(reason),
      undecodable: ({ code }) => heard.push(code),
      decoded: () => heard.push('decoded'),
    };
    const send = (frameNumber: number, timestampMs = Date.now()) =>
      source.frame(one, { frameNumber, timestampMs, width: 320, height: 240, jpeg });
    return { one, ends, heard, send };
  };
  return { source, states, frames, sizes, publisher, throttled: () => throttled };
}

describe('PushSource', () => {
  it('waits, shows its publisher’s pictures, and waits again', () => {
    const { source, states, frames, sizes, publisher } = setUp();
    const phone = publisher();
    source.attach(phone.one);
    phone.send(7);
    phone.send(8);
    source.detach(phone.one, 'it stopped responding');
    expect(states).toEqual([
      'off: Waiting for a publisher',
      'connecting: Publisher connected, waiting for its first frame',
      'live: Receiving frames',
      'off: The publisher disconnected: it stopped responding',
    ]);
    expect(frames.map(({ number }) => number)).toEqual([7, 8]);
    expect(sizes).toEqual(['push mjpeg 320x240']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives its place to the newer publisher without a gap, and tells the older', () => {
    const { source, states, frames, publisher } = setUp();
    const [first, second] = [publisher(), publisher()];
    source.attach(first.one);
    first.send(100);
    source.attach(second.one);
    expect(first.ends).toEqual(['replaced']);
    first.send(101);
    second.send(0);
    source.detach(first.one);
    second.send(1);
    expect(states.at(-1)).toBe('live: Receiving frames');
    expect(frames.map(({ number }) => number)).toEqual([100, 101, 102]);
    source.undecodable(new LookoutError('frame_invalid', 'x'));
    source.decoded();
    expect([first.heard, second.heard]).toEqual([[], ['frame_invalid', 'decoded']]);
  });

  it('stalls where a publisher sends nothing, and is live again with its next picture', async () => {
    const { source, states, publisher } = setUp();
    const phone = publisher();
    source.attach(phone.one);
    await vi.advanceTimersByTimeAsync(6000);
    expect(states.at(-1)).toBe('stalled: The publisher is connected but sends no frames');
    phone.send(0);
    expect(states.at(-1)).toBe('live: Receiving frames');
    await vi.advanceTimersByTimeAsync(4000);
    phone.send(1);
    await vi.advanceTimersByTimeAsync(4000);
    expect(states.at(-1)).toBe('live: Receiving frames');
  });

  it('keeps the times of frames rising, whoever publishes', () => {
    const { source, frames, publisher } = setUp();
    const [first, second] = [publisher(), publisher()];
    source.attach(first.one);
    first.send(0, 5000);
    first.send(1, 4000);
    source.attach(second.one);
    second.send(0, 3000);
    const times = frames.map(({ timestampMs }) => timestampMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(3);
    for (const { timestampMs, receivedMs } of frames) expect(receivedMs).toBeGreaterThanOrEqual(timestampMs);
  });

  it('goes on counting where the camera was before', () => {
    const { source, frames, publisher } = setUp(41);
    const phone = publisher();
    source.attach(phone.one);
    phone.send(0);
    expect(frames[0]?.number).toBe(41);
  });

  it('sends its publisher away when it is closed, and takes none after it', async () => {
    const { source, publisher, states } = setUp();
    const [first, second] = [publisher(), publisher()];
    source.attach(first.one);
    await source.close();
    await source.close();
    source.attach(second.one);
    second.send(0);
    expect([first.ends, second.ends]).toEqual([['camera_off'], ['camera_off']]);
    expect(states.at(-1)).toMatch(/^connecting/);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('PushSources', () => {
  const events = {
    onFrame: () => undefined,
    onState: () => undefined,
    onInfo: () => undefined,
    onInvalid: () => undefined,
    onBytes: () => undefined,
    onThrottled: () => undefined,
  };

  it('finds a camera’s source while it is open', async () => {
    const sources = new PushSources(Date.now);
    expect(() => sources.get('yard')).toThrow(expect.objectContaining({ code: 'camera_off' }));
    const before = sources.open('yard', events, 0);
    const after = sources.open('yard', events, 0);
    await before.close();
    expect(sources.get('yard')).toBe(after);
    await after.close();
    expect(sources.count).toBe(0);
  });
});
