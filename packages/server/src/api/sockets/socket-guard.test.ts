import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { UploadLimit } from '../http/upload-limit.js';
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
  guardSocket(socket as unknown as WebSocket, {
    carrier: new PassThrough(),
    address: '127.0.0.1',
    uploads: new UploadLimit(),
    now: () => clock.ms,
    onFault: (fault) => faults.push(fault),
  });
  const send = (count: number, event = 'message') => {
    for (let i = 0; i < count; i++) socket.emit(event, Buffer.alloc(0));
  };
  return { socket, calls, faults, clock, send };
}

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
    'closes a peer that floods it with %ss, once, and reads nothing more of it',
    (event) => {
      const { send, faults, calls } = setUp();
      send(5000, event);
      expect(faults).toEqual(['too_many_messages']);
      expect(calls).toEqual(['pause', 'close 1008']);
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
