import type { DropReason } from '@lookout/protocol';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Notified of every frame and its answer. */
export interface FrameObserver {
  received(): void;
  processed(latencyMs: number, inferMs: number, nowMs: number): void;
  failed(): void;
  dropped(reason: DropReason): void;
}

/** Counts frames sent by clients of the detection API; `via` is `session` or `image`. */
export class DetectionMetrics {
  readonly sessions: FrameObserver;
  readonly images: FrameObserver;
  readonly #frames;
  readonly #seconds;
  #openSessions: () => number = () => 0;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#frames = new Counter({
      name: 'lookout_detection_frames_total',
      help: 'Frames sent by clients of the detection API, by answer',
      labelNames: ['via', 'answer'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'lookout_detection_seconds',
      help: 'Time from the arrival of a client’s frame to its result',
      labelNames: ['via'],
      buckets: [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5],
      registers,
    });
    const open = () => this.#openSessions();
    new Gauge({
      name: 'lookout_detection_sessions',
      help: 'Open detection sessions',
      registers,
      collect() {
        this.set(open());
      },
    });
    this.sessions = this.#counted('session');
    this.images = this.#counted('image');
  }

  /** @param open number of open sessions, read at each scrape */
  countSessions(open: () => number): void {
    this.#openSessions = open;
  }

  #counted(via: 'session' | 'image'): FrameObserver {
    return {
      received: () => undefined,
      processed: (latencyMs) => {
        this.#frames.inc({ via, answer: 'processed' });
        this.#seconds.observe({ via }, latencyMs / 1000);
      },
      failed: () => this.#frames.inc({ via, answer: 'failed' }),
      dropped: (reason) => this.#frames.inc({ via, answer: reason }),
    };
  }
}
