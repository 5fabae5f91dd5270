import type { LookoutError } from '@lookout/protocol';
import type { DroppedFrame, FrameId, FrameResult } from './detect-types.js';

/** A frame that was sent and awaits its answer. */
export interface PendingFrame {
  frameId: FrameId;
  /** Our clock, ms. */
  sentAt: number;
  settle(outcome: FrameResult | DroppedFrame | LookoutError): void;
}

/** Frames in flight: a limited number, each answered once. A place is reserved before the picture is read, and filled when it is sent. */
export class InFlight {
  readonly #max: number;
  readonly #pending = new Map<number, PendingFrame>();
  #reserved = 0;
  #waiters: Array<() => void> = [];

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#pending.size + this.#reserved;
  }

  get hasRoom(): boolean {
    return this.size < this.#max;
  }

  /** @returns false if there is no free place */
  reserve(): boolean {
    if (!this.hasRoom) return false;
    this.#reserved++;
    return true;
  }

  /** Releases a reserved place. */
  release(): void {
    this.#reserved--;
    this.#tell();
  }

  /** A frame takes a reserved place. */
  fill(number: number, frame: PendingFrame): void {
    this.#reserved--;
    this.#pending.set(number, frame);
  }

  /** @returns the frame that this answers; undefined if none (or no longer any) is waiting for it */
  take(number: number): PendingFrame | undefined {
    const frame = this.#pending.get(number);
    if (frame && this.#pending.delete(number)) this.#tell();
    return frame;
  }

  /** Removes and returns all pending frames, oldest first. */
  takeAll(): PendingFrame[] {
    const frames = [...this.#pending.values()];
    this.#pending.clear();
    this.#tell();
    return frames;
  }

  /** Removes and returns the frames sent before this time, our clock, ms. */
  takeSentBefore(at: number): PendingFrame[] {
    const late: PendingFrame[] = [];
    for (const [number, frame] of this.#pending) {
      if (frame.sentAt >= at) continue;
      this.#pending.delete(number);
      late.push(frame);
    }
    if (late.length > 0) this.#tell();
    return late;
  }

  /** Resolves at the next change, after which the caller checks again. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Wakes everyone who waits for a change, for another reason. */
  wake(): void {
    this.#tell();
  }

  #tell(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}
