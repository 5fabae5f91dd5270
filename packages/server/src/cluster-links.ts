import type { Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { type EncodedStream, nowMs } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { OwnerRelay } from './api/cluster/owner-relay.js';
import { servePeerCameras } from './api/cluster/peer-cameras.js';
import { servePeerFrames } from './api/cluster/peer-frames.js';
import { servePeerPackets } from './api/cluster/peer-packets.js';
import { PeerServer } from './api/cluster/peer-server.js';
import type { EventBus } from './pipeline/bus/event-bus.js';
import type { CameraManager } from './pipeline/cameras/camera-manager.js';
import type { PassedEvents, PassedStreams } from './pipeline/cameras/camera-options.js';
import { PeerClocks } from './pipeline/cluster/clock-shift.js';
import type { OwnerStream } from './pipeline/cluster/owner-stream.js';
import { PeerCameras } from './pipeline/cluster/peer-cameras.js';
import { openPeerPackets } from './pipeline/cluster/peer-packets.js';
import { PeerSource } from './pipeline/cluster/peer-source.js';
import type { OutageAnswer } from './platform/cluster/outage-agreement.js';
import { PeerLinks } from './platform/cluster/peer-links.js';
import type { ClusterMembership, PeerNode } from './platform/cluster/placement.js';
import { LogLimit } from './platform/metrics/log-limit.js';
import { later } from './platform/threads/later.js';

export interface ClusterLinksOptions extends ClusterMembership {
  readonly log: Logger;
  /** See `nowMs`. */
  readonly now?: () => number;
  /** What this node says to one that has lost the database. */
  onOutage(): OutageAnswer;
  /** A connection was refused because its other side does not have the join secret. */
  onRefused(): void;
  /** A request was passed on to another node, and answered or not. */
  onPassed(isAnswered: boolean): void;
}

/** `GET /internal/outage` */
const OUTAGE = 'outage';

/** What goes between this node and the others: both sides. */
export class ClusterLinks implements PassedStreams {
  /** What other nodes ask of this one. */
  readonly peers: PeerServer;
  /** Passes requests on to the nodes that they concern. */
  readonly relay: OwnerRelay;
  readonly #options: ClusterLinksOptions;
  #cameras: Pick<CameraManager, 'has'> | undefined;
  readonly #links: PeerLinks;
  readonly #clocks = new PeerClocks();
  readonly #troubles = new LogLimit(nowMs);

  constructor(options: ClusterLinksOptions) {
    const { placement, joinSecret, log, onRefused } = options;
    this.#options = options;
    this.#links = new PeerLinks(placement.here, joinSecret);
    this.relay = new OwnerRelay({
      ...{ links: this.#links, placement, onPassed: options.onPassed },
      knows: (camera) => this.#cameras?.has(camera) ?? false,
    });
    this.peers = new PeerServer({ here: placement.here, joinSecret, log, onRefused, now: nowMs });
    this.peers.answer(OUTAGE, () => options.onOutage());
  }

  /** Asks another node whether it has lost the database too. @throws LookoutError `unavailable`, Error after `timeoutMs` */
  async askOutage(node: PeerNode, timeoutMs: number): Promise<OutageAnswer> {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await this.#links.request(node, { method: 'GET', path: `/internal/${OUTAGE}`, headers: {}, signal });
    if (answer.statusCode === 200) return (await json(answer)) as OutageAnswer;
    answer.resume();
    throw new LookoutError('unavailable', `Node ${node.id} answered ${answer.statusCode}`);
  }

  /** The frames of a camera that another node reads. */
  openFrames(camera: string, events: PassedEvents, firstFrameNumber: number): PeerSource {
    const options = this.#streamOf(camera, 'no frames come from another node');
    return new PeerSource({ ...options, events, firstFrameNumber });
  }

  /** Its video. */
  openPackets(camera: string, stream: EncodedStream): OwnerStream {
    return openPeerPackets({ ...this.#streamOf(camera, 'no video comes from another node'), stream });
  }

  /** @param trouble as it is logged */
  #streamOf(camera: string, trouble: string) {
    const { placement, log, now = nowMs } = this.#options;
    return {
      ...{ camera, links: this.#links, placement, clocks: this.#clocks, now, later },
      onTrouble: ({ message }: LookoutError) => {
        const count = this.#troubles.count();
        if (count !== undefined) log.warn({ camera, reason: message, count }, trouble);
      },
    };
  }

  /** Serves other nodes from now on, and listens to them. @returns ends that */
  start(app: FastifyInstance & { server: Server }, cameras: CameraManager, bus: EventBus): () => void {
    const { placement, log, now = nowMs } = this.#options;
    this.#cameras = cameras;
    for (const [kind, serve] of [
      ['frames', servePeerFrames],
      ['packets', servePeerPackets],
    ] as const) {
      this.peers.serve(kind, (socket, { subject }) => {
        const check = () => {
          const isHere = placement.ownerOf(subject) === 'here' && cameras.has(subject);
          if (!isHere) socket.close(1012, 'This node does not read the camera');
          return isHere;
        };
        if (!check()) return;
        serve(socket, cameras.camera(subject), now);
        socket.once('close', placement.onMoved(check));
      });
    }
    this.peers.serve('cameras', (socket) => servePeerCameras(socket, { cameras, placement, bus, now }));
    this.peers.attach(app);
    const told = new PeerCameras({
      ...{ links: this.#links, placement, cameras, log, now, later },
      onUnconfirmed: (change) => bus.emit('unconfirmed', change),
    });
    return () => {
      told.close();
      this.peers.close();
      this.#links.close();
    };
  }
}
