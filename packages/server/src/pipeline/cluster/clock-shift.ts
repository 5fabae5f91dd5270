import type { NodeId } from '../../platform/cluster/placement.js';

const SHIFT_WINDOW_MS = 30_000;

/**
 * By how much the clock of this node is ahead of another's. Each message shows it, plus its own time on the way; the least of the last
 * half minute or so is nearest.
 */
export class ClockShift {
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;
  #sinceMs = Number.NEGATIVE_INFINITY;

  /** @param shiftMs as this message shows it @returns the best estimate */
  measured(shiftMs: number, nowMs: number): number {
    const windowMs = nowMs - this.#sinceMs;
    if (windowMs > SHIFT_WINDOW_MS) {
      // Nothing is known of a window in which nothing came.
      this.#leastBefore = windowMs > 2 * SHIFT_WINDOW_MS ? Number.POSITIVE_INFINITY : this.#least;
      this.#least = Number.POSITIVE_INFINITY;
      this.#sinceMs = nowMs;
    }
    this.#least = Math.min(this.#least, shiftMs);
    return Math.min(this.#least, this.#leastBefore);
  }

  /** The other node may have been started again, with another clock. */
  reset(): void {
    this.#leastBefore = Number.POSITIVE_INFINITY;
    this.#least = Number.POSITIVE_INFINITY;
  }
}

/** The shifts of the other nodes' clocks, one for all that comes from a node: boxes and pictures that come apart meet again. */
export class PeerClocks {
  readonly #shifts = new Map<NodeId, ClockShift>();

  of(node: NodeId): ClockShift {
    let shift = this.#shifts.get(node);
    if (shift === undefined) {
      shift = new ClockShift();
      this.#shifts.set(node, shift);
    }
    return shift;
  }
}
