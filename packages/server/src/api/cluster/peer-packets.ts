import { type EncodedFormat, GROUP_LIMITS, type StreamTaker } from '@lookout/media';
import { WebSocket } from 'ws';
import type { Camera } from '../../pipeline/cameras/camera.js';
import { PacketRequest, packPacket } from '../../pipeline/cluster/packet-message.js';
import { REMOVED_REASON } from '../../pipeline/live/consumer.js';

/** Packets on their way to another node: a second of video. */
const WINDOW_PACKETS = 30;

/**
 * `WS /internal/packets/<camera>`: the encoded packets of a camera of this node, from the newest group of pictures on, for all who play its
 * video on another. A node that is behind continues at the newest keyframe. Ends with the socket.
 */
export function servePeerPackets(socket: WebSocket, camera: Camera, now: () => number): void {
  const player = new PeerPlayer(socket, camera, now);
  socket.once('close', () => player.end());
}

/** Another node as a player. */
class PeerPlayer {
  readonly #socket: WebSocket;
  readonly #now: () => number;
  readonly #taker: StreamTaker;
  readonly #leave: () => void;
  #format: EncodedFormat | undefined;
  #onWay = 0;

  constructor(socket: WebSocket, { video }: Camera, now: () => number) {
    this.#socket = socket;
    this.#now = now;
    this.#leave = video.addViewer();
    socket.on('message', (data) => this.#receive(String(data)));
    this.#taker = video.encoded.take({
      ...GROUP_LIMITS,
      onPackets: () => this.#pump(),
      onEnd: () => socket.close(1001, REMOVED_REASON),
    });
    this.#pump();
  }

  end(): void {
    this.#leave();
    this.#taker.close();
  }

  #pump(): void {
    // Players there would rather have the present than everything.
    if (this.#onWay >= WINDOW_PACKETS) this.#taker.skipToKeyframe();
    while (this.#onWay < WINDOW_PACKETS && this.#socket.readyState === WebSocket.OPEN) {
      const packet = this.#taker.next();
      if (packet === undefined) return;
      this.#socket.send(packPacket(packet, this.#format, this.#now()), { binary: true, compress: false });
      this.#format = packet.format;
      this.#onWay++;
    }
  }

  #receive(text: string): void {
    if (!isRequest(text)) {
      this.#socket.close(1008, 'not a message between nodes');
      return;
    }
    this.#onWay = Math.max(0, this.#onWay - 1);
    this.#pump();
  }
}

function isRequest(text: string): boolean {
  try {
    return PacketRequest.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}
