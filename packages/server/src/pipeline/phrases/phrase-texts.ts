import { LookoutError, MAX_PHRASE_LENGTH } from '@lookout/protocol';
import type { PhraseRepository } from '../../platform/storage/index.js';
import type { TaskModels } from '../task-models/task-models.js';

/** Caption templates: models were trained on captions, and a mean over several is steadier than any one (CLIP, arXiv:2103.00020 §3.1.4). */
const TEMPLATES = [
  'a photo of a {}',
  'a photo of {}',
  'a picture of a {}',
  'a close-up photo of a {}',
  'a blurry photo of a {}',
] as const;
/** Changing it invalidates all stored vectors. */
export const TEMPLATES_VERSION = 1;
/** 4 kB each with the longest vectors. */
const MAX_IN_MEMORY = 1000;

export interface PhraseTextsOptions {
  readonly models: Pick<TaskModels, 'require' | 'embedTexts'>;
  /** Absent: vectors are kept in memory only. */
  readonly store?: Pick<PhraseRepository, 'captions' | 'saveCaptions'>;
}

/** Vectors of descriptions, each computed once per model: cached in memory, and in the database across restarts. */
export class PhraseTexts {
  readonly #options: PhraseTextsOptions;
  /** Least recently used first. Cleared when the model changes. */
  readonly #vectors = new Map<string, Float32Array>();
  #model = '';
  /** Serialises requests: a text requested twice at the same time is embedded once. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PhraseTextsOptions) {
    this.#options = options;
  }

  /**
   * The L2-normalised mean over all templates, for each text.
   * @throws LookoutError `validation_failed` for an empty text or one that is too long; `no_model_for_this`, `inference_failed`
   */
  captions(texts: readonly string[]): Promise<Float32Array[]> {
    const keys = texts.map(keyOf);
    const done = this.#turn.then(() => this.#captions(keys));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #captions(keys: readonly string[]): Promise<Float32Array[]> {
    const { models, store } = this.#options;
    const { sha256 } = models.require('embed');
    if (sha256 !== this.#model) this.#vectors.clear();
    this.#model = sha256;
    const found = new Map<string, Float32Array>();
    for (const key of keys) {
      const known = this.#vectors.get(key);
      if (known) found.set(key, known);
    }
    const unknown = [...new Set(keys)].filter((key) => !found.has(key));
    if (unknown.length > 0) {
      const kept = await store?.captions(sha256, TEMPLATES_VERSION, unknown);
      for (const [key, bytes] of kept ?? []) found.set(key, new Float32Array(bytes.slice().buffer));
      const missing = unknown.filter((key) => !found.has(key));
      const made = new Map<string, Float32Array>();
      for (const key of missing) made.set(key, await this.#embed(key));
      if (made.size > 0) await store?.saveCaptions(sha256, TEMPLATES_VERSION, bytesOf(made));
      for (const [key, vector] of made) found.set(key, vector);
    }
    this.#remember(found);
    return keys.map((key) => found.get(key)!);
  }

  async #embed(text: string): Promise<Float32Array> {
    const captions = TEMPLATES.map((template) => template.replace('{}', () => text));
    const vectors = await this.#options.models.embedTexts(captions);
    const mean = new Float32Array(vectors[0]!.length);
    for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i]! += vector[i]!;
    const length = Math.hypot(...mean);
    return length > 0 ? mean.map((value) => value / length) : mean;
  }

  #remember(vectors: ReadonlyMap<string, Float32Array>): void {
    for (const [key, vector] of vectors) {
      this.#vectors.delete(key);
      this.#vectors.set(key, vector);
    }
    for (const key of this.#vectors.keys()) {
      if (this.#vectors.size <= MAX_IN_MEMORY) return;
      this.#vectors.delete(key);
    }
  }
}

/** Canonical form of a text: NFC, lower case, single spaces, and no article, as the templates add one. */
function keyOf(text: string): string {
  const key = text
    .slice(0, 2 * MAX_PHRASE_LENGTH)
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^(?:an?|the) (?=.)/, '');
  if (key === '') throw new LookoutError('validation_failed', 'A description is empty');
  if (key.length > MAX_PHRASE_LENGTH) {
    throw new LookoutError('validation_failed', `A description is longer than ${MAX_PHRASE_LENGTH} characters`, {
      hint: 'Models understand short descriptions best, such as “a red delivery van”.',
    });
  }
  return key;
}

function bytesOf(vectors: ReadonlyMap<string, Float32Array>): Map<string, Uint8Array> {
  return new Map([...vectors].map(([key, vector]) => [key, new Uint8Array(vector.slice().buffer)]));
}
