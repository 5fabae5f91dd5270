import { ClockOffset, systemClock } from '@lookout/client';
import type { CameraLinkInfo } from '@lookout/protocol';

type ServerClock = CameraLinkInfo['clock'];

const ASK_AT_MS = [0, 150, 400];
const ASK_EVERY_MS = 20_000;
const TICKS_PER_MS = 90;

/** When frames of WebRTC were taken: asks the server what its clocks show, and how far ours is from them. */
export class FrameClock {
  readonly #offset = new ClockOffset();
  readonly #ask: () => Promise<ServerClock>;
  readonly #timers: ReturnType<typeof setTimeout>[];
  #known: ServerClock | undefined;

  /** @param ask the server. What it rejects with is ignored: it is asked again */
  constructor(ask: () => Promise<ServerClock>) {
    this.#ask = ask;
    const again = () => void this.#update();
    this.#timers = [...ASK_AT_MS.map((delay) => setTimeout(again, delay)), setInterval(again, ASK_EVERY_MS)];
  }

  get roundTripMs(): number | undefined {
    return this.#offset.roundTripMs;
  }

  /** @param rtpTimestamp of a frame @returns when it was taken, server's clock, epoch ms; undefined while that is not known */
  capturedMs(rtpTimestamp: number): number | undefined {
    if (this.#known === undefined) return undefined;
    // As a signed number of 32 bits, the difference is right across the wrap of timestamps.
    return this.#known.now + ((rtpTimestamp - this.#known.rtp_timestamp) | 0) / TICKS_PER_MS;
  }

  /** From `capturedMs` to now, ms. */
  ageMs(capturedMs: number): number {
    return Math.max(0, this.#offset.toServer(systemClock.now()) - capturedMs);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #update(): Promise<void> {
    const askedMs = systemClock.now();
    try {
      const clock = await this.#ask();
      this.#offset.add(askedMs, clock.now, systemClock.now());
      this.#known = clock;
    } catch {
      // A server that can't be asked now is asked again; one that is gone is noticed by its video.
    }
  }
}
