import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readJpegHeader } from '../jpeg/jpeg-header.js';
import { Esp32Camera } from './esp32-camera.js';
import { syntheticJpeg } from './synthetic-jpeg.js';
import { makeTestJpegs } from './test-jpegs.js';

const JPEG = syntheticJpeg({ bytes: 3000 });
const BOUNDARY = '123456789000000000000987654321';
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function connect(camera: Esp32Camera, path: string): Promise<net.Socket> {
  const socket = net.connect(camera.port, '127.0.0.1');
  closers.push(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: camera\r\n\r\n`);
  return socket;
}

async function readBytes(socket: net.Socket, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  while (bytes < count) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks);
}

async function start(options: Partial<Parameters<typeof Esp32Camera.start>[0]> = {}): Promise<Esp32Camera> {
  const camera = await Esp32Camera.start({ jpegs: [JPEG], fps: 0, ...options });
  closers.push(() => camera.close());
  return camera;
}

describe('Esp32Camera', () => {
  it("writes Espressif's bytes: headers, an empty line, three chunks a picture, no more", async () => {
    const camera = await start();
    const socket = await connect(camera, '/stream');
    const head =
      `HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=${BOUNDARY}\r\n` +
      'Transfer-Encoding: chunked\r\nAccess-Control-Allow-Origin: *\r\nX-Framerate: 60\r\n\r\n';
    expect((await readBytes(socket, head.length)).toString('latin1')).toBe(head);
    camera.capture();
    const part = await readBytes(socket, JPEG.length + 100);
    const text = part.toString('latin1');
    const length = `Content-Type: image/jpeg\r\nContent-Length: 3000\r\nX-Timestamp: `;
    expect(text.startsWith(`24\r\n\r\n--${BOUNDARY}\r\n\r\n`)).toBe(true);
    expect(text.slice(42)).toMatch(new RegExp(`^[0-9a-f]+\r\n${length}\\d+\\.\\d{6}\r\n\r\n\r\nbb8\r\n`));
    expect(part.subarray(-JPEG.length - 2, -2)).toEqual(Buffer.from(JPEG));
    expect(text.endsWith('\r\n')).toBe(true);
  });

  it('skips pictures for a client that does not read, and keeps none for it', async () => {
    const large = syntheticJpeg({ bytes: 4_000_000 });
    const camera = await start({ jpegs: [large] });
    const socket = await connect(camera, '/stream');
    socket.pause();
    while (camera.clientCount === 0) await new Promise(setImmediate);
    // Until the kernel's buffers are full.
    for (let n = 0; n < 200 && camera.stats.skipped < 20; n++) {
      camera.capture();
      await new Promise(setImmediate);
    }
    expect(camera.stats.skipped).toBeGreaterThanOrEqual(20);
  });

  it('streams to one client at a time where told to', async () => {
    const camera = await start({ singleClient: true });
    await readBytes(await connect(camera, '/stream'), 10);
    const second = await connect(camera, '/stream');
    await once(second, 'close');
    expect(camera.clientCount).toBe(1);
  });
});

describe('makeTestJpegs', () => {
  it('gives real pictures that differ, the same ones each time', async () => {
    const pictures = await makeTestJpegs({ count: 3, width: 160, height: 120 });
    expect(pictures.map((jpeg) => readJpegHeader(jpeg)).map(({ width, height }) => [width, height])).toEqual([
      [160, 120],
      [160, 120],
      [160, 120],
    ]);
    expect(pictures[0]).not.toEqual(pictures[2]);
    expect(await makeTestJpegs({ count: 3, width: 160, height: 120 })).toEqual(pictures);
  });
});
