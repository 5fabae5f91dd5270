import { randomBytes } from 'node:crypto';
import {
  completeAnswer,
  type OpenPeer,
  type PeerCounts,
  type PeerEvents,
  type PeerNetwork,
  type PeerTransport,
  readTrickled,
  type SessionOffer,
} from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { NodeId } from '../../platform/cluster/placement.js';

/** Who the peer is: it watches a camera (WHEP) or publishes to one (WHIP). */
export const PEER_ROLES = ['viewer', 'publisher'] as const;
export type PeerRole = (typeof PEER_ROLES)[number];
/** Why a session ended. */
export type PeerEnd =
  | 'deleted'
  | 'disconnected'
  | 'connect_timeout'
  | 'timeout'
  | 'revoked'
  | 'camera_gone'
  | 'camera_off'
  | 'replaced'
  | 'unsupported'
  | 'shutdown';

/** The media side of a session. */
export interface PeerMedia extends Partial<Pick<PeerEvents, 'onConnected' | 'onRtp' | 'onKeyframeRequest'>> {
  /** The session is over. Called once. */
  ended(reason: PeerEnd): void;
}

export interface PeerSessionsOptions {
  /** This node, if it is one of a cluster: ids begin with it. */
  readonly node?: NodeId | undefined;
  readonly openPeer: OpenPeer;
  /** Asked for each session: addresses of a machine change. */
  readonly network: () => PeerNetwork;
  readonly limits: { readonly webrtc_sessions: number; readonly webrtc_sessions_per_address: number };
  readonly now: () => number;
  onEnded(session: EndedSession): void;
}

export interface EndedSession {
  readonly role: PeerRole;
  readonly cameraId: string;
  readonly address: string;
  readonly reason: PeerEnd;
  /** More about it. */
  readonly detail: string | undefined;
  readonly counts: Readonly<PeerCounts>;
}

export interface SessionRequest {
  readonly role: PeerRole;
  readonly cameraId: string;
  /** Of the client's HTTP request. */
  readonly address: string;
  readonly offer: SessionOffer;
  /** Calls back when the client's key, session or link is revoked. @returns a function that cancels this */
  readonly hold: (end: () => void) => () => void;
}

/** Checks of ICE and DTLS take a second or two, more on a lossy link. */
const CONNECT_TIMEOUT_MS = 15_000;
/** Browsers send a check every few seconds, even while they receive nothing. */
const SILENT_TIMEOUT_MS = 10_000;
const WATCH_EVERY_MS = 1000;
const ID_BYTES = 12;
/** Before it stands its node. */
const SECRET_OF_NODE = new RegExp(`^([\\w.-]+)-[\\w-]{${(ID_BYTES / 3) * 4}}$`);
const NO_COUNTS: PeerCounts = { packetsSent: 0, packetsReceived: 0, packetsLost: 0 };

/** The node that has a session, by its id; undefined if it names none. */
export function nodeOfPeerSession(id: string): NodeId | undefined {
  return SECRET_OF_NODE.exec(id)?.[1];
}

/** One client's connection. */
export class PeerSession {
  readonly id: string;
  readonly role: PeerRole;
  readonly cameraId: string;
  readonly address: string;
  readonly #offer: SessionOffer;
  readonly #now: () => number;
  readonly #onEnded: (session: PeerSession, reason: PeerEnd, detail: string | undefined) => void;
  readonly #openedMs: number;
  #peer: PeerTransport | undefined;
  #media: PeerMedia | undefined;
  #release: () => void = () => undefined;
  #connected = false;
  #ended = false;
  #closing: Promise<void> = Promise.resolve();

  /** Created by `PeerSessions.open`. */
  constructor(
    { role, cameraId, address, offer }: SessionRequest,
    { node, now }: Pick<PeerSessionsOptions, 'node' | 'now'>,
    onEnded: (session: PeerSession, reason: PeerEnd, detail: string | undefined) => void,
  ) {
    const secret = randomBytes(ID_BYTES).toString('base64url');
    this.id = node === undefined ? secret : `${node}-${secret}`;
    this.role = role;
    this.cameraId = cameraId;
    this.address = address;
    this.#offer = offer;
    this.#now = now;
    this.#onEnded = onEnded;
    this.#openedMs = now();
  }

  get counts(): Readonly<PeerCounts> {
    return this.#peer?.counts ?? NO_COUNTS;
  }

  /** The session description for the client. */
  get answer(): string {
    return this.#peer === undefined ? '' : completeAnswer(this.#offer, this.#peer.answer);
  }

  /** @param fragment the body of a PATCH (RFC 8840) @throws LookoutError `bad_request` */
  trickle(fragment: string): void {
    for (const candidate of readTrickled(fragment)) this.#peer?.addCandidate(candidate);
  }

