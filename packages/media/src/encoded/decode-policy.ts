/** What is decoded of a stream. */
export type DecodeMode = 'off' | 'keyframes' | 'all';

/** This share of a thread's time spent working, second after second, means that it can't keep up. */
const OVERLOADED_BUSY = 0.95;
const OVERLOADED_FOR_S = 3;
/** Everything is decoded again after this long, if the thread is mostly idle by then; each relapse doubles it. */
const RETRY_AFTER_S = 10;
const MAX_RETRY_AFTER_S = 160;
const IDLE_BUSY = 0.6;
/** After this long without overload, the next one counts as the first. */
const RECOVERED_AFTER_S = 60;
/** Keyframe intervals to judge by: the longest of the last ones counts. */
const INTERVALS = 3;

/**
 * Decides what of a camera's video is decoded: once for everybody, and no more than somebody needs. Keyframes alone are enough for whoever
 * wants fewer frames than there are keyframes, and are what remains when the processor can't keep up. At least one picture of each
 * connection is decoded, which shows that the stream can be and how large it is. Pure; times are passed in.
 */
export class DecodePolicy {
  #neededFps = Number.POSITIVE_INFINITY;
  #hasPicture = false;
  readonly #intervalsMs: number[] = [];
  #keyframeMs: number | undefined;
  #newestMs = 0;
  #hasOtherPackets = false;
  #overloaded = false;
  #busyForS = 0;
  #secondsInState = RECOVERED_AFTER_S;
  #retryAfterS = RETRY_AFTER_S;

  /** Decoded frames per second that somebody needs; 0 for none, `Infinity` for all. Default all. */
  need(fps: number): void {
    this.#neededFps = fps;
  }

  /** The stream begins, or begins anew: a picture is decoded to see what it shows now. */
  begin(): void {
    this.#hasPicture = false;
    this.#intervalsMs.length = 0;
    this.#keyframeMs = undefined;
    this.#hasOtherPackets = false;
  }

  /** Pictures look different from now on, e.g. in size: one is decoded, whatever is needed. */
  changed(): void {
    this.#hasPicture = false;
  }

  /** A packet arrived. @param timeMs its decode time */
  packet(keyframe: boolean, timeMs: number): void {
    this.#newestMs = timeMs;
    if (!keyframe) {
      this.#hasOtherPackets = true;
      return;
    }
    if (this.#keyframeMs !== undefined) this.#intervalsMs.push(timeMs - this.#keyframeMs);
    if (this.#intervalsMs.length > INTERVALS) this.#intervalsMs.shift();
    this.#keyframeMs = timeMs;
  }

  /** A picture was decoded. */
  decoded(): void {
    this.#hasPicture = true;
  }

  /** Once a second. @param busy share of the last second that the thread has worked, 0..1 */
  load(busy: number): void {
    this.#secondsInState++;
    this.#busyForS = busy >= OVERLOADED_BUSY ? this.#busyForS + 1 : 0;
    if (this.#overloaded) {
      if (this.#secondsInState >= this.#retryAfterS && busy < IDLE_BUSY) this.#change(false);
    } else if (this.#busyForS >= OVERLOADED_FOR_S && this.mode === 'all' && this.#hasGroups) {
      const relapsed = this.#secondsInState < RECOVERED_AFTER_S;
      this.#retryAfterS = relapsed ? Math.min(this.#retryAfterS * 2, MAX_RETRY_AFTER_S) : RETRY_AFTER_S;
      this.#change(true);
    }
  }

  /** Whether fewer frames are decoded than somebody needs. */
  get overloaded(): boolean {
    return this.#overloaded;
  }

  get mode(): DecodeMode {
    if (!this.#hasPicture) return 'all';
    if (this.#neededFps === 0) return 'off';
    if (!this.#hasGroups) return 'all';
    return this.#overloaded || this.#neededFps < this.#keyframeFps ? 'keyframes' : 'all';
  }

  /** Whether keyframes come again and again, among other packets. */
  get #hasGroups(): boolean {
    return this.#hasOtherPackets && this.#intervalsMs.length > 0;
  }

  /** Keyframes per second that can be relied on. */
  get #keyframeFps(): number {
    const sinceMs = this.#newestMs - (this.#keyframeMs ?? this.#newestMs);
    return 1000 / Math.max(...this.#intervalsMs, sinceMs);
  }

  #change(overloaded: boolean): void {
    this.#overloaded = overloaded;
    this.#secondsInState = 0;
    this.#busyForS = 0;
  }
}
