import type { FindCertainty, SearchAnswer, SearchRequest, SearchResult } from '@lookout/protocol';
import { contrastsOf } from '@lookout/rules';
import { dot, type PhraseVectors, phraseScore } from '@lookout/vision';
import type { TaskModels } from '../task-models/task-models.js';
import type { PhraseWordsReader } from './phrase-words.js';
import type { KeptLook, TrackEmbeddings } from './track-embeddings.js';

export interface PhraseSearchOptions {
  readonly models: Pick<TaskModels, 'require' | 'logit'>;
  readonly words: Pick<PhraseWordsReader, 'read'>;
  /** L2-normalised vectors of texts. */
  captions(texts: readonly string[]): Promise<Float32Array[]>;
  readonly looks: Pick<TrackEmbeddings, 'all'>;
  /** Yields to other work on this thread. */
  breathe(): Promise<void>;
}

/** A look and its similarity to the text. */
interface ScoredLook {
  readonly look: Omit<KeptLook, 'vector'>;
  /** Cosine. */
  readonly score: number;
  /** Log odds against what the object might be instead. */
  readonly margin: number;
}

/** A turn takes some 2 ms. */
const LOOKS_PER_TURN = 100;
/** With fewer, it is unknown which scores are ordinary. */
const MIN_LOOKS = 50;
/** Quantile of all margins above which a find stands out from what cameras show all day. */
const STANDS_OUT = 0.98;
/** Log odds of three to one: even odds are not “likely”. */
const LIKELY_MARGIN = Math.log(3);

/** Answers “show me …” from the looks in memory, best first, each with its certainty. */
export class PhraseSearch {
  readonly #options: PhraseSearchOptions;

  constructor(options: PhraseSearchOptions) {
    this.#options = options;
  }

  /**
   * @param isVisible whether the caller may see a camera
   * @throws LookoutError `no_model_for_this`, `too_many_requests`, `inference_failed`, `validation_failed`
   */
  async search(request: SearchRequest, isVisible: (camera: string) => boolean): Promise<SearchAnswer> {
    const { models, words } = this.#options;
    const { name } = models.require('embed');
    const { wanted, reasons } = await this.#read(words, request.text);
    const scored = await this.#scoreAll(request.text, wanted);
    const seen = scored.filter(({ look }) => isVisible(look.camera));
    const ordinary = quantile(
      scored.map(({ margin }) => margin),
      STANDS_OUT,
    );
    const certaintyOf = (margin: number): FindCertainty => {
      if (reasons.length > 0 || scored.length < MIN_LOOKS)
        return margin > 0 && reasons.length === 0 ? 'possible' : 'guess';
      const standsOut = margin > ordinary;
      if (standsOut && margin > LIKELY_MARGIN) return 'likely';
      return standsOut || margin > 0 ? 'possible' : 'guess';
    };
    const found = seen.filter(({ look }) => matches(look, request)).sort((a, b) => b.margin - a.margin);
    return {
      model: name,
      results: found.slice(0, request.limit).map((each) => resultOf(each, certaintyOf(each.margin))),
      searched: found.length,
      since: seen.length === 0 ? null : Math.min(...seen.map(({ look }) => look.timestampMs)),
      calibrated: false,
      reasons,
    };
  }

  async #read(words: PhraseSearchOptions['words'], text: string) {
    const { vectors, reasons } = await words.read({ classes: ['*'], phrase: text });
    return { wanted: vectors.wanted, reasons: reasons.map((reason) => ({ ...reason, phrase: text })) };
  }

  async #scoreAll(text: string, wanted: readonly Float32Array[]): Promise<ScoredLook[]> {
    const logit = await this.#options.models.logit();
    const byClass = new Map<string, PhraseVectors>();
    const scored: ScoredLook[] = [];
    for (const { vector, ...look } of this.#options.looks.all()) {
      const { className } = look;
      const vectors = byClass.get(className) ?? (await this.#vectorsOf(text, className, wanted));
      byClass.set(className, vectors);
      // Looks of a previous model can't be compared.
      if (vector.length !== wanted[0]!.length) continue;
      const score = Math.max(...wanted.map((each) => dot(vector, each)));
      scored.push({ look, score, margin: phraseScore(vector, vectors, logit) });
      if (scored.length % LOOKS_PER_TURN === 0) await this.#options.breathe();
    }
    return scored;
  }

  /** Vectors of the text, and of what an object of a class might be instead. */
  async #vectorsOf(text: string, className: string, wanted: readonly Float32Array[]): Promise<PhraseVectors> {
    const { captions } = this.#options;
    const { parent, opposite, backgrounds } = contrastsOf({ classes: [className], phrase: text });
    return {
      wanted,
      contrasts: await captions([...parent, ...opposite]),
      backgrounds: await captions(backgrounds),
    };
  }
}

function matches(
  { camera, className, timestampMs }: Omit<KeptLook, 'vector'>,
  { cameras, classes, since, until }: SearchRequest,
): boolean {
  if (cameras && !cameras.includes(camera)) return false;
  if (classes && !classes.includes(className)) return false;
  return timestampMs >= (since ?? 0) && timestampMs <= (until ?? Number.POSITIVE_INFINITY);
}

function resultOf({ look, score, margin }: ScoredLook, certainty: FindCertainty): SearchResult {
  const { camera, track, className, timestampMs, bbox, frameSize, eventId } = look;
  const [width, height] = frameSize;
  const timestamp = Math.round(timestampMs);
  const snapshot = eventId === undefined ? undefined : `/api/events/${encodeURIComponent(eventId)}/snapshot.jpg`;
  return {
    camera,
    timestamp,
    track_id: track,
    class_name: className,
    bbox,
    image_size: [width, height],
    score: rounded(score),
    margin: rounded(margin),
    certainty,
    event_id: eventId ?? null,
    picture_url: snapshot ?? `/api/cameras/${encodeURIComponent(camera)}/thumbnails/${timestamp}.jpg`,
  };
}

function quantile(values: number[], share: number): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
