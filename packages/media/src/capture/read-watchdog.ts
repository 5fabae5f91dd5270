import { AVERROR_EAGAIN, type FormatContext, type Packet } from '../codec/native.js';
import { nowMs } from '../frame/clock.js';

const WATCH_INTERVAL_MS = 250;

/** Interrupts a read that takes too long. Devices answer "not yet" at once, so silence is measured across such answers. */
export class ReadWatchdog {
  readonly #context: FormatContext;
  readonly #timer: NodeJS.Timeout;
  #silentSinceMs = nowMs();
  #reading = false;
  fired = false;

  constructor(context: FormatContext, timeoutMs: number, interrupt: () => void) {
    this.#context = context;
    this.#timer = setInterval(
      () => {
        if (!this.#reading || nowMs() - this.#silentSinceMs < timeoutMs) return;
        this.fired = true;
        interrupt();
      },
      Math.min(WATCH_INTERVAL_MS, timeoutMs),
    );
  }

  async read(packet: Packet): Promise<{ code: number; waitedMs: number }> {
    const beganMs = nowMs();
    if (!this.#reading) this.#silentSinceMs = beganMs;
    this.#reading = true;
    const code = await this.#context.readFrame(packet);
    // "Not yet" continues the silence.
    this.#reading = code === AVERROR_EAGAIN;
    return { code, waitedMs: nowMs() - beganMs };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
