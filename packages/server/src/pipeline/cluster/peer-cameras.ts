import { toEpochMs } from '@lookout/media';
import { type Camera, type ErrorCode, LookoutError } from '@lookout/protocol';
import type { WebSocket } from 'ws';
import type { PeerLinks } from '../../platform/cluster/peer-links.js';
import type { NodeId, PeerNode, Placement } from '../../platform/cluster/placement.js';
import type { UnconfirmedChange } from '../bus/event-bus.js';
import type { CameraManager } from '../cameras/camera-manager.js';
import type { OwnersView, PlayedConnection } from '../cameras/camera-options.js';

/** What a node tells the others of its cameras. */
export interface ToldCameras {
  /** When it was sent, Unix epoch ms by the clock of the node. */
  nowMs: number;
  cameras: ToldCamera[];
  /** What a rule has found while the database is away. */
  unconfirmed?: UnconfirmedChange;
}

export interface ToldCamera {
  readonly view: Camera;
  readonly code?: ErrorCode | undefined;
  /** The connection that its video comes by. */
  readonly playing: Pick<PlayedConnection, 'state' | 'reason' | 'codec' | 'reordered'> & {
    readonly code?: ErrorCode | undefined;
  };
}

export interface PeerCamerasOptions {
  readonly links: Pick<PeerLinks, 'webSocket'>;
  readonly placement: Placement;
  readonly cameras: Pick<CameraManager, 'all' | 'has' | 'camera'>;
  /** Another node has found something while the database is away. */
  onUnconfirmed(change: UnconfirmedChange): void;
  readonly log: { warn(details: object, message: string): void };
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

interface Peer {
  readonly node: PeerNode;
  readonly told: Map<string, OwnersView>;
  socket: WebSocket | undefined;
  cancelRetry: (() => void) | undefined;
  /** The reason has been logged. */
  isInTrouble: boolean;
}

const LOOK_MS = 2000;
const RETRY_MS = 1000;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** What the other nodes see of their cameras, told to the cameras of this one: one stream from each node. */
export class PeerCameras {
  readonly #options: PeerCamerasOptions;
  readonly #peers = new Map<NodeId, Peer>();
  readonly #unsubscribe: () => void;
  #cancelLook: (() => void) | undefined;
  #isClosed = false;

  constructor(options: PeerCamerasOptions) {
    this.#options = options;
    this.#unsubscribe = options.placement.onMoved((camera) => {
      this.#look();
      this.#show(camera);
    });
    this.#look();
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#cancelLook?.();
    for (const peer of this.#peers.values()) this.#drop(peer);
  }

  /** Nodes come and go. */
  #look(): void {
    const { placement, later } = this.#options;
    this.#cancelLook?.();
    if (this.#isClosed) return;
    const nodes = new Map(placement.peers().map((node) => [node.id, node]));
    for (const peer of this.#peers.values()) if (nodes.get(peer.node.id)?.url !== peer.node.url) this.#drop(peer);
    for (const node of nodes.values()) if (!this.#peers.has(node.id)) this.#add(node);
    this.#cancelLook = later(() => this.#look(), LOOK_MS);
  }

  #add(node: PeerNode): void {
    const peer: Peer = { node, told: new Map(), socket: undefined, cancelRetry: undefined, isInTrouble: false };
    this.#peers.set(node.id, peer);
    this.#connect(peer);
  }

  #drop(peer: Peer): void {
    this.#peers.delete(peer.node.id);
    peer.cancelRetry?.();
    const { socket } = peer;
    peer.socket = undefined;
    socket?.close();
    this.#forget(peer);
  }

  #connect(peer: Peer): void {
    const { links, log, later } = this.#options;
    const socket = links.webSocket(peer.node, '/internal/cameras/all', {
      maxPayload: MAX_MESSAGE_BYTES,
      onOpen: () => {
        peer.isInTrouble = false;
      },
      onMessage: (data) => {
        if (peer.socket === socket) this.#told(peer, JSON.parse(data.toString()) as ToldCameras);
      },
      onClosed: (reason) => {
        if (peer.socket !== socket) return;
        peer.socket = undefined;
        if (!peer.isInTrouble) log.warn({ node: peer.node.id, reason: reason.message }, 'another node is out of reach');
        peer.isInTrouble = true;
        this.#forget(peer);
        peer.cancelRetry = later(() => this.#connect(peer), RETRY_MS);
      },
    });
    peer.socket = socket;
  }

  #told(peer: Peer, { nowMs: sentMs, cameras, unconfirmed }: ToldCameras): void {
    if (unconfirmed) this.#options.onUnconfirmed(unconfirmed);
    // By how much the clock here is ahead.
    const aheadMs = toEpochMs(this.#options.now()) - sentMs;
    for (const { view, code, playing } of cameras) {
      const { code: playingCode, ...played } = playing;
      peer.told.set(view.id, {
        view: movedBy(view, aheadMs),
        error: errorOf(code, view.state_reason),
        playing: { ...played, error: errorOf(playingCode, playing.reason) },
      });
      this.#show(view.id);
    }
  }

  #forget({ told }: Peer): void {
    const ids = [...told.keys()];
    told.clear();
    for (const id of ids) this.#show(id);
  }

  #show(id: string): void {
    const { placement, cameras } = this.#options;
    if (!cameras.has(id)) return;
    const owner = placement.ownerOf(id);
    const told = owner !== undefined && owner !== 'here' ? this.#peers.get(owner.id)?.told.get(id) : undefined;
    cameras.camera(id).ownerSays(told);
  }
}

function errorOf(code: ErrorCode | undefined, reason: string): LookoutError | undefined {
  return code && new LookoutError(code, reason);
}

/** With its times by the clock of this node. */
function movedBy(view: Camera, aheadMs: number): Camera {
  const moved = (timeMs: number) => Math.round(timeMs + aheadMs);
  const { state_since, last_seen, main } = view;
  return {
    ...view,
    state_since: moved(state_since),
    ...(last_seen && {
      last_seen: Object.fromEntries(Object.entries(last_seen).map(([name, timeMs]) => [name, moved(timeMs)])),
    }),
    ...(main && { main: { ...main, state_since: moved(main.state_since) } }),
  };
}
