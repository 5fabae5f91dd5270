/** A round trip of so long ago says nothing of now, ms. */
const recentMs = 2500;
/** At one ping a second. */
const maxRecent = 8;

/** Round trips of WebSocket pings. They queue behind the frames under way, so they grow with what the link holds. */
export class RoundTrips {
  #recent: Array<{ atMs: number; ms: number }> = [];
  #leastMs = Number.POSITIVE_INFINITY;

  add(ms: number, nowMs: number): void {
    this.#recent.push({ atMs: nowMs, ms });
    if (this.#recent.length > maxRecent) this.#recent.shift();
    this.#leastMs = Math.min(this.#leastMs, ms);
  }

  /** The least of the last seconds, ms. */
  recentMs(nowMs: number): number | undefined {
    const recent = this.#recent.filter(({ atMs }) => nowMs - atMs < recentMs);
    return recent.length === 0 ? undefined : Math.min(...recent.map(({ ms }) => ms));
  }

  /** The least of all: the bare link, ms; 0 while unknown. */
  get leastMs(): number {
    return Number.isFinite(this.#leastMs) ? this.#leastMs : 0;
  }
}
