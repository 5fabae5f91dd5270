import type { ViewedFrameMetadata } from '@lookout/protocol';
import { WebSocket } from 'ws';
import { keep } from './keep.js';
import { until } from './until.js';

export interface ReceivedFrame {
  meta: ViewedFrameMetadata;
  jpeg: Buffer;
  atMs: number;
}

export interface ClientOptions {
  headers?: Record<string, string>;
  /** Answer the server's pings, as clients normally do. Default true. */
  autoPong?: boolean;
}

/** Maximum number of frames kept; a test that needs more must count them. */
const MAX_KEPT = 2000;

/** A WebSocket client that uses none of our own code: what arrived, in order. */
export class RawSocket {
  readonly socket: WebSocket;
  /** Text messages, parsed; frame metadata too. */
  readonly messages: Array<Record<string, unknown>> = [];
  readonly binaries: Buffer[] = [];
  /** `t` for a text, `b` for a binary message, `p` for a ping. */
  order = '';
  readonly frames: ReceivedFrame[] = [];
  pings = 0;
  closed: { code: number; reason: string } | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    let meta: ViewedFrameMetadata | undefined;
    socket.on('message', (data: Buffer, binary: boolean) => {
      this.order = (this.order + (binary ? 'b' : 't')).slice(-MAX_KEPT);
      if (binary) {
        if (this.binaries.push(data) > MAX_KEPT) this.binaries.shift();
        if (meta && this.frames.length < MAX_KEPT) this.frames.push({ meta, jpeg: data, atMs: performance.now() });
        meta = undefined;
        return;
      }
      const message = JSON.parse(String(data)) as Record<string, unknown>;
      if (message.type === 'frame_metadata') meta = message as unknown as ViewedFrameMetadata;
      if (this.messages.push(message) > MAX_KEPT) this.messages.shift();
    });
    socket.on('ping', () => {
      this.pings++;
      this.order = `${this.order}p`.slice(-MAX_KEPT);
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    socket.on('error', () => socket.terminate());
  }

  /** Opens a socket, closed at the end of the test. @throws Error with the status and the body when it is refused */
  static async open(url: string, { headers = {}, autoPong = true }: ClientOptions = {}): Promise<RawSocket> {
    const socket = new WebSocket(url, { perMessageDeflate: false, headers, autoPong });
    const client = new RawSocket(socket);
    keep(client, () => socket.terminate());
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('unexpected-response', (_request, response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text) => {
          body += text;
        });
        response.on('end', () => reject(new Error(`${response.statusCode} ${body}`)));
      });
      socket.once('error', reject);
    });
    return client;
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  of<T = Record<string, unknown>>(type: string): T[] {
    return this.messages.filter((message) => message.type === type) as T[];
  }

  /** Waits for this many frames in total. */
  async framesAtLeast(count: number, timeoutMs = 20_000): Promise<ReceivedFrame[]> {
    await until(`${count} frames`, () => this.frames.length >= count, {
      timeoutMs,
      last: () => `${this.frames.length} frames, ${this.order.slice(-40)}`,
    });
    return this.frames;
  }

  /** Waits for a message of this type. */
  next<T = Record<string, unknown>>(type: string, timeoutMs = 20_000): Promise<T> {
    return until(`a message of type ${type}`, () => this.of<T>(type)[0], { timeoutMs });
  }
}
