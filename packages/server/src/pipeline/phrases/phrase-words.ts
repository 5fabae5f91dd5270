import { contrastsOf, type PhrasedSubject } from '@lookout/rules';
import { checkTexts, type EmbeddedText, type LogitRule, type PhraseVectors, type RefusalReason } from '@lookout/vision';
import type { TaskModels } from '../task-models/task-models.js';

/** A phrase as one model understands it. */
export interface PhraseWords {
  /** Checksum of the model. */
  readonly model: string;
  readonly logit: LogitRule;
  readonly vectors: PhraseVectors;
  /** What the words alone say against it. */
  readonly reasons: readonly RefusalReason[];
}

export interface PhraseWordsOptions {
  readonly models: Pick<TaskModels, 'require' | 'logit' | 'embedTexts'>;
  /** L2-normalised means over captions such as “a photo of a …”. @param texts without articles */
  captions(texts: readonly string[]): Promise<Float32Array[]>;
}

const ARTICLE = /^(?:an?|the|some) +/i;
/** More contrasts than this tell nothing more apart, and each takes its time with every crop. */
const MAX_CONTRASTS = 32;

/** Turns phrases into vectors, and refuses those that the model's own words speak against. */
export class PhraseWordsReader {
  readonly #options: PhraseWordsOptions;
  /** The names that the model's image side can tell apart, embedded once a model. */
  #names: { readonly model: string; readonly texts: Promise<EmbeddedText[]> } | undefined;

  constructor(options: PhraseWordsOptions) {
    this.#options = options;
  }

  /** @throws LookoutError `no_model_for_this`, `too_many_requests`, `inference_failed` */
  async read(subject: PhrasedSubject): Promise<PhraseWords> {
    const { models, captions } = this.#options;
    const { sha256, names } = models.require('embed');
    const { polarity = 'present' } = subject;
    const phrase = subject.phrase.replace(ARTICLE, '');
    const { parent, siblings, opposite, backgrounds } = contrastsOf(subject);
    const instead = [...opposite, ...parent];
    // What is absent is scored as what is there in its place.
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
      // What failed is tried again with the next phrase.
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
