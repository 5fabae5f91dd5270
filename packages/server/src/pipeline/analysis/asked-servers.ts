import { type ErrorCode, LookoutError } from '@lookout/protocol/core';
import type { EncodedMessage } from '../../platform/kserve/message.js';
import type { KServeAnswer } from '../../platform/remote-models/kserve-client.js';
import type { FromWorker, SentError } from './analysis-job.js';

interface Asked {
  /** @throws Error what is wrong with the answer */
  answered(answer: KServeAnswer): void;
  reject(error: LookoutError): void;
}

/** The servers of remote models as a worker reaches them: through the main thread, which knows their load. */
export class AskedServers {
  readonly #send: (message: FromWorker, transfer: ArrayBuffer[]) => void;
  readonly #asked = new Map<number, Asked>();
  #next = 0;

  constructor(send: (message: FromWorker, transfer: ArrayBuffer[]) => void) {
    this.#send = send;
  }

  /** @throws LookoutError, see `RemoteServers.infer` */
  ask<T>(message: EncodedMessage, read: (answer: KServeAnswer) => T): Promise<T> {
    const ask = this.#next++;
    return new Promise((resolve, reject) => {
      this.#asked.set(ask, { answered: (answer) => resolve(read(answer)), reject });
      this.#send({ type: 'ask', ask, message }, [message.body.buffer]);
    });
  }

  answered(ask: number, answer: KServeAnswer | SentError): void {
    const asked = this.#asked.get(ask);
    if (!asked) return;
    if ('body' in answer) {
      try {
        asked.answered(answer);
        this.#send({ type: 'read', ask }, []);
      } catch (error) {
        const { message } = error as Error;
        this.#send({ type: 'read', ask, error: { code: 'inference_failed', message } }, []);
        return;
      }
    } else {
      const { code, message, hint } = answer;
      asked.reject(new LookoutError(code as ErrorCode, message, hint === undefined ? {} : { hint }));
    }
    this.#asked.delete(ask);
  }
}
