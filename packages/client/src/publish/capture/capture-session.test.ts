import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../../testing/fake-socket.js';
import { LivePublisher } from '../live-publisher.js';
import type { FromWorker } from './capture-messages.js';
import { CaptureSession } from './capture-session.js';
import { type EncodedPicture, fitWidth, type Picture } from './picture-encoder.js';

const START = 1_700_000_000_000;

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** A camera frame that knows whether it was closed. */
class TestFrame {
  closed = 0;
  readonly displayWidth = 640;
  readonly displayHeight = 480;
  constructor(readonly timestamp: number) {}
  close(): void {
    this.closed++;
  }
}

/** A session on a live connection; frames go in by `give`. */
async function start({ encodeMs = 5, still = false } = {}) {
  const socket = new FakeSocket('ws://test');
  const posted: FromWorker[] = [];
  const frames: TestFrame[] = [];
  const encoded: Array<{ at: number; closedBefore: boolean; quality: number; width?: number }> = [];
  let fail = false;
  const session = new CaptureSession({
    post: (message) => posted.push(message),
    publish: (_start, options) =>
      new LivePublisher(options, {
        url: 'ws://test',
        openSocket: async () => socket,
        clock: { now: () => Date.now() },
      }),
    framesOf: () => {
      throw new TypeError('no such thing here');
    },
    clock: { now: () => Date.now() },
    encoder: {
      encode: async (picture: Picture, { quality, width }): Promise<EncodedPicture> => {
        const frame = picture as unknown as TestFrame;
        encoded.push({ at: frame.timestamp, closedBefore: frame.closed > 0, quality, width });
        await new Promise((resolve) => setTimeout(resolve, encodeMs));
        if (fail) throw new Error('no memory');
        return { jpeg: new Uint8Array(1000), width: 640, height: 480 };
      },
    },
  });
  session.handle({ type: 'start', baseUrl: 'http://test', token: 't', options: {} });
  await tick(0);
  socket.open();
  const answer = () => {
    for (const { type, t0 } of socket.sent.splice(0)) {
      if (type === 'ping') socket.text({ type: 'pong', t0, t1: Date.now() });
    }
  };
  await tick(0);
  answer();
  await tick(200);
  answer();
  let give = (_frame: TestFrame) => {};
  const readable = new ReadableStream<VideoFrame>({
    start: (controller) => {
      give = (frame) => {
        frames.push(frame);
        controller.enqueue(frame as unknown as VideoFrame);
      };
    },
  });
  session.handle({ type: 'source', method: 'stream', readable, still });
  /** Gives frames at 30 a second; the server confirms what it has, soon. */
  const run = async (count: number, confirm = true) => {
    for (let i = 0; i < count; i++) {
      give(new TestFrame(Date.now() * 1000));
      for (let ms = 0; ms < 33; ms++) {
        await tick(1);
        if (confirm) answer();
      }
    }
  };
  return { session, socket, posted, frames, encoded, run, answer, failFrom: () => (fail = true) };
}

