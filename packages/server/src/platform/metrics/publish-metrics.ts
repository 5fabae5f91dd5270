import type { LookoutError } from '@lookout/protocol';
import { Counter, type Registry } from 'prom-client';

/** What publishers do wrong, for `/metrics`. Codes are those of the error table. `removeCamera` takes a camera's series away. */
export class PublishMetrics {
  readonly #errors;
  readonly #stamps;
  /** The codes each camera has a series of. */
  readonly #codes = new Map<string, Set<string>>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#errors = new Counter({
      name: 'lookout_publisher_errors_total',
      help: 'Messages of publishers that were answered by an error, by its code',
      labelNames: ['camera', 'code'],
      registers,
    });
    this.#stamps = new Counter({
      name: 'lookout_publisher_timestamps_replaced_total',
      help: 'Published frames whose timestamp was of no use: their arrival stands in for it',
      labelNames: ['camera'],
      registers,
    });
  }

  error(camera: string, code: LookoutError['code']): void {
    const codes = this.#codes.get(camera) ?? new Set();
    this.#codes.set(camera, codes.add(code));
    this.#errors.inc({ camera, code });
  }

  stampReplaced(camera: string): void {
    this.#stamps.inc({ camera });
  }

  removeCamera(camera: string): void {
    for (const code of this.#codes.get(camera) ?? []) this.#errors.remove({ camera, code });
    this.#codes.delete(camera);
    this.#stamps.remove({ camera });
  }
}
