import { randomBytes } from 'node:crypto';
import { type Calibration, LookoutError, type PhraseState, type Rule } from '@lookout/protocol';
import { isPhrased, type PhrasedSubject, phraseKey } from '@lookout/rules';
import { phraseScore } from '@lookout/vision';
import type { KeptExample, KeptRule } from '../../platform/storage/index.js';
import type { TaskModels } from '../task-models/task-models.js';
import { furthest, viewOf } from './calibration-view.js';
import type { LookedAt, LookVerdict } from './camera-phrase.js';
import type { LoudCrop } from './loud-crops.js';
import { MAX_NEGATIVES, MAX_POSITIVES } from './phrase-examples.js';
import type { PhraseWordsReader } from './phrase-words.js';
import { type LearnedStore, WatchedPhrase } from './watched-phrase.js';

export interface CalibrationsOptions {
  store: LearnedStore;
  words: Pick<PhraseWordsReader, 'readForRule'>;
  models: Pick<TaskModels, 'model' | 'embedPictures' | 'onChange'>;
  rules(): readonly Pick<KeptRule, 'id' | 'rule'>[];
  /** Ids of the cameras that a rule applies to. */
  camerasOf(rule: Rule): readonly string[];
  /** Whether this node runs the rules of a camera. */
  isMine(camera: string): boolean;
  /** False-alarm budget of a phrase on a camera, per day. */
  perDay(): number;
  /** The calibration of these rules has changed. */
  onChange(ruleIds: readonly string[]): void;
  /** A camera's scene has changed so much that a phrase is recalibrated. */
  onDrift(phrase: string, camera: string): void;
  /** A read or write failed; it is retried. */
  onFault(error: unknown): void;
  /** Unix epoch ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

/** A picture to learn from. */
export interface NewPicture {
  readonly isPositive: boolean;
  /** Cropped to the object, in a format that browsers show. */
  readonly picture: Uint8Array;
  /** null: uploaded. */
  readonly camera: string | null;
  /** The event whose verdict it comes from. */
  readonly eventId?: string | undefined;
}

/** A stored example and its score from the text alone. */
export type AddedExample = KeptExample & { readonly score: number };

/** Verdict on an object that made a rule fire. */
export interface PhraseFinding extends LookVerdict {
  /** No example has been seen yet. */
  readonly untested: boolean;
}

/** Interval for saving calibrations and retrying failures, ms. A crash loses at most this much. */
const TICK_MS = 60_000;
/** Maximum phrases in memory, counted per camera, some 40 kB each; further ones are not watched for. */
const MAX_WATCHED = 2000;

/** Learns and stores how rule phrases score on this node's cameras, and turns scores into verdicts on crops. */
export class Calibrations {
  readonly #options: CalibrationsOptions;
  /** By `phraseKey`. */
  readonly #phrases = new Map<string, WatchedPhrase>();
  readonly #opening = new Set<string>();
  readonly #unsubscribe: () => void;
  #cancelTick: () => void = () => undefined;
  #isClosed = false;

