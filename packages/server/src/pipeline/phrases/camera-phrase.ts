import {
  type CalibrationResult,
  calibrate,
  type Exemplars,
  FEWEST_FOR_DRIFT,
  hasDrifted,
  missing,
  NEEDED_SECONDS,
  phraseScore,
  ScoreSketch,
  SMALLEST_SIDE_PX,
  scoresOfExamples,
} from '@lookout/vision';
import { LoudCrops } from './loud-crops.js';
import type { PhraseExamples } from './phrase-examples.js';
import type { PhraseWords } from './phrase-words.js';

/** A part of a frame that was looked at for a phrase. */
export interface LookedAt {
  /** Image embedding, L2-normalised; or how much it is the phrase, by a model that finds things itself: logits, 0 is even money. */
  readonly seen: { readonly vector: Float32Array } | { readonly score: number };
  /** Of the frame, Unix epoch ms. */
  readonly timestampMs: number;
  /** Shorter side, pixels of the camera's frame. */
  readonly sidePx: number;
  readonly track?: number | undefined;
  /** A small JPEG of it; asked for seldom. */
  readonly picture?: (() => Promise<Uint8Array | undefined>) | undefined;
}

/** What a look found. */
export interface LookVerdict {
  readonly score: number;
  /** Undefined: nothing fires at present. */
  readonly threshold: number | undefined;
  readonly fires: boolean;
}

/** The scores of a time, with the examples that they were compared with. */
interface Background {
  readonly sketch: ScoreSketch;
  readonly examples: ReadonlySet<string>;
  readonly sinceMs: number;
}

/** What a phrase is known to score on a camera. */
interface Learned extends Background {
  readonly cropsPerDay: number;
  readonly calibratedAtMs: number;
}

/** What is the same for a phrase on all cameras. */
export interface PhraseFacts {
  readonly phrase: string;
  readonly words: PhraseWords;
  readonly examples: PhraseExamples;
  /** False alarms that are allowed, a day. */
  readonly perDay: number;
}

const DAY_S = 86_400;
const WEEK_MS = 7 * DAY_S * 1000;
/** Tracks that are remembered; an event needs its own only. */
const MAX_FIRED = 100;
/** While it learns, what follows from it is worked out after so many crops. */
const CROPS_PER_RESULT = 20;

/** One phrase on one camera: learns what the background scores, and decides which crops fire. Crops come in the order of time. */
export class CameraPhrase {
  learned: Learned | undefined;
  learning: Background | undefined;
  /** The scores since the last comparison with what was learned. */
  recent: Omit<Background, 'examples'> | undefined;
  tooSmall = 0;
  loud = new LoudCrops();
  /** Something changed that is worth keeping. */
  isDirty = false;
  /** What was found of tracks that fired, oldest first. */
  readonly #fired = new Map<number | undefined, LookVerdict>();
  #current: { readonly result: CalibrationResult; crops: number } | undefined;

  /** @param onDrift what was learned no longer holds, and it begins again */
  constructor(readonly onDrift: () => void) {}

  /** @returns undefined if the crop is too small to tell */
  look(facts: PhraseFacts, crop: LookedAt): LookVerdict | undefined {
    // Looked at by the model before, while the other one was chosen.
    if (facts.words.byDetector && 'vector' in crop.seen) return undefined;
    this.learning ??= this.learned ? undefined : this.#begin(facts, crop.timestampMs);
    if (crop.sidePx < SMALLEST_SIDE_PX) {
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

  /** What was found of a track when it last fired; undefined if it did not, or long ago. @param track undefined: of parts of whole frames */
  firedFor(track: number | undefined): LookVerdict | undefined {
    return this.#fired.get(track);
  }

  /** What follows from all that is known. @param nowMs Unix epoch ms */
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

  /** Examples or the wish changed. New positive ones raise scores: what the background scores with them is learned before they count. */
  changed(): void {
    if (this.learned) this.learning = undefined;
    this.#current = undefined;
    this.isDirty = true;
  }

  /** The result as far as it is needed for every crop: it changes with what is learned, and seldom matters to the crop. */
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
    // A crop that has no picture any more is shown by its score.
    if (picture) void picture().then(add, () => add(undefined));
    else add(undefined);
  }

  #watch(nowMs: number, score: number): void {
    if (!this.learned) return;
    this.recent ??= { sketch: new ScoreSketch(), sinceMs: nowMs };
    this.recent.sketch.add(score);
    if (nowMs - this.recent.sinceMs < WEEK_MS || this.recent.sketch.n < FEWEST_FOR_DRIFT) return;
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
