import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { classes, Message, methods, parseMessage } from 'werift';
import { FrameReader, framed } from './framing.js';
import { type EndedTcpPeer, PassiveTcp } from './passive-tcp.js';
import { bindingRequest } from './stun.js';
import { MAX_BUFFERED_BYTES, type TcpAddress } from './tcp-peer.js';

const LOOPBACK = '127.0.0.1';
const REMOTE = { ufrag: 'theirs', password: 'their password' };
const CHECK = bindingRequest('ours:theirs', 'our password').packet;
/** RTP begins with its version. */
const picture = (text: string, bytes = 0) => Buffer.concat([Buffer.of(0x80), Buffer.from(text), Buffer.alloc(bytes)]);

let nowMs: number;
let tcp: PassiveTcp;
let server: Server;
let port: number;
let ended: EndedTcpPeer[];
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  nowMs = 0;
  ended = [];
  tcp = new PassiveTcp({ now: () => nowMs, onEnd: (peer) => void ended.push(peer) });
  server = createServer((socket) => tcp.accept(socket));
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  closers.push(
    () => tcp.close(),
    () => server.close(),
  );
});
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) await close();
});

/** A session, and what it received. */
function admit() {
  const received: { packet: Buffer; from: TcpAddress }[] = [];
  const agent = { ufrag: 'ours', password: 'our password', remote: REMOTE };
  const link = tcp.admit({ ...agent, receive: (packet, from) => void received.push({ packet, from }) });
  return { link, received, texts: () => received.map(({ packet }) => packet.toString('latin1')) };
}

async function dial(first?: Buffer): Promise<Socket> {
  const socket = connect(port, LOOPBACK);
  closers.push(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (first) socket.write(framed(first));
  return socket;
}

/** What a peer receives, with the checks it is sent apart. @param answers whether it answers them */
function reading(socket: Socket, answers = true) {
  const reader = new FrameReader();
  const seen = { packets: [] as Buffer[], checks: 0 };
  socket.on('data', (chunk: Buffer) => {
    for (const packet of reader.push(chunk)) {
      const message = parseMessage(packet, Buffer.from(REMOTE.password));
      if (message?.messageClass !== classes.REQUEST) seen.packets.push(packet);
      else {
        seen.checks += 1;
        const answer = new Message(methods.BINDING, classes.RESPONSE, message.transactionId);
        if (answers) socket.write(framed(answer.bytes));
      }
    }
  });
  return seen;
}

/** Unlike `once`, it minds no error that comes before. */
const closed = (socket: Socket) => new Promise<void>((resolve) => void socket.resume().once('close', () => resolve()));
const reasons = () => ended.map(({ reason }) => reason);

describe('a peer that shows by its first check whose it is', () => {
  it('exchanges packets with its session until it leaves', async () => {
    const { link, received, texts } = admit();
    const socket = await dial(CHECK);
    const seen = reading(socket);
    socket.write(framed(Buffer.from('hello')));
    await expect.poll(texts).toEqual([CHECK.toString('latin1'), 'hello']);
    expect(tcp.count).toBe(1);
    const from = received[0]!.from;
    expect(from).toEqual([LOOPBACK, socket.localPort]);
    link.send(Buffer.from('there'), from);
    link.send(Buffer.from('nobody'), [LOOPBACK, 1]);
    await expect.poll(() => seen.packets.map(String)).toEqual(['there']);
    socket.end();
    await expect.poll(() => ended).toEqual([{ address: LOOPBACK, reason: 'disconnected', dropped: 0 }]);
    expect(tcp.count).toBe(0);
    link.send(Buffer.from('gone'), from);
  });

  it('is ended with its session, and not heard after that', async () => {
    const { link, received } = admit();
    const socket = await dial(CHECK);
    await expect.poll(() => received.length).toBe(1);
    link.close();
    link.close();
    await closed(socket);
    await dial(CHECK);
    await expect.poll(reasons).toEqual(['session_ended', 'unknown_session']);
  });

  it('is one of a bounded number', async () => {
    const { received } = admit();
    for (let i = 0; i < 17; i++) await dial(CHECK);
    await expect.poll(reasons).toEqual(['too_many_connections']);
    expect([received.length, tcp.count]).toEqual([16, 16]);
  });
});

describe('a connection that is nobody’s', () => {
  it.each([
    ['an unknown session', framed(bindingRequest('others:theirs', 'our password').packet), 'unknown_session'],
    ['a wrong signature', framed(bindingRequest('ours:theirs', 'guessed').packet), 'unknown_session'],
    ['media before a check', framed(picture('x')), 'malformed'],
    ['garbage', Buffer.from('\x01\xffgarbage'.padEnd(600, '!'), 'latin1'), 'malformed'],
    ['a packet that is too large', Buffer.of(0xff, 0xff), 'malformed'],
  ])('is ended: %s', async (_name, bytes, reason) => {
    const { received } = admit();
    const socket = await dial();
    socket.write(bytes);
    await closed(socket);
    expect(reasons()).toEqual([reason]);
    expect(received).toEqual([]);
  });

  it('is ended if its check does not come in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const [socket] = await Promise.all([dial(), once(server, 'connection')]);
    socket.write(framed(CHECK).subarray(0, 10));
    const end = closed(socket);
    vi.advanceTimersByTime(4999);
    expect(reasons()).toEqual([]);
    vi.advanceTimersByTime(1);
    await end;
    expect(reasons()).toEqual(['no_check']);
  });

  it('is one of a bounded number', async () => {
    for (let i = 0; i < 65; i++) await dial();
    await expect.poll(reasons).toEqual(['too_many_connections']);
    tcp.close();
    expect(reasons().filter((reason) => reason === 'shutdown').length).toBe(64);
  });
});

describe('a peer that takes less than it is sent', () => {
  it('is left out packets rather than given late ones, once the kernel takes no more', async () => {
    const { link, received } = admit();
    const socket = await dial(CHECK);
    socket.pause();
    await expect.poll(() => received.length).toBe(1);
    const from = received[0]!.from;
    // More than the kernel keeps for a connection, and what may wait here.
    for (let i = 0; i < 16_000; i++) link.send(picture('x', 1200), from);
    link.close();
    expect(ended[0]?.dropped).toBeGreaterThan(0);
    expect(16_000 - (ended[0]?.dropped ?? 0)).toBeGreaterThan(MAX_BUFFERED_BYTES / 1200);
  });

  it('is left out media while its echo is late, but neither checks nor keys', async () => {
    const { link, received } = admit();
    const socket = await dial(CHECK);
    let seen = reading(socket);
    await expect.poll(() => received.length).toBe(1);
    const from = received[0]!.from;
    link.send(picture('1'), from);
    await expect.poll(() => seen.checks).toBe(1);
    // The echo has arrived once the next packet of the peer has.
    socket.write(framed(Buffer.from('after the echo')));
    await expect.poll(() => received.length).toBe(2);
    socket.removeAllListeners('data');
    seen = reading(socket, false);
    nowMs = 100;
    link.send(picture('2'), from);
    nowMs = 400;
    link.send(picture('3'), from);
    nowMs = 401;
    link.send(picture('4'), from);
    link.send(Buffer.from('\x16key'), from);
    await expect.poll(() => seen.packets.at(-1)?.toString()).toBe('\x16key');
    expect(seen.packets.slice(0, -1)).toEqual([picture('2'), picture('3')]);
    link.close();
    expect(ended).toMatchObject([{ dropped: 1 }]);
  });
});
