import { Counter, Gauge, type Registry } from 'prom-client';

interface PlayerCounts {
  open: number;
  sent: number;
  skipped: number;
}

/** Players of cameras' own video over WebSockets, for `/metrics`. `removeCamera` removes a camera's series. */
export class PlayerMetrics {
  /** Cameras that were played. Late reports of a removed camera are ignored, so that its series do not return. */
  readonly #cameras = new Map<string, PlayerCounts>();

  constructor(registry: Registry) {
    const cameras = this.#cameras;
    const registers = [registry];
    new Gauge({
      name: 'lookout_mse_players',
      help: 'Open sockets that play a camera’s own video',
      labelNames: ['camera'],
      registers,
      collect() {
        this.reset();
        for (const [camera, { open }] of cameras) this.set({ camera }, open);
      },
    });
    new Counter({
      name: 'lookout_mse_packets_total',
      help: 'Packets of video sent to players, and those skipped because a player had fallen behind',
      labelNames: ['camera', 'event'],
      registers,
      collect() {
        this.reset();
        for (const [camera, counts] of cameras)
          for (const event of ['sent', 'skipped'] as const) this.inc({ camera, event }, counts[event]);
      },
    });
  }

  opened(camera: string): void {
    const counts = this.#cameras.get(camera) ?? { open: 0, sent: 0, skipped: 0 };
    counts.open++;
    this.#cameras.set(camera, counts);
  }

  closed(camera: string): void {
    const counts = this.#cameras.get(camera);
    if (counts) counts.open--;
  }

  packets(camera: string, event: 'sent' | 'skipped', count: number): void {
    const counts = this.#cameras.get(camera);
    if (counts) counts[event] += count;
  }

  removeCamera(camera: string): void {
    this.#cameras.delete(camera);
  }
}
