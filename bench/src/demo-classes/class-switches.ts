import type { Detection } from '@lookout/protocol';

/** Counts how often a tracked object is shown with a different class from last time. */
export class ClassSwitches {
  readonly #classOf = new Map<number, string>();
  #switches = 0;
  #firstMs: number | undefined;
  #lastMs = 0;
  /** Lowest score of any object shown. */
  least = 1;

  add(timestampMs: number, detections: readonly Detection[]): void {
    this.#firstMs ??= timestampMs;
    this.#lastMs = timestampMs;
    for (const { track_id, class_name, confidence } of detections) {
      this.least = Math.min(this.least, confidence);
      if (track_id === undefined) continue;
      const before = this.#classOf.get(track_id);
      if (before !== undefined && before !== class_name) this.#switches++;
      this.#classOf.set(track_id, class_name);
    }
  }

  get objects(): number {
    return this.#classOf.size;
  }

  get switchesPerMinute(): number {
    return (60_000 * this.#switches) / Math.max(1, this.#lastMs - (this.#firstMs ?? 0));
  }
}
