import { LookoutError } from '@lookout/protocol/core';
import { nowMs } from './frame/clock.js';
import type { Frame } from './frame/frame.js';
import { createAttempt, type OpenSourceOptions } from './open-source.js';
import { redactUrl } from './source/credentials.js';
import type { AttemptEvents, StreamInfo } from './source/source.js';
import { parseSourceUrl } from './source/source-url.js';

export interface ProbeSourceOptions extends OpenSourceOptions {
  /** For the whole probe, ms. Default 5000. */
  timeoutMs?: number;
}

export type SourceProbe =
  | {
      ok: true;
      /** `fps` is measured when the stream does not state it, and null when only one picture came. */
      info: StreamInfo;
      /** The first picture, a JPEG. */
      picture: Uint8Array;
      elapsedMs: number;
    }
  | { ok: false; error: LookoutError; elapsedMs: number };

/** How long after the first picture to count pictures, to measure their rate. */
const MEASURE_MS = 1000;
const PICTURE_QUALITY = 80;

/** Tries an address once. Never throws for what the camera or the address does, and leaves nothing open. */
export async function probeSource(url: string, options: ProbeSourceOptions = {}): Promise<SourceProbe> {
  const { timeoutMs = 5000 } = options;
  const startedMs = nowMs();
  const elapsedMs = () => nowMs() - startedMs;
  try {
    // Shorter than the whole, so that a failure to connect can still be reported precisely.
    const connectTimeoutMs = Math.min(options.connectTimeoutMs ?? 5000, timeoutMs * 0.8);
    const attempt = createAttempt(parseSourceUrl(url, options), { loop: false, ...options, connectTimeoutMs });
    const found = await new Probing(timeoutMs).run((events, signal) => attempt.run(events, signal));
    return { ok: true, ...found, elapsedMs: elapsedMs() };
  } catch (error) {
    return { ok: false, error: shown(error), elapsedMs: elapsedMs() };
  }
}

class Probing {
  readonly #timeoutMs: number;
  readonly #stop = new AbortController();
  readonly #timesMs: number[] = [];
  #info: StreamInfo | undefined;
  #picture: Promise<Uint8Array> | undefined;
  #lastInvalid: LookoutError | undefined;
  #measuring: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  async run(
    attempt: (events: AttemptEvents, signal: AbortSignal) => Promise<void>,
  ): Promise<{ info: StreamInfo; picture: Uint8Array }> {
    const timer = setTimeout(() => this.#stop.abort(), this.#timeoutMs);
    let failure: unknown;
    try {
      await attempt(
        {
          onFrame: (frame) => this.#frame(frame),
          onInfo: (info) => {
            this.#info = info;
          },
          onInvalid: (error) => {
            this.#lastInvalid = error;
          },
          onBytes: () => undefined,
        },
        this.#stop.signal,
      );
    } catch (error) {
      failure = error;
    } finally {
      clearTimeout(timer);
      clearTimeout(this.#measuring);
    }
    // Once there is a picture, a stream that breaks afterwards is still a success.
    if (this.#picture !== undefined && this.#info !== undefined)
      return { info: { ...this.#info, fps: this.#info.fps ?? this.#measuredFps() }, picture: await this.#picture };
    throw failure ?? this.#lastInvalid ?? this.#nothing();
  }

  #frame(frame: Frame): void {
    this.#timesMs.push(frame.receivedMs);
    if (this.#picture !== undefined) {
      if (frame.receivedMs - this.#timesMs[0]! >= MEASURE_MS) this.#finish();
      return;
    }
    this.#picture = pictureOf(frame);
    // Its failure is reported by `run`, which awaits it later.
    this.#picture.catch(() => this.#stop.abort());
    this.#measuring = setTimeout(() => this.#finish(), MEASURE_MS);
  }

  /** Stops reading, but only once the picture is made: that may need what the attempt has open. */
  #finish(): void {
    const stop = () => this.#stop.abort();
    this.#picture?.then(stop, stop);
  }

  #measuredFps(): number | null {
    const spanMs = this.#timesMs.at(-1)! - this.#timesMs[0]!;
    return spanMs > 0 ? Math.round(((this.#timesMs.length - 1) / spanMs) * 10_000) / 10 : null;
  }

  #nothing(): LookoutError {
    return new LookoutError('camera_stalled', `No picture within ${this.#timeoutMs / 1000} s`, {
      hint: 'Check that the address is that of a stream, that the camera has power, and that no other viewer occupies it.',
    });
  }
}

async function pictureOf(frame: Frame): Promise<Uint8Array> {
  if (frame.kind === 'jpeg') return frame.jpeg;
  frame.retain();
  try {
    const { jpeg } = await frame.render({ jpegQuality: PICTURE_QUALITY });
    if (jpeg === undefined) throw new TypeError('Expected a JPEG to be rendered');
    return jpeg;
  } finally {
    frame.release();
  }
}

function shown(error: unknown): LookoutError {
  if (error instanceof LookoutError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new LookoutError('internal', redactUrl(`Trying the camera failed unexpectedly: ${message}`), { cause: error });
}
