import { createHash } from 'node:crypto';
import { LookoutError } from '@lookout/protocol';
import type { PhrasedSubject } from '@lookout/rules';
import type { KeptExample, PhraseRepository } from '../../platform/storage/index.js';
import type { TaskModels } from '../task-models/task-models.js';
import { CameraPhrase, type PhraseFacts } from './camera-phrase.js';
import { keep, restore } from './kept-camera-phrase.js';
import { PhraseExamples } from './phrase-examples.js';
import type { PhraseWords, PhraseWordsReader } from './phrase-words.js';

/** Storage of calibrations and examples. */
export type LearnedStore = Omit<PhraseRepository, 'captions' | 'saveCaptions'>;

export interface WatchedPhraseOptions {
  readonly store: LearnedStore;
  readonly words: Pick<PhraseWordsReader, 'readForRule'>;
  readonly models: Pick<TaskModels, 'embedPictures'>;
  /** False-alarm budget per day. */
  perDay(): number;
  /** A camera's scene has changed, and the phrase is recalibrated. */
  onDrift(phrase: string, camera: string): void;
  /** Unix epoch ms. */
  now(): number;
}

/** Id under which a phrase is stored: keys of subjects may be long. */
function phraseId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

/** A phrase that rules watch for, and its state on each camera. */
export class WatchedPhrase {
  readonly id: string;
  readonly #options: WatchedPhraseOptions;
  readonly #cameras = new Map<string, CameraPhrase>();
  #words: PhraseWords | undefined;
  #examples = new PhraseExamples();
  #kept: readonly KeptExample[] = [];
  /** Why `prepare` failed; undefined: it succeeded, or was not tried yet. */
  problem: LookoutError | undefined;

  constructor(
    key: string,
    readonly subject: PhrasedSubject,
    options: WatchedPhraseOptions,
  ) {
    this.id = phraseId(key);
    this.#options = options;
  }

  /** Undefined until its words are encoded. */
  get facts(): PhraseFacts | undefined {
    const { subject, isReady } = this;
    if (!isReady) return undefined;
    const words = this.#words!;
    return { phrase: subject.phrase, words, examples: this.#examples, perDay: this.#options.perDay() };
  }

  get isReady(): boolean {
    return this.#words !== undefined;
  }

  /** Whether it learns from examples. */
  get learns(): boolean {
    return this.#words?.byDetector !== true;
  }

  get cameras(): ReadonlyMap<string, CameraPhrase> {
    return this.#cameras;
  }

  get examples(): PhraseExamples {
    return this.#examples;
  }

  /** The stored examples, oldest first. */
  get keptExamples(): readonly KeptExample[] {
    return this.#kept;
  }

  /** Encodes its words and examples with the current model. */
  async prepare(): Promise<void> {
    try {
      const words = await this.#options.words.readForRule(this.subject);
      this.#kept = await this.#options.store.examples(this.id);
      this.#examples = words.byDetector ? new PhraseExamples() : await this.#embedded(this.#kept);
      this.#words = words;
      this.problem = undefined;
    } catch (error) {
      if (!(error instanceof LookoutError)) throw error;
      this.problem = error;
    }
  }

  /** The model was replaced or removed: its scores no longer apply. */
  forgetModel(): void {
    this.#words = undefined;
    this.#examples = new PhraseExamples();
    this.#cameras.clear();
  }

  /** Examples were added or removed, here or elsewhere. */
  async reloadExamples(): Promise<void> {
    if (!this.isReady) return;
    this.#kept = await this.#options.store.examples(this.id);
    if (this.learns) this.#examples = await this.#embedded(this.#kept);
    this.changed();
  }

  /** Examples or the false-alarm budget changed. */
  changed(): void {
    for (const camera of this.#cameras.values()) camera.changed();
  }

  /** Loads the stored calibration of a camera, or starts a new one. */
  async open(camera: string): Promise<CameraPhrase> {
    const known = this.#cameras.get(camera);
    if (known) return known;
    const opened = await this.#restored(camera);
    this.#cameras.set(camera, opened);
    return opened;
  }

  /** Reloads the stored calibration of a camera that another node watches. */
  async reload(camera: string): Promise<void> {
    this.#cameras.set(camera, await this.#restored(camera));
  }

  forgetCamera(camera: string): void {
    this.#cameras.delete(camera);
  }

  async save(camera: string): Promise<void> {
    const own = this.#cameras.get(camera);
    if (!own?.isDirty || !this.#words) return;
    own.isDirty = false;
    try {
      const row = { camera, phrase: this.id, model: this.#words.model, data: keep(own), saved_at: this.#options.now() };
      await this.#options.store.saveCalibration(row);
    } catch (error) {
      own.isDirty = true;
      throw error;
    }
  }

  async #restored(camera: string): Promise<CameraPhrase> {
    const onDrift = () => this.#options.onDrift(this.subject.phrase, camera);
    const row = await this.#options.store.calibration(camera, this.id);
    // Scores of another model do not apply to this one.
    const kept = row && row.model === this.#words?.model ? restore(row.data, onDrift) : undefined;
    return kept ?? new CameraPhrase(onDrift);
  }

  async #embedded(kept: readonly KeptExample[]): Promise<PhraseExamples> {
    const known = new Map(this.#examples.all.map(({ id, vector }) => [id, vector]));
    const missing = kept.filter(({ id }) => !known.has(id));
    if (missing.length > 0) {
      const vectors = await this.#options.models.embedPictures(missing.map(({ picture }) => picture));
      for (const [i, { id }] of missing.entries()) known.set(id, vectors[i]!);
    }
    return new PhraseExamples(
      kept.map(({ picture: _, ...example }) => ({ ...example, vector: known.get(example.id)! })),
    );
  }
}
