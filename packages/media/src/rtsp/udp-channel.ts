import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { LookoutError } from '@lookout/protocol/core';
import { machineError, openFailure } from '../source/machine-error.js';

export interface UdpChannelHandlers {
  onRtp(bytes: Buffer): void;
  onRtcp(bytes: Buffer): void;
}

const MAX_BIND_ATTEMPTS = 20;
/** Enough for a burst of keyframe packets while the thread is busy decoding. */
const RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024;

/** The two sockets of a track over UDP: RTP on an even port, RTCP on the next (RFC 3550 §11). */
export class UdpChannel {
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly rtpPort: number;
  #remote: { address: string; rtpPort: number; rtcpPort: number } | undefined;

  private constructor(rtp: Socket, rtcp: Socket, rtpPort: number) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.rtpPort = rtpPort;
  }

  /**
   * Binds a pair of ports on the address the RTSP connection uses.
   * @throws LookoutError `internal` when the machine has no free pair, `unavailable` when it has no file descriptor left.
   */
  static async open(localAddress: string): Promise<UdpChannel> {
    for (let attempt = 0; attempt < MAX_BIND_ATTEMPTS; attempt += 1) {
      const first = await bind(localAddress, 0);
      const port = first?.address().port ?? 0;
      // The system chose the first port; its neighbour completes the pair, whichever of the two is even.
      const second = first && (await bind(localAddress, port ^ 1));
      if (first && second) {
        return port % 2 === 0 ? new UdpChannel(first, second, port) : new UdpChannel(second, first, port ^ 1);
      }
      first?.close();
    }
    throw machineError(openFailure()) ?? new LookoutError('internal', 'No free pair of UDP ports was found for RTP');
  }

  /** Starts delivering packets from `address`; packets from elsewhere are ignored. */
  start(remote: { address: string; rtpPort: number; rtcpPort: number }, handlers: UdpChannelHandlers): void {
    this.#remote = remote;
    this.#rtp.on('message', (bytes, from) => {
      if (from.address === remote.address) handlers.onRtp(bytes);
    });
    this.#rtcp.on('message', (bytes, from) => {
      if (from.address === remote.address) handlers.onRtcp(bytes);
    });
    // Opens the way back through firewalls and NAT: an RTP header without payload, which receivers ignore.
    if (remote.rtpPort > 0)
      this.#rtp.send(Buffer.from([0x80, ...new Array<number>(11).fill(0)]), remote.rtpPort, remote.address);
  }

  sendRtcp(bytes: Uint8Array): void {
    if (this.#remote && this.#remote.rtcpPort > 0) this.#rtcp.send(bytes, this.#remote.rtcpPort, this.#remote.address);
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
  }
}

/** A bound socket, or `undefined` when the port is taken. */
async function bind(address: string, port: number): Promise<Socket | undefined> {
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
  try {
    socket.bind(port, address);
    await once(socket, 'listening');
  } catch {
    socket.close();
    return undefined;
  }
  // Errors of a bound socket are answers to our own packets (port unreachable); a dead sender shows as a stall.
  socket.on('error', () => {});
  return socket;
}
