/** A frame of a camera as a JPEG. */
export interface TimedJpeg {
  /** Of the frame's own clock, ms. */
  readonly timestampMs: number;
  /** Treat as immutable. */
  readonly jpeg: Uint8Array;
}

export interface JpegHistoryOptions {
  /** How far back JPEGs are kept, ms. */
  maxAgeMs: number;
  /** Memory of all cameras together; the camera with the most loses its oldest first. */
  maxBytes: number;
}

interface CameraJpegs {
  /** Oldest first. */
  readonly kept: TimedJpeg[];
  bytes: number;
}

/** The last JPEGs of each camera, in memory. */
export class JpegHistory {
  readonly #maxAgeMs: number;
  readonly #maxBytes: number;
  readonly #cameras = new Map<string, CameraJpegs>();
  #bytes = 0;

  constructor({ maxAgeMs, maxBytes }: JpegHistoryOptions) {
    this.#maxAgeMs = maxAgeMs;
    this.#maxBytes = maxBytes;
  }

  /** Memory in use. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Later than all of this camera before, unless its clock was set back. */
  add(camera: string, { timestampMs, jpeg }: TimedJpeg): void {
    const own = this.#cameras.get(camera) ?? { kept: [], bytes: 0 };
    this.#cameras.set(camera, own);
    own.kept.push({ timestampMs, jpeg });
    own.bytes += jpeg.byteLength;
    this.#bytes += jpeg.byteLength;
    while ((own.kept[0]?.timestampMs ?? timestampMs) < timestampMs - this.#maxAgeMs) this.#dropOldest(own);
    // What a clock that was set back has left behind is dropped once it is the oldest.
    while ((own.kept[0]?.timestampMs ?? timestampMs) > timestampMs) this.#dropOldest(own);
    while (this.#bytes > this.#maxBytes) this.#dropOldest(this.#largest(own));
  }

  /** JPEGs from a time on, oldest first. */
  since(camera: string, sinceMs: number): TimedJpeg[] {
    return this.#cameras.get(camera)?.kept.filter(({ timestampMs }) => timestampMs >= sinceMs) ?? [];
  }

  /** The JPEG closest to a time; undefined if none is within `withinMs` of it. */
  nearest(camera: string, timeMs: number, withinMs: number): TimedJpeg | undefined {
    let nearest: TimedJpeg | undefined;
    let leastMs = withinMs;
    for (const one of this.#cameras.get(camera)?.kept ?? []) {
      const awayMs = Math.abs(one.timestampMs - timeMs);
      if (awayMs > leastMs) continue;
      nearest = one;
      leastMs = awayMs;
    }
    return nearest;
  }

  /** Time of the newest JPEG. */
  newestMs(camera: string): number | undefined {
    return this.#cameras.get(camera)?.kept.at(-1)?.timestampMs;
  }

  remove(camera: string): void {
    this.#bytes -= this.#cameras.get(camera)?.bytes ?? 0;
    this.#cameras.delete(camera);
  }

  #largest(otherwise: CameraJpegs): CameraJpegs {
    let largest = otherwise;
    for (const one of this.#cameras.values()) if (one.bytes > largest.bytes) largest = one;
    return largest;
  }

  #dropOldest(own: CameraJpegs): void {
    const bytes = own.kept.shift()?.jpeg.byteLength ?? 0;
    own.bytes -= bytes;
    this.#bytes -= bytes;
  }
}
