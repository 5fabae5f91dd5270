import { type Clock, systemClock } from '../timing/clock.js';
import { type Every, EveryChooser } from './every-chooser.js';
import type { Watch, WatchedFrame, WatchOptions, WatchState, WatchStats } from './watch-types.js';

/** One connection of the watch. */
interface Leg {
  readonly every: Every;
  readonly watch: Watch;
}

/** A new connection has no rates yet: those of the previous one are kept for this long. */
const RATES_KEPT_MS = 300;
/** For this long after a change, frames may arrive that the previous connection already delivered. */
const OVERLAP_MS = 1000;

const EMPTY_STATS: WatchStats = {
  received: 0,
  drawn: 0,
  dropped: 0,
  malformed: 0,
  reconnects: 0,
  fps: 0,
  latencyMs: undefined,
  jitterMs: undefined,
  roundTripMs: undefined,
  clockOffsetMs: 0,
};

/**
 * A watch with `every: 'auto'`: asks for every frame or for analysed ones, whichever suits the current load (`EveryChooser`). A change
 * opens a second connection and closes the first once a frame has arrived on the new one, so the picture continues without a gap.
 */
export class AutoWatch implements Watch {
  readonly #options: WatchOptions;
  readonly #openWatch: (options: WatchOptions) => Watch;
  readonly #clock: Clock;
  readonly #chooser: EveryChooser;
  readonly #onAbort = () => this.close();
  #active: Leg | undefined;
  #next: Leg | undefined;
  #newestAt = Number.NEGATIVE_INFINITY;
  #told: WatchState | undefined;
  #before: WatchStats | undefined;
  #changedAt = 0;
  #closed = false;

  /** @param openWatch opens one connection with the given `every` */
  constructor(options: WatchOptions, openWatch: (options: WatchOptions) => Watch, clock: Clock = systemClock) {
    this.#options = options;
    this.#openWatch = openWatch;
    this.#clock = clock;
    this.#chooser = new EveryChooser(options.fps);
    if (options.signal?.aborted) {
      this.#closed = true;
      return;
    }
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#active = this.#open(this.#chooser.every);
  }

  stats(): WatchStats {
    const now = this.#active?.watch.stats() ?? EMPTY_STATS;
    if (!this.#before) return now;
    const rates = this.#clock.now() - this.#changedAt < RATES_KEPT_MS ? this.#before : now;
    return {
      ...now,
      fps: rates.fps,
      latencyMs: rates.latencyMs,
      jitterMs: rates.jitterMs,
      received: this.#before.received + now.received,
      drawn: this.#before.drawn + now.drawn,
      dropped: this.#before.dropped + now.dropped,
      malformed: this.#before.malformed + now.malformed,
      reconnects: this.#before.reconnects + now.reconnects,
    };
  }

  /** Ends the watch. Further calls do nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#next?.watch.close();
    this.#active?.watch.close();
  }

  #open(every: Every): Leg {
    const leg: Leg = {
      every,
      watch: this.#openWatch({
        ...this.#options,
        every,
        signal: undefined,
        onFrame: (frame) => this.#onFrame(leg, frame),
        onState: (state) => this.#onState(every, state),
      }),
    };
    return leg;
  }

  #onFrame(leg: Leg, frame: WatchedFrame): void | Promise<void> {
    if (leg === this.#next) this.#takeOver(leg);
    else if (leg !== this.#active) return;
    const { timestamp } = frame.meta;
    const now = this.#clock.now();
    // Analysed frames arrive later than the same frames unanalysed: don't show a frame twice.
    if (timestamp <= this.#newestAt && now - this.#changedAt < OVERLAP_MS) return;
    this.#newestAt = timestamp;
    if (!this.#next) {
      const every = this.#chooser.add(frame.meta, now);
      if (every !== leg.every) this.#next = this.#open(every);
    }
    return this.#options.onFrame(frame);
  }

  #takeOver(leg: Leg): void {
    this.#before = this.stats();
    this.#changedAt = this.#clock.now();
    const old = this.#active;
    this.#active = leg;
    this.#next = undefined;
    old?.watch.close();
    this.#tell({ state: 'live', reason: '' });
  }

  #tell(state: WatchState): void {
    if (state.state === this.#told?.state && state.reason === this.#told.reason) return;
    this.#told = state;
    this.#options.onState?.(state);
  }

  #onState(every: Every, state: WatchState): void {
    // The first leg reports `connecting` itself.
    const active = this.#active?.every ?? every;
    if (every === active) {
      if (state.state === 'refused') this.#next?.watch.close();
      this.#tell(state);
    } else if (this.#next && (state.state === 'refused' || state.state === 'reconnecting')) {
      // The second connection failed: keep the first one.
      this.#next.watch.close();
      this.#next = undefined;
      this.#chooser.undo(this.#clock.now());
    }
  }
}