  constructor(options: CalibrationsOptions) {
    this.#options = options;
    this.#unsubscribe = options.models.onChange((task) => {
      if (task !== 'segment') void this.#modelChanged();
    });
    this.#tickLater();
  }

  /** Rules changed: phrases that no rule uses any more are forgotten. */
  async refresh(): Promise<void> {
    const wanted = new Map(
      this.#options
        .rules()
        .map(({ rule }) => subjectOf(rule))
        .filter((subject) => subject !== undefined)
        .map((subject) => [phraseKey(subject), subject]),
    );
    for (const key of this.#phrases.keys()) if (!wanted.has(key)) this.#phrases.delete(key);
    const added = [...wanted].filter(([key]) => !this.#phrases.has(key));
    const { store, words, models, perDay, onDrift, now } = this.#options;
    for (const [key, subject] of added) {
      const phrase = new WatchedPhrase(key, subject, { store, words, models, perDay, onDrift, now });
      this.#phrases.set(key, phrase);
    }
    await this.#guard(async () => {
      const ids = new Set([...this.#phrases.values()].map(({ id }) => id));
      for (const id of await store.phrases()) if (!ids.has(id)) await store.removePhrase(id);
      await this.#prepare();
    });
  }

  /**
   * Judges a crop for a phrase; crops of a camera must come in time order.
   * @returns undefined if there is no verdict: the phrase or the camera's calibration is still loading, or the crop is too small
   */
  scored(camera: string, key: string, crop: LookedAt): LookVerdict | undefined {
    const phrase = this.#phrases.get(key);
    const facts = phrase?.facts;
    if (!phrase || !facts) return undefined;
    const own = phrase.cameras.get(camera);
    if (!own) {
      this.#open(phrase, camera);
      return undefined;
    }
    const before = own.learned;
    const verdict = own.look(facts, crop);
    if (own.learned !== before) this.#options.onChange(this.#rulesOf(key));
    return verdict;
  }

  /** Scores above it fire; undefined: nothing fires at present. */
  threshold(camera: string, key: string): number | undefined {
    const phrase = this.#phrases.get(key);
    const [facts, own] = [phrase?.facts, phrase?.cameras.get(camera)];
    if (!facts || !own) return undefined;
    const { state, threshold } = own.result(facts, this.#options.now());
    return state === 'armed' || state === 'untested' ? threshold : undefined;
  }

  /** Whether a rule has a phrase that learns from pictures. */
  learns(rule: Rule): boolean {
    return this.#phraseOf(rule)?.learns ?? false;
  }

  /** State of a rule on one camera, or on the most advanced one; undefined for a rule without a phrase. */
  state(rule: Rule, camera?: string): PhraseState | undefined {
    const phrase = this.#phraseOf(rule);
    if (!phrase) return undefined;
    const cameras = camera === undefined ? this.#options.camerasOf(rule) : [camera];
    return furthest(cameras.map((each) => this.#stateOn(phrase, each))) ?? 'calibrating';
  }

  /** Best verdict on the objects of an event; undefined: its rule has no phrase, or the verdict is no longer kept. */
  finding(rule: Rule, camera: string, tracks: readonly number[]): PhraseFinding | undefined {
    const phrase = this.#phraseOf(rule);
    const own = phrase?.cameras.get(camera);
    if (!phrase || !own) return undefined;
    // Objects found on whole frames get their track number later.
    const looked = phrase.subject.classes.includes('*') ? [undefined] : tracks;
    const verdicts = looked.map((track) => own.firedFor(track)).filter((verdict) => verdict !== undefined);
    const [best] = verdicts.sort((a, b) => b.score - a.score);
    return best && { ...best, untested: this.#stateOn(phrase, camera) === 'untested' };
  }

  /**
   * @param camera default: the most advanced one that the caller may see
   * @throws LookoutError `not_found` if the rule has no phrase, or does not apply to the camera
   */
  async view(
    id: string,
    rule: Rule,
    camera: string | undefined,
    isVisible: (id: string) => boolean,
  ): Promise<Calibration> {
    const phrase = this.#require(id, rule);
    const cameras = this.#options.camerasOf(rule).filter(isVisible);
    for (const each of cameras) if (!this.#options.isMine(each)) await phrase.reload(each);
    const states = cameras.map((each) => ({ camera: each, state: this.#stateOn(phrase, each) }));
    const best = furthest(states.map(({ state }) => state));
    const shown = camera ?? states.find(({ state }) => state === best)?.camera;
    if (shown === undefined || !cameras.includes(shown)) {
      throw new LookoutError(
        'not_found',
        `Rule "${id}" does not apply to ${camera === undefined ? 'any camera' : `camera "${camera.slice(0, 64)}"`}`,
      );
    }
    const { models } = this.#options;
    const model = phrase.learns ? models.model('embed') : models.model('open-detect');
    return viewOf({ id, phrase, camera: shown, cameras: states, model, isVisible, nowMs: this.#options.now() });
  }

  /** One of the crops shown with a refusal. @throws LookoutError `not_found` */
  crop(id: string, rule: Rule, camera: string, timestamp: number): LoudCrop & { jpeg: Uint8Array } {
    const crops = this.#require(id, rule).cameras.get(camera)?.loud.list() ?? [];
    const found = crops.find((each) => each.timestamp === timestamp);
    if (!found?.jpeg) throw new LookoutError('not_found', 'There is no picture of this moment any more');
    return { ...found, jpeg: found.jpeg };
  }

  /** @throws LookoutError `not_found` */
  example(id: string, rule: Rule, exampleId: string): KeptExample {
    const found = this.#require(id, rule).keptExamples.find((example) => example.id === exampleId);
    if (!found) throw new LookoutError('not_found', `Rule "${id}" has no example "${exampleId.slice(0, 64)}"`);
    return found;
  }

  /**
   * Learns from a picture of what the phrase means, or of what it does not mean.
   * @throws LookoutError `not_found` if the rule has no phrase; `conflict` if it has enough examples; `no_model_for_this`; `image_invalid`
   */
  async addExample(id: string, rule: Rule, given: NewPicture): Promise<AddedExample> {
    const { store, models, now } = this.#options;
    const phrase = this.#require(id, rule);
    if (!phrase.learns) {
      throw new LookoutError(
        'conflict',
        `“${phrase.subject.phrase}” is found by a model that does not learn from pictures`,
        {
          hint: 'Reword it, or name the object it belongs to: “a person with …” rather than the thing alone.',
        },
      );
    }
    const same = phrase.keptExamples.filter(({ is_positive }) => is_positive === given.isPositive);
    if (given.isPositive && same.length >= MAX_POSITIVES) {
      throw new LookoutError(
        'conflict',
        `“${phrase.subject.phrase}” already has the maximum of ${MAX_POSITIVES} examples`,
        {
          hint: 'Remove one of them first.',
        },
      );
    }
    // Embedded before it is stored, so that an invalid picture is refused.
    const [vector] = await models.embedPictures([given.picture]);
    const example: KeptExample = {
      id: randomBytes(8).toString('hex'),
      phrase: phrase.id,
      is_positive: given.isPositive,
      camera: given.camera,
      event_id: given.eventId ?? null,
      picture: given.picture,
      created_at: now(),
    };
    await store.insertExample(example);
    if (!given.isPositive && same.length >= MAX_NEGATIVES) await store.removeExample(same[0]!.id);
    await this.#examplesChanged(phrase);
    return {
      ...example,
      score: phrase.facts && vector ? phraseScore(vector, phrase.facts.words.vectors, phrase.facts.words.logit) : 0,
    };
  }

  /** @throws LookoutError `not_found` */
  async removeExample(id: string, rule: Rule, exampleId: string): Promise<void> {
    const example = this.example(id, rule, exampleId);
    await this.#options.store.removeExample(example.id);
    await this.#examplesChanged(this.#require(id, rule));
  }

  /** Removes the examples learned from an event whose verdict was taken back. */
  async forgetEvent(rule: Rule, eventId: string): Promise<void> {
    const phrase = this.#phraseOf(rule);
    const learned = phrase?.keptExamples.filter(({ event_id }) => event_id === eventId) ?? [];
    for (const { id } of learned) await this.#options.store.removeExample(id);
    if (phrase && learned.length > 0) await this.#examplesChanged(phrase);
  }

  /** Examples were added or removed on another node. */
  async reload(): Promise<void> {
    for (const phrase of this.#phrases.values()) await phrase.reloadExamples();
  }

  /** The false-alarm budget changed. */
  settingsChanged(): void {
    for (const phrase of this.#phrases.values()) phrase.changed();
  }

  /** The camera was removed or moved to another node, which will have learned more by the time it comes back. */
  forgetCamera(camera: string): void {
    for (const phrase of this.#phrases.values()) phrase.forgetCamera(camera);
  }

  /** Saves all calibrations. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTick();
    this.#unsubscribe();
    await this.#save();
  }

  async #modelChanged(): Promise<void> {
    await this.#save();
    for (const phrase of this.#phrases.values()) phrase.forgetModel();
    await this.#guard(() => this.#prepare());
    this.#options.onChange([...this.#phrases.keys()].flatMap((key) => this.#rulesOf(key)));
  }

  async #prepare(): Promise<void> {
    for (const [key, phrase] of this.#phrases) {
      if (phrase.isReady) continue;
      await phrase.prepare();
      if (this.#phrases.get(key) !== phrase) continue;
      for (const camera of this.#camerasOf(key)) if (this.#options.isMine(camera)) this.#open(phrase, camera);
      if (phrase.isReady) this.#options.onChange(this.#rulesOf(key));
    }
  }

  #open(phrase: WatchedPhrase, camera: string): void {
    const opening = `${phrase.id} ${camera}`;
    const count = [...this.#phrases.values()].reduce((sum, { cameras }) => sum + cameras.size, 0);
    if (this.#opening.has(opening) || count + this.#opening.size >= MAX_WATCHED) return;
    this.#opening.add(opening);
    void this.#guard(() => phrase.open(camera)).finally(() => this.#opening.delete(opening));
  }

  async #examplesChanged(phrase: WatchedPhrase): Promise<void> {
    await phrase.reloadExamples();
    await this.#save();
    for (const [key, each] of this.#phrases) if (each === phrase) this.#options.onChange(this.#rulesOf(key));
  }

  #stateOn(phrase: WatchedPhrase, camera: string): PhraseState {
    const { facts } = phrase;
    if (!facts) return phrase.problem?.code === 'no_model_for_this' ? 'refused' : 'calibrating';
    const own = phrase.cameras.get(camera);
    if (!own) return facts.words.reasons.length > 0 ? 'refused' : 'calibrating';
    return own.result(facts, this.#options.now()).state;
  }

  #tickLater(): void {
    this.#cancelTick = this.#options.later(() => void this.#tick(), TICK_MS);
  }

  async #tick(): Promise<void> {
    await this.#guard(() => this.#prepare());
    await this.#save();
    if (!this.#isClosed) this.#tickLater();
  }

  async #save(): Promise<void> {
    for (const phrase of this.#phrases.values()) {
      for (const camera of phrase.cameras.keys()) {
        if (this.#options.isMine(camera)) await this.#guard(() => phrase.save(camera));
      }
    }
  }

  async #guard(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #phraseOf(rule: Rule): WatchedPhrase | undefined {
    const subject = subjectOf(rule);
    return subject && this.#phrases.get(phraseKey(subject));
  }

  #require(id: string, rule: Rule): WatchedPhrase {
    const phrase = this.#phraseOf(rule);
    if (phrase) return phrase;
    throw new LookoutError('not_found', `Rule "${id.slice(0, 64)}" has no phrase, so there is nothing to calibrate`);
  }

  #rulesOf(key: string): string[] {
    return this.#withKey(key).map(({ id }) => id);
  }

  #camerasOf(key: string): Set<string> {
    return new Set(this.#withKey(key).flatMap(({ rule }) => [...this.#options.camerasOf(rule)]));
  }

  #withKey(key: string): Pick<KeptRule, 'id' | 'rule'>[] {
    return this.#options.rules().filter(({ rule }) => {
      const subject = subjectOf(rule);
      return subject !== undefined && phraseKey(subject) === key;
    });
  }
}

/** The subject of a rule, if it has a phrase. */
function subjectOf({ trigger }: Rule): PhrasedSubject | undefined {
  return isPhrased(trigger.subject) ? trigger.subject : undefined;
}
