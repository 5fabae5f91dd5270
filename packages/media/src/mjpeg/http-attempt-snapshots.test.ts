import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, closers, JPEGS, read, same, startCamera, startRaw } from '../testing/http-attempts.js';
import { syntheticJpeg } from '../testing/synthetic-jpeg.js';

afterEach(closeAll);

describe('HttpAttempt of snapshots', () => {
  it('asks for snapshots again and again over one connection, no faster than told', async () => {
    const camera = await startCamera({}, { fps: 0 });
    let connections = 0;
    const proxy = net.createServer((socket) => {
      connections++;
      const onward = net.connect(camera.port, '127.0.0.1');
      socket.pipe(onward).pipe(socket);
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    closers.push(() => new Promise((resolve) => proxy.close(resolve)));
    const { port } = proxy.address() as net.AddressInfo;
    const { frames, infos } = await read(`http://127.0.0.1:${port}/capture`, 5, { snapshotFps: 50 });
    expect(frames.every((frame) => same(frame))).toBe(true);
    expect(infos[0]?.transport).toBe('jpeg');
    expect(connections).toBe(1);
    const spanMs = frames.at(-1)!.receivedMs - frames[0]!.receivedMs;
    expect(spanMs).toBeGreaterThan(4 * 20 * 0.9);
  });

  /** A camera that answers the first request on each connection with this, and closes the connection or leaves it open. */
  async function startAnswering(headers: string, body: Uint8Array, closes = true): Promise<string> {
    const response = Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`), body]);
    return `${await startRaw(response, closes)}shot.jpg`;
  }

  it('takes snapshots that are some bytes shorter than their Content-Length', async () => {
    const [jpeg] = JPEGS as [Uint8Array<ArrayBuffer>];
    const url = await startAnswering(`Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length + 48}`, jpeg);
    const { frames, invalid, error } = await read(url, 4, { snapshotFps: 50 });
    expect(error).toBeUndefined();
    expect(frames).toHaveLength(4);
    expect(invalid).toEqual([]);
  });

  describe('behind whose picture an open connection is silent', () => {
    // The stall would come first if the silence were waited out.
    const patience = { snapshotFps: 50, stallTimeoutMs: 1000, settleTimeoutMs: 50 };
    const [jpeg, next] = JPEGS as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
    const part = (picture: Uint8Array, surplus: number) =>
      Buffer.concat([
        Buffer.from(`--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${picture.length + surplus}\r\n\r\n`),
        picture,
        Buffer.from('\r\n'),
      ]);

    it.each([
      ['a type', 'Content-Type: image/jpeg\r\n', 48, ''],
      ['no type', '', 48, ''],
      ['padding behind the picture', 'Content-Type: image/jpeg\r\n', 48, '\r\n'],
      ['a buffer for any picture', 'Content-Type: image/jpeg\r\n', 500_000, ''],
    ])('asks for the next snapshot where Content-Length is too long: %s', async (_, type, surplus, padding) => {
      const headers = `${type}Content-Length: ${jpeg.length + surplus}`;
      const url = await startAnswering(headers, Buffer.concat([jpeg, Buffer.from(padding)]), false);
      const { frames, invalid, error } = await read(url, 4, patience);
      expect(error).toBeUndefined();
      expect(frames).toHaveLength(4);
      expect(frames.every((frame) => same(frame, [jpeg]))).toBe(true);
      expect(invalid).toEqual([]);
    });

    it('takes no picture whose end marker is that of its thumbnail', async () => {
      const nested = syntheticJpeg({ bytes: 5000, thumbnail: true });
      const thumbnailEnd = Buffer.from(nested).indexOf(Buffer.of(0xff, 0xd9)) + 2;
      expect(thumbnailEnd).toBeLessThan(nested.length);
      const headers = `Content-Type: image/jpeg\r\nContent-Length: ${nested.length}`;
      const url = await startAnswering(headers, nested.subarray(0, thumbnailEnd), false);
      const { frames, error } = await read(url, 1, { ...patience, firstFrameTimeoutMs: 300 });
      expect(frames).toEqual([]);
      expect(error?.code).toBe('camera_stalled');
    });

    it('takes the picture of a part that is shorter than it says, after one that was right', async () => {
      const body = Buffer.concat([part(jpeg, 0), part(next, 48)]);
      const url = await startAnswering('Content-Type: multipart/x-mixed-replace;boundary=b', body, false);
      const { frames, invalid, error } = await read(url, 2, patience);
      expect(error).toBeUndefined();
      expect(frames.map((frame) => same(frame, [jpeg, next]))).toEqual([true, true]);
      expect(invalid).toEqual([]);
    });

    it.each([
      ['parts without a type and with a length', 'Content-Length: 9000000', part(jpeg, 0)],
      ['bare pictures without a length', 'Content-Type: image/jpeg', jpeg],
      [
        'bare pictures with a length',
        'Content-Type: image/jpeg\r\nContent-Length: 9000000',
        Buffer.concat([jpeg, next]),
      ],
    ])('leaves a stream open that pauses: %s', async (_, headers, body) => {
      const url = await startAnswering(headers, body, false);
      const { error } = await read(url, 3, { ...patience, stallTimeoutMs: 300 });
      expect(error?.code).toBe('camera_stalled');
    });
  });

  it.each([
    ['snapshot', 'Content-Type: image/jpeg\r\nContent-Length: 9000', ''],
    ['part', 'Content-Type: multipart/x-mixed-replace;boundary=b', '--b\r\nContent-Type: image/jpeg\r\n\r\n'],
  ])('counts a %s that the end of the connection cuts short', async (_, headers, before) => {
    const url = await startAnswering(headers, Buffer.concat([Buffer.from(before), JPEGS[0]!.subarray(0, 2000)]));
    const { frames, invalid, error } = await read(url, 1);
    expect(frames).toEqual([]);
    expect(invalid.map(({ message }) => message)).toEqual([
      'A picture of 2000 bytes was cut off by the end of the connection',
    ]);
    expect(error).toBeDefined();
  });

  it('takes a new connection when the camera has closed the one it was to use again', async () => {
    let requests = 0;
    const server = net.createServer((socket) => {
      let onThis = 0;
      socket.on('error', () => socket.destroy());
      socket.on('data', () => {
        requests++;
        // The second request on a connection is answered by closing it.
        if (++onThis === 2) return socket.destroy();
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: ${JPEGS[0]!.length}\r\n\r\n`);
        socket.write(JPEGS[0]!);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as net.AddressInfo;
    const { frames, error } = await read(`http://127.0.0.1:${port}/shot.jpg`, 4, { snapshotFps: 50 });
    expect(error).toBeUndefined();
    expect(frames).toHaveLength(4);
    expect(requests).toBe(7);
  });

  it('reads on where snapshots become a stream, over the same connection', async () => {
    let asked = 0;
    const server = http.createServer((_, response) => {
      if (++asked === 1) {
        response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': JPEGS[0]!.length }).end(JPEGS[0]);
        return;
      }
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=frame' });
      for (const jpeg of JPEGS)
        response.write(Buffer.concat([Buffer.from('--frame\r\n\r\n'), jpeg, Buffer.from('\r\n')]));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as net.AddressInfo;
    const { frames } = await read(`http://127.0.0.1:${port}/`, 4, { snapshotFps: 50, stallTimeoutMs: 1000 });
    expect(frames).toHaveLength(4);
    expect(asked).toBe(2);
  });

  it('authenticates every snapshot', async () => {
    const camera = await startCamera({ auth: { scheme: 'digest', username: 'u', password: 'p' } });
    const url = `${camera.origin.replace('//', '//u:p@')}/capture`;
    expect((await read(url, 3, { snapshotFps: 50 })).frames).toHaveLength(3);
    // One more than pictures: the first was challenged, the nonce served for the others.
    expect(camera.stats.requests).toBe(4);
  });
});
