/** What may wait in front of the peer. Beyond it pictures would be late, and stay late. */
const MAX_QUEUED_MS = 300;

/**
 * Tells from a peer's echoes whether what is sent queues up on the way, in the kernel's buffers or the network. TCP loses nothing, so a
 * link that carries less than is sent adds delay without an end, unless the sender leaves something out.
 *
 * One echo is asked for at a time. It travels behind what was sent before, and so takes as long.
 */
export class QueueWatch {
  #askedMs: number | undefined;
  /** Shortest round trip, ms; Infinity for a peer that has never answered, about whom nothing can be said. */
  #shortestMs = Number.POSITIVE_INFINITY;

  /** Whether the next echo may be asked for. */
  get isReady(): boolean {
    return this.#askedMs === undefined;
  }

  asked(nowMs: number): void {
    this.#askedMs = nowMs;
  }

  answered(nowMs: number): void {
    if (this.#askedMs === undefined) return;
    this.#shortestMs = Math.min(this.#shortestMs, nowMs - this.#askedMs);
    this.#askedMs = undefined;
  }

  /** Whether what is sent now would be late. */
  isLate(nowMs: number): boolean {
    return this.#askedMs !== undefined && nowMs - this.#askedMs > this.#shortestMs + MAX_QUEUED_MS;
  }
}
