import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../testing/fake-socket.js';
import type { QualityChange, SharedFrame, SharedWatchOptions, SharedWatchState } from './shared-types.js';
import { LiveSharedWatch } from './shared-watch.js';

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]).buffer;
const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

interface Scene extends Partial<SharedWatchOptions> {
  cameraFps?: () => Promise<number | undefined>;
  explain?: () => Promise<string | undefined>;
}

function start({ cameraFps = async () => 30, explain, ...options }: Scene = {}) {
  const sockets: FakeSocket[] = [];
  const states: SharedWatchState[] = [];
  const changes: QualityChange[] = [];
  const frames: SharedFrame[] = [];
  let mostOpen = 0;
  const watch = new LiveSharedWatch(
    {
      onFrame: (frame) => void frames.push(frame),
      onState: (state) => states.push(state),
      onQuality: (change) => changes.push(change),
      ...options,
    },
    {
      url: (quality) => `ws://test/websocket/${quality}`,
      openSocket: async (url) => {
        const socket = new FakeSocket(url);
        sockets.push(socket);
        mostOpen = Math.max(mostOpen, sockets.filter(({ readyState }) => readyState < 2).length);
        return socket;
      },
      cameraFps,
      explain,
      clock: { now: () => Date.now() },
      random: () => 0,
    },
  );
  /** The newest socket opens. */
  const open = async () => {
    await tick(0);
    const socket = sockets.at(-1)!;
    socket.open();
    return socket;
  };
  /** A socket brings so many pictures a second for so long; it stops when it is closed. */
  const play = async (socket: FakeSocket, fps: number, ms: number) => {
    for (let sent = 0; sent < (fps * ms) / 1000; sent++) {
      await tick(1000 / fps);
      if (socket.readyState === 1) socket.onmessage?.({ data: jpeg });
    }
  };
  return { watch, sockets, states, changes, frames, open, play, mostOpen: () => mostOpen };
}

