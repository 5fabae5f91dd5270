import type { LookoutError } from '@lookout/protocol';
import { WebSocket } from 'ws';
import type { PeerLinks } from '../../platform/cluster/peer-links.js';
import type { Placement } from '../../platform/cluster/placement.js';
import type { CameraSource, PassedEvents } from '../cameras/camera-options.js';
import { type FrameDemand, FrameReader, type FrameRequest, MAX_FRAME_BYTES } from './frame-message.js';

export interface PeerSourceOptions {
  readonly camera: string;
  readonly links: Pick<PeerLinks, 'webSocket'>;
  readonly placement: Placement;
  readonly events: PassedEvents;
  readonly firstFrameNumber: number;
  /** It could not be opened, or has ended. */
  onTrouble(error: LookoutError): void;
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 5000;

/**
 * The source of a camera that another node reads: one stream of its newest frames with their analyses, however many watch them here. It
 * follows the camera from node to node.
 */
export class PeerSource implements CameraSource {
  readonly #options: PeerSourceOptions;
  #wanted: FrameDemand = { analyses: 0, pictures: 0 };
  #socket: WebSocket | undefined;
  #node: string | undefined;
  #next: number;
  #retryMs = MIN_RETRY_MS;
  #cancelRetry: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  #isClosed = false;

  constructor(options: PeerSourceOptions) {
    this.#options = options;
    this.#next = options.firstFrameNumber;
  }

  start(): void {
    const { placement, camera } = this.#options;
    this.#unsubscribe = placement.onMoved((moved) => {
      if (moved === camera) this.#follow();
    });
    this.#connect();
  }

  want(wanted: FrameDemand): void {
    const { analyses, pictures } = this.#wanted;
    if (analyses === wanted.analyses && pictures === wanted.pictures) return;
    this.#wanted = wanted;
    this.#say({ type: 'want', ...wanted });
  }

  async close(): Promise<void> {
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
    const { camera, links, placement, onTrouble, events, now } = this.#options;
    const owner = placement.ownerOf(camera);
    // Who it is will be told.
    if (this.#isClosed || owner === undefined || owner === 'here') return;
    const reader = new FrameReader(now);
    // Numbers go on where those of the node before ended.
    let shift: number | undefined;
    this.#node = owner.id;
    const socket = links.webSocket(owner, `/internal/frames/${encodeURIComponent(camera)}`, {
      maxPayload: MAX_FRAME_BYTES,
      onOpen: () => this.#say({ type: 'want', ...this.#wanted }),
      onMessage: (data) => {
        if (this.#socket !== socket) return;
        const { frame, analysis } = reader.read(data);
        this.#retryMs = MIN_RETRY_MS;
        shift ??= this.#next - frame.number;
        const number = frame.number + shift;
        this.#next = Math.max(this.#next, number + 1);
        events.onPassed({ ...frame, number }, analysis);
        this.#say({ type: 'taken' });
      },
      onClosed: (reason) => {
        if (this.#socket !== socket) return;
        this.#disconnect();
        onTrouble(reason);
        this.#retryLater();
      },
    });
    this.#socket = socket;
  }

  #say(request: FrameRequest): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
  }

  #retryLater(): void {
    this.#cancelRetry = this.#options.later(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(MAX_RETRY_MS, this.#retryMs * 2);
  }

  #disconnect(): void {
    this.#cancelRetry?.();
    this.#node = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}
