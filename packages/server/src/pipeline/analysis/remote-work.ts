import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { EncodedMessage } from '../../platform/kserve/message.js';
import type { KServeAnswer } from '../../platform/remote-models/kserve-client.js';
import type { Place, RemoteServers } from '../../platform/remote-models/remote-servers.js';

/** Of a model that runs here. */
const ANY_PLACE: Place = { release: () => undefined };

/** What the workers' pool needs of the servers of remote models. A model that runs here is bound by workers alone. */
export class RemoteWork {
  readonly #servers: RemoteServers | undefined;

  /** @param servers undefined: no model is remote. @param onRoom called when a place may have become free */
  constructor(servers: RemoteServers | undefined, onRoom: () => void) {
    this.#servers = servers;
    if (servers) servers.onRoom = onRoom;
  }

  /** Why a model can't be used: all its servers are away. */
  refusal({ remote }: ModelInfo): LookoutError | undefined {
    return remote && this.#servers?.allAway;
  }

  /** @returns undefined if as many requests as allowed are on their way already */
  place({ remote }: ModelInfo): Place | undefined {
    return remote && this.#servers ? this.#servers.hold() : ANY_PLACE;
  }

  /** Number of frames that can be started with so many free workers. */
  room({ remote }: ModelInfo, freeWorkers: number): number {
    return remote && this.#servers ? Math.min(freeWorkers, this.#servers.room) : freeWorkers;
  }

  /** Share of one of `workers` that a job takes, for the load: a remote one takes one place of many. */
  share({ remote }: ModelInfo, workers: number): number {
    return remote && this.#servers ? workers / this.#servers.places : 1;
  }

  /** @throws LookoutError, see `RemoteServers.infer` */
  async ask(message: EncodedMessage): Promise<KServeAnswer> {
    if (!this.#servers) throw new LookoutError('unavailable', 'No KServe server is configured');
    return this.#servers.infer(message);
  }

  close(): void {
    this.#servers?.close();
  }
}
