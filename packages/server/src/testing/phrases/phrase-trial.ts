import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CalibrationResult,
  calibrate,
  type LogitRule,
  phraseScore,
  ScoreSketch,
  scoresOfExamples,
} from '@lookout/vision';
import { COCO_NAMES } from '@lookout/vision/models';
import { openEmbedder } from '@lookout/vision/tasks';
import { writeConseModel } from '@lookout/vision/testing/conse-model';
import { PhraseTexts } from '../../pipeline/phrases/phrase-texts.js';
import { PhraseWordsReader } from '../../pipeline/phrases/phrase-words.js';
import { cocoCrops, EMBED_MODELS } from '../coco-crops.js';
import type { TrialPhrase } from './trial-phrases.js';

/** An object in a real image. */
export interface TrialCrop {
  readonly vector: Float32Array;
  /** COCO name. */
  readonly kind: string;
  /** Pixels. */
  readonly area: number;
  /** Index of its image. */
  readonly picture: number;
}

/** Calibration of real words against the objects of 128 real images, embedded by a real if weak model (`writeConseModel`). */
export class PhraseTrial {
  private constructor(
    readonly crops: readonly TrialCrop[],
    readonly logit: LogitRule,
    readonly words: PhraseWordsReader,
    readonly captions: (texts: readonly string[]) => Promise<Float32Array[]>,
    readonly close: () => Promise<void>,
  ) {}

  /** Embeds all crops. The caller must close it. */
  static async open(): Promise<PhraseTrial> {
    const directory = mkdtempSync(join(tmpdir(), 'lookout-phrases-'));
    const info = await writeConseModel(directory, EMBED_MODELS);
    const embedder = await openEmbedder(info, { threads: 2 });
    const crops = cocoCrops();
    const vectors = await embedder.embedImages(crops.map(({ image }) => image));
    const embedTexts = remembered((texts) => embedder.embedTexts(texts));
    const models = { require: () => info, logit: async () => embedder.logit, embedTexts };
    const texts = new PhraseTexts({ models });
    const captions = (some: readonly string[]) => texts.captions(some);
    return new PhraseTrial(
      crops.map(({ image, label, picture }, i) => ({
        vector: vectors[i]!,
        kind: COCO_NAMES[label]!,
        area: image.width * image.height,
        picture,
      })),
      embedder.logit,
      new PhraseWordsReader({ models: { ...models, model: () => undefined }, captions }),
      captions,
      async () => {
        await embedder.close();
        rmSync(directory, { recursive: true });
      },
    );
  }

  /** The objects of a kind, largest first. */
  of(kind: string | undefined): TrialCrop[] {
    return this.crops.filter((crop) => crop.kind === kind).sort((a, b) => b.area - a.area);
  }

  /** All crops of other kinds, as from a camera that never sees this one. */
  without(kind: string | undefined): TrialCrop[] {
    return this.crops.filter((crop) => crop.kind !== kind);
  }

  /**
   * Calibrates a phrase as for a rule, on all crops of other kinds.
   * @param exampleCount how many of the largest crops of its kind are given as examples
   * @returns also the share of the other crops of its kind that would fire, undefined if nothing fires or there are none
   */
  async calibrate(
    given: TrialPhrase,
    exampleCount: number,
    perThousand: number,
  ): Promise<CalibrationResult & { found?: number }> {
    const { vectors: phrase, reasons } = await this.words.read(given);
    const own = this.of(given.kind);
    const positives = own.slice(0, exampleCount).map(({ vector }) => vector);
    const exemplars = { positives, negatives: [] };
    const background = new ScoreSketch();
    for (const { vector } of this.without(given.kind))
      background.add(phraseScore(vector, phrase, this.logit, exemplars));
    const result = calibrate({
      phrase: given.phrase,
      textReasons: reasons,
      background,
      tooSmall: 0,
      elapsedS: 1800,
      budget: { perThousand },
      exampleScores: scoresOfExamples(phrase, this.logit, exemplars),
    });
    const others = own.slice(exampleCount);
    const { threshold } = result;
    if (threshold === undefined || others.length === 0) return result;
    const found = others.filter(({ vector }) => phraseScore(vector, phrase, this.logit, exemplars) > threshold);
    return { ...result, found: found.length / others.length };
  }
}

type Embed = (texts: readonly string[]) => Promise<Float32Array[]>;

/** Embeds each text once: all phrases share their backgrounds. */
function remembered(embed: Embed): Embed {
  const known = new Map<string, Float32Array>();
  return async (texts) => {
    const missing = texts.filter((text) => !known.has(text));
    const vectors = await embed(missing);
    for (const [i, text] of missing.entries()) known.set(text, vectors[i]!);
    return texts.map((text) => known.get(text)!);
  };
}
