import { type PublisherControl, type PublisherLoad, publisherStart, stepPublisher } from './publisher-controller.js';
import { type ArrivedFrame, TransitWindow } from './transit-window.js';

/** Round trips so old say nothing of the queue of now, ms. */
const ROUND_TRIP_AGE_MS = 3000;
const MAX_ROUND_TRIPS = 64;

/**
 * The publisher controller of one connection, with the memory it needs: fed with each frame and each round trip as they come, stepped
 * four times a second. Knows no socket and no clock.
 */
export class PublisherAdapter {
  readonly #window = new TransitWindow();
  #roundTrips: Array<{ atMs: number; ms: number }> = [];
  #state = publisherStart;
  #told: PublisherControl | undefined;

  /** What the publisher was asked for last, or would be asked for. */
  get control(): PublisherControl {
    return this.#state.control;
  }

  /** A frame arrived. @param frame `timestampMs` as the publisher's own clock gave it: a corrected one hides what is to be seen */
  frame(frame: ArrivedFrame): void {
    this.#window.add(frame);
  }

  /** A ping came back, on a way that frames go too: behind those that wait, it waits with them. */
  roundTrip(ms: number, nowMs: number): void {
    if (this.#roundTrips.length >= MAX_ROUND_TRIPS) this.#roundTrips.shift();
    this.#roundTrips.push({ atMs: nowMs, ms });
  }

  /** @returns what to tell the publisher; `undefined`: nothing new. The first step tells it where it stands. */
  step(load: Omit<PublisherLoad, 'measure' | 'roundTripMs'>): PublisherControl | undefined {
    const { nowMs } = load;
    this.#roundTrips = this.#roundTrips.filter(({ atMs }) => atMs > nowMs - ROUND_TRIP_AGE_MS);
    const roundTripMs = this.#roundTrips.length ? Math.min(...this.#roundTrips.map(({ ms }) => ms)) : undefined;
    this.#state = stepPublisher(this.#state, { ...load, measure: this.#window.measure(nowMs), roundTripMs });
    const { control } = this.#state;
    if (this.#told === control) return undefined;
    this.#told = control;
    return control;
  }
}
