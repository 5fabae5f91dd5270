import { Pacer } from './pacer.js';

/** A schedule that several share: asked about the same frame again, it gives the same answer. */
export interface SharedPacer {
  /** @param frame asked about once by each sharer, in the order of the frames */
  pass(frame: { readonly timestampMs: number }): boolean;
  /** This sharer is done. */
  leave(): void;
}

/**
 * Pacers by name, one for all who use the same: at one rate all take the same frames, so that the work on each is done once.
 * A pacer is kept while somebody uses it.
 */
export class SharedPacers {
  readonly #byName = new Map<string, { pacer: Pacer; users: number; asked: object | undefined; passed: boolean }>();

  join(name: string, fps: number): SharedPacer {
    const entry = this.#byName.get(name) ?? { pacer: new Pacer(fps), users: 0, asked: undefined, passed: false };
    this.#byName.set(name, entry);
    entry.users++;
    let left = false;
    return {
      pass: (frame) => {
        if (entry.asked !== frame) {
          entry.asked = frame;
          entry.passed = entry.pacer.pass(frame.timestampMs);
        }
        return entry.passed;
      },
      leave: () => {
        if (left) return;
        left = true;
        if (--entry.users === 0) this.#byName.delete(name);
      },
    };
  }
}
