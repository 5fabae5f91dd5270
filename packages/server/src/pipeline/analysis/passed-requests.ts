import { LookoutError } from '@lookout/protocol';
import type { EncodedMessage } from '../../platform/kserve/message.js';
import type { ReadAnswer } from '../../platform/remote-models/inference-server.js';
import type { KServeAnswer } from '../../platform/remote-models/kserve-client.js';
import type { RemoteRequest, SentError, ToWorker } from './analysis-job.js';

export interface PassedRequestsOptions {
  /** Sends a request to the servers of a remote model. @param read has the worker read an answer @throws LookoutError */
  ask(message: EncodedMessage, read: ReadAnswer<void>): Promise<void>;
  /** To the worker. */
  send(message: ToWorker, transfer: ArrayBuffer[]): void;
  /** One more request waits for a server. */
  onWaiting(): void;
}

/** Requests of one worker's jobs to the servers of remote models: the worker reads each answer, and says whether it makes sense. */
export class PassedRequests {
  readonly #options: PassedRequestsOptions;
  /** Answers that the worker has not read yet; called with what is wrong with them. */
  readonly #reading = new Map<number, (error?: SentError) => void>();
  #waiting = 0;
  #hasEnded = false;

  constructor(options: PassedRequestsOptions) {
    this.#options = options;
  }

  /** Requests that no server has answered yet. */
  get waiting(): number {
    return this.#waiting;
  }

  async pass({ ask, message }: RemoteRequest): Promise<void> {
    this.#wait();
    try {
      await this.#options.ask(message, async ({ body, headerLength }) => {
        // A small body is part of a buffer that others use too, which can't be transferred.
        const isWhole = body.byteLength === body.buffer.byteLength;
        const error = await this.#tell(ask, { body: isWhole ? body : Uint8Array.from(body), headerLength });
        if (!error) return;
        // Another server may be asked.
        this.#wait();
        throw new LookoutError('inference_failed', error.message);
      });
    } catch (error) {
      const { code = 'internal', message: reason, hint } = error as LookoutError;
      this.#send(ask, { code, message: reason, hint });
    }
  }

  /** The worker has read an answer. @param error what is wrong with it, if anything */
  read(ask: number, error?: SentError): void {
    this.#reading.get(ask)?.(error);
    this.#reading.delete(ask);
  }

  /** The worker reads nothing any more; no server is to blame for that. */
  end(): void {
    this.#hasEnded = true;
    for (const done of this.#reading.values()) done();
    this.#reading.clear();
  }

  #wait(): void {
    this.#waiting++;
    this.#options.onWaiting();
  }

  /** @returns what is wrong with the answer, if anything */
  #tell(ask: number, answer: KServeAnswer): Promise<SentError | undefined> {
    return new Promise((resolve) => {
      if (this.#hasEnded) resolve(undefined);
      else this.#reading.set(ask, resolve);
      this.#send(ask, answer);
    });
  }

  #send(ask: number, answer: KServeAnswer | SentError): void {
    this.#waiting--;
    if (this.#hasEnded) return;
    this.#options.send({ type: 'answer', ask, answer }, 'body' in answer ? [answer.body.buffer as ArrayBuffer] : []);
  }
}
