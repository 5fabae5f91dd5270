import type { Rotation } from '../encoded/encoded-packet.js';
import type { RtpPacket } from '../rtsp/depacketizer.js';
import type { SessionOffer } from './session-offer.js';
import type { PassiveTcp } from './tcp/passive-tcp.js';

export interface IceServer {
  /** `stun:host:port` or `turn:host:port`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
}

/** The port at which peers connect over TCP. */
export interface TcpNetwork {
  readonly port: number;
  readonly admit: PassiveTcp['admit'];
}

/** Where peers reach this machine. */
export interface PeerNetwork {
  /** Addresses of host candidates, IPv4 or IPv6. */
  readonly addresses: readonly string[];
  /** The one address to bind to; absent: all. */
  readonly bindAddress?: string | undefined;
  /** Lowest and highest UDP port; absent: any free one. */
  readonly portRange?: readonly [number, number] | undefined;
  /** For peers whose network lets no UDP through; absent: nothing over TCP. */
  readonly tcp?: TcpNetwork | undefined;
  /**
   * Servers for peers that can't reach the addresses directly. Without them we are an ICE-lite agent (RFC 8445 §2.5), which answers checks
   * and sends nothing to addresses that a client names.
   */
  readonly iceServers: readonly IceServer[];
  /** Whence the client asked for the session. What it sends from there is let through by a TURN server, which it may not name itself. */
  readonly clientAddress?: string | undefined;
}

export interface PeerEvents {
  /** Packets can be sent. */
  onConnected(): void;
  /** The connection has failed or the peer closed it. Called at most once, and never after `close`. */
  onLost(reason: string): void;
  /** A video packet arrived, in any order. */
  onRtp(packet: RtpPacket, arrivalMs: number): void;
  /** The peer can't decode what it has (PLI or FIR). */
  onKeyframeRequest(): void;
}

export interface PeerCounts {
  packetsSent: number;
  packetsReceived: number;
  /** Packets that the peer has reported as lost. */
  packetsLost: number;
}

/** One WebRTC connection with one video track in one direction. */
export interface PeerTransport {
  /** Answer to the reduced offer. */
  readonly answer: string;
  readonly counts: Readonly<PeerCounts>;
  /** When the peer last sent anything that shows that it is there, by `nowMs`. */
  readonly lastSeenMs: number;
  addCandidate(candidate: string): void;
  /** @param timestamp 90 kHz @param marker last packet of its picture @param rotation told to a peer that can turn pictures */
  sendRtp(payload: Uint8Array, timestamp: number, marker: boolean, rotation?: Rotation): void;
  /** Asks the peer for a keyframe (PLI). */
  requestKeyframe(): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** @throws LookoutError `bad_request` if the offer can't be answered, `unavailable` if no UDP port is free */
export type OpenPeer = (offer: SessionOffer, network: PeerNetwork, events: PeerEvents) => Promise<PeerTransport>;
