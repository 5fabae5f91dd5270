import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { monotonicMs } from './figures.js';
import { readStamp } from './frame-stamp.js';

const TICK_MS = 20;

/** A plain WebSocket client behind a slow link: its TCP socket is read at this many bytes per second; 0: never. */
export class SlowReader {
  readonly frames: Array<{ atMs: number; ageMs: number }> = [];
  readonly #socket: WebSocket;
  readonly #timer: NodeJS.Timeout;

  private constructor(socket: WebSocket, bytesPerSecond: number) {
    this.#socket = socket;
    const tcp = (socket as unknown as { _socket: Socket })._socket;
    let allowance = 0;
    let taken = tcp.bytesRead;
    socket.on('message', (data: Buffer, binary: boolean) => {
      if (!binary) return;
      const stamp = readStamp(data);
      const atMs = monotonicMs();
      if (stamp) this.frames.push({ atMs, ageMs: atMs - stamp.sentMs });
    });
    socket.on('error', () => undefined);
    if (bytesPerSecond === 0) tcp.pause();
    this.#timer = setInterval(() => {
      if (bytesPerSecond === 0) return;
      allowance = Math.min(allowance + (bytesPerSecond * TICK_MS) / 1000, bytesPerSecond / 4) - (tcp.bytesRead - taken);
      taken = tcp.bytesRead;
      if (allowance > 0) tcp.resume();
      else tcp.pause();
    }, TICK_MS);
  }

  static open(url: string, bytesPerSecond: number): Promise<SlowReader> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(new SlowReader(socket, bytesPerSecond)));
      socket.once('error', reject);
    });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.terminate();
  }
}
