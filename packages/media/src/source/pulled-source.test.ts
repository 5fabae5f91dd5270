import { LookoutError } from '@lookout/protocol/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JpegFrame } from '../frame/frame.js';
import { PulledSource } from './pulled-source.js';
import type { Attempt, AttemptEvents } from './source.js';

/** An attempt whose course the test decides. */
class ScriptedAttempt implements Attempt {
  events!: AttemptEvents;
  signal!: AbortSignal;
  resolve!: () => void;
  reject!: (error: unknown) => void;
  readonly #stubborn: boolean;

  constructor(stubborn: boolean) {
    this.#stubborn = stubborn;
  }

  run(events: AttemptEvents, signal: AbortSignal): Promise<void> {
    this.events = events;
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      if (!this.#stubborn) signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  frame(): void {
    const frame: JpegFrame = {
      kind: 'jpeg',
      jpeg: new Uint8Array(4),
      number: 0,
      timestampMs: 0,
      receivedMs: 0,
      width: 4,
      height: 4,
    };
    this.events.onFrame(frame);
  }
}

function setUp({ stubborn = false, firstFrameNumber = 0 } = {}) {
  const attempts: ScriptedAttempt[] = [];
  const log: string[] = [];
  const numbers: number[] = [];
  const source = new PulledSource({
    label: 'http://camera/',
    createAttempt: () => {
      const attempt = new ScriptedAttempt(stubborn);
      attempts.push(attempt);
      return attempt;
    },
    events: {
      onFrame: (frame) => numbers.push(frame.number),
      onState: (state, reason, error) => log.push(`${state}${error ? ` ${error.code}` : ''}: ${reason}`),
      onInfo: () => log.push('info'),
      onInvalid: () => log.push('invalid'),
      onBytes: () => log.push('bytes'),
    },
    // The longest waits.
    random: () => 0.999_999,
    now: Date.now,
    firstFrameNumber,
  });
  return { source, attempts, log, numbers, last: () => attempts.at(-1)! };
}

const unreachable = () => new LookoutError('camera_unreachable', 'Nothing answers', { hint: 'Look.' });

describe('PulledSource', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('connects, goes live with the first frame, and gives running numbers over reconnects', async () => {
    const { source, log, numbers, last, attempts } = setUp({ firstFrameNumber: 100 });
    source.start();
    expect(log).toEqual(['connecting: Connecting to http://camera/']);
    last().frame();
    last().frame();
    expect(log.at(-1)).toBe('live: Receiving frames');
    await vi.advanceTimersByTimeAsync(6000);
    last().reject(new LookoutError('camera_closed', 'The camera closed the connection'));
    await vi.advanceTimersByTimeAsync(0);
    expect(log.at(-1)).toBe('connecting camera_closed: The camera closed the connection; reconnecting');
    await vi.advanceTimersByTimeAsync(250);
    expect(attempts).toHaveLength(2);
    last().frame();
    expect(log.at(-1)).toBe('live: Receiving frames');
    expect(numbers).toEqual([100, 101, 102]);
    expect(log).toHaveLength(4);
    await source.close();
  });

  it('tells once why a camera is away, however often it tries, and tries ever less often', async () => {
    const { source, log, last, attempts } = setUp();
    source.start();
    const triedAt: number[] = [];
    const began = Date.now();
    for (let n = 0; n < 8; n++) {
      triedAt.push(Date.now() - began);
      last().reject(unreachable());
      await vi.advanceTimersByTimeAsync(0);
      expect(attempts).toHaveLength(n + 1);
      await vi.advanceTimersToNextTimerAsync();
      expect(attempts).toHaveLength(n + 2);
    }
    expect(log).toEqual([
      'connecting: Connecting to http://camera/',
      'unreachable camera_unreachable: Nothing answers. Look.',
    ]);
    const waits = triedAt.slice(1).map((time, index) => time - triedAt[index]!);
    expect(waits.map((wait) => Math.round(wait / 10) * 10)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000]);
    await source.close();
  });

