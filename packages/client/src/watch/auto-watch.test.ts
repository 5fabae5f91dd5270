import { SOCKET_CLOSE } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../testing/fake-socket.js';
import { metadata } from '../testing/metadata.js';
import { AutoWatch } from './auto-watch.js';
import { LiveWatch } from './watch.js';
import type { WatchOptions, WatchState } from './watch-types.js';

const START = 1_700_000_000_000;

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

function start(options: Partial<WatchOptions> = {}) {
  const sockets: FakeSocket[] = [];
  const shown: number[] = [];
  const states: WatchState[] = [];
  const clock = { now: () => Date.now() };
  const watch = new AutoWatch(
    {
      onFrame: ({ meta }) => void shown.push(meta.frameNumber),
      onState: (state) => void states.push(state),
      ...options,
    },
    (leg) =>
      new LiveWatch(leg, {
        url: `ws://test/?every=${leg.every}`,
        openSocket: async (url) => {
          const socket = new FakeSocket(url);
          sockets.push(socket);
          return socket;
        },
        clock,
        random: () => 0,
      }),
    clock,
  );
  let number = 0;
  /** A frame from the camera, 25 a second, to all that are connected. */
  const frame = async (detections_age_ms = 40) => {
    number++;
    for (const socket of sockets) {
      if (socket.readyState !== 1) continue;
      const age = socket.url.endsWith('all') ? { detections_age_ms } : {};
      socket.frame(metadata(number, { timestamp: Date.now() - 20, ...age }));
    }
    await vi.advanceTimersByTimeAsync(40);
  };
  const open = async () => {
    await vi.advanceTimersByTimeAsync(0);
    sockets.at(-1)!.open();
  };
  /** Frames of an analysis that keeps up, until a second connection is made. */
  const keepUp = async () => {
    for (let i = 0; i < 300 && sockets.length === 1; i++) await frame();
    expect(sockets).toHaveLength(2);
  };
  return { watch, sockets, shown, states, frame, open, keepUp, last: () => number };
}

describe('AutoWatch', () => {
  it('begins with every frame and changes to analysed frames without losing or repeating one', async () => {
    const { watch, sockets, shown, states, frame, open, keepUp, last } = start();
    await open();
    await keepUp();
    await frame();
    sockets[1]!.open();
    for (let i = 0; i < 10; i++) await frame();
    expect(sockets.map(({ url }) => url)).toEqual(['ws://test/?every=all', 'ws://test/?every=analyzed']);
    expect(sockets[0]!.readyState).toBe(3);
    expect(shown).toEqual(Array.from({ length: last() }, (_, i) => i + 1));
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'waiting', 'live']);
    expect(watch.stats()).toMatchObject({ drawn: last(), reconnects: 0 });
    expect(watch.stats().fps).toBeGreaterThan(20);
    watch.close();
    expect(states.at(-1)).toMatchObject({ state: 'closed' });
    expect(sockets[1]!.readyState).toBe(3);
  });

  it('goes on with what it has where no second connection is to be had', async () => {
    const { watch, sockets, shown, states, frame, open, keepUp, last } = start();
    await open();
    await keepUp();
    sockets[1]!.lose(1013, 'too many connections');
    for (let i = 0; i < 100; i++) await frame();
    expect(sockets).toHaveLength(2);
    expect(shown).toHaveLength(last());
    expect(states.at(-1)).toMatchObject({ state: 'live' });
    watch.close();
  });

  it('closes both connections when it is closed in between', async () => {
    const abort = new AbortController();
    const { sockets, open, keepUp } = start({ signal: abort.signal });
    await open();
    await keepUp();
    sockets[1]!.open();
    abort.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 3]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the server takes the link back', async () => {
    const { states, sockets, open, frame, watch } = start();
    await open();
    await frame();
    sockets[0]!.lose(SOCKET_CLOSE.revoked);
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)!.state).toBe('refused');
    watch.close();
  });
});
