import {
  type CalibrationResult,
  calibrate,
  type Exemplars,
  hasDrifted,
  MIN_CROP_SIDE_PX,
  MIN_CROPS_FOR_DRIFT,
  missing,
  NEEDED_SECONDS,
  phraseScore,
  ScoreSketch,
  scoresOfExamples,
} from '@lookout/vision';
import { LoudCrops } from './loud-crops.js';
import type { PhraseExamples } from './phrase-examples.js';
import type { PhraseWords } from './phrase-words.js';

/** A part of a frame that was looked at for a phrase. */
export interface LookedAt {
  /** Image embedding, L2-normalised; or the score that a detector gave it for the phrase: logits, 0 is even odds. */
  readonly seen: { readonly vector: Float32Array } | { readonly score: number };
  /** Frame time, Unix epoch ms. */
  readonly timestampMs: number;
  /** Shorter side, pixels of the camera's frame. */
  readonly sidePx: number;
  readonly track?: number | undefined;
  /** A small JPEG of it; rarely requested. */
  readonly picture?: (() => Promise<Uint8Array | undefined>) | undefined;
}

/** Verdict of one look. */
export interface LookVerdict {
  readonly score: number;
  /** Undefined: nothing fires at present. */
  readonly threshold: number | undefined;
  readonly fires: boolean;
}

/** Scores since a time, and the examples used to compute them. */
interface Background {
  readonly sketch: ScoreSketch;
  readonly examples: ReadonlySet<string>;
  readonly sinceMs: number;
}

/** The completed background of a phrase on a camera. */
interface Learned extends Background {
  readonly cropsPerDay: number;
  readonly calibratedAtMs: number;
}

/** Facts about a phrase that are the same on all cameras. */
export interface PhraseFacts {
  readonly phrase: string;
  readonly words: PhraseWords;
  readonly examples: PhraseExamples;
  /** False-alarm budget per day. */
  readonly perDay: number;
}

const DAY_S = 86_400;
const WEEK_MS = 7 * DAY_S * 1000;
/** Maximum tracks remembered; an event needs only its own. */
const MAX_FIRED = 100;
/** While learning, the result is recomputed after this many crops. */
const CROPS_PER_RESULT = 20;

/** One phrase on one camera: learns how the background scores, and decides which crops fire. Crops must come in time order. */
export class CameraPhrase {
  learned: Learned | undefined;
  learning: Background | undefined;
  /** Scores since the last drift check. */
  recent: Omit<Background, 'examples'> | undefined;
  tooSmall = 0;
  loud = new LoudCrops();
  /** There are unsaved changes. */
  isDirty = false;
  /** Verdicts on tracks that fired, oldest first. */
  readonly #fired = new Map<number | undefined, LookVerdict>();
  #current: { readonly result: CalibrationResult; crops: number } | undefined;

  /** @param onDrift called when the background no longer holds and learning starts over */
  constructor(readonly onDrift: () => void) {}

  /** @returns undefined if the crop is too small to score */
  look(facts: PhraseFacts, crop: LookedAt): LookVerdict | undefined {
    // A late crop from the embedding model, which a detector has just replaced.
    if (facts.words.byDetector && 'vector' in crop.seen) return undefined;
    this.learning ??= this.learned ? undefined : this.#begin(facts, crop.timestampMs);
    if (crop.sidePx < MIN_CROP_SIDE_PX) {
      this.tooSmall++;
      this.#current = undefined;
      return undefined;
    }
    const score = this.#score(facts, crop, this.learned?.examples ?? this.learning?.examples);
    const { state, threshold, loudAbove } = this.#resultFor(facts, crop.timestampMs);
    const fires = (state === 'armed' || state === 'untested') && threshold !== undefined && score > threshold;
    if (!fires) this.#learn(facts, crop);
    if (!this.learned || loudAbove !== undefined) this.#show(crop, score);
    this.#watch(crop.timestampMs, score);
    const verdict = { score, threshold: state === 'refused' ? undefined : threshold, fires };
    if (fires) this.#remember(crop.track, verdict);
    return verdict;
  }

  /** Verdict on a track when it last fired; undefined if it never did, or too long ago. @param track undefined: finds on whole frames */
  firedFor(track: number | undefined): LookVerdict | undefined {
    return this.#fired.get(track);
  }

