import type { LookoutError } from '@lookout/protocol';
import { WebSocket } from 'ws';
import type { PeerLinks } from '../../platform/cluster/peer-links.js';
import type { NodeId, Placement } from '../../platform/cluster/placement.js';
import type { ClockShift, PeerClocks } from './clock-shift.js';

export interface OwnerStreamOptions {
  readonly camera: string;
  readonly links: Pick<PeerLinks, 'webSocket'>;
  readonly placement: Placement;
  readonly clocks: PeerClocks;
  /** It could not be opened, or has ended. */
  onTrouble(error: LookoutError): void;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

/** What is streamed. */
export interface StreamedKind {
  /** Opened at `/internal/<kind>/<camera>`. */
  readonly kind: 'frames' | 'packets';
  /** Largest message accepted, bytes. */
  readonly maxPayload: number;
  /** A connection to a node with this clock begins. @returns what reads its messages; one that it can't read, and throws, ends the connection */
  begin(clock: ClockShift): (message: Buffer) => void;
  onOpen?(): void;
  /** A connection has ended, in whatever way. */
  onEnded?(): void;
}

const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5000;

/** One stream from the node that reads a camera. It follows the camera from node to node, and is opened again when it ends. */
export class OwnerStream {
  readonly #options: OwnerStreamOptions;
  readonly #streamed: StreamedKind;
  #socket: WebSocket | undefined;
  #node: NodeId | undefined;
  #retryMs = MIN_RETRY_MS;
  #cancelRetry: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  #isClosed = false;

  constructor(options: OwnerStreamOptions, streamed: StreamedKind) {
    this.#options = options;
    this.#streamed = streamed;
  }

  start(): void {
    const { placement, camera } = this.#options;
    this.#unsubscribe = placement.onMoved((moved) => {
      if (moved === camera) this.#follow();
    });
    this.#connect();
  }

  /** Says something to the owner, if it is connected. */
  say(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#unsubscribe?.();
    this.#disconnect();
  }

  /** The owner may be another one. */
  #follow(): void {
    const owner = this.#options.placement.ownerOf(this.#options.camera);
    if (owner !== undefined && owner !== 'here' && owner.id === this.#node) return;
    this.#disconnect();
    this.#retryMs = MIN_RETRY_MS;
    this.#connect();
  }

  #connect(): void {
    const { camera, links, placement, clocks, onTrouble } = this.#options;
    const { kind, maxPayload, begin, onOpen } = this.#streamed;
    const owner = placement.ownerOf(camera);
    // Who it is will be told.
    if (this.#isClosed || owner === undefined || owner === 'here') return;
    this.#node = owner.id;
    const clock = clocks.of(owner.id);
    const read = begin(clock);
    const socket = links.webSocket(owner, `/internal/${kind}/${encodeURIComponent(camera)}`, {
      maxPayload,
      onOpen: () => onOpen?.(),
      onMessage: (message) => {
        if (this.#socket !== socket) return;
        read(message);
        this.#retryMs = MIN_RETRY_MS;
      },
      onClosed: (reason) => {
        if (this.#socket !== socket) return;
        this.#disconnect();
        clock.reset();
        onTrouble(reason);
        this.#retryLater();
      },
    });
    this.#socket = socket;
  }

  #retryLater(): void {
    this.#cancelRetry = this.#options.later(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(MAX_RETRY_MS, this.#retryMs * 2);
  }

  #disconnect(): void {
    this.#cancelRetry?.();
    this.#node = undefined;
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    socket.close();
    this.#streamed.onEnded?.();
  }
}
