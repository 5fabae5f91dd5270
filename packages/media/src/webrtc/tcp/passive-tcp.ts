import type { Socket } from 'node:net';
import type { BindingRequest } from './stun.js';
import { type TcpAddress, type TcpAgent, type TcpEnd, TcpPeer } from './tcp-peer.js';

/** Connections that have not shown yet whose they are. */
const MAX_WAITING = 64;
/** A browser opens one from each of its networks to each of our addresses. */
const MAX_PER_SESSION = 16;

export interface EndedTcpPeer {
  readonly address: string;
  readonly reason: TcpEnd;
  /** Packets that were left out since they would have been late. */
  readonly dropped: number;
}

export interface PassiveTcpOptions {
  readonly now: () => number;
  onEnd(peer: EndedTcpPeer): void;
}

/** A session's way to its peers' TCP connections. */
export interface TcpLink {
  /** Nothing happens if there is no such connection. */
  send(packet: Uint8Array, to: TcpAddress): void;
  /** Ends its connections. Idempotent. */
  close(): void;
}

/**
 * The server's side of ICE over TCP (RFC 6544): one port for all sessions, at which peers connect. The first check on a connection tells
 * which session it is for.
 */
export class PassiveTcp {
  readonly #options: PassiveTcpOptions;
  readonly #agents = new Map<string, { agent: TcpAgent; peers: Map<string, TcpPeer> }>();
  readonly #waiting = new Set<TcpPeer>();
  #isClosed = false;

  constructor(options: PassiveTcpOptions) {
    this.#options = options;
  }

  /** Open connections of sessions. */
  get count(): number {
    return [...this.#agents.values()].reduce((sum, { peers }) => sum + peers.size, 0);
  }

  /** Takes over a connection whose bytes are still to be read. */
  accept(socket: Socket): void {
    const peer = new TcpPeer(socket, {
      now: this.#options.now,
      find: (request, from) => this.#find(request, from),
      onEnd: (ended, reason) => this.#ended(ended, reason),
    });
    this.#waiting.add(peer);
    if (this.#isClosed) peer.end('shutdown');
    else if (this.#waiting.size > MAX_WAITING) peer.end('too_many_connections');
  }

  /** From now on, peers can connect to this agent. */
  admit(agent: TcpAgent): TcpLink {
    const peers = new Map<string, TcpPeer>();
    this.#agents.set(agent.ufrag, { agent, peers });
    return {
      send: (packet, to) => peers.get(keyOf(to))?.send(packet),
      close: () => {
        if (this.#agents.get(agent.ufrag)?.agent === agent) this.#agents.delete(agent.ufrag);
        for (const peer of peers.values()) peer.end('session_ended');
        peers.clear();
      },
    };
  }

  /** Ends all connections, and all that come. Idempotent. */
  close(): void {
    this.#isClosed = true;
    const peers = [...this.#agents.values()].flatMap(({ peers }) => [...peers.values()]);
    for (const peer of [...this.#waiting, ...peers]) peer.end('shutdown');
  }

  #find(request: BindingRequest, peer: TcpPeer): TcpAgent | TcpEnd {
    const found = this.#agents.get(request.ufrag);
    if (found === undefined || !request.isSignedWith(found.agent.password)) return 'unknown_session';
    if (found.peers.size >= MAX_PER_SESSION) return 'too_many_connections';
    this.#waiting.delete(peer);
    found.peers.set(keyOf(peer.address), peer);
    return found.agent;
  }

  #ended(peer: TcpPeer, reason: TcpEnd): void {
    this.#waiting.delete(peer);
    for (const { peers } of this.#agents.values()) {
      if (peers.get(keyOf(peer.address)) === peer) peers.delete(keyOf(peer.address));
    }
    this.#options.onEnd({ address: peer.address[0], reason, dropped: peer.dropped });
  }
}

function keyOf([host, port]: TcpAddress): string {
  return `${host} ${port}`;
}