  /** Idempotent. Resolves when its port is free again. */
  async end(reason: PeerEnd, detail?: string): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      this.#release();
      this.#media?.ended(reason);
      this.#onEnded(this, reason, detail);
      this.#closing = this.#peer?.close() ?? Promise.resolve();
    }
    await this.#closing;
  }

  /** For `PeerSessions`. */
  async open(openPeer: OpenPeer, network: PeerNetwork, attach: (peer: PeerTransport) => PeerMedia): Promise<void> {
    const peer = await openPeer(this.#offer, network, {
      onConnected: () => {
        this.#connected = true;
        this.#media?.onConnected?.();
      },
      onLost: (why) => void this.end('disconnected', why),
      onRtp: (packet, arrivalMs) => this.#media?.onRtp?.(packet, arrivalMs),
      onKeyframeRequest: () => this.#media?.onKeyframeRequest?.(),
    });
    this.#peer = peer;
    if (this.#ended) {
      await peer.close();
      throw new LookoutError('unavailable', 'The session was ended while it was opened');
    }
    this.#media = attach(peer);
  }

  /** For `PeerSessions`. */
  hold(hold: SessionRequest['hold']): void {
    const release = hold(() => void this.end('revoked'));
    if (this.#ended) release();
    else this.#release = release;
  }

  /** For `PeerSessions`: ends it if its peer never came or is gone. */
  check(): void {
    const nowMs = this.#now();
    if (!this.#connected) {
      if (nowMs - this.#openedMs > CONNECT_TIMEOUT_MS) void this.end('connect_timeout');
    } else if (this.#peer && nowMs - this.#peer.lastSeenMs > SILENT_TIMEOUT_MS) void this.end('timeout');
  }
}

/** All WebRTC sessions, of a bounded number. */
export class PeerSessions {
  readonly #options: PeerSessionsOptions;
  readonly #sessions = new Map<string, PeerSession>();
  #watch: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PeerSessionsOptions) {
    this.#options = options;
  }

  /** Connected ones, and those that may still connect. */
  count(role: PeerRole): number {
    return this.#all().filter((session) => session.role === role).length;
  }

  /**
   * @param attach creates the media side, before anything is received
   * @throws LookoutError `too_many_requests` over the limits, and what `OpenPeer` throws
   */
  async open(request: SessionRequest, attach: (peer: PeerTransport) => PeerMedia): Promise<PeerSession> {
    this.#checkLimits(request.address);
    const { openPeer, network } = this.#options;
    const session = new PeerSession(request, this.#options, (ended, reason, detail) =>
      this.#ended(ended, reason, detail),
    );
    this.#sessions.set(session.id, session);
    this.#watch ??= setInterval(() => this.#check(), WATCH_EVERY_MS);
    try {
      await session.open(openPeer, { ...network(), clientAddress: request.address }, attach);
    } catch (error) {
      this.#forget(session);
      throw error;
    }
    session.hold(request.hold);
    return session;
  }

  /** @throws LookoutError `not_found` */
  find(role: PeerRole, cameraId: string, id: string): PeerSession {
    const session = this.#sessions.get(id);
    if (session?.role === role && session.cameraId === cameraId) return session;
    throw noSession();
  }

  /** Ends all. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#all().map((session) => session.end('shutdown')));
  }

  #all(): PeerSession[] {
    return [...this.#sessions.values()];
  }

  #checkLimits(address: string): void {
    if (this.#closed) throw new LookoutError('unavailable', 'The server is shutting down');
    const { webrtc_sessions: total, webrtc_sessions_per_address: perAddress } = this.#options.limits;
    const refuse = (limit: string) => {
      throw new LookoutError('too_many_requests', 'Too many WebRTC sessions are open', {
        hint: `Close some, or raise limits.${limit}.`,
        retryAfterS: Math.ceil(CONNECT_TIMEOUT_MS / 1000),
      });
    };
    if (this.#sessions.size >= total) refuse('webrtc_sessions');
    const fromAddress = this.#all().filter((session) => session.address === address).length;
    if (fromAddress >= perAddress) refuse('webrtc_sessions_per_address');
  }

  #check(): void {
    for (const session of this.#all()) session.check();
  }

  #ended(session: PeerSession, reason: PeerEnd, detail: string | undefined): void {
    this.#forget(session);
    const { role, cameraId, address, counts } = session;
    this.#options.onEnded({ role, cameraId, address, reason, detail, counts });
  }

  #forget(session: PeerSession): void {
    this.#sessions.delete(session.id);
    if (this.#sessions.size > 0) return;
    clearInterval(this.#watch);
    this.#watch = undefined;
  }
}

/** The error for a session that has ended, or whose node is away. */
export function noSession(): LookoutError {
  return new LookoutError('not_found', 'There is no such session; it may have ended');
}