describe('LiveSharedWatch', () => {
  it('hands pictures on with their quality', async () => {
    const { open, frames, states, sockets, watch } = start();
    const socket = await open();
    expect(socket.url).toBe('ws://test/websocket/80');
    socket.onmessage?.({ data: jpeg });
    await tick(0);
    expect(frames).toMatchObject([{ quality: 80, receivedAt: Date.now() }]);
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'waiting', 'live']);
    expect(watch.stats()).toMatchObject({ quality: 80, received: 1, drawn: 1, frameBytes: 4, reconnects: 0 });
    watch.close();
    expect(sockets).toHaveLength(1);
  });

  it('opens the lower quality first, and closes the old one with the first picture of the new', async () => {
    const { open, play, sockets, changes, frames, watch, mostOpen } = start();
    const old = await open();
    await play(old, 20, 7000);
    expect(sockets.map(({ url }) => url)).toEqual(['ws://test/websocket/80', 'ws://test/websocket/75']);
    expect(old.readyState).toBe(1);
    const next = await open();
    await play(old, 20, 2000);
    expect([old.readyState, changes.length, frames.at(-1)?.quality]).toEqual([1, 0, 80]);
    next.onmessage?.({ data: jpeg });
    await tick(0);
    expect([old.readyState, frames.at(-1)?.quality]).toEqual([3, 75]);
    expect(changes).toMatchObject([{ from: 80, to: 75, reason: '20 fps, below 28' }]);
    expect(watch.stats()).toMatchObject({ quality: 75, switches: 1 });
    expect(mostOpen()).toBe(2);
    watch.close();
  });

  it('goes up by five while a camera of 30 gives all it has, and stays two sockets at most', async () => {
    const { open, play, changes, watch, mostOpen } = start({ quality: 80 });
    for (let round = 0; round < 4; round++) await play(await open(), 30, 6500);
    expect(changes.map(({ to }) => to).slice(0, 3)).toEqual([85, 90, 95]);
    expect(watch.stats().quality).toBe(95);
    expect(mostOpen()).toBe(2);
    watch.close();
  });

  it('takes a slow camera by its own rate', async () => {
    const { open, play, sockets, watch } = start({ cameraFps: async () => 10, quality: 95 });
    await play(await open(), 10, 30_000);
    expect(sockets).toHaveLength(1);
    expect(watch.stats().quality).toBe(95);
    watch.close();
  });

  it('asks again for the rate of a camera that was only just opened', async () => {
    const rates = [undefined, 0, 10];
    const asked = vi.fn(async () => rates.shift() ?? 10);
    const { open, play, sockets, watch } = start({ cameraFps: asked, quality: 95 });
    await play(await open(), 10, 11_000);
    expect(watch.stats()).toMatchObject({ quality: 95, cameraFps: 10 });
    expect(sockets).toHaveLength(1);
    expect(asked.mock.calls.length).toBeLessThan(8);
    watch.close();
  });

  it('asks a server that does not tell no more than once a window, and takes the camera for one of 30', async () => {
    const asked = vi.fn(async () => {
      throw new Error('no');
    });
    const { open, play, sockets, watch } = start({ cameraFps: asked, quality: 95 });
    await play(await open(), 20, 7000);
    expect(sockets.at(-1)?.url).toBe('ws://test/websocket/90');
    await tick(60_000);
    expect(asked.mock.calls.length).toBeLessThan(20);
    watch.close();
  });

  it('counts what was drawn, not what came', async () => {
    let finish = () => {};
    const { open, play, sockets, watch } = start({ onFrame: () => new Promise((resolve) => (finish = resolve)) });
    const busy = setInterval(() => finish(), 100);
    await play(await open(), 30, 7000);
    clearInterval(busy);
    expect(sockets.at(-1)?.url).toBe('ws://test/websocket/75');
    expect(watch.stats().dropped).toBeGreaterThan(50);
    watch.close();
  });

  it('stays at one quality where it is told to', async () => {
    const asked = vi.fn(async () => 30);
    const { open, play, sockets, watch } = start({ adapt: false, quality: 55, cameraFps: asked });
    await play(await open(), 5, 30_000);
    expect(sockets.map(({ url }) => url)).toEqual(['ws://test/websocket/55']);
    expect(asked).not.toHaveBeenCalled();
    watch.close();
  });

  it('keeps what it has when the new quality can’t be had', async () => {
    const { open, play, sockets, frames, watch, changes } = start();
    const old = await open();
    await play(old, 20, 7000);
    (await open()).lose(1011, 'no');
    await play(old, 20, 1000);
    expect([old.readyState, watch.stats().quality, changes.length]).toEqual([1, 80, 0]);
    await play(old, 20, 6000);
    // And one that opens but never delivers a picture.
    await open();
    const before = frames.length;
    await play(old, 29, 11_000);
    expect(sockets[2]!.readyState).toBe(3);
    expect(frames.length).toBeGreaterThan(before + 100);
    watch.close();
  });

  it('lets the new one take over when the old one breaks meanwhile', async () => {
    const { open, play, frames, states, watch } = start();
    const old = await open();
    await play(old, 20, 7000);
    const next = await open();
    old.lose();
    next.onmessage?.({ data: jpeg });
    await tick(0);
    expect(frames.at(-1)?.quality).toBe(75);
    expect(states.map(({ state }) => state)).not.toContain('reconnecting');
    watch.close();
  });

  it('reconnects after growing waits, with the reason, in the quality it had', async () => {
    const { open, play, sockets, states, watch } = start({ explain: async () => 'No camera “yard”' });
    await play(await open(), 20, 7000);
    const second = await open();
    second.onmessage?.({ data: jpeg });
    second.lose(1012, 'the server restarts');
    expect(states.at(-1)).toEqual({ state: 'reconnecting', reason: 'the server restarts' });
    await tick(125);
    expect(sockets).toHaveLength(3);
    sockets[2]!.lose();
    await tick(0);
    expect(states.at(-1)).toEqual({ state: 'reconnecting', reason: 'No camera “yard”' });
    await tick(249);
    expect(sockets).toHaveLength(3);
    await tick(1);
    expect(sockets.at(-1)?.url).toBe('ws://test/websocket/75');
    expect(watch.stats().reconnects).toBe(2);
    watch.close();
  });

  it('does not come back where the link was revoked', async () => {
    const { open, play, sockets, states, watch } = start();
    const old = await open();
    await play(old, 20, 7000);
    const next = await open();
    old.lose(4003, 'revoked');
    expect(states.at(-1)).toEqual({ state: 'refused', reason: 'this link was revoked' });
    expect([next.readyState, vi.getTimerCount()]).toEqual([3, 0]);
    await tick(60_000);
    expect(sockets).toHaveLength(2);
    watch.close();
  });

  it('says stalled, changes no quality meanwhile, and tries another connection beside a silent one', async () => {
    const { open, play, sockets, states, watch, mostOpen } = start();
    const socket = await open();
    await play(socket, 30, 2000);
    await tick(4500);
    expect(states.at(-1)?.state).toBe('stalled');
    await tick(13_000);
    expect(sockets.map(({ url }) => url)).toEqual(['ws://test/websocket/80', 'ws://test/websocket/80']);
    (await open()).onmessage?.({ data: jpeg });
    await tick(0);
    expect([socket.readyState, states.at(-1)?.state]).toEqual([3, 'live']);
    expect(mostOpen()).toBe(2);
    watch.close();
  });

  it('takes a new connection in place of a silent one though neither brings anything', async () => {
    const { open, play, sockets, watch, mostOpen } = start();
    const socket = await open();
    await play(socket, 30, 1000);
    await tick(17_000);
    await open();
    await tick(12_000);
    expect(socket.readyState).toBe(3);
    expect(sockets[1]!.readyState).toBe(1);
    expect(mostOpen()).toBe(2);
    watch.close();
  });

  it('goes to a chosen quality, once what is on its way has come or failed', async () => {
    const { open, play, sockets, changes, watch, mostOpen } = start();
    const socket = await open();
    await play(socket, 29, 1000);
    watch.setQuality(40);
    watch.setQuality(50);
    watch.setQuality(45);
    (await open()).onmessage?.({ data: jpeg });
    expect(changes).toMatchObject([{ from: 80, to: 40, reason: 'chosen' }]);
    await open();
    watch.setQuality(60);
    sockets.at(-1)!.lose();
    (await open()).onmessage?.({ data: jpeg });
    expect(sockets.map(({ url }) => url.slice(-2))).toEqual(['80', '40', '45', '60']);
    expect(watch.stats().quality).toBe(60);
    for (const wrong of [29, 96, 50.5, Number.NaN]) expect(() => watch.setQuality(wrong)).toThrow(RangeError);
    expect(mostOpen()).toBe(2);
    watch.close();
  });

  it('hands consumer errors over and goes on', async () => {
    const errors: unknown[] = [];
    const { open, watch } = start({
      onFrame: () => {
        throw new Error('no canvas');
      },
      onError: (error) => errors.push(error),
    });
    const socket = await open();
    for (let i = 0; i < 2; i++) {
      socket.onmessage?.({ data: jpeg });
      await tick(0);
    }
    expect(errors).toHaveLength(2);
    expect(watch.stats()).toMatchObject({ received: 2, drawn: 0 });
    watch.close();
  });

  it('leaves nothing behind when closed or aborted, in the middle of a change too', async () => {
    const abort = new AbortController();
    const { open, play, sockets, states } = start({ signal: abort.signal });
    const old = await open();
    await play(old, 20, 7000);
    await open();
    abort.abort();
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 3]);
    expect(states.at(-1)?.state).toBe('closed');
    expect(vi.getTimerCount()).toBe(0);
  });
});
