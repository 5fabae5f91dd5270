import { toEpochMs } from '@lookout/media';
import type { CameraState, StateChange } from '@lookout/protocol';

const MAX_HISTORY = 100;

/** What became of the connections to one address: past states, bytes, reconnects. */
export class ConnectionRecord {
  readonly #history: { state: CameraState; reason: string; sinceMs: number }[] = [];
  #bytesIn = 0;
  #reconnects = 0;
  #wasLive = false;

  /** @param sinceMs by `nowMs()` */
  state(state: CameraState, reason: string, sinceMs: number): void {
    this.#history.unshift({ state, reason, sinceMs });
    if (this.#history.length > MAX_HISTORY) this.#history.pop();
  }

  bytes(count: number): void {
    this.#bytesIn += count;
  }

  /** The source began to deliver frames. @returns whether it had done so before */
  connected(): boolean {
    const again = this.#wasLive;
    if (again) this.#reconnects++;
    this.#wasLive = true;
    return again;
  }

  /** It was closed on purpose, so that the next connection is no reconnect. */
  closed(): void {
    this.#wasLive = false;
  }

  get figures(): { state_history: StateChange[]; bytes_in: number; reconnects: number } {
    return {
      state_history: this.#history.map(({ state, reason, sinceMs }) => ({
        state,
        reason,
        since: Math.round(toEpochMs(sinceMs)),
      })),
      bytes_in: this.#bytesIn,
      reconnects: this.#reconnects,
    };
  }
}
