import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../testing/fake-socket.js';
import { ReconnectingSocket, type ReconnectingSocketOptions } from './reconnecting-socket.js';

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function start(options: Partial<ReconnectingSocketOptions> = {}) {
  const sockets: FakeSocket[] = [];
  const reasons: string[] = [];
  const ends: Array<[number, string]> = [];
  const counts = { opened: 0, lost: 0, ticks: 0 };
  const socket = new ReconnectingSocket(
    {
      openSocket: async (url) => {
        sockets.push(new FakeSocket(url));
        return sockets.at(-1)!;
      },
      url: 'ws://test',
      clock: { now: () => Date.now() },
      tickMs: 500,
      firstPingsMs: [0, 100],
      pingEveryMs: 2000,
      silenceMs: 8000,
      silenceReason: 'silence',
      closes: { 4003: { final: true, reason: 'taken back' }, 4005: { final: true }, 4004: { final: false } },
      random: () => 0,
      ...options,
    },
    {
      onOpen: () => counts.opened++,
      onMessage: () => {},
      onPingDue: () => socket.ping('{"type":"ping"}'),
      onLost: () => counts.lost++,
      onReason: (reason) => reasons.push(reason),
      onEnd: (code, reason) => ends.push([code, reason]),
      onTick: () => counts.ticks++,
    },
  );
  socket.start();
  const open = async () => {
    await tick(0);
    sockets.at(-1)!.open();
    return sockets.at(-1)!;
  };
  return { socket, sockets, reasons, ends, counts, open };
}

describe('ReconnectingSocket', () => {
  it('comes back after growing waits, and begins small again after a success', async () => {
    const { socket, sockets, open } = start();
    const waits = async () => {
      const before = sockets.length;
      sockets.at(-1)!.lose();
      let waited = 0;
      for (; sockets.length === before; waited += 25) await tick(25);
      return waited;
    };
    await open();
    expect([await waits(), await waits(), await waits()]).toEqual([125, 250, 500]);
    await open();
    expect(await waits()).toBe(1000);
    await open();
    socket.succeeded();
    expect(await waits()).toBe(125);
    expect(socket.reconnects).toBe(5);
    expect(socket.generation).toBe(6);
    socket.close();
  });

  it('says why: the server’s word, else what was lost, else an explanation that holds until it opens', async () => {
    let known: string | undefined = 'No camera “yard”';
    const explain = async () => (known === undefined ? undefined : { message: known, final: false });
    const { socket, sockets, reasons, open } = start({ explain });
    const first = await open();
    socket.heard('This is no JPEG');
    first.lose(1008, 'too many errors');
    await tick(125);
    sockets[1]!.lose();
    await tick(0);
    known = undefined;
    await tick(250);
    sockets[2]!.lose();
    expect(reasons).toEqual([
      'This is no JPEG',
      'the server cannot be reached',
      'No camera “yard”',
      'No camera “yard”',
    ]);
    await tick(500);
    (await open()).lose();
    expect(reasons.at(-1)).toBe('the connection was lost');
    await tick(1000);
    sockets.at(-1)!.lose();
    expect(reasons.at(-1)).toBe('the server cannot be reached');
    socket.close();
  });

  it('goes on without an explanation where asking for one fails', async () => {
    const { socket, sockets, reasons } = start({ explain: () => Promise.reject(new Error('down')) });
    await tick(0);
    sockets[0]!.lose();
    await tick(125);
    expect([sockets.length, reasons]).toEqual([2, ['the server cannot be reached']]);
    socket.close();
  });

  it('passes over an explanation that comes when the connection is there again', async () => {
    let tell: (refusal: { message: string; final: boolean }) => void = () => {};
    const { socket, sockets, reasons, ends, open } = start({
      explain: () => new Promise((resolve) => (tell = resolve)),
    });
    await tick(0);
    sockets[0]!.lose();
    await tick(125);
    await open();
    tell({ message: 'not valid', final: true });
    await tick(1000);
    expect([ends, reasons.includes('not valid'), socket.isOpen]).toEqual([[], false, true]);
    socket.close();
  });

  it('ends where the server says so, when it closes or when it refuses', async () => {
    const taken = start();
    (await taken.open()).lose(4003);
    const ended = start();
    (await ended.open()).lose(4005, 'the session was deleted');
    const refused = start({ explain: async () => ({ message: 'not valid', final: true }) });
    await tick(0);
    refused.sockets[0]!.lose();
    await tick(60_000);
    expect(taken.ends).toEqual([[4003, 'taken back']]);
    expect(ended.ends).toEqual([[4005, 'the session was deleted']]);
    expect(refused.ends).toEqual([[0, 'not valid']]);
    for (const { socket, sockets, counts } of [taken, ended, refused]) {
      expect([sockets.length, counts.lost]).toEqual([1, 1]);
      socket.close();
    }
  });

  it('keeps the server’s word of a close that is not for good', async () => {
    const { socket, sockets, reasons, open } = start({ explain: async () => ({ message: 'a guess', final: false }) });
    (await open()).lose(4004, 'switched off');
    await tick(125);
    sockets[1]!.lose();
    await tick(0);
    expect(reasons).toEqual(['switched off', 'switched off']);
    socket.close();
  });

  it('gives up a connection that does not come about, and one that answers nothing', async () => {
    const { socket, sockets, reasons, open } = start();
    await tick(10_500);
    expect([reasons, sockets[0]!.readyState]).toEqual([['the server does not answer'], 0]);
    await tick(500);
    const second = await open();
    for (let i = 0; i < 30; i++) {
      second.text({ type: 'pong' });
      await tick(1000);
    }
    expect(reasons).toHaveLength(1);
    await tick(11_000);
    expect(reasons.at(-1)).toBe('silence');
    expect(second.readyState).toBe(3);
    socket.close();
  });

  it('pings after opening and then so often, and ticks while it is open', async () => {
    const { socket, counts, open } = start();
    await tick(2000);
    expect(counts.ticks).toBe(0);
    const server = await open();
    await tick(200);
    expect(server.sent).toHaveLength(2);
    await tick(4800);
    expect(server.sent).toHaveLength(4);
    expect(counts.ticks).toBe(10);
    socket.close();
  });

  it('goes again when told to, after it ended too', async () => {
    const { socket, sockets, ends, open } = start();
    (await open()).lose(4003);
    expect(ends).toHaveLength(1);
    socket.reconnect();
    await open();
    expect([socket.isOpen, sockets.length]).toEqual([true, 2]);
    socket.close();
  });

  it('leaves nothing behind when it is closed, whatever it was doing', async () => {
    const connecting = start();
    const opened = start();
    const waiting = start();
    await waiting.open();
    (await opened.open()).text({});
    waiting.sockets[0]!.lose();
    for (const { socket } of [connecting, opened, waiting]) socket.close();
    expect(vi.getTimerCount()).toBe(0);
    await tick(60_000);
    for (const { sockets } of [connecting, opened, waiting]) expect(sockets).toHaveLength(1);
  });
});
