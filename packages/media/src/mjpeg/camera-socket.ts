import http from 'node:http';
import { type ConnectOpts, Socket, type SocketConstructorOpts, type TcpNetConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';

/** Where every read of every camera lands: what it brings is dealt with before the next. */
const received = Buffer.allocUnsafeSlow(65_536);

const LF = 0x0a;
const CR = 0x0d;

type Stage = 'headers' | 'held' | 'client' | 'direct';

/**
 * A TCP connection to a camera. Node's HTTP client reads the answer's headers; what comes behind them is held back until it is known
 * who reads it: the client as usual (`release`), or `readDirectly`, without the client's streams in between. These and a new buffer for
 * every read take twice the time of all that has to be done with a picture.
 */
export class CameraSocket extends Socket {
  #stage: Stage = 'headers';
  /** Whether nothing has come of the present line of the headers. */
  #lineIsEmpty = false;
  /** The status line's begin, latin-1. */
  #start = '';
  /** What came behind the headers. */
  #held = Buffer.alloc(0);
  #givesHeaders = false;
  #onBytes: ((bytes: Buffer) => void) | undefined;

  constructor(options: SocketConstructorOpts) {
    const onread: ConnectOpts['onread'] = { buffer: received, callback: (count) => this.#receive(count) };
    super({ ...options, onread } as SocketConstructorOpts);
  }

  /** Whether the body waits for its reader. */
  get holds(): boolean {
    return this.#stage === 'held';
  }

  /** Lets Node's client read the body. */
  release(): void {
    if (this.#stage !== 'held') return;
    this.#stage = 'client';
    // Its parser must not be entered from its own callbacks.
    if (!this.#givesHeaders) this.#releaseHeld();
  }

  /**
   * Whoever has got the response's headers takes all that follows: chunks and all. Nothing of it reaches the response any more but the
   * connection's end.
   * @param onBytes on the spot; the bytes lie where the next will be. Must not throw.
   * @throws TypeError where it is not held back.
   */
  readDirectly(onBytes: (bytes: Buffer) => void): void {
    if (this.#stage !== 'held') throw new TypeError('Somebody reads the body already');
    this.#stage = 'direct';
    this.#onBytes = onBytes;
    if (this.#held.length > 0) onBytes(this.#held);
    this.resume();
  }

  /** @returns whether to go on reading. */
  #receive(count: number): boolean {
    const bytes = received.subarray(0, count);
    switch (this.#stage) {
      case 'direct':
        this.#onBytes!(bytes);
        return true;
      case 'client':
        return this.push(Buffer.from(bytes));
      case 'held':
        this.#hold(bytes);
        return false;
      case 'headers':
        return this.#receiveHeaders(bytes);
    }
  }

  #receiveHeaders(bytes: Buffer): boolean {
    const end = this.#endOfHeaders(bytes);
    if (end < 0) return this.push(Buffer.from(bytes));
    this.#stage = 'held';
    this.#hold(bytes.subarray(end));
    this.#givesHeaders = true;
    this.push(Buffer.from(bytes.subarray(0, end)));
    this.#givesHeaders = false;
    // The client has seen them, and may have released the rest.
    const released = (this.#stage as Stage) === 'client';
    if (released) this.#releaseHeld();
    return released;
  }

  #hold(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes]);
  }

  #releaseHeld(): void {
    if (this.#held.length > 0) this.push(this.#held);
    this.resume();
  }

  /** @returns the index behind the empty line; −1 where it is still to come. */
  #endOfHeaders(bytes: Buffer): number {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (this.#start.length < 10) this.#start += String.fromCharCode(byte);
      if (byte === CR) continue;
      const ends = byte === LF && this.#lineIsEmpty;
      this.#lineIsEmpty = byte === LF;
      if (!ends) continue;
      // 100 and its like stand before the real answer.
      if (!/^HTTP\/\d\.\d 1/.test(this.#start)) return at + 1;
      this.#start = '';
      this.#lineIsEmpty = false;
    }
    return -1;
  }
}

/** Connects by `CameraSocket`. */
export class CameraAgent extends http.Agent {
  override createConnection(options: TcpNetConnectOpts & SocketConstructorOpts): Duplex {
    return new CameraSocket(options).connect(options);
  }
}
