import type { LookoutError } from '@lookout/protocol';
import { LogLimit } from '../../platform/metrics/log-limit.js';
import type { CameraOptions } from './camera-options.js';

/** Logs that frames of a camera can't be used, now and then with how many they were. */
export class InvalidLog {
  readonly #options: Pick<CameraOptions, 'log'> & { readonly id: string; readonly frame: string };
  readonly #limit: LogLimit;

  /** @param options `frame`: what is logged about, e.g. `a frame` */
  constructor({ now, ...options }: Pick<CameraOptions, 'log' | 'now'> & { id: string; frame: string }) {
    this.#options = options;
    this.#limit = new LogLimit(now);
  }

  add({ code, message }: LookoutError): void {
    const { log, id, frame } = this.#options;
    const count = this.#limit.count();
    if (count === undefined) return;
    const failure = code === 'inference_failed' ? 'could not be analysed' : 'was dropped';
    log.warn({ camera: id, code, detail: message, count }, `${frame} ${failure}`);
  }
}
