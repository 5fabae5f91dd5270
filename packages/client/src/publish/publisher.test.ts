import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Refusal } from '../connection/retries.js';
import { FakeSocket } from '../testing/fake-socket.js';
import { LivePublisher } from './live-publisher.js';
import type { PublishControl, PublishOptions, PublishState } from './publish-types.js';

const START = 1_700_000_000_000;
/** A JPEG's start and frame header: 640×480. */
const JPEG = Uint8Array.from([
  ...[0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2],
  ...[0xff, 0xc0, 0, 17, 8, 0x01, 0xe0, 0x02, 0x80, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
]);

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function start(options: PublishOptions = {}, explain?: () => Promise<Refusal | undefined>) {
  const sockets: FakeSocket[] = [];
  const states: PublishState[] = [];
  const publisher = new LivePublisher(
    { onState: (state) => states.push(state), ...options },
    {
      url: 'ws://test/ws/camera/t',
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
  /** Opens the newest socket; its first ping is answered by a server whose clock is `aheadMs` ahead. */
  const open = async (aheadMs = 0) => {
    await tick(0);
    const socket = sockets.at(-1)!;
    socket.open();
    await tick(0);
    answer(socket, aheadMs);
    return socket;
  };
  return { publisher, sockets, states, open };
}

/** Answers every ping so far. */
function answer(socket: FakeSocket, aheadMs = 0): void {
  for (const { type, t0 } of socket.sent) {
    if (type === 'ping') socket.text({ type: 'pong', t0, t1: Date.now() + aheadMs });
  }
}

const metas = (socket: FakeSocket) => socket.sent.filter(({ type }) => type === 'frame_metadata');

describe('LivePublisher', () => {
  it('sends metadata, then the picture, then a ping', async () => {
    const { publisher, open } = start();
    const socket = await open();
    await tick(200);
    answer(socket);
    const before = socket.sent.length;
    expect(publisher.send(JPEG)).toBe(true);
    const said = socket.sent.slice(before).filter(({ type }) => type !== 'ping');
    expect(said).toEqual([
      { type: 'frame_metadata', timestamp: START + 200, frameNumber: 0, width: 640, height: 480, format: 'jpeg' },
    ]);
    expect(socket.binaries).toEqual([JPEG]);
    expect(socket.sent.at(-1)).toMatchObject({ type: 'ping' });
    publisher.close();
  });

  it('waits for the server’s clock, and stamps by it', async () => {
    const { publisher, sockets, states } = start();
    await tick(0);
    const [socket] = sockets;
    socket!.open();
    await tick(0);
    expect(publisher.send(JPEG)).toBe(false);
    expect(states.map(({ state }) => state)).toEqual(['connecting']);
    answer(socket!, 7000);
    expect(states.at(-1)).toEqual({ state: 'live', reason: '' });
    expect(publisher.send(JPEG, { timestamp: START - 12 })).toBe(true);
    expect(metas(socket!)[0]).toMatchObject({ timestamp: START - 12 + 7000 });
    expect(publisher.stats()).toMatchObject({ sent: 1, clockOffsetMs: 7000, dropped: { offline: 1 } });
    publisher.close();
  });

  it('keeps the newest while the server has not confirmed, and sends it when it has', async () => {
    const { publisher, open } = start({ fps: 60 });
    const socket = await open();
    const frames = Array.from({ length: 6 }, (_, i) => Uint8Array.from([...JPEG, i]));
    for (const frame of frames) {
      expect(publisher.send(frame)).toBe(true);
      await tick(17);
    }
    const sent = socket.binaries.length;
    expect(sent).toBeLessThanOrEqual(2);
    answer(socket);
    expect(socket.binaries.length).toBe(sent + 1);
    expect(socket.binaries.at(-1)).toEqual(frames.at(-1));
    expect(publisher.stats().dropped.link).toBe(frames.length - sent - 1);
    publisher.close();
  });

  it('gives the socket nothing before it has taken what it was given', async () => {
    const { publisher, open } = start();
    const socket = await open();
    socket.bufferedAmount = 100;
    publisher.send(JPEG);
    await tick(100);
    expect(socket.binaries).toHaveLength(0);
    socket.bufferedAmount = 0;
    await tick(20);
    expect(socket.binaries).toHaveLength(1);
    publisher.close();
  });

  it('obeys the server at the next frame', async () => {
    const controls: PublishControl[] = [];
    const { publisher, open } = start({ onControl: (control) => controls.push(control) });
    const socket = await open();
    const control = { fps: 10, quality: 0.45, width: 320, reason: 'inference-load' };
    socket.text({ type: 'control', ...control });
    expect(controls).toEqual([control]);
    const claim = publisher.claim();
    expect(claim).toMatchObject({ quality: 0.45, width: 320 });
    claim!.send(JPEG);
    answer(socket);
    let sent = 0;
    for (let i = 0; i < 60; i++) {
      await tick(1000 / 60);
      const next = publisher.claim();
      if (next) sent++;
      next?.send(JPEG);
      answer(socket);
    }
    expect(sent).toBe(10);
    socket.text({ type: 'control', fps: 1000, quality: -4, reason: 'nonsense' });
    expect(controls.at(-1)).toMatchObject({ fps: 60, quality: 0.3 });
    socket.text({ type: 'control', fps: null, quality: 0.5 });
    expect(controls).toHaveLength(2);
    publisher.close();
  });

  it('lets one picture be made at a time, and says when the next may be', async () => {
    let readies = 0;
    const { publisher, open } = start({ fps: 60, onReady: () => readies++ });
    const socket = await open();
    for (let i = 0; i < 2; i++) {
      const claim = publisher.claim();
      expect(publisher.claim()).toBeUndefined();
      claim?.send(JPEG);
      await tick(17);
    }
    const { inFlight } = publisher.stats();
    expect(publisher.claim()).toBeUndefined();
    expect(readies).toBe(0);
    answer(socket);
    expect(inFlight).toBeGreaterThan(0);
    expect(readies).toBe(1);
    const claim = publisher.claim()!;
    claim.cancel();
    await tick(17);
    expect(publisher.claim()).toBeDefined();
    publisher.close();
  });

  it('goes on counting where it was after a connection was lost', async () => {
    const { publisher, open, states, sockets } = start({ firstFrameNumber: 40 });
    const first = await open();
    publisher.send(JPEG);
    first.lose(1006);
    expect(states.at(-1)).toEqual({ state: 'reconnecting', reason: 'the connection was lost' });
    expect(publisher.send(JPEG)).toBe(false);
    await tick(300);
    expect(sockets).toHaveLength(2);
    const second = await open();
    publisher.send(JPEG);
    expect(metas(second)[0]).toMatchObject({ frameNumber: 41 });
    expect(publisher.stats()).toMatchObject({ reconnects: 1, nextFrameNumber: 42 });
    publisher.close();
  });

  it('notices a connection that is dead though nobody said so', async () => {
    const { publisher, open, states } = start();
    await open();
    publisher.send(JPEG);
    await tick(9000);
    expect(states.find(({ state }) => state === 'reconnecting')?.reason).toBe('the network stopped');
    publisher.close();
  });

  it('stops when another publisher took over, and takes back when told', async () => {
    const { publisher, open, states, sockets } = start();
    const socket = await open();
    socket.lose(4001, 'another device publishes now');
    expect(states.at(-1)).toEqual({ state: 'replaced', reason: 'another device now publishes with this link' });
    await tick(60_000);
    expect(sockets).toHaveLength(1);
    publisher.resume();
    await open();
    expect(states.at(-1)).toEqual({ state: 'live', reason: '' });
    publisher.close();
  });

  it('ends where the token is refused, and goes on where the server is only away', async () => {
    const gone = start({}, async () => ({ message: 'this link is not valid', final: true }));
    await tick(0);
    gone.sockets[0]!.lose();
    await tick(0);
    expect(gone.states.at(-1)).toEqual({ state: 'refused', reason: 'this link is not valid' });
    await tick(60_000);
    expect(gone.sockets).toHaveLength(1);
    gone.publisher.close();

    const away = start({}, async () => ({ message: 'The server cannot be reached', final: false }));
    await tick(0);
    away.sockets[0]!.lose();
    await tick(0);
    expect(away.states.at(-1)).toEqual({ state: 'reconnecting', reason: 'The server cannot be reached' });
    await tick(1000);
    expect(away.sockets.length).toBeGreaterThan(1);
    away.publisher.close();
  });

  it('ends when the link is taken back, and waits where the camera is only switched off', async () => {
    const revoked = start();
    (await revoked.open()).lose(4003, 'revoked');
    expect(revoked.states.at(-1)).toEqual({ state: 'refused', reason: 'this link was revoked' });
    revoked.publisher.close();

    const off = start({}, async () => undefined);
    const socket = await off.open();
    socket.text({ type: 'error', code: 'camera_off', message: 'This camera was switched off' });
    socket.lose(4004, 'camera_off');
    await tick(300);
    off.sockets[1]!.lose();
    await tick(0);
    expect(off.states.at(-1)).toEqual({ state: 'reconnecting', reason: 'This camera was switched off' });
    off.publisher.close();
  });

  it('sends nothing while paused, and keeps the connection', async () => {
    const { publisher, open, states, sockets } = start();
    const socket = await open();
    publisher.pause();
    expect(states.at(-1)).toEqual({ state: 'paused', reason: 'paused' });
    expect(publisher.send(JPEG)).toBe(false);
    for (let i = 0; i < 30; i++) {
      await tick(1000);
      answer(socket);
    }
    expect(sockets).toHaveLength(1);
    publisher.resume();
    expect(publisher.send(JPEG)).toBe(true);
    publisher.close();
  });

  it('counts what the server refuses, and passes over what it does not know', async () => {
    const { publisher, open } = start();
    const socket = await open();
    socket.text({ type: 'error', code: 'frame_invalid', message: 'This is no JPEG' });
    socket.text({ type: 'news' });
    socket.onmessage?.({ data: '{' });
    socket.onmessage?.({ data: new ArrayBuffer(3) });
    expect(publisher.stats().dropped.rejected).toBe(1);
    publisher.close();
  });

  it('takes JPEGs only, and options within the contract', async () => {
    const { publisher } = start();
    expect(() => publisher.send(Uint8Array.from([0x89, 0x50, 0x4e, 0x47]))).toThrow(TypeError);
    publisher.close();
    expect(() => start({ fps: 61 })).toThrow(/fps.*\[5, 60\]/);
    expect(() => start({ quality: 0.2 })).toThrow(RangeError);
  });

  it('ends with its signal, timers and all', async () => {
    const abort = new AbortController();
    const { open, states } = start({ signal: abort.signal });
    const socket = await open();
    abort.abort();
    expect(states.at(-1)!.state).toBe('closed');
    expect(socket.readyState).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});
