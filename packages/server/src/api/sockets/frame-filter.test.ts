import net, { type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { startTestApp, type TestApp } from '../../testing/test-app.js';

const maxPayload = 1000;
let app: TestApp;
let violations: string[];
let messages: string[];
let closed: Array<{ code: number }>;

beforeEach(async () => {
  violations = [];
  messages = [];
  closed = [];
  app = await startTestApp({
    routes: (sockets) =>
      sockets.route('/ws/lenient', {
        permission: 'watch',
        query: z.strictObject({}),
        summary: 'For this test',
        maxPayload,
        outlivesBadFrames: true,
        handler: (socket, { filter }) => {
          if (filter) filter.onViolation = ({ code, message }) => void violations.push(`${code}: ${message}`);
          socket.on('close', (code) => closed.push({ code }));
          socket.on('message', (data: Buffer, isBinary) => {
            messages.push(`${isBinary ? 'binary' : 'text'} ${data.toString('latin1')}`);
            socket.send(data, { binary: isBinary });
          });
        },
      }),
  });
});
afterEach(() => app.close());

/** A frame as a client sends it, masked with zeros. */
function frame(first: number, payload: Buffer, { masked = true, length = payload.length } = {}): Buffer {
  const size =
    length < 126
      ? Buffer.of(length)
      : length < 65_536
        ? Buffer.of(126, length >> 8, length & 255)
        : Buffer.concat([Buffer.of(127), Buffer.alloc(8)]);
  if (length >= 65_536) size.writeBigUInt64BE(BigInt(length), 1);
  if (masked) size[0]! |= 0x80;
  return Buffer.concat([Buffer.of(first), size, ...(masked ? [Buffer.alloc(4)] : []), payload]);
}

const good = (text: string) => frame(0x81, Buffer.from(text));
const binary = (bytes: number) => frame(0x82, Buffer.alloc(bytes, 'b'));

/** A raw connection after its upgrade. @param early bytes in one packet with the request. */
async function connect(early = Buffer.alloc(0)): Promise<{ socket: Socket; received: () => Buffer }> {
  const socket = net.connect(app.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  const request = `GET /ws/lenient HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(request), early]));
  await vi.waitFor(() => expect(Buffer.concat(chunks).toString('latin1')).toContain('\r\n\r\n'), { timeout: 20_000 });
  return { socket, received: () => Buffer.concat(chunks) };
}

async function hasMessages(...expected: string[]): Promise<void> {
  await vi.waitFor(() => expect(messages).toEqual(expected), { timeout: 20_000 });
}

describe('FrameFilter', () => {
  it.each([
    ['without a mask', frame(0x81, Buffer.from('evil'), { masked: false }), /mask/],
    ['with reserved bits', frame(0xf1, Buffer.from('evil')), /reserved bits/],
    ['of an unknown kind', frame(0x83, Buffer.from('evil')), /unknown kind/],
    ['that is too large', binary(maxPayload + 1), /^payload_too_large.*1001.*1000/],
    ['that is far too large', binary(3_000_000), /^payload_too_large/],
  ])('takes a frame %s out, and nothing beside it', async (_what, bad, expected) => {
    const { socket, received } = await connect();
    socket.write(Buffer.concat([good('before'), bad, binary(maxPayload), bad, good('after')]));
    await hasMessages('text before', `binary ${'b'.repeat(maxPayload)}`, 'text after');
    expect(violations).toEqual([expect.stringMatching(expected), expect.stringMatching(expected)]);
    await vi.waitFor(() => expect(received().includes('after')).toBe(true), { timeout: 20_000 });
    expect(closed).toEqual([]);
    socket.destroy();
    await vi.waitFor(() => expect(closed).toHaveLength(1), { timeout: 20_000 });
  });

  it('judges alike however the bytes are cut', async () => {
    const { socket } = await connect();
    socket.setNoDelay(true);
    const all = Buffer.concat([
      good('a'),
      frame(0xf1, Buffer.alloc(200)),
      binary(maxPayload + 5),
      binary(300),
      good('z'),
    ]);
    for (let at = 0; at < all.length; at += 7) {
      socket.write(all.subarray(at, at + 7));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await hasMessages('text a', `binary ${'b'.repeat(300)}`, 'text z');
    expect(violations).toHaveLength(2);
    socket.destroy();
  });

  it('judges what comes with the request', async () => {
    const { socket } = await connect(Buffer.concat([frame(0xf1, Buffer.from('x')), good('early')]));
    await hasMessages('text early');
    expect(violations.length).toBeLessThanOrEqual(1);
    socket.destroy();
  });

  it('hands on texts that are not UTF-8', async () => {
    const { socket } = await connect();
    socket.write(frame(0x81, Buffer.of(0xff, 0xfe)));
    await hasMessages('text \xff\xfe');
    socket.destroy();
  });

  it('lets the connection fail after 20 in a row', async () => {
    const { socket } = await connect();
    const bad = frame(0x81, Buffer.from('x'), { masked: false });
    for (let i = 0; i < 19; i++) socket.write(bad);
    socket.write(good('once more'));
    await hasMessages('text once more');
    for (let i = 0; i < 21; i++) socket.write(bad);
    await vi.waitFor(() => expect(closed).toHaveLength(1), { timeout: 20_000 });
    expect(violations).toHaveLength(39);
  });

  it('waits for no frame of a length that nobody sends', async () => {
    const { socket } = await connect();
    socket.write(frame(0xf1, Buffer.alloc(10), { length: 2 ** 40 }));
    await vi.waitFor(() => expect(closed).toHaveLength(1), { timeout: 20_000 });
    socket.destroy();
  });

  it('carries a conversation like any other socket: fragments, pings, both ends closing', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${app.port}/ws/lenient`);
    const echoed: string[] = [];
    let pongs = 0;
    socket.on('message', (data) => echoed.push(String(data)));
    socket.on('pong', () => pongs++);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send('in ', { fin: false });
    socket.ping();
    socket.send('parts', { fin: true });
    for (let i = 0; i < 50; i++) socket.send(`${i}`.repeat(300));
    await vi.waitFor(() => expect(echoed).toHaveLength(51), { timeout: 20_000 });
    expect(echoed[0]).toBe('in parts');
    expect(echoed[50]).toBe('49'.repeat(300));
    expect(pongs).toBe(1);
    socket.close(1000, 'done');
    await vi.waitFor(() => expect(closed).toEqual([{ code: 1000 }]), { timeout: 20_000 });
    expect(violations).toEqual([]);
  });
});