  /** Calibration result as of now. @param nowMs Unix epoch ms */
  result({ phrase, words, examples, perDay }: PhraseFacts, nowMs: number): CalibrationResult {
    const known = this.learned ?? this.learning;
    return calibrate({
      phrase,
      textReasons: words.reasons,
      background: known?.sketch ?? new ScoreSketch(),
      tooSmall: this.tooSmall,
      elapsedS: this.learned ? NEEDED_SECONDS : known ? Math.max(0, nowMs - known.sinceMs) / 1000 : 0,
      budget: { perDay, cropsPerDay: this.learned?.cropsPerDay ?? (known ? perDayOf(known, nowMs) : 0) },
      exampleScores: scoresOfExamples(
        words.vectors,
        words.logit,
        examples.exemplars(this.learned?.examples),
        examples.positives(),
      ),
    });
  }

  /** Examples or the budget changed. New positive examples raise scores, so they count only once the background is learned with them. */
  changed(): void {
    if (this.learned) this.learning = undefined;
    this.#current = undefined;
    this.isDirty = true;
  }

  /** Cached result: it changes as the background is learned, but rarely so much that it matters to a crop. */
  #resultFor(facts: PhraseFacts, nowMs: number): CalibrationResult {
    this.#current ??= { result: this.result(facts, nowMs), crops: 0 };
    const { result } = this.#current;
    if (!this.learned && ++this.#current.crops >= CROPS_PER_RESULT) this.#current = undefined;
    return result;
  }

  #remember(track: number | undefined, verdict: LookVerdict): void {
    this.#fired.delete(track);
    this.#fired.set(track, verdict);
    for (const oldest of this.#fired.keys()) if (this.#fired.size > MAX_FIRED) this.#fired.delete(oldest);
  }

  #begin({ examples }: PhraseFacts, nowMs: number): Background {
    return { sketch: new ScoreSketch(), examples: examples.positiveIds(), sinceMs: nowMs };
  }

  #score({ words, examples }: PhraseFacts, { seen }: LookedAt, known: ReadonlySet<string> | undefined): number {
    if ('score' in seen) return seen.score;
    const exemplars: Exemplars = examples.exemplars(known);
    return phraseScore(seen.vector, words.vectors, words.logit, exemplars);
  }

  #learn(facts: PhraseFacts, crop: LookedAt): void {
    const { timestampMs } = crop;
    const { examples } = facts;
    if (this.learned && !this.learning && !examples.areWithin(this.learned.examples)) {
      this.learning = this.#begin(facts, timestampMs);
    }
    if (!this.learning) return;
    this.learning.sketch.add(this.#score(facts, crop, this.learning.examples));
    this.isDirty = true;
    const elapsedS = (timestampMs - this.learning.sinceMs) / 1000;
    if (missing(this.learning.sketch.n, elapsedS)) return;
    const cropsPerDay = perDayOf(this.learning, timestampMs);
    this.learned = { ...this.learning, cropsPerDay, calibratedAtMs: timestampMs };
    this.learning = undefined;
    this.recent = undefined;
    this.#current = undefined;
  }

  #show({ timestampMs, track, picture }: LookedAt, score: number): void {
    if (!this.loud.wants(score, track)) return;
    const add = (jpeg: Uint8Array | undefined) => this.loud.add({ score, timestamp: timestampMs, track, jpeg });
    // A crop whose picture is gone is listed with its score alone.
    if (picture) void picture().then(add, () => add(undefined));
    else add(undefined);
  }

  #watch(nowMs: number, score: number): void {
    if (!this.learned) return;
    this.recent ??= { sketch: new ScoreSketch(), sinceMs: nowMs };
    this.recent.sketch.add(score);
    if (nowMs - this.recent.sinceMs < WEEK_MS || this.recent.sketch.n < MIN_CROPS_FOR_DRIFT) return;
    const drifted = hasDrifted(this.learned.sketch, this.recent.sketch);
    this.recent = undefined;
    this.isDirty = true;
    if (!drifted) return;
    this.learned = undefined;
    this.learning = undefined;
    this.#current = undefined;
    this.onDrift();
  }
}

function perDayOf({ sketch, sinceMs }: Background, nowMs: number): number {
  const elapsedS = Math.max(1, (nowMs - sinceMs) / 1000);
  return (sketch.n * DAY_S) / elapsedS;
}
