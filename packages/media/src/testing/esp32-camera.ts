import { once } from 'node:events';
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { type AuthDemand, isAuthorized, unauthorizedResponse } from './http-auth-check.js';

/** Ways a camera can misbehave. They may be changed while it runs, and apply from the next frame or request on. */
export interface Esp32Faults {
  /** Drops the connection in the middle of a picture, after this many complete ones on it. */
  cutAfterFrames?: number;
  /** Goes silent after this many pictures on a connection; 0: after the headers. */
  stallAfterFrames?: number;
  /** Every n-th picture is cut in half, with the length of what is sent. */
  corruptEvery?: number;
  /** Every n-th part contains noise that is not a JPEG. */
  garbageEvery?: number;
  /** Every n-th picture is this large: its own bytes, then zeros. */
  oversizeEvery?: number;
  oversizeBytes?: number;
  /** Announces this much more (or less) than the picture's size. */
  lengthError?: number;
  /** No Content-Length in the parts. */
  noLength?: boolean;
  /** No delimiters and no part headers: only pictures. */
  noBoundary?: boolean;
  /** No delimiter before the first part: firmware older than 2020. */
  noFirstBoundary?: boolean;
  /** Instead of a stream: one byte, then a pause of this many milliseconds, and so on. */
  dripMs?: number;
  /** Endless header lines. */
  endlessHeader?: boolean;
  /** Accepts the request and never answers. */
  mute?: boolean;
  /** The response to a stream request, byte for byte, before the connection is closed. */
  rawResponse?: Buffer;
  /** Answers a stream request with a redirect. */
  redirectTo?: string;
  /** Answers a stream request with the page of port 80. */
  page?: boolean;
  status?: number;
  auth?: AuthDemand;
}

export interface Esp32CameraOptions {
  /** Sent in turn, over and over; or created for each frame. */
  jpegs: readonly Uint8Array[] | ((sequence: number, timeMs: number) => Uint8Array);
  /** 0: only when `capture` is called. Default 30. */
  fps?: number;
  /** Default 0: any free one. */
  port?: number;
  host?: string;
  /** As on the chip: while one client streams, no other gets a stream. */
  singleClient?: boolean;
  faults?: Esp32Faults;
}

export interface Esp32Stats {
  /** Pictures written to a socket. */
  sent: number;
  /** Pictures not sent because the client's socket was full. */
  skipped: number;
  bytes: number;
  requests: number;
  /** Streams begun. */
  accepted: number;
}

const BOUNDARY = '123456789000000000000987654321';
const MAX_REQUEST_BYTES = 16_384;

interface Client {
  socket: net.Socket;
  frames: number;
  silent: boolean;
}

/**
 * A camera server that sends the same bytes as Espressif's CameraWebServer (arduino-esp32, app_httpd.cpp, and esp_http_server under it):
 * `/stream` with three HTTP chunks per picture and a boundary line after an empty line, `/capture` with one picture, the compressed page at
 * `/`. Like the chip it holds one picture at a time: a client that can't take it now never gets it.
 */
export class Esp32Camera {
  readonly stats: Esp32Stats = { sent: 0, skipped: 0, bytes: 0, requests: 0, accepted: 0 };
  faults: Esp32Faults;
  readonly #options: Esp32CameraOptions;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #clients = new Set<Client>();
  readonly #drips = new Set<NodeJS.Timeout>();
  #jpegs: Esp32CameraOptions['jpegs'];
  #sequence = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;

  private constructor(options: Esp32CameraOptions) {
    this.#options = options;
    this.#jpegs = options.jpegs;
    this.faults = options.faults ?? {};
    this.#server = net.createServer((socket) => this.#accept(socket));
  }

