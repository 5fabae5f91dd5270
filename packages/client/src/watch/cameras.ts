import type { Camera } from '@lookout/protocol';
import type { ServerSentEvent } from '../connection/follow-events.js';
import type { Endpoint } from '../connection/request.js';
import { type StreamSubscription, type SubscribeOptions, subscribe } from '../connection/subscribe.js';

export interface CamerasOptions extends SubscribeOptions {
  /** All cameras, without links, whenever one is added, changed or removed; first when all are known. */
  onCameras: (cameras: Camera[]) => void;
}

/** Follows `GET /api/cameras/stream`. */
export function followCameras(endpoint: Endpoint, { onCameras, ...options }: CamerasOptions): StreamSubscription {
  const known = new KnownCameras();
  return subscribe(endpoint, '/api/cameras/stream', options, (event) => {
    const cameras = known.take(event);
    if (cameras) onCameras(cameras);
  });
}

/** What a server has told of its cameras. Each connection begins with all of them, then a list of their ids. */
export class KnownCameras {
  #cameras = new Map<string, Camera>();
  #isComplete = false;

  /** @returns all cameras if the event changed them and all are known; undefined for anything unexpected */
  take({ event, data }: Pick<ServerSentEvent, 'event' | 'data'>): Camera[] | undefined {
    const value = parse(data);
    if (event === 'list' && Array.isArray(value)) {
      // Those that are not listed were removed while there was no connection.
      const listed = value.flatMap((id) => this.#cameras.get(id) ?? []);
      this.#cameras = new Map(listed.map((camera) => [camera.id, camera]));
      this.#isComplete = true;
    } else if (event === 'state' && hasId(value)) this.#cameras.set(value.id, value as Camera);
    else if (event === 'removed' && hasId(value)) this.#cameras.delete(value.id);
    else return undefined;
    return this.#isComplete ? [...this.#cameras.values()] : undefined;
  }
}

function hasId(value: unknown): value is { id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