describe('CaptureSession', () => {
  it('encodes and sends each frame, and closes every one once', async () => {
    const { session, socket, frames, encoded, run } = await start();
    await run(30);
    expect(socket.binaries.length).toBeGreaterThanOrEqual(29);
    expect(encoded.every(({ closedBefore }) => !closedBefore)).toBe(true);
    session.handle({ type: 'close' });
    await tick(100);
    expect(frames.every(({ closed }) => closed === 1)).toBe(true);
  });

  it('takes the newest where the encoder is slow, and counts the rest', async () => {
    const { session, socket, frames, encoded, run, posted } = await start({ encodeMs: 90 });
    await run(60);
    await tick(300);
    expect(encoded.length).toBeLessThan(25);
    expect(encoded.length).toBeGreaterThan(15);
    // Each was at most one frame old when its turn came.
    expect(socket.binaries.length).toBeGreaterThan(15);
    const stats = posted.filter((message) => message.type === 'stats').at(-1)!.stats;
    expect(stats.dropped.encoder).toBeGreaterThan(20);
    expect(stats.capture.encodeMs).toBeGreaterThan(60);
    session.handle({ type: 'close' });
    await tick(100);
    expect(frames.every(({ closed }) => closed === 1)).toBe(true);
  });

  it('encodes nothing while the network takes nothing, and then the newest', async () => {
    const { session, encoded, frames, run, answer } = await start();
    await run(10);
    const before = encoded.length;
    await run(20, false);
    const during = encoded.length;
    expect(during - before).toBeLessThanOrEqual(2);
    answer();
    await tick(10);
    expect(encoded.length).toBe(during + 1);
    expect(encoded.at(-1)!.at).toBe(frames.at(-1)!.timestamp);
    session.handle({ type: 'close' });
  });

  it('makes what the server asked for, from the next frame on', async () => {
    const { session, socket, encoded, run } = await start();
    await run(3);
    socket.text({ type: 'control', fps: 30, quality: 0.4, width: 320, reason: 'link' });
    const before = encoded.length;
    await run(2);
    expect(encoded[before]).toMatchObject({ quality: 0.4, width: 320 });
    session.handle({ type: 'close' });
  });

  it('sends nothing while paused', async () => {
    const { session, encoded, run } = await start();
    session.handle({ type: 'pause' });
    await run(10);
    expect(encoded).toEqual([]);
    session.handle({ type: 'resume' });
    await run(2);
    expect(encoded.length).toBeGreaterThan(0);
    session.handle({ type: 'close' });
  });

  it('goes on after a picture that could not be encoded, and tells of it', async () => {
    const { session, run, posted, frames, failFrom } = await start();
    failFrom();
    await run(5);
    expect(posted).toContainEqual({ type: 'problem', message: 'no memory' });
    expect(frames.slice(0, -1).every(({ closed }) => closed === 1)).toBe(true);
    session.handle({ type: 'close' });
  });

  it('shows a screen that does not change again and again, with the time as it is', async () => {
    const { session, socket, run, answer, frames } = await start({ still: true });
    await run(1);
    const first = socket.binaries.length;
    for (let i = 0; i < 20; i++) {
      await tick(250);
      answer();
    }
    expect(socket.binaries.length - first).toBeGreaterThanOrEqual(8);
    expect(frames[0]!.closed).toBe(0);
    session.handle({ type: 'close' });
    expect(frames[0]!.closed).toBe(1);
  });

  it('asks the page for pictures where it cannot read the track itself', async () => {
    const { session, posted, socket, answer } = await start();
    session.handle({ type: 'source', method: 'jpeg', still: false });
    await tick(20);
    const want = posted.filter((message) => message.type === 'want').at(-1)!;
    expect(want.quality).toBeGreaterThanOrEqual(0.3);
    const picture = { at: Date.now() - 4, jpeg: new ArrayBuffer(900), width: 320, height: 240 };
    session.handle({ type: 'picture', id: want.id, picture });
    expect(socket.binaries.length).toBe(1);
    answer();
    // One that comes too late, and one that has nothing new.
    const bitmap = { close: vi.fn() };
    session.handle({ type: 'picture', id: want.id, picture: { at: 0, bitmap: bitmap as unknown as ImageBitmap } });
    expect(bitmap.close).toHaveBeenCalledTimes(1);
    await tick(60);
    const next = posted.filter((message) => message.type === 'want').at(-1)!;
    expect(next.id).toBeGreaterThan(want.id);
    session.handle({ type: 'picture', id: next.id });
    await tick(60);
    expect(posted.filter((message) => message.type === 'want').at(-1)!.id).toBeGreaterThan(next.id);
    session.handle({ type: 'close' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('fitWidth', () => {
  it('keeps the shape, never enlarges, and gives even sides', () => {
    const size = { width: 1280, height: 720 };
    expect(fitWidth(size, 640)).toEqual({ width: 640, height: 360 });
    expect(fitWidth(size, 4000)).toEqual(size);
    expect(fitWidth(size)).toEqual(size);
    expect(fitWidth({ width: 720, height: 1280 }, 333)).toEqual({ width: 334, height: 592 });
  });
});
