import { PUBLISHER_START, type PublisherControl, type PublisherLoad, stepPublisher } from './publisher-controller.js';
import { type ArrivedFrame, TransitWindow } from './transit-window.js';

/** The publisher controller of one connection and its state: gets every frame, is stepped about four times a second. */
export class PublisherAdapter {
  readonly #window = new TransitWindow();
  #state = PUBLISHER_START;
  #sent: PublisherControl | undefined;

  /** @param frame `timestampMs` by the publisher's own clock: corrected times would hide the delay. */
  frame(frame: ArrivedFrame): void {
    this.#window.add(frame);
  }

  /** @returns the control to send to the publisher, or undefined if nothing changed. The first step always returns one. */
  step(load: Omit<PublisherLoad, 'measure'>): PublisherControl | undefined {
    this.#state = stepPublisher(this.#state, { ...load, measure: this.#window.measure(load.nowMs) });
    const { control } = this.#state;
    if (this.#sent === control) return undefined;
    this.#sent = control;
    return control;
  }
}
