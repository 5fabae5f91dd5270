import { WindowedMinimum } from '../publishing/frame-clock.js';

/** A frame as it arrived. */
export interface ArrivedFrame {
  /** When it was captured, by the publisher's clock (only differences are used, so it may be wrong), ms. */
  timestampMs: number;
  /** When the server had the whole of it, by the server's clock, ms. */
  receivedMs: number;
  bytes: number;
  /** Pixels. */
  width: number;
}

/** What the last frames show of the link they came by. */
export interface TransitMeasure {
  bytesPerS: number;
  meanBytes: number;
  /** Lower quartile of `receivedMs − timestampMs`. */
  transitMs: number;
  /** How far that is above the shortest transit of the last 10 to 20 s. */
  queueingMs: number;
  /** Widest frame, pixels. */
  width: number;
}

const WINDOW_MS = 1000;
/** At low frame rates the window reaches back further, until it has three frames: two gaps make a rate. */
const MAX_WINDOW_MS = 4000;
const MIN_FRAMES = 3;
/** A second at 60 fps, and a burst. */
const MAX_FRAMES = 90;
const LOW_RANK = 0.25;
/** Clocks drift and routes change, so that a shortest transit is believed for 10 to 20 s. */
const SHORTEST_WINDOW_MS = 10_000;

/** The frames of the last second, at least the last three of 4 s. */
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
      // The first frame's bytes came before the span that is looked at.
      bytesPerS: ((bytes - first.bytes) / Math.max(1, last.receivedMs - first.receivedMs)) * 1000,
      meanBytes: bytes / frames.length,
      transitMs,
      queueingMs: transitMs - this.#shortest.get(nowMs),
      width: Math.max(...frames.map(({ width }) => width)),
    };
  }
}
