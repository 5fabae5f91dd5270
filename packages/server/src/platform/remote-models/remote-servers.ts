import { LookoutError, ModelMetadata } from '@lookout/protocol';
import type { z } from 'zod';
import { checkMessage, type EncodedMessage, splitMessage } from '../kserve/message.js';
import { later } from '../threads/later.js';
import {
  type Clock,
  cheapest,
  InferenceServer,
  InvalidAnswer,
  type ReadAnswer,
  type ServerEvents,
} from './inference-server.js';
import { type RemoteSettings, serverAddresses } from './server-addresses.js';

/** The protocol requires `platform`, but some servers omit it. */
export const PeerMetadata = ModelMetadata.extend({ platform: ModelMetadata.shape.platform.optional() });
export type PeerMetadata = z.infer<typeof PeerMetadata>;

/** A place for one request, held from before its frame is prepared until it is answered. */
export interface Place {
  /** Idempotent. */
  release(): void;
}

export interface ServerState {
  url: string;
  /** Why it is left out; absent: it is used. */
  away?: string;
  outstanding: number;
  /** Requests that it gets at once at present. */
  limit: number;
  latency_ms?: number;
}

const REAL_TIME: Clock = { now: () => performance.now(), later };

/**
 * The servers that run one model. Each request goes to the one expected to answer first, by its measured latency and its
 * outstanding requests. A server that fails, or whose answer can't be read, is left out for a while, and what it failed goes to another. The number
 * of outstanding requests is bounded, and nothing waits for a place.
 */
export class RemoteServers {
  readonly #servers: readonly InferenceServer[];
  readonly #path: string;
  readonly #model: string;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  #held = 0;
  /** Inputs and outputs of the model in use. A server whose model has others is left out. */
  #known: string | undefined;
  events: ServerEvents | undefined;
  /** Called when a place may have become free. */
  onRoom: () => void = () => undefined;

