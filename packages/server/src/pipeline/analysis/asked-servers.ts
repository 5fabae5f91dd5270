import { type ErrorCode, LookoutError } from '@lookout/protocol/core';
import type { EncodedMessage } from '../../platform/kserve/message.js';
import type { KServeAnswer } from '../../platform/remote-models/kserve-client.js';
import type { FromWorker, SentError } from './analysis-job.js';

interface Asked {
  resolve(answer: KServeAnswer): void;
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
  ask(message: EncodedMessage): Promise<KServeAnswer> {
    const ask = this.#next++;
    return new Promise((resolve, reject) => {
      this.#asked.set(ask, { resolve, reject });
      this.#send({ type: 'ask', ask, message }, [message.body.buffer]);
    });
  }

  answered(ask: number, answer: KServeAnswer | SentError): void {
    const asked = this.#asked.get(ask);
    this.#asked.delete(ask);
    if ('body' in answer) asked?.resolve(answer);
    else
      asked?.reject(
        new LookoutError(
          answer.code as ErrorCode,
          answer.message,
          answer.hint === undefined ? {} : { hint: answer.hint },
        ),
      );
  }
}