  it.each([
    ['camera_stalled', 'stalled', 250],
    ['camera_refused', 'refused', 250],
    ['camera_not_found', 'unreachable', 250],
    ['source_protocol_error', 'unreachable', 250],
    ['camera_unauthorized', 'refused', 60_000],
    ['camera_unsupported', 'unsupported', 60_000],
  ] as const)('%s: %s, and the next try after %d ms at the latest', async (code, state, delayMs) => {
    const { source, log, last, attempts } = setUp();
    source.start();
    last().reject(new LookoutError(code, 'Why'));
    await vi.advanceTimersByTimeAsync(0);
    expect(log.at(-1)).toBe(`${state} ${code}: Why`);
    await vi.advanceTimersByTimeAsync(delayMs - 2);
    expect(attempts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2);
    expect(attempts).toHaveLength(2);
    await source.close();
  });

  it('waits ever longer, up to 5 minutes, where trying again cannot help', async () => {
    const { source, last, attempts } = setUp();
    source.start();
    for (const waitMs of [60_000, 120_000, 240_000, 300_000, 300_000]) {
      const before = attempts.length;
      last().reject(new LookoutError('camera_unauthorized', 'Why'));
      await vi.advanceTimersByTimeAsync(waitMs - 2);
      expect(attempts).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(2);
      expect(attempts).toHaveLength(before + 1);
    }
    await source.close();
  });

  it('does not count a stream that gives one picture and breaks as a success', async () => {
    const { source, last, attempts } = setUp();
    source.start();
    for (let n = 0; n < 7; n++) {
      last().frame();
      last().reject(new LookoutError('camera_closed', 'Closed'));
      await vi.advanceTimersByTimeAsync(0);
      await vi.advanceTimersToNextTimerAsync();
    }
    last().reject(new LookoutError('camera_closed', 'Closed'));
    await vi.advanceTimersByTimeAsync(14_000);
    expect(attempts).toHaveLength(8);
    await source.close();
  });

  it('is off when the video has ended', async () => {
    const { source, log, last, attempts } = setUp();
    source.start();
    last().frame();
    last().resolve();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(log.at(-1)).toBe('off: Played to the end');
    expect(attempts).toHaveLength(1);
    await source.close();
  });

  it('closes within a second even when the attempt does not end, and nothing is heard afterwards', async () => {
    const { source, log, last, numbers } = setUp({ stubborn: true });
    source.start();
    const closed = vi.fn();
    void source.close().then(closed);
    expect(last().signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(999);
    expect(closed).toHaveBeenCalledOnce();
    last().frame();
    last().events.onInfo({ transport: 'mjpeg', codec: 'mjpeg', width: 1, height: 1, fps: null });
    last().events.onInvalid(unreachable());
    last().events.onBytes(1);
    last().reject(unreachable());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log).toEqual(['connecting: Connecting to http://camera/']);
    expect(numbers).toEqual([]);
  });

  it('closes at once while it waits for the next try, and leaves no timer', async () => {
    const { source, last, attempts } = setUp();
    source.start();
    last().reject(new LookoutError('camera_unauthorized', 'No'));
    await vi.advanceTimersByTimeAsync(10);
    await source.close();
    await source.close();
    expect(vi.getTimerCount()).toBe(0);
    source.start();
    expect(attempts).toHaveLength(1);
  });

  it('shows a mistake inside an attempt as one, without credentials, and goes on', async () => {
    const { source, log, last, attempts } = setUp();
    source.start();
    last().reject(new TypeError('Bad url http://u:secret@h/'));
    await vi.advanceTimersByTimeAsync(300);
    expect(log.at(-1)).toBe('unreachable internal: Reading the camera failed unexpectedly: Bad url http://***@h/');
    expect(attempts).toHaveLength(2);
    await source.close();
  });
});
