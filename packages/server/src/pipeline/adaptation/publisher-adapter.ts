import { PUBLISHER_START, type PublisherControl, type PublisherLoad, stepPublisher } from './publisher-controller.js';
import { type ArrivedFrame, TransitWindow } from './transit-window.js';

/** The publisher controller of one connection, with its memory: fed with each frame, stepped about four times a second. */
export class PublisherAdapter {
  readonly #window = new TransitWindow();
  #state = PUBLISHER_START;
  #told: PublisherControl | undefined;

  /** @param frame `timestampMs` as the publisher's own clock gave it: a corrected one hides the delay. */
  frame(frame: ArrivedFrame): void {
    this.#window.add(frame);
  }

  /** @returns what to tell the publisher; `undefined`: nothing new. The first step tells it where it stands. */
  step(load: Omit<PublisherLoad, 'measure'>): PublisherControl | undefined {
    this.#state = stepPublisher(this.#state, { ...load, measure: this.#window.measure(load.nowMs) });
    const { control } = this.#state;
    if (this.#told === control) return undefined;
    this.#told = control;
    return control;
  }
}
