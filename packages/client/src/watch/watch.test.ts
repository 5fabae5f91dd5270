import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../testing/fake-socket.js';
import { metadata } from '../testing/metadata.js';
import { LiveWatch } from './watch.js';
import type { WatchedFrame, WatchOptions, WatchState } from './watch-types.js';

const START = 1_700_000_000_000;

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

function start(options: Partial<WatchOptions> = {}, explain?: () => Promise<string | undefined>) {
  const sockets: FakeSocket[] = [];
  const states: WatchState[] = [];
  const watch = new LiveWatch(
    { onFrame: () => {}, onState: (state) => states.push(state), ...options },
    {
      url: 'ws://test/ws/view/yard',
      openSocket: async (url) => {
        const socket = new FakeSocket(url);
        sockets.push(socket);
        return socket;
      },
      explain,
      clock: { now: () => Date.now() },
      random: () => 0,
    },
  );
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const open = async () => {
    await settle();
    sockets.at(-1)!.open();
    return sockets.at(-1)!;
  };
  return { watch, sockets, states, settle, open };
}

const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('LiveWatch', () => {
  it('acknowledges a frame when the consumer is done with it, not before', async () => {
    let finish = () => {};
    const { open, settle, watch } = start({ onFrame: () => new Promise((resolve) => (finish = resolve)) });
    const socket = await open();
    socket.frame(metadata(1));
    await settle();
    expect(socket.acks()).toEqual([]);
    finish();
    await settle();
    expect(socket.acks()).toEqual([1]);
    expect(watch.stats()).toMatchObject({ received: 1, drawn: 1, dropped: 0 });
    watch.close();
  });

  it('closes a connection that is still being made when it is, since browsers complain otherwise', async () => {
    const { sockets, settle, watch } = start();
    await settle();
    const [socket] = sockets;
    watch.close();
    expect(socket!.readyState).toBe(0);
    socket!.open();
    expect(socket!.readyState).toBe(3);
    expect(watch.stats().received).toBe(0);
  });

  it('lets a consumer take a frame apart', async () => {
    const ages: number[] = [];
    const { open, settle, watch } = start({
      onFrame: ({ ageMs, done }) => {
        ages.push(ageMs());
        done();
        return new Promise(() => {});
      },
    });
    const socket = await open();
    socket.frame(metadata(1));
    await settle();
    expect(ages).toHaveLength(1);
    expect(socket.acks()).toEqual([1]);
    watch.close();
  });

  it('skips to the newest frame and acknowledges each frame once', async () => {
    const seen: WatchedFrame[] = [];
    const finish: Array<() => void> = [];
    const { open, settle, watch } = start({
      onFrame: (frame) => {
        seen.push(frame);
        return new Promise((resolve) => finish.push(resolve));
      },
    });
    const socket = await open();
    for (const number of [1, 2, 3, 4]) socket.frame(metadata(number));
    expect(socket.acks()).toEqual([2, 3]);
    seen[0]!.done();
    finish[0]!();
    await settle();
    expect(seen.map(({ meta }) => meta.frameNumber)).toEqual([1, 4]);
    expect(socket.acks()).toEqual([2, 3, 1]);
    expect(watch.stats()).toMatchObject({ received: 4, drawn: 1, dropped: 2 });
    watch.close();
  });

  it('gives ages by the server’s clock', async () => {
    const ages: number[] = [];
    const networks: number[] = [];
    const { open, settle, watch } = start({
      onFrame: (frame) => {
        ages.push(frame.ageMs());
        networks.push(frame.networkMs);
      },
    });
    const socket = await open();
    await tick(1);
    // the server is an hour ahead, and 10 ms away
    const { t0 } = socket.sent.find(({ type }) => type === 'ping') as { t0: number };
    await tick(9 - (Date.now() - t0) + 1);
    socket.text({ type: 'pong', t0, t1: t0 + 5 + 3_600_000 });
    expect(watch.stats()).toMatchObject({ clockOffsetMs: 3_600_000, roundTripMs: 10 });
    socket.frame(metadata(1, { timestamp: Date.now() + 3_600_000 - 40, age_ms: 33 }));
    await settle();
    expect(ages).toEqual([40]);
    expect(networks).toEqual([7]);
    watch.close();
  });

  it('sends its statistics once a second', async () => {
    const { open, watch } = start();
    const socket = await open();
    for (let i = 1; i <= 10; i++) {
      socket.frame(metadata(i, { timestamp: Date.now() - 50 }));
      await tick(100);
    }
    const stats = socket.sent.filter(({ type }) => type === 'performance_stats');
    expect(stats).toHaveLength(1);
    expect(stats[0]).toMatchObject({ latency: 50, queueSize: 0 });
    expect(stats[0]!.fps).toBeGreaterThanOrEqual(9);
    await tick(2000);
    expect(socket.sent.filter(({ type }) => type === 'performance_stats')).toHaveLength(3);
    watch.close();
  });

  it('says stalled when frames stop, and live when they come again', async () => {
    const { open, states, watch } = start();
    const socket = await open();
    socket.frame(metadata(1));
    await tick(5000);
    socket.frame(metadata(2));
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'waiting', 'live', 'stalled', 'live']);
    watch.close();
  });

  it.each([
    { fps: 30, within: 500 },
    { fps: 5, within: 800 },
    { fps: 1, within: 1900 },
  ])('says stalled within a second of the frame that should have come, at $fps fps', async ({ fps, within }) => {
    const { open, states, watch } = start();
    const socket = await open();
    for (let i = 1; i <= 20; i++) {
      if (i > 1) await tick(1000 / fps);
      socket.frame(metadata(i));
    }
    expect(states.at(-1)!.state).toBe('live');
    await tick(within);
    expect(states.at(-1)!.state).toBe('stalled');
    watch.close();
  });

  it('does not call a camera stalled for frames that come in bursts', async () => {
    const { open, states, watch } = start();
    const socket = await open();
    for (let i = 1; i <= 60; i++) {
      socket.frame(metadata(i));
      await tick(i % 3 === 0 ? 300 : 0);
    }
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'waiting', 'live']);
    watch.close();
  });

  it('reconnects after growing waits and says why', async () => {
    const { open, states, settle, sockets, watch } = start({}, async () => 'No camera “yard”');
    const socket = await open();
    socket.frame(metadata(1));
    socket.lose(1012, 'the server restarts');
    expect(states.at(-1)).toEqual({ state: 'reconnecting', reason: 'the server restarts' });
    await tick(124);
    expect(sockets).toHaveLength(1);
    await tick(1);
    expect(sockets).toHaveLength(2);
    sockets[1]!.lose();
    await settle();
    expect(states.at(-1)).toEqual({ state: 'reconnecting', reason: 'No camera “yard”' });
    await tick(249);
    expect(sockets).toHaveLength(2);
    await tick(1);
    expect(sockets).toHaveLength(3);
    const told = states.length;
    sockets[2]!.lose();
    await settle();
    expect(states).toHaveLength(told);
    expect(watch.stats().reconnects).toBe(2);
    watch.close();
  });

  it.each([
    [4001, 'this link is now used elsewhere'],
    [4003, 'this link was revoked'],
    [4004, 'this camera was switched off'],
  ])('does not come back after close code %i', async (code, reason) => {
    const { open, states, sockets, watch } = start();
    const socket = await open();
    socket.frame(metadata(1));
    socket.lose(code);
    expect(states.at(-1)).toEqual({ state: 'refused', reason });
    expect(vi.getTimerCount()).toBe(0);
    await tick(60_000);
    expect(sockets).toHaveLength(1);
    watch.close();
    expect(states.at(-1)?.state).toBe('refused');
  });

  it('does not acknowledge on a new socket what an old one brought', async () => {
    let finish = () => {};
    const { open, sockets, settle, watch } = start({ onFrame: () => new Promise((resolve) => (finish = resolve)) });
    const socket = await open();
    socket.frame(metadata(1));
    socket.lose();
    await tick(200);
    sockets[1]!.open();
    finish();
    await settle();
    expect(socket.acks()).toEqual([]);
    expect(sockets[1]!.acks()).toEqual([]);
    watch.close();
  });

  it('gives a silent connection up', async () => {
    const { open, states, sockets, watch } = start();
    await open();
    await tick(17_000);
    expect(states.map(({ reason }) => reason)).toContain('the server sent nothing for too long');
    expect(sockets.length).toBeGreaterThan(1);
    watch.close();
  });

  it('hands consumer errors over and goes on', async () => {
    const errors: unknown[] = [];
    const { open, settle, watch } = start({
      onFrame: ({ meta }) => {
        if (meta.frameNumber === 1) throw new Error('no canvas');
      },
      onError: (error) => errors.push(error),
    });
    const socket = await open();
    socket.frame(metadata(1));
    await settle();
    socket.frame(metadata(2));
    await settle();
    expect(errors).toMatchObject([{ message: 'no canvas' }]);
    expect(socket.acks()).toEqual([1, 2]);
    expect(watch.stats()).toMatchObject({ received: 2, drawn: 1 });
    watch.close();
  });

  it('leaves nothing behind when closed or aborted', async () => {
    const abort = new AbortController();
    const { open, sockets, states } = start({ signal: abort.signal });
    const socket = await open();
    abort.abort();
    expect(socket.readyState).toBe(3);
    expect(states.at(-1)?.state).toBe('closed');
    expect(vi.getTimerCount()).toBe(0);
    await tick(60_000);
    expect(sockets).toHaveLength(1);
  });
});
