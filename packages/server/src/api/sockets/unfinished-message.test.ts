import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestApp, type TestApp, type TestAppOptions } from '../../testing/test-app.js';
import { UploadLimit } from '../http/upload-limit.js';

let app: TestApp;
let messages: number[];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await app.close();
});

/** Sockets of two routes, as they come and behind a frame filter, that count what they are sent. */
async function start(options: Pick<TestAppOptions, 'uploads' | 'maxMessageMs'>): Promise<void> {
  messages = [];
  app = await startTestApp({
    ...options,
    routes: (sockets) => {
      for (const outlivesBadFrames of [false, true]) {
        sockets.route(outlivesBadFrames ? '/ws/filtered' : '/ws/plain', {
          permission: 'watch',
          query: z.strictObject({}),
          summary: '',
          maxPayload: 1_000_000,
          outlivesBadFrames,
          handler: (socket) => void socket.on('message', (data: Buffer) => messages.push(data.length)),
        });
      }
    },
  });
}

const continues = 0;
const begins = 2;
const pings = 9;
const ends = 0x80;

/** A frame with a mask of zeros. @param claimed bytes it says it has. */
function frame(first: number, payload: Buffer, claimed = payload.length): Buffer {
  const header = Buffer.alloc(14);
  header[0] = first;
  header[1] = 0x80 | 127;
  header.writeBigUInt64BE(BigInt(claimed), 2);
  const short = Buffer.from([first, 0x80 | claimed, 0, 0, 0, 0]);
  return Buffer.concat([claimed < 126 ? short : header, payload]);
}

async function open(path: string): Promise<Socket> {
  const socket = connect(app.port, '127.0.0.1');
  sockets.push(socket);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 101/);
  return socket;
}

/** Code and reason of the close frame that comes next, pongs before it left out. */
async function closed(socket: Socket): Promise<string> {
  for (;;) {
    const [data] = (await once(socket, 'data')) as [Buffer];
    const at = data.indexOf(0x88);
    if (at >= 0) return `${data.readUInt16BE(at + 2)} ${data.subarray(at + 4, at + 2 + data[at + 1]!)}`;
  }
}

const paths = ['/ws/plain', '/ws/filtered'];

it.each(paths)('%s closes a peer that does not finish its message in time, whatever else it sends', async (path) => {
  await start({ maxMessageMs: 200 });
  const socket = await open(path);
  const end = closed(socket);
  socket.write(frame(begins, Buffer.alloc(100)));
  const busy = setInterval(
    () => socket.write(Buffer.concat([frame(ends | pings, Buffer.alloc(5)), frame(continues, Buffer.alloc(1))])),
    20,
  );
  try {
    expect(await end).toBe('1008 a message was not finished within 0.2 s');
  } finally {
    clearInterval(busy);
  }
  await expect.poll(() => app.sockets.open).toBe(0);
});

it.each(paths)('%s counts begun messages of all sockets of an address, and gives back what they held', async (path) => {
  const uploads = new UploadLimit({ maxBytes: 1_000_000, maxBytesPerAddress: 200_000 });
  await start({ uploads });
  const first = await open(path);
  first.write(frame(begins, Buffer.alloc(90_000)));
  const second = await open(path);
  second.write(frame(ends | begins, Buffer.alloc(90_000), 900_000));
  await expect.poll(() => uploads.bytes).toBe(180_000 + 28);
  const third = await open(path);
  const end = closed(third);
  third.write(frame(begins, Buffer.alloc(30_000)));
  expect(await end).toBe('1013 too many bytes of unfinished messages from this address');
  // Those that were there go on.
  first.write(frame(ends | continues, Buffer.alloc(5)));
  await expect.poll(() => messages).toEqual([90_005]);
  second.destroy();
  await expect.poll(() => uploads.bytes).toBe(0);
});

it.each(paths)('%s holds nothing against a peer that finishes its messages', async (path) => {
  const uploads = new UploadLimit({ maxBytes: 1_000_000, maxBytesPerAddress: 100_000 });
  await start({ uploads, maxMessageMs: 300 });
  const socket = await open(path);
  const endsMs = performance.now() + 700;
  let sent = 0;
  while (performance.now() < endsMs) {
    socket.write(frame(begins, Buffer.alloc(40_000)));
    socket.write(frame(ends | pings, Buffer.alloc(100)));
    socket.write(frame(ends | continues, Buffer.alloc(40_000)));
    sent++;
    await expect.poll(() => messages.length, { interval: 2 }).toBe(sent);
  }
  expect(uploads.bytes).toBe(0);
  expect(socket.destroyed).toBe(false);
});

it('bounds the parts of a message', async () => {
  await start({});
  const socket = await open('/ws/plain');
  const end = closed(socket);
  const part = frame(continues, Buffer.alloc(1));
  socket.write(Buffer.concat([frame(begins, Buffer.alloc(1)), ...Array.from({ length: 1100 }, () => part)]));
  expect(await end).toMatch(/^1008/);
});