  /** @throws LookoutError `config_invalid` */
  constructor(settings: RemoteSettings, clock: Clock = REAL_TIME) {
    const { model, version, timeout_ms: timeoutMs, in_flight: inFlight } = settings;
    if (model === undefined) {
      throw new LookoutError('config_invalid', 'kserve.model: expected the name of a model, as kserve.url is set', {
        hint: 'Set --kserve-model or KSERVE_MODEL.',
      });
    }
    this.#model = model;
    this.#path = modelPath({ model, version });
    this.#timeoutMs = timeoutMs;
    this.#clock = clock;
    const events: ServerEvents = {
      onRequest: (...args) => this.events?.onRequest(...args),
      onAway: (...args) => this.events?.onAway(...args),
      onBack: (url) => {
        this.events?.onBack(url);
        this.onRoom();
      },
    };
    const probe = (server: InferenceServer) => this.#probe(server);
    this.#servers = serverAddresses(settings).map(
      (address) => new InferenceServer({ address, timeoutMs, inFlight, clock, events, probe }),
    );
  }

  get urls(): string[] {
    return this.#servers.map(({ url }) => url);
  }

  /** Requests that all servers together take at once. */
  get places(): number {
    return limitOf(this.#servers);
  }

  /** Places that are free now. */
  get room(): number {
    return Math.max(0, limitOf(this.#present) - this.#held);
  }

  /** Why no server can be used; undefined if one can. */
  get allAway(): LookoutError | undefined {
    if (this.#present.length > 0) return undefined;
    const [first, ...others] = this.#servers.map(({ away }) => away!);
    if (others.length === 0) return first;
    const reasons = [first, ...others].map((error) => error!.message).join('; ');
    return new LookoutError(
      'unavailable',
      `None of the ${this.#servers.length} KServe servers can be used: ${reasons}`,
    );
  }

  /** Which of several servers are left out; undefined if none is. */
  get someAway(): string | undefined {
    const away = this.#servers.flatMap((server) => (server.away ? [server.away.message] : []));
    if (away.length === 0 || this.#servers.length === 1) return undefined;
    return `${away.length} of ${this.#servers.length} are left out: ${away.join('; ')}`;
  }

  states(): ServerState[] {
    return this.#servers.map(({ url, away, outstanding, limit, latencyMs }) => ({
      url,
      ...(away && { away: away.message }),
      ...{ outstanding, limit },
      ...(latencyMs !== undefined && { latency_ms: Math.round(latencyMs * 10) / 10 }),
    }));
  }

  /** @returns undefined if there is no room */
  hold(): Place | undefined {
    if (this.room === 0) return undefined;
    this.#held++;
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#held--;
        this.onRoom();
      },
    };
  }

  /**
   * Runs the model on one of the servers.
   * @returns what `read` makes of the first answer that it can read
   * @throws LookoutError `unavailable` if none answered; otherwise the reason of the server that refused
   */
  async infer<T>(message: EncodedMessage, read: ReadAnswer<T>): Promise<T> {
    const startedMs = this.#clock.now();
    const tried = new Set<InferenceServer>();
    let failure = this.allAway;
    for (;;) {
      const present = this.#present;
      const server = cheapest(present.filter((one) => !tried.has(one)));
      if (!server)
        throw failure ?? new LookoutError('unavailable', 'The KServe servers have too many requests already');
      try {
        return await server.infer(`${this.#path}/infer`, message, read, present.length === 1);
      } catch (error) {
        const mayTryAnother = error instanceof InvalidAnswer || (error as LookoutError).code === 'unavailable';
        if (!(error instanceof LookoutError) || !mayTryAnother) throw error;
        // By then a newer frame is worth more.
        if (this.#clock.now() - startedMs > this.#timeoutMs / 2) throw error;
        tried.add(server);
        failure = error;
      }
    }
  }

  /**
   * Asks every server what the model is; those that do not say or have another one are left out.
   * @throws LookoutError the first server's reason, if none says
   */
  async describe(): Promise<PeerMetadata> {
    const answers = await Promise.allSettled(this.#servers.map((server) => this.#metadataOf(server)));
    const given = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    // While one still has the model in use, the others must have the same.
    const metadata = given.find((one) => signatureOf(one) === this.#known) ?? given[0];
    if (metadata) this.#known = signatureOf(metadata);
    for (const [i, server] of this.#servers.entries()) {
      const answer = answers[i]!;
      if (answer.status === 'rejected') server.putOut(answer.reason as LookoutError);
      else if (signatureOf(answer.value) !== this.#known) server.putOut(this.#hasAnother(server));
      else server.takeIn();
    }
    if (metadata) return metadata;
    throw (answers[0] as PromiseRejectedResult).reason;
  }

  /** The model is known from before. */
  expect(metadata: PeerMetadata): void {
    this.#known ??= signatureOf(metadata);
  }

  close(): void {
    for (const server of this.#servers) server.close();
  }

  get #present(): InferenceServer[] {
    return this.#servers.filter(({ away }) => away === undefined);
  }

  async #probe(server: InferenceServer): Promise<void> {
    const signature = signatureOf(await this.#metadataOf(server));
    if (this.#known !== undefined && signature !== this.#known) throw this.#hasAnother(server);
  }

  #hasAnother({ client }: InferenceServer): LookoutError {
    return new LookoutError('unavailable', `${client.name} has another model under the name ${this.#model}`);
  }

  async #metadataOf({ client }: InferenceServer): Promise<PeerMetadata> {
    const { body } = await client.ask(this.#path);
    try {
      return checkMessage(PeerMetadata, splitMessage(body).json);
    } catch (error) {
      const reason = (error as Error).message;
      const message = `${client.name} returned invalid metadata for ${this.#model}: ${reason}`;
      throw new LookoutError('model_unsupported', message, { cause: error });
    }
  }
}

function limitOf(servers: readonly InferenceServer[]): number {
  return servers.reduce((sum, { limit }) => sum + limit, 0);
}

/** What must be the same for frames to be prepared and answers to be read in the same way. */
function signatureOf({ inputs, outputs, parameters }: PeerMetadata): string {
  return JSON.stringify([inputs, outputs, parameters?.detector]);
}

/** Path of a model on its server. */
export function modelPath({ model, version }: { model: string; version: string | undefined }): string {
  const path = `/v2/models/${encodeURIComponent(model)}`;
  return version === undefined ? path : `${path}/versions/${encodeURIComponent(version)}`;
}
