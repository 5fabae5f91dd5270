import type { Subject } from '@lookout/protocol';
import { isPhrased, phraseKey } from '../../phrases/phrase-key.js';
import type { SceneObject } from '../scene/scene-object.js';

/** Selects the objects that a condition is about. */
export class Matcher {
  readonly hasPhrase: boolean;
  /** Undefined: any. */
  readonly #classes: ReadonlySet<string> | undefined;
  readonly #key: string | undefined;

  constructor(subject: Subject) {
    this.hasPhrase = isPhrased(subject);
    this.#classes = subject.classes.includes('*') ? undefined : new Set(subject.classes);
    this.#key = isPhrased(subject) ? phraseKey(subject) : undefined;
  }

  /** Whether the object is of one of the classes, and fulfils the phrase, if any. */
  matches(object: SceneObject): boolean {
    return this.sinceMs(object) !== undefined;
  }

  /** Whether it matches, ignoring the phrase. An object found by its description has no class. */
  isOfClass(object: SceneObject): boolean {
    if (!this.#classes) return this.hasPhrase || !object.isOpen;
    return !object.isOpen && this.#classes.has(object.className);
  }

  /** Steady time since which the object has fulfilled the phrase; −∞ if there is none to check; undefined: it does not match. */
  sinceMs(object: SceneObject): number | undefined {
    if (!this.isOfClass(object)) return undefined;
    if (this.#key === undefined) return Number.NEGATIVE_INFINITY;
    if (object.isOpen && this.#key === openKey(object)) return Number.NEGATIVE_INFINITY;
    return object.fulfilsSince(this.#key);
  }
}

function openKey({ className }: SceneObject): string {
  return phraseKey({ classes: ['*'], phrase: className });
}
