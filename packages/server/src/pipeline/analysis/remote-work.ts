import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { DetectOptions } from '@lookout/vision/detector';
import type { EncodedMessage } from '../../platform/kserve/message.js';
import type { ReadAnswer } from '../../platform/remote-models/inference-server.js';
import { detectElsewhere, type FoundElsewhere } from '../../platform/remote-models/picture-detector.js';
import type { Place, RemoteServers } from '../../platform/remote-models/remote-servers.js';
import type { AnalysisJob, AnalysisResult } from './analysis-job.js';
import { pictureReservation } from './picture-reservation.js';
import type { Reservation } from './reservation.js';

/** Of a model that runs here. */
const ANY_PLACE: Place = { release: () => undefined };

/** What is needed of the pool. */
export interface PoolAround {
  readonly size: number;
  /** Called when a place may have become free. */
  onRoom(): void;
  /** Measures and reports a detection that takes this share of a worker. */
  detected(work: Promise<AnalysisResult>, model: ModelInfo, share: number): Promise<AnalysisResult>;
  /** Does a job on the next free worker. */
  here(job: AnalysisJob): Promise<AnalysisResult>;
}

/** What the workers' pool needs of the servers of remote models. A model that runs here is bound by workers alone. */
export class RemoteWork {
  readonly #servers: RemoteServers | undefined;
  readonly #pool: PoolAround;

  /** @param servers undefined: no model is remote */
  constructor(servers: RemoteServers | undefined, pool: PoolAround) {
    this.#servers = servers;
    this.#pool = pool;
    if (servers) servers.onRoom = pool.onRoom;
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

  /** Share of a worker that a job takes, for the load: a remote one takes one place of many. */
  share({ remote }: ModelInfo): number {
    return remote && this.#servers ? this.#pool.size / this.#servers.places : 1;
  }

  /**
   * A place for one picture of a model that takes encoded pictures: no worker prepares it.
   * @returns undefined if there is no place
   */
  reservePictures(model: ModelInfo): Reservation | undefined {
    const place = this.place(model);
    if (!place) return undefined;
    const { here, detected } = this.#pool;
    const share = this.share(model);
    return pictureReservation({
      model,
      place,
      here,
      detect: (bytes, options) => this.#detect(model, bytes, options),
      detected: (work) => detected(work, model, share),
    });
  }

  /** Detects with a model that takes encoded pictures. @throws LookoutError `unavailable` if there is no place */
  async detectSoon(job: AnalysisJob, model: ModelInfo): Promise<AnalysisResult> {
    const reservation = this.reservePictures(model);
    if (!reservation) throw new LookoutError('unavailable', 'The KServe servers have too many requests already');
    return reservation.run(job);
  }

  #detect({ classNames, remote }: ModelInfo, bytes: Uint8Array, options: DetectOptions): Promise<FoundElsewhere> {
    if (!this.#servers || !remote) throw new LookoutError('unavailable', 'No KServe server is configured');
    return detectElsewhere(this.#servers, { classNames, remote }, bytes, options);
  }

  /** @throws LookoutError, see `RemoteServers.infer` */
  async ask(message: EncodedMessage, read: ReadAnswer<void>): Promise<void> {
    if (!this.#servers) throw new LookoutError('unavailable', 'No KServe server is configured');
    return this.#servers.infer(message, read);
  }

  close(): void {
    this.#servers?.close();
  }
}
