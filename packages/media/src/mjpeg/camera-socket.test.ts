import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CameraAgent, CameraSocket } from './camera-socket.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that answers with these pieces, each in a packet of its own, and leaves the connection open. */
async function ask(
  ...pieces: string[]
): Promise<{ response: http.IncomingMessage; socket: CameraSocket; peer: net.Socket }> {
  let peer: net.Socket | undefined;
  const server = net.createServer((socket) => {
    peer = socket.setNoDelay(true);
    socket.once('data', async () => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const agent = new CameraAgent({ keepAlive: true });
  closers.push(
    () => agent.destroy(),
    () => peer?.destroy(),
    () => server.close(),
  );
  const { port } = server.address() as net.AddressInfo;
  const request = http.get({ host: '127.0.0.1', port, agent, insecureHTTPParser: true });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.on('error', () => undefined);
  return { response, socket: response.socket as CameraSocket, peer: peer! };
}

/** What is read directly, until it is `length` bytes. */
function read(socket: CameraSocket, length: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.readDirectly((bytes) => {
      text += bytes.toString('latin1');
      if (text.length >= length) resolve(text);
    });
  });
}

const HEADERS = 'HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n';

describe('CameraSocket', () => {
  it.each([
    ['in a packet with the headers', [`${HEADERS}one`, ' two', ' three']],
    ['in packets of its own', [HEADERS, 'one', ' two three']],
    ['behind headers in many packets', [...HEADERS, 'one two three']],
    ['behind lines that end with LF alone', [`${HEADERS.replaceAll('\r', '')}one`, ' two three']],
    ['behind an answer that only asks for patience', ['HTTP/1.1 100 Continue\r\n\r\n', `${HEADERS}one two three`]],
    ['behind both in one packet', [`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${HEADERS}one two three`]],
  ])('gives the body as it is, %s', async (_, pieces) => {
    const { response, socket } = await ask(...pieces);
    expect(response.statusCode).toBe(200);
    expect(socket).toBeInstanceOf(CameraSocket);
    expect(await read(socket, 13)).toBe('one two three');
  });

  it('holds the body back until somebody reads it', async () => {
    const { response, socket, peer } = await ask(`${HEADERS}one`);
    let given = 0;
    response.on('data', () => given++);
    peer.write(' two');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(given).toBe(0);
    expect(await read(socket, 7)).toBe('one two');
    expect(given).toBe(0);
  });

  it('leaves the body to the client where it is released', async () => {
    const { response, socket } = await ask('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\none', ' two');
    socket.release();
    expect(socket.holds).toBe(false);
    expect(() => socket.readDirectly(() => undefined)).toThrow(TypeError);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    expect(text).toBe('one two');
  });

  it('can be released while the client hears of the headers, and asked again', async () => {
    const server = http.createServer((_, response) => response.end('x'.repeat(200_000)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const agent = new CameraAgent({ keepAlive: true, maxSockets: 1 });
    closers.push(
      () => agent.destroy(),
      () => server.close(),
    );
    const { port } = server.address() as net.AddressInfo;
    const sockets = new Set<unknown>();
    for (let i = 0; i < 3; i++) {
      const bytes = await new Promise<number>((resolve, reject) => {
        const request = http.get({ host: '127.0.0.1', port, agent }, (response) => {
          (response.socket as CameraSocket).release();
          sockets.add(response.socket);
          let length = 0;
          response.on('data', (chunk: Buffer) => {
            length += chunk.length;
          });
          response.on('end', () => resolve(length));
        });
        request.on('error', reject);
      });
      expect(bytes).toBe(200_000);
    }
    expect(sockets.size).toBe(1);
  });

  it('tells the response of the end of the connection', async () => {
    const { response, socket, peer } = await ask(`${HEADERS}one`);
    expect(await read(socket, 3)).toBe('one');
    const ended = once(response, 'end');
    response.resume();
    peer.end();
    await ended;
  });
});
