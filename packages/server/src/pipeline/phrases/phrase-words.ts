import { contrastsOf, type PhrasedSubject } from '@lookout/rules';
import {
  checkTexts,
  type EmbeddedText,
  type LogitRule,
  negationIn,
  type PhraseVectors,
  type RefusalReason,
  refusals,
} from '@lookout/vision';
import type { TaskModels } from '../task-models/task-models.js';

/** A phrase encoded by one model. */
export interface PhraseWords {
  /** Checksum of the model. */
  readonly model: string;
  readonly logit: LogitRule;
  /** Empty where a detector scores. */
  readonly vectors: PhraseVectors;
  /** An open-vocabulary detector gives the scores, and cannot learn from pictures. */
  readonly byDetector?: true;
  /** Reasons against it from the words alone. */
  readonly reasons: readonly RefusalReason[];
}

export interface PhraseWordsOptions {
  readonly models: Pick<TaskModels, 'model' | 'require' | 'logit' | 'embedTexts'>;
  /** L2-normalised means over captions such as “a photo of a …”. @param texts without articles */
  captions(texts: readonly string[]): Promise<Float32Array[]>;
}

const NO_VECTORS: PhraseVectors = { wanted: [], contrasts: [], backgrounds: [] };
const ARTICLE = /^(?:an?|the|some) +/i;
/** More contrasts do not separate better, and each costs time for every crop. */
const MAX_CONTRASTS = 32;

/** Turns phrases into vectors, and gives the reasons to refuse those that the model can't tell apart. */
export class PhraseWordsReader {
  readonly #options: PhraseWordsOptions;
  /** Names that the model's image encoder can tell apart, embedded once per model. */
  #names: { readonly model: string; readonly texts: Promise<EmbeddedText[]> } | undefined;

  constructor(options: PhraseWordsOptions) {
    this.#options = options;
  }

  /** Phrases for whole frames are scored by an open-vocabulary detector if there is one. @throws as `read` */
  async readForRule(subject: PhrasedSubject): Promise<PhraseWords> {
    const detector = subject.classes.includes('*') ? this.#options.models.model('open-detect') : undefined;
    if (!detector) return this.read(subject);
    const negation = negationIn(subject.phrase);
    const reasons = negation === undefined ? [] : [refusals.negation(subject.phrase, negation)];
    return { model: detector.sha256, logit: { scale: 1, bias: 0 }, vectors: NO_VECTORS, byDetector: true, reasons };
  }

  /** @throws LookoutError `no_model_for_this`, `too_many_requests`, `inference_failed` */
  async read(subject: PhrasedSubject): Promise<PhraseWords> {
    const { models, captions } = this.#options;
    const { sha256, names } = models.require('embed');
    const { polarity = 'present' } = subject;
    const phrase = subject.phrase.replace(ARTICLE, '');
    const { parent, siblings, opposite, backgrounds } = contrastsOf(subject);
    const instead = [...opposite, ...parent];
    // Absence is scored as the presence of what is there instead.
    const wanted = polarity === 'present' ? [phrase] : instead.length > 0 ? instead : [`thing without ${phrase}`];
    const contrasts = polarity === 'present' ? [...instead, ...siblings] : [phrase];
    return {
      model: sha256,
      logit: await models.logit(),
      vectors: {
        wanted: await captions(wanted),
        contrasts: await captions(contrasts.slice(0, MAX_CONTRASTS)),
        backgrounds: await captions(backgrounds),
      },
      reasons: checkTexts(
        {
          phrase: (await this.#embedded([phrase]))[0]!,
          polarity,
          plain: await this.#embedded(parent),
          opposite: await this.#embedded(opposite),
          siblings: await this.#embedded(siblings),
        },
        names && (await this.#namesOf(sha256, names)),
      ),
    };
  }

  #namesOf(model: string, names: readonly string[]): Promise<EmbeddedText[]> {
    if (this.#names?.model !== model) {
      const texts = this.#embedded(names);
      this.#names = { model, texts };
      // A failure is retried with the next phrase.
      texts.catch(() => {
        this.#names = undefined;
      });
    }
    return this.#names!.texts;
  }

  async #embedded(texts: readonly string[]): Promise<EmbeddedText[]> {
    if (texts.length === 0) return [];
    const vectors = await this.#options.models.embedTexts(texts);
    return texts.map((text, i) => ({ text, vector: vectors[i]! }));
  }
}
