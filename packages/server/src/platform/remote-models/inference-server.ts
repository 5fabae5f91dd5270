import { LookoutError } from '@lookout/protocol/core';
import type { EncodedMessage } from '../kserve/message.js';
import { type KServeAnswer, KServeClient } from './kserve-client.js';
import type { ServerAddress } from './server-addresses.js';

/**
 * How a request ended: `refused` by the server, `invalid` if its answer can't be the model's, or `failed` because it did not answer or
 * was busy.
 */
export type RequestOutcome = 'answered' | 'refused' | 'invalid' | 'failed';

/** Reads an answer. @throws Error what is wrong with it */
export type ReadAnswer<T> = (answer: KServeAnswer) => T | Promise<T>;

/** A server answered with what its model can't have put out. */
export class InvalidAnswer extends LookoutError {
  constructor(server: string, cause: unknown) {
    const reason = (cause as Error).message.slice(0, MAX_REASON_LENGTH);
    super('inference_failed', `${server} returned an invalid answer: ${reason}`, { cause });
  }
}

export interface Clock {
  /** Monotonic, ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

export interface ServerEvents {
  onRequest(url: string, outcome: RequestOutcome, seconds: number): void;
  /** Called once per outage. */
  onAway(url: string, reason: string): void;
  onBack(url: string): void;
}

export interface InferenceServerOptions {
  address: ServerAddress;
  timeoutMs: number;
  /** Requests on their way at once. */
  inFlight: number;
  clock: Clock;
  events: ServerEvents;
  /** Asks the server whether it can be used again. @throws LookoutError why not */
  probe(server: InferenceServer): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
/** With a probe and the next frame, boxes are back within 5 s. */
const MAX_PAUSE_MS = 2000;
/** A server with invalid answers looks fine to probes, so each time it is taken in costs a frame's time. */
const MAX_INVALID_PAUSE_MS = 30_000;
const MAX_REASON_LENGTH = 300;
/** Weight of the newest latency in the average. */
const LATENCY_WEIGHT = 0.3;
/** What is known of a latency is worth half after this time, so that a server that was slow once is tried again. */
const LATENCY_HALF_LIFE_MS = 10_000;
/** Requests at once before anything is known of the server. */
const FIRST_LIMIT = 2;
/** An answer that takes this many times the least latency has waited at the server. */
const QUEUED_FACTOR = 2;
/** The least latency is forgotten by this factor with each answer, as links and loads change. */
const LEAST_DRIFT = 1.01;
/** A server may refuse a single run for a reason of the frame; this many in a row put it out. */
const MIN_REFUSALS = 3;

/** One of the servers that run a model: its load, its latency, and whether it is left out for now. */
export class InferenceServer {
  readonly url: string;
  readonly client: KServeClient;
  readonly #options: InferenceServerOptions;
  #outstanding = 0;
  #latencyMs: number | undefined;
  #measuredMs = 0;
  #leastMs = Number.POSITIVE_INFINITY;
  #limit: number;
  #refusals = 0;
  #away: LookoutError | undefined;
  #pauseMs = 0;
  #cancelProbe: (() => void) | undefined;
  #closed = false;

