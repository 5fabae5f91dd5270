import { WindowedMinimum } from '../publishing/frame-clock.js';

/** Arrival of one frame. */
export interface ArrivedFrame {
  /** Capture time by the publisher's clock, ms. Only differences are used, so its offset does not matter. */
  timestampMs: number;
  /** When the server had received the whole frame, by the server's clock, ms. */
  receivedMs: number;
  bytes: number;
  /** Pixels. */
  width: number;
}

/** Link measurements over the last frames. */
export interface TransitMeasure {
  bytesPerS: number;
  meanBytes: number;
  /** Lower quartile of `receivedMs − timestampMs`. */
  transitMs: number;
  /** How far `transitMs` exceeds the shortest transit of the last 10 to 20 s. */
  queueingMs: number;
  /** Width of the widest frame, pixels. */
  width: number;
}

const WINDOW_MS = 1000;
/** At low frame rates the window reaches back further until it holds three frames: a rate needs two gaps. */
const MAX_WINDOW_MS = 4000;
const MIN_FRAMES = 3;
/** One second at 60 fps, plus a burst. */
const MAX_FRAMES = 90;
const LOW_RANK = 0.25;
/** Clocks drift and routes change, so a shortest transit expires after 10 to 20 s. */
const SHORTEST_WINDOW_MS = 10_000;

/** The frames of the last second; at low rates the last three, up to 4 s old. */
export class TransitWindow {
  readonly #shortest = new WindowedMinimum(SHORTEST_WINDOW_MS);
  #frames: ArrivedFrame[] = [];

  /** Frames without a finite timestamp are ignored. */
  add(frame: ArrivedFrame): void {
    if (!Number.isFinite(frame.timestampMs)) return;
    if (this.#frames.length >= MAX_FRAMES) this.#frames.shift();
    this.#frames.push(frame);
    this.#shortest.add(frame.receivedMs - frame.timestampMs, frame.receivedMs);
  }

  /** @returns undefined with fewer than three frames in 4 s */
  measure(nowMs: number): TransitMeasure | undefined {
    const recent = this.#frames.filter(({ receivedMs }) => receivedMs > nowMs - WINDOW_MS).length;
    this.#frames = this.#frames
      .slice(-Math.max(recent, MIN_FRAMES))
      .filter(({ receivedMs }) => receivedMs > nowMs - MAX_WINDOW_MS);
    const frames = this.#frames;
    const [first] = frames;
    const last = frames.at(-1);
    if (!first || !last || frames.length < MIN_FRAMES) return undefined;
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes, 0);
    const transits = frames.map(({ receivedMs, timestampMs }) => receivedMs - timestampMs).sort((a, b) => a - b);
    const transitMs = transits[Math.floor(LOW_RANK * (transits.length - 1))] ?? 0;
    return {
      // The first frame's bytes arrived before the measured span began.
      bytesPerS: ((bytes - first.bytes) / Math.max(1, last.receivedMs - first.receivedMs)) * 1000,
      meanBytes: bytes / frames.length,
      transitMs,
      queueingMs: transitMs - this.#shortest.get(nowMs),
      width: Math.max(...frames.map(({ width }) => width)),
    };
  }
}
