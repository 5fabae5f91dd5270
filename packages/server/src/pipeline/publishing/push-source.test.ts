import type { EncodedFormat, Frame, PacketDecoder, PacketDecoderEvents } from '@lookout/media';
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

const format: EncodedFormat = { codec: 'h264', framing: 'annexb', fps: null };

/** Decoders that show what they are given when the test says so. */
class FakeDecoders {
  readonly opened: Array<{ given: number[]; demands: number[]; isOpen: boolean; events: PacketDecoderEvents }> = [];
  /** What ends of decoders wait for. */
  ending: Promise<void> = Promise.resolve();

  open(events: PacketDecoderEvents): PacketDecoder {
    const decoder = { given: [] as number[], demands: [] as number[], isOpen: true, events };
    this.opened.push(decoder);
    return {
      put: ({ dtsMs }) => decoder.given.push(dtsMs),
      lost: () => undefined,
      demand: ({ framesFps }) => decoder.demands.push(framesFps),
      close: () => {
        decoder.isOpen = false;
        return this.ending;
      },
    };
  }

  /** The newest one shows a frame. */
  show(number: number, mediaMs: number, decoder = this.opened.at(-1)): void {
    const times = { mediaMs, timestampMs: mediaMs, receivedMs: mediaMs };
    const render = () => Promise.reject(new Error('nothing is rendered here'));
    const hold = () => undefined;
    decoder?.events.onFrame({
      kind: 'video',
      number,
      ...times,
      width: 4,
      height: 4,
      render,
      retain: hold,
      release: hold,
    });
  }
}

