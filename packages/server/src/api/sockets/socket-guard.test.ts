import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { guardSocket } from './socket-guard.js';

/** A socket as the guard sees it, with a clock that the test moves. */
function setUp() {
  const calls: string[] = [];
  const faults: string[] = [];
  const clock = { ms: 0 };
  const socket = Object.assign(new EventEmitter(), {
    bufferedAmount: 0,
    pause: () => calls.push('pause'),
    close: (code: number) => calls.push(`close ${code}`),
    terminate: () => calls.push('terminate'),
  });
  guardSocket(socket as unknown as WebSocket, (fault) => faults.push(fault), { now: () => clock.ms });
  const send = (count: number, event = 'message') => {
    for (let i = 0; i < count; i++) socket.emit(event);
  };
  return { socket, calls, faults, clock, send };
}

afterEach(() => vi.useRealTimers());

describe('guardSocket', () => {
  it('leaves a busy honest peer alone', () => {
    const { clock, send, faults } = setUp();
    for (let second = 0; second < 60; second++) {
      send(240);
      clock.ms += 1000;
    }
    expect(faults).toEqual([]);
  });

  it.each(['message', 'ping', 'pong'])(
    'closes a peer that floods it with %ss, once, and cuts it soon after',
    (event) => {
      vi.useFakeTimers();
      const { send, faults, calls } = setUp();
      send(5000, event);
      expect(faults).toEqual(['too_many_messages']);
      expect(calls).toEqual(['pause', 'close 1008']);
      vi.advanceTimersByTime(1000);
      expect(calls).toEqual(['pause', 'close 1008', 'terminate']);
    },
  );

  it('cuts a peer that goes on asking and reads nothing', () => {
    const { socket, send, faults, calls, clock } = setUp();
    socket.bufferedAmount = 2_000_000;
    for (let i = 0; i < 300; i++) {
      send(1);
      clock.ms += 100;
    }
    expect(faults).toEqual(['never_reads']);
    expect(calls).toEqual(['pause', 'terminate']);
  });

  it('gives a slow reader time, as long as it reads now and then', () => {
    const { socket, send, faults, clock } = setUp();
    for (let round = 0; round < 10; round++) {
      socket.bufferedAmount = 2_000_000;
      send(150);
      socket.bufferedAmount = 0;
      send(1);
      clock.ms += 1000;
    }
    expect(faults).toEqual([]);
  });
});
