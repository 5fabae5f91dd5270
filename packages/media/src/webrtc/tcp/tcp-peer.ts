import type { Socket } from 'node:net';
import { FrameReader, framed } from './framing.js';
import { QueueWatch } from './queue-watch.js';
import { answeredTransaction, type BindingRequest, bindingRequest, readBindingRequest } from './stun.js';

export type TcpAddress = readonly [host: string, port: number];

/** The ICE agent of a session that can be reached over TCP. */
export interface TcpAgent {
  readonly ufrag: string;
  readonly password: string;
  /** The peer's agent. */
  readonly remote: { readonly ufrag: string; readonly password: string };
  receive(packet: Buffer, from: TcpAddress): void;
}

/** Why a connection ended. */
export type TcpEnd =
  | 'disconnected'
  | 'malformed'
  | 'no_check'
  | 'session_ended'
  | 'shutdown'
  | 'too_many_connections'
  | 'unknown_session';

export interface TcpPeerOptions {
  readonly now: () => number;
  /** The agent that the first check is for, or why there is none. */
  readonly find: (request: BindingRequest, peer: TcpPeer) => TcpAgent | TcpEnd;
  /** Called once. */
  readonly onEnd: (peer: TcpPeer, reason: TcpEnd) => void;
}

/** ICE's own time for a check to be repeated and given up is longer; this one comes with the connection. */
const FIRST_CHECK_TIMEOUT_MS = 5000;
/** Of packets that the kernel does not take. */
export const MAX_BUFFERED_BYTES = 64 * 1024;
const ECHO_EVERY_MS = 50;

/**
 * A peer's TCP connection: packets in frames of RFC 4571. Its first packet must be a check that is signed for one of our agents. Packets
 * that would wait are left out, as a network without TCP would lose them.
 */
export class TcpPeer {
  readonly address: TcpAddress;
  readonly #socket: Socket;
  readonly #options: TcpPeerOptions;
  readonly #reader = new FrameReader();
  readonly #queue = new QueueWatch();
  readonly #waiting: NodeJS.Timeout;
  #agent: TcpAgent | undefined;
  #echo: { transaction: string; atMs: number } | undefined;
  #ended = false;
  /** Packets that were left out. */
  dropped = 0;

  constructor(socket: Socket, options: TcpPeerOptions) {
    this.#socket = socket;
    this.#options = options;
    const { remoteAddress = '', remotePort = 0 } = socket;
    this.address = [remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, ''), remotePort];
    this.#waiting = setTimeout(() => this.end('no_check'), FIRST_CHECK_TIMEOUT_MS);
    socket.setNoDelay(true);
    socket.on('error', () => this.end('disconnected'));
    socket.once('close', () => this.end('disconnected'));
    socket.once('end', () => this.end('disconnected'));
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  send(packet: Uint8Array): void {
    if (this.#ended) return;
    const nowMs = this.#options.now();
    if (this.#socket.writableLength > MAX_BUFFERED_BYTES || (isMedia(packet) && this.#queue.isLate(nowMs))) {
      this.dropped += 1;
      return;
    }
    this.#socket.write(framed(packet));
    this.#askForEcho(nowMs);
  }

  /** Idempotent. */
  end(reason: TcpEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#waiting);
    this.#socket.destroy();
    this.#options.onEnd(this, reason);
  }

  #read(chunk: Buffer): void {
    let packets: Buffer[];
    try {
      packets = this.#reader.push(chunk);
    } catch {
      this.end('malformed');
      return;
    }
    for (const packet of packets) {
      if (this.#ended) return;
      if (this.#agent === undefined) this.#checked(packet);
      else if (!this.#isEcho(packet)) this.#agent.receive(packet, this.address);
    }
  }

  #checked(packet: Buffer): void {
    const request = readBindingRequest(packet);
    const found = request === undefined ? 'malformed' : this.#options.find(request, this);
    if (typeof found === 'string') {
      this.end(found);
      return;
    }
    clearTimeout(this.#waiting);
    this.#agent = found;
    found.receive(packet, this.address);
  }

  #askForEcho(nowMs: number): void {
    if (this.#agent === undefined || !this.#queue.isReady) return;
    if (this.#echo !== undefined && nowMs - this.#echo.atMs < ECHO_EVERY_MS) return;
    const { remote, ufrag } = this.#agent;
    const { packet, transaction } = bindingRequest(`${remote.ufrag}:${ufrag}`, remote.password);
    this.#echo = { transaction, atMs: nowMs };
    this.#queue.asked(nowMs);
    this.#socket.write(framed(packet));
  }

  #isEcho(packet: Buffer): boolean {
    if (this.#echo === undefined || answeredTransaction(packet) !== this.#echo.transaction) return false;
    this.#queue.answered(this.#options.now());
    return true;
  }
}

/** RTP and RTCP, told from STUN and DTLS by the first byte (RFC 7983). */
function isMedia([first = 0]: Uint8Array): boolean {
  return first >= 128 && first <= 191;
}