  constructor(options: InferenceServerOptions) {
    const { address, timeoutMs, inFlight } = options;
    this.url = address.url;
    // One more connection for probes.
    this.client = new KServeClient({ ...address, timeoutMs, maxSockets: inFlight + 1 });
    this.#options = options;
    this.#limit = Math.min(FIRST_LIMIT, inFlight);
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  /** Why it is left out; undefined: it is used. */
  get away(): LookoutError | undefined {
    return this.#away;
  }

  /** Average of its latest answers, ms; undefined before the first. */
  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** Requests that it takes at once without queueing them, as far as its latency tells. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  get hasRoom(): boolean {
    return this.#outstanding < this.limit;
  }

  /** Expected time of one more request, in ms; an unmeasured server costs nothing, so it is tried first. */
  get cost(): number {
    const ageMs = this.#options.clock.now() - this.#measuredMs;
    return (this.#latencyMs ?? 0) * 0.5 ** (ageMs / LATENCY_HALF_LIFE_MS) * (this.#outstanding + 1);
  }

  /**
   * Runs a model.
   * @param isLast it is not put out for refusals and invalid answers, since no other is left
   * @throws LookoutError, see `KServeClient.ask`; InvalidAnswer if `read` throws
   */
  async infer<T>(path: string, message: EncodedMessage, read: ReadAnswer<T>, isLast: boolean): Promise<T> {
    const { clock, events } = this.#options;
    const startedMs = clock.now();
    this.#outstanding++;
    let outcome: RequestOutcome = 'answered';
    try {
      const answer = await this.client.ask(path, message);
      const tookMs = clock.now() - startedMs;
      const result = await this.#read(answer, read);
      this.#answered(tookMs);
      return result;
    } catch (error) {
      outcome = outcomeOf(error);
      if (outcome === 'refused' && (error as LookoutError).code !== 'frame_invalid') this.#refusals++;
      const isPutOut = outcome === 'failed' || (!isLast && (outcome === 'invalid' || this.#refusals >= MIN_REFUSALS));
      if (isPutOut) this.putOut(error as LookoutError);
      throw error;
    } finally {
      this.#outstanding--;
      events.onRequest(this.url, outcome, (clock.now() - startedMs) / 1000);
    }
  }

  /** Leaves it out until a probe succeeds, after a pause that doubles with each failure. */
  putOut(error: LookoutError): void {
    if (this.#closed) return;
    const isNew = this.#away === undefined;
    this.#away = error;
    if (isNew) this.#options.events.onAway(this.url, error.message);
    if (this.#cancelProbe) return;
    const maxPauseMs = error instanceof InvalidAnswer ? MAX_INVALID_PAUSE_MS : MAX_PAUSE_MS;
    this.#pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2), maxPauseMs);
    this.#cancelProbe = this.#options.clock.later(() => void this.#probe(), this.#pauseMs);
  }

  /** It can be used, as far as its metadata tells. */
  takeIn(): void {
    if (this.#away === undefined) return;
    this.#away = undefined;
    this.#cancelProbe?.();
    this.#cancelProbe = undefined;
    this.#options.events.onBack(this.url);
  }

  close(): void {
    this.#closed = true;
    this.#cancelProbe?.();
    this.client.close();
  }

  async #probe(): Promise<void> {
    try {
      await this.#options.probe(this);
      this.#cancelProbe = undefined;
      if (!this.#closed) this.takeIn();
    } catch (error) {
      this.#cancelProbe = undefined;
      this.putOut(error as LookoutError);
    }
  }

  async #read<T>(answer: KServeAnswer, read: ReadAnswer<T>): Promise<T> {
    try {
      return await read(answer);
    } catch (error) {
      throw new InvalidAnswer(this.client.name, error);
    }
  }

  #answered(tookMs: number): void {
    const known = this.#latencyMs ?? tookMs;
    this.#latencyMs = known + (tookMs - known) * LATENCY_WEIGHT;
    this.#measuredMs = this.#options.clock.now();
    this.#refusals = 0;
    this.#pauseMs = 0;
    this.#leastMs = Math.min(this.#leastMs * LEAST_DRIFT, tookMs);
    const { inFlight } = this.#options;
    if (tookMs > QUEUED_FACTOR * this.#leastMs) this.#limit = Math.max(1, this.#limit - 1 / this.limit);
    else if (this.#outstanding >= this.limit) this.#limit = Math.min(inFlight, this.#limit + 1 / this.limit);
  }
}

function outcomeOf(error: unknown): RequestOutcome {
  if (error instanceof InvalidAnswer) return 'invalid';
  return error instanceof LookoutError && error.code !== 'unavailable' ? 'refused' : 'failed';
}

/**
 * The server that is expected to answer one more request first.
 * @returns undefined if none has room; ties go to the first
 */
export function cheapest<T extends Pick<InferenceServer, 'cost' | 'hasRoom' | 'outstanding'>>(
  servers: readonly T[],
): T | undefined {
  let best: T | undefined;
  for (const server of servers) {
    if (!server.hasRoom) continue;
    const isBetter = !best || server.cost < best.cost;
    const isTie = best && server.cost === best.cost;
    if (isBetter || (isTie && server.outstanding < best!.outstanding)) best = server;
  }
  return best;
}
