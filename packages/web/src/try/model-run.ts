import type { ImageDetections, ImageSettings } from '@lookout/protocol';
import { explainError, type Timing, type TryProblem, timingOf } from './outcome.js';
import type { Picture } from './picture-file.js';

/** What one model said of one picture. */
export interface Outcome {
  /** Of the last successful call. */
  answer?: ImageDetections;
  timing?: Timing;
  problem?: TryProblem;
}

/** A new object each time it changes. */
export interface RunView {
  outcomes: ReadonlyMap<Picture, Outcome>;
  asking: Picture | undefined;
}

export interface Wanted {
  pictures: readonly Picture[];
  /** Comes first. */
  chosen: Picture | undefined;
  settings: ImageSettings;
}

/** One call of the API. */
export type Ask = (picture: Blob, settings: ImageSettings, signal: AbortSignal) => Promise<ImageDetections>;

export const NOTHING_WANTED: Wanted = { pictures: [], chosen: undefined, settings: {} };

interface Call {
  picture: Picture;
  key: string;
  abort: AbortController;
}

/**
 * Asks one model about pictures, one call at a time, each picture once per settings. A call that is superseded is cancelled, and what
 * it found is discarded.
 */
export class ModelRun {
  readonly #listeners = new Set<() => void>();
  readonly #ask: Ask;
  readonly #now: () => number;
  #wanted = NOTHING_WANTED;
  /** The settings as a text. */
  #key = JSON.stringify(NOTHING_WANTED.settings);
  #known = new Map<Picture, Outcome & { key: string }>();
  #call: Call | undefined;
  #working = false;
  #view: RunView = { outcomes: this.#known, asking: undefined };

  constructor(ask: Ask, now = () => performance.now()) {
    this.#ask = ask;
    this.#now = now;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): RunView => this.#view;

  /** What is wanted from now on. Under other settings, what is known stays until it is replaced; of another model it does not. */
  want(wanted: Wanted): void {
    const isOtherModel = wanted.settings.model !== this.#wanted.settings.model;
    this.#wanted = wanted;
    this.#key = JSON.stringify(wanted.settings);
    const known = [...this.#known].filter(([picture]) => !isOtherModel && wanted.pictures.includes(picture));
    this.#known = new Map(known);
    if (this.#call && !this.#isWanted(this.#call)) this.#call.abort.abort();
    this.#change();
    void this.#work();
  }

  /** Asks again about pictures whose call failed. */
  retry(): void {
    this.#known = new Map([...this.#known].filter(([, { problem }]) => !problem));
    this.want(this.#wanted);
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#next(); next; next = this.#next()) await this.#askAbout(next);
    this.#working = false;
  }

  /** The chosen picture, or the first, that has no outcome under these settings. */
  #next(): Picture | undefined {
    const { pictures, chosen } = this.#wanted;
    const isOpen = (picture: Picture) => this.#known.get(picture)?.key !== this.#key;
    if (chosen && pictures.includes(chosen) && isOpen(chosen)) return chosen;
    return pictures.find(isOpen);
  }

  async #askAbout(picture: Picture): Promise<void> {
    const call: Call = { picture, key: this.#key, abort: new AbortController() };
    this.#call = call;
    this.#change();
    const outcome = await this.#outcomeOf(call);
    this.#call = undefined;
    if (this.#isWanted(call) && !call.abort.signal.aborted) {
      // After a failed call, the last answer still says what is in the picture.
      const last = this.#known.get(picture);
      this.#known = new Map(this.#known).set(picture, {
        ...(outcome.problem && last),
        ...outcome,
        key: call.key,
      });
    }
    this.#change();
  }

  async #outcomeOf({ picture, abort }: Call): Promise<Outcome> {
    const startedMs = this.#now();
    try {
      const answer = await this.#ask(picture.blob, this.#wanted.settings, abort.signal);
      return { answer, timing: timingOf(this.#now() - startedMs, answer.processing_time_ms, answer.inference_ms) };
    } catch (error) {
      return { problem: explainError(error) };
    }
  }

  #isWanted({ picture, key }: Call): boolean {
    return key === this.#key && this.#wanted.pictures.includes(picture);
  }

  #change(): void {
    this.#view = { outcomes: this.#known, asking: this.#call?.picture };
    for (const listener of this.#listeners) listener();
  }
}
