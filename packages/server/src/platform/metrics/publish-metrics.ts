import type { RtmpEndReason } from '@lookout/media';
import type { LookoutError } from '@lookout/protocol';
import { Counter, type Registry } from 'prom-client';

/** Errors of publishers, for `/metrics`. Codes are from the error table. `removeCamera` removes a camera's series. */
export class PublishMetrics {
  readonly #errors;
  readonly #stamps;
  readonly #rtmpEnds;
  /** Error codes with a series, by camera. */
  readonly #codes = new Map<string, Set<string>>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#errors = new Counter({
      name: 'lookout_publisher_errors_total',
      help: 'Publishers’ messages answered with an error, by code',
      labelNames: ['camera', 'code'],
      registers,
    });
    this.#stamps = new Counter({
      name: 'lookout_publisher_timestamps_replaced_total',
      help: 'Published frames whose unusable timestamp was replaced by their arrival time',
      labelNames: ['camera'],
      registers,
    });
    this.#rtmpEnds = new Counter({
      name: 'lookout_rtmp_connections_total',
      help: 'RTMP connections that have ended, by reason',
      labelNames: ['reason'],
      registers,
    });
  }

  rtmpEnded(reason: RtmpEndReason): void {
    this.#rtmpEnds.inc({ reason });
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
