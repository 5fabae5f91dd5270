/** Bytes of the last second. Bounded: at most `MAX_ENTRIES` are kept, the oldest leave first. */
export class ByteWindow {
  readonly #entries: Array<{ at: number; bytes: number }> = [];
  #sum = 0;

  /** @param at when they were through, ms, not before the last ones */
  add(at: number, bytes: number): void {
    this.#entries.push({ at, bytes });
    this.#sum += bytes;
    this.#trim(at);
  }

  kbitPerSecond(now: number): number {
    this.#trim(now);
    return (this.#sum * 8) / WINDOW_MS;
  }

  #trim(now: number): void {
    while (this.#entries.length > MAX_ENTRIES || (this.#entries[0] && this.#entries[0].at <= now - WINDOW_MS)) {
      this.#sum -= this.#entries.shift()!.bytes;
    }
  }
}

const WINDOW_MS = 1000;
const MAX_ENTRIES = 240;