function setUp(firstFrameNumber = 0) {
  const states: string[] = [];
  const frames: Frame[] = [];
  const sizes: string[] = [];
  let throttled = 0;
  const packets: number[] = [];
  const decoders = new FakeDecoders();
  const source = new PushSource({
    events: {
      onFrame: (frame) => frames.push(frame),
      onState: (state, reason) => states.push(`${state}: ${reason}`),
      onInfo: ({ width, height, transport, codec }) => sizes.push(`${transport} ${codec} ${width}x${height}`),
      onInvalid: () => undefined,
      onBytes: () => undefined,
      onPacket: ({ dtsMs }) => packets.push(dtsMs),
      onThrottled: () => throttled++,
    },
    firstFrameNumber,
    openDecoder: (events) => decoders.open(events),
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
    const sendPacket = (dtsMs: number, keyframe = dtsMs % 1000 === 0) =>
      source.packet(one, { data: new Uint8Array(9), format, keyframe, ptsMs: dtsMs, dtsMs, timestampMs: dtsMs });
    return { one, ends, heard, send, sendPacket };
  };
  return { source, states, frames, sizes, packets, decoders, publisher, throttled: () => throttled };
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

describe('PushSource with a publisher of video', () => {
  it('is live with the first decoded frame, and counts the publisher’s frames', () => {
    const { source, states, frames, packets, decoders, publisher } = setUp(41);
    const encoder = publisher();
    source.attach(encoder.one);
    for (const dtsMs of [960, 1000, 1040]) encoder.sendPacket(dtsMs);
    expect(states.at(-1)).toMatch(/^connecting/);
    decoders.show(0, 1000);
    decoders.show(1, 1040);
    expect(states.at(-1)).toBe('live: Receiving frames');
    expect(packets, 'from the first keyframe on').toEqual([1000, 1040]);
    expect(decoders.opened.map(({ given }) => given)).toEqual([[1000, 1040]]);
    expect(frames.map(({ number }) => number)).toEqual([41, 42]);
    expect(encoder.heard).toEqual(['decoded', 'decoded']);
  });

  it('begins anew with each publisher, whose frames go on counting', async () => {
    const { source, states, frames, packets, decoders, publisher } = setUp();
    const [first, second] = [publisher(), publisher()];
    source.attach(first.one);
    first.sendPacket(1000);
    decoders.show(0, 1000);
    source.attach(second.one);
    expect(states.at(-1)).toMatch(/^connecting/);
    expect(first.ends).toEqual(['replaced']);
    first.sendPacket(2000);
    decoders.show(1, 2000, decoders.opened[0]);
    second.sendPacket(500);
    second.sendPacket(3000);
    decoders.show(0, 900);
    expect(packets).toEqual([1000, 3000]);
    expect(decoders.opened.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    expect(frames.map(({ number }) => number)).toEqual([0, 1]);
    expect(frames[1]!.timestampMs, 'times rise, whoever publishes').toBeGreaterThan(frames[0]!.timestampMs);
    source.detach(second.one, 'it was killed');
    decoders.show(1, 3000);
    expect(frames.length).toBe(2);
    expect(states.at(-1)).toBe('off: The publisher disconnected: it was killed');
    await source.close();
    expect(decoders.opened.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  });

  it('passes on nothing after a loss, up to the next keyframe', () => {
    const { source, packets, decoders, publisher } = setUp();
    const encoder = publisher();
    source.attach(encoder.one);
    encoder.sendPacket(1000);
    source.packetsLost(encoder.one);
    for (const dtsMs of [1040, 2000, 2040]) encoder.sendPacket(dtsMs);
    expect(packets).toEqual([1000, 2000, 2040]);
    expect(decoders.opened[0]?.given).toEqual(packets);
  });

  it('opens few decoders while those of earlier publishers are still ending, and passes video on meanwhile', async () => {
    const { source, packets, decoders, publisher } = setUp();
    let end: () => void = () => undefined;
    decoders.ending = new Promise((resolve) => {
      end = resolve;
    });
    const comeAndGo = (dtsMs: number) => {
      const encoder = publisher();
      source.attach(encoder.one);
      encoder.sendPacket(dtsMs);
      return encoder;
    };
    for (let dtsMs = 1000; dtsMs < 6000; dtsMs += 1000) source.detach(comeAndGo(dtsMs).one);
    expect(decoders.opened).toHaveLength(2);
    const last = comeAndGo(6000);
    expect(packets).toEqual([1000, 2000, 3000, 4000, 5000, 6000]);
    end();
    await vi.advanceTimersByTimeAsync(0);
    last.sendPacket(6040);
    last.sendPacket(7000);
    expect(decoders.opened.map(({ given }) => given)).toEqual([[1000], [2000], [7000]]);
  });

  it('tells each decoder how many frames are needed', () => {
    const { source, decoders, publisher } = setUp();
    source.demand({ framesFps: 0, packets: false });
    const encoder = publisher();
    source.attach(encoder.one);
    encoder.sendPacket(1000);
    source.demand({ framesFps: 5, packets: false });
    expect(decoders.opened[0]?.demands).toEqual([0, 5]);
  });

  it('stalls without a keyframe, says so, and is live with the first one', async () => {
    const { source, states, decoders, publisher } = setUp();
    const encoder = publisher();
    source.attach(encoder.one);
    for (let second = 0; second < 6; second += 1) {
      encoder.sendPacket(40 + second, false);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(states.at(-1)).toMatch(/^stalled: The publisher sends video without a keyframe/);
    encoder.sendPacket(7000, true);
    decoders.show(0, 7000);
    expect(states.at(-1)).toBe('live: Receiving frames');
    await vi.advanceTimersByTimeAsync(6000);
    expect(states.at(-1)).toBe('stalled: The publisher is connected but sends no frames');
  });

  it('stalls without packets, and is live again with the next, also if nobody needs a picture', async () => {
    const { source, states, decoders, publisher } = setUp();
    const encoder = publisher();
    source.attach(encoder.one);
    encoder.sendPacket(1000);
    decoders.show(0, 1000);
    await vi.advanceTimersByTimeAsync(6000);
    expect(states.at(-1)).toMatch(/^stalled/);
    encoder.sendPacket(7000);
    expect(states.at(-1)).toBe('live: Receiving frames');
  });

  it('says that a codec is not supported, once', () => {
    const { source, states, decoders, publisher } = setUp();
    const encoder = publisher();
    source.attach(encoder.one);
    encoder.sendPacket(1000);
    decoders.opened[0]?.events.onFailed(new LookoutError('camera_unsupported', 'Video in smoke can’t be decoded'));
    encoder.sendPacket(2000);
    expect(states.at(-1)).toBe('unsupported: Video in smoke can’t be decoded');
    expect(encoder.heard).toEqual(['camera_unsupported']);
    expect(decoders.opened.length).toBe(1);
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
    const sources = new PushSources({ now: Date.now, openDecoder: (events) => new FakeDecoders().open(events) });
    expect(() => sources.get('yard')).toThrow(expect.objectContaining({ code: 'camera_off' }));
    const before = sources.open('yard', events, 0);
    const after = sources.open('yard', events, 0);
    await before.close();
    expect(sources.get('yard')).toBe(after);
    await after.close();
    expect(sources.count).toBe(0);
  });
});
