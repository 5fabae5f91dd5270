/** A frame as it arrived. */
export interface ArrivedFrame {
  /** When it was captured, by the publisher's clock (however wrong: only differences are used), ms. */
  timestampMs: number;
  /** When the server had the whole of it, by the server's clock, ms. */
  receivedMs: number;
  bytes: number;
  width: number;
}

/** What the frames of the last moments say of the way they came. */
export interface TransitMeasure {
  frames: number;
  /** Received over the window. */
  fps: number;
  bytesPerS: number;
  meanBytes: number;
  /**
   * Lower quartile of receivedMs − timestampMs. Jitter and the repetition of lost packets lift some frames, a queue lifts all: so
   * this sees a queue, and little else.
   */
  lowTransitMs: number;
  /** The least of them, and of the last three frames. */
  minTransitMs: number;
  lastTransitMs: number;
  /** Widest picture, pixels. */
  width: number;
}

const WINDOW_MS = 1500;
/** Where few frames come, the last few of a longer time tell. */
const LONGEST_MS = 4000;
const LEAST_FRAMES = 3;
/** 1.5 s of 60 fps, and room for a burst. */
const MAX_FRAMES = 128;
const LOW_RANK = 0.25;

/** The frames of the last 1.5 s, at least the last three of 4 s (128 at most). */
export class TransitWindow {
  #frames: ArrivedFrame[] = [];

  /** A frame with a stamp that is not finite tells nothing, and is left out. */
  add(frame: ArrivedFrame): void {
    if (!Number.isFinite(frame.timestampMs)) return;
    if (this.#frames.length >= MAX_FRAMES) this.#frames.shift();
    this.#frames.push(frame);
  }

  /** @returns `undefined` with fewer than three frames: two gaps are the least that make a rate */
  measure(nowMs: number): TransitMeasure | undefined {
    const many = this.#frames.filter(({ receivedMs }) => receivedMs > nowMs - WINDOW_MS).length;
    this.#frames = this.#frames
      .slice(-Math.max(many, LEAST_FRAMES))
      .filter(({ receivedMs }) => receivedMs > nowMs - LONGEST_MS);
    const frames = this.#frames;
    const first = frames[0];
    if (first === undefined || frames.length < LEAST_FRAMES) return undefined;
    let bytes = 0;
    let width = 0;
    const transits: number[] = [];
    for (const frame of frames) {
      bytes += frame.bytes;
      width = Math.max(width, frame.width);
      transits.push(frame.receivedMs - frame.timestampMs);
    }
    transits.sort((a, b) => a - b);
    // The first frame's bytes came before the span that is looked at. Silence since the last frame counts.
    const lastMs = frames[frames.length - 1]?.receivedMs ?? nowMs;
    const meanGapMs = (lastMs - first.receivedMs) / (frames.length - 1);
    const silentMs = Math.max(0, nowMs - lastMs - meanGapMs);
    const spanS = Math.max(1, lastMs - first.receivedMs + silentMs) / 1000;
    return {
      frames: frames.length,
      fps: (frames.length - 1) / spanS,
      bytesPerS: (bytes - first.bytes) / spanS,
      meanBytes: bytes / frames.length,
      lowTransitMs: transits[Math.floor(LOW_RANK * (transits.length - 1))] ?? 0,
      minTransitMs: transits[0] ?? 0,
      lastTransitMs: Math.min(...frames.slice(-LEAST_FRAMES).map((one) => one.receivedMs - one.timestampMs)),
      width,
    };
  }
}
