import { createHash } from 'node:crypto';
import { LookoutError } from '@lookout/protocol';
import type { PhrasedSubject } from '@lookout/rules';
import type { KeptExample, PhraseRepository } from '../../platform/storage/index.js';
import type { TaskModels } from '../task-models/task-models.js';
import { CameraPhrase, type PhraseFacts } from './camera-phrase.js';
import { keep, restore } from './kept-camera-phrase.js';
import { PhraseExamples } from './phrase-examples.js';
import type { PhraseWords, PhraseWordsReader } from './phrase-words.js';

/** Where what was learned is kept. */
export type LearnedStore = Omit<PhraseRepository, 'captions' | 'saveCaptions'>;

export interface WatchedPhraseOptions {
  readonly store: LearnedStore;
  readonly words: Pick<PhraseWordsReader, 'readForRule'>;
  readonly models: Pick<TaskModels, 'embedPictures'>;
  /** False alarms that are allowed, a day. */
  perDay(): number;
  /** What a camera shows has changed, and it is calibrated again. */
  onDrift(phrase: string, camera: string): void;
  /** Unix epoch ms. */
  now(): number;
}

/** Under which a phrase is stored: keys of subjects may be long. */
export function phraseId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

/** A phrase that rules watch for, with what is known of it on each camera. */
export class WatchedPhrase {
  readonly id: string;
  readonly #options: WatchedPhraseOptions;
  readonly #cameras = new Map<string, CameraPhrase>();
  #words: PhraseWords | undefined;
  #examples = new PhraseExamples();
  #kept: readonly KeptExample[] = [];
  /** Why its words could not be read; undefined: nobody has tried, or they could. */
  problem: LookoutError | undefined;

  constructor(
    key: string,
    readonly subject: PhrasedSubject,
    options: WatchedPhraseOptions,
  ) {
    this.id = phraseId(key);
    this.#options = options;
  }

  /** Undefined until its words are read. */
  get facts(): PhraseFacts | undefined {
    const { subject, isReady } = this;
    if (!isReady) return undefined;
    const words = this.#words!;
    return { phrase: subject.phrase, words, examples: this.#examples, perDay: this.#options.perDay() };
  }

  get isReady(): boolean {
    return this.#words !== undefined;
  }

  /** Whether pictures of what it means, and of what it does not, make a difference. */
  get learns(): boolean {
    return this.#words?.byDetector !== true;
  }

  get cameras(): ReadonlyMap<string, CameraPhrase> {
    return this.#cameras;
  }

  get examples(): PhraseExamples {
    return this.#examples;
  }

  /** The examples as they are stored, oldest first. */
  get keptExamples(): readonly KeptExample[] {
    return this.#kept;
  }

  /** Reads its words and its examples for the model of now. */
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

  /** The model is another one, or none: what it has scored says nothing any more. */
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

  /** Examples or the wish changed. */
  changed(): void {
    for (const camera of this.#cameras.values()) camera.changed();
  }

  /** Takes over what is stored of a camera, or begins. */
  async open(camera: string): Promise<CameraPhrase> {
    const known = this.#cameras.get(camera);
    if (known) return known;
    const opened = await this.#restored(camera);
    this.#cameras.set(camera, opened);
    return opened;
  }

  /** What is stored of a camera that another node watches. */
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
    // What another model scored says nothing about this one.
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