  static async start(options: Esp32CameraOptions): Promise<Esp32Camera> {
    const camera = new Esp32Camera(options);
    camera.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
    await once(camera.#server, 'listening');
    camera.#dueMs = performance.now();
    if ((options.fps ?? 30) > 0) camera.#schedule();
    return camera;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('The camera is closed');
    return address.port;
  }

  /** `http://127.0.0.1:<port>`; add `/stream`, `/capture` or `/`. */
  get origin(): string {
    return `http://${this.#options.host ?? '127.0.0.1'}:${this.port}`;
  }

  get url(): string {
    return `${this.origin}/stream`;
  }

  /** Streams running now. */
  get clientCount(): number {
    return this.#clients.size;
  }

  /** Uses other pictures from now on, for example of another size. */
  setJpegs(jpegs: Esp32CameraOptions['jpegs']): void {
    this.#jpegs = jpegs;
  }

  /** Takes one picture and sends it to all streaming clients. */
  capture(): void {
    const sequence = this.#sequence++;
    const timeMs = performance.now();
    for (const client of this.#clients) this.#send(client, this.#picture(sequence, timeMs), sequence, timeMs);
  }

  /** Ends all streams, as a restart of the camera would; the server keeps listening. */
  dropClients(): void {
    for (const { socket } of this.#clients) socket.destroy();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    for (const drip of this.#drips) clearInterval(drip);
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  #schedule(): void {
    const periodMs = 1000 / (this.#options.fps ?? 30);
    this.#dueMs = Math.max(this.#dueMs + periodMs, performance.now() - periodMs);
    this.#timer = setTimeout(
      () => {
        this.#schedule();
        this.capture();
      },
      Math.max(0, this.#dueMs - performance.now()),
    );
  }

  #picture(sequence: number, timeMs: number): Uint8Array {
    const jpegs = this.#jpegs;
    if (typeof jpegs === 'function') return jpegs(sequence, timeMs);
    const jpeg = jpegs[sequence % jpegs.length];
    if (jpeg === undefined) throw new TypeError('Expected at least one JPEG');
    return jpeg;
  }

  #accept(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => this.#sockets.delete(socket));
    // A client may disconnect at any time; its 'close' event follows.
    socket.on('error', () => socket.destroy());
    let request = '';
    socket.on('data', (data) => {
      request += data.toString('latin1');
      if (request.length > MAX_REQUEST_BYTES) socket.destroy();
      const end = request.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = request.slice(0, end);
      request = request.slice(end + 4);
      this.#answer(socket, head);
    });
  }

  #answer(socket: net.Socket, head: string): void {
    this.stats.requests++;
    const { auth, mute, status } = this.faults;
    const path = (head.split(' ')[1] ?? '/').replace(/\?.*/, '');
    if (mute) return;
    if (auth !== undefined && !isAuthorized(head, auth)) {
      socket.end(unauthorizedResponse(auth));
      return;
    }
    if (status !== undefined) {
      socket.end(
        `HTTP/1.1 ${status} Status\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
    } else if (path === '/stream') this.#answerStream(socket);
    else if (path === '/capture') this.#answerCapture(socket);
    else if (path === '/') this.#answerPage(socket);
    else {
      const text = 'Nothing matches the given URI';
      socket.end(`HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    }
  }

  #answerCapture(socket: net.Socket): void {
    const timeMs = performance.now();
    const jpeg = this.#picture(this.#sequence, timeMs);
    // Without a stream, nothing else advances the scene.
    if (this.#clients.size === 0) this.#sequence++;
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n` +
        'Content-Disposition: inline; filename=capture.jpg\r\nAccess-Control-Allow-Origin: *\r\n' +
        `X-Timestamp: ${bootTime(timeMs)}\r\n\r\n`,
    );
    socket.write(jpeg);
    this.#count(jpeg.length);
  }

  #answerPage(socket: net.Socket): void {
    const page = gzipSync('<!doctype html><html><head><title>ESP32 OV2640</title></head><body></body></html>');
    socket.write(
      `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nContent-Encoding: gzip\r\n\r\n`,
    );
    socket.write(page);
  }

  #answerStream(socket: net.Socket): void {
    const { rawResponse, redirectTo, page, endlessHeader, dripMs, noBoundary } = this.faults;
    if (rawResponse !== undefined) socket.end(rawResponse);
    else if (redirectTo !== undefined)
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${redirectTo}\r\nContent-Length: 0\r\n\r\n`);
    else if (page) this.#answerPage(socket);
    else if (endlessHeader) {
      socket.write('HTTP/1.1 200 OK\r\n');
      this.#drip(socket, 1, () => `X-Filler: ${'x'.repeat(1000)}\r\n`);
    } else if (this.#options.singleClient && this.#clients.size > 0) socket.destroy();
    else {
      const type = noBoundary ? '' : `Content-Type: multipart/x-mixed-replace;boundary=${BOUNDARY}\r\n`;
      socket.write(
        `HTTP/1.1 200 OK\r\n${type}Transfer-Encoding: chunked\r\nAccess-Control-Allow-Origin: *\r\nX-Framerate: 60\r\n\r\n`,
      );
      this.stats.accepted++;
      if (dripMs !== undefined) {
        const bytes = Buffer.concat([Buffer.from(`\r\n--${BOUNDARY}\r\n\r\n`), this.#picture(0, performance.now())]);
        let at = 0;
        this.#drip(socket, dripMs, () => chunk(bytes.subarray(at, ++at)));
        return;
      }
      const client: Client = { socket, frames: 0, silent: false };
      this.#clients.add(client);
      socket.once('close', () => this.#clients.delete(client));
    }
  }

  #drip(socket: net.Socket, everyMs: number, next: () => string | Buffer): void {
    const timer = setInterval(() => socket.write(next()), everyMs);
    this.#drips.add(timer);
    socket.once('close', () => {
      clearInterval(timer);
      this.#drips.delete(timer);
    });
  }

  #send(client: Client, picture: Uint8Array, sequence: number, timeMs: number): void {
    const { socket } = client;
    const { cutAfterFrames, stallAfterFrames, noBoundary, noFirstBoundary, noLength, lengthError = 0 } = this.faults;
    if (client.silent || socket.destroyed) return;
    if (stallAfterFrames !== undefined && client.frames >= stallAfterFrames) {
      client.silent = true;
      return;
    }
    if (socket.writableLength > 0) {
      this.stats.skipped++;
      return;
    }
    const jpeg = this.#damaged(picture, sequence + 1);
    const length = noLength ? '' : `Content-Length: ${jpeg.length + lengthError}\r\n`;
    socket.cork();
    if (!noBoundary) {
      if (client.frames > 0 || !noFirstBoundary) socket.write(chunk(Buffer.from(`\r\n--${BOUNDARY}\r\n`)));
      const headers = `Content-Type: image/jpeg\r\n${length}X-Timestamp: ${bootTime(timeMs)}\r\n\r\n`;
      socket.write(chunk(Buffer.from(headers)));
    }
    if (cutAfterFrames !== undefined && client.frames >= cutAfterFrames) {
      socket.write(`${jpeg.length.toString(16)}\r\n`);
      socket.write(jpeg.subarray(0, jpeg.length >> 1));
      socket.uncork();
      client.silent = true;
      socket.end();
      return;
    }
    socket.write(`${jpeg.length.toString(16)}\r\n`);
    socket.write(jpeg);
    socket.write('\r\n');
    socket.uncork();
    client.frames++;
    this.#count(jpeg.length);
  }

  #damaged(jpeg: Uint8Array, count: number): Uint8Array {
    const { corruptEvery, garbageEvery, oversizeEvery, oversizeBytes = 25_000_000 } = this.faults;
    if (corruptEvery && count % corruptEvery === 0) return jpeg.subarray(0, jpeg.length >> 1);
    if (garbageEvery && count % garbageEvery === 0) return Buffer.alloc(jpeg.length, 'garbage ');
    if (oversizeEvery && count % oversizeEvery === 0) {
      const large = new Uint8Array(oversizeBytes);
      large.set(jpeg.subarray(0, jpeg.length - 2));
      return large;
    }
    return jpeg;
  }

  #count(bytes: number): void {
    this.stats.sent++;
    this.stats.bytes += bytes;
  }
}

/** One chunk of HTTP/1.1's chunked coding, as esp_http_server writes it. */
function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}

/** Seconds since boot with six decimals. */
function bootTime(timeMs: number): string {
  const micros = Math.floor((timeMs % 1000) * 1000);
  return `${Math.floor(timeMs / 1000)}.${String(micros).padStart(6, '0')}`;
}
