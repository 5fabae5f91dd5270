import { monotonicMs } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import type { BenchServer } from '../lib/server-process.js';

/** A viewer of every camera at one node, who sees for how long each stands still. */
export class Watch {
  readonly #viewers: ReadonlyMap<string, LiveViewer>;

  private constructor(viewers: ReadonlyMap<string, LiveViewer>) {
    this.#viewers = viewers;
  }

  static async open({ wsUrl, headers }: BenchServer, cameras: readonly string[]): Promise<Watch> {
    const viewers = new Map<string, LiveViewer>();
    for (const camera of cameras) {
      viewers.set(camera, await LiveViewer.open(`${wsUrl}/ws/view/${camera}?mode=overlay&every=all`, headers));
    }
    await Promise.all([...viewers.values()].map((viewer) => viewer.firstFrame()));
    return new Watch(viewers);
  }

  /** The longest time without a frame of one of these cameras, ms. */
  longestGapMs(fromMs: number, cameras: readonly string[] = [...this.#viewers.keys()]): number {
    const untilMs = monotonicMs();
    const gaps = cameras.map((camera) => {
      const times =
        this.#viewers
          .get(camera)
          ?.since(fromMs)
          .map(({ atMs }) => atMs) ?? [];
      const all = [fromMs, ...times, untilMs];
      return Math.max(...all.slice(1).map((atMs, i) => atMs - (all[i] ?? atMs)));
    });
    return Math.max(0, ...gaps);
  }

  close(): void {
    for (const viewer of this.#viewers.values()) viewer.close();
  }
}
