import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CalibrationResult,
  calibrate,
  checkTexts,
  type EmbeddedText,
  type LogitRule,
  type PhraseVectors,
  phraseScore,
  ScoreSketch,
  scoresOfExamples,
} from '@lookout/vision';
import { COCO_NAMES } from '@lookout/vision/models';
import { openEmbedder } from '@lookout/vision/tasks';
import { writeConseModel } from '@lookout/vision/testing/conse-model';
import { cocoCrops, EMBED_MODELS } from '../coco-crops.js';
import type { TrialPhrase } from './trial-phrases.js';

/** An object of a real image. */
export interface TrialCrop {
  readonly vector: Float32Array;
  /** COCO's name. */
  readonly kind: string;
  /** Pixels. */
  readonly area: number;
  /** The image it is from. */
  readonly picture: number;
}

const TEMPLATES = [
  'a photo of a {}',
  'a photo of {}',
  'a picture of a {}',
  'a close-up photo of a {}',
  'a blurry photo of a {}',
];
const BACKGROUNDS =
  'empty room,wall,floor,sky,clouds,grass,road,street,trees,fence,building,window,water,snow,darkness,shadow,reflection,blur,background,object'.split(
    ',',
  );

/** Calibration of real words against the objects of 128 real images, embedded by a real if weak model (`writeConseModel`). */
export class PhraseTrial {
  private constructor(
    readonly crops: readonly TrialCrop[],
    readonly names: readonly EmbeddedText[],
    readonly logit: LogitRule,
    readonly embed: (texts: readonly string[]) => Promise<Float32Array[]>,
    readonly close: () => Promise<void>,
  ) {}

  /** Embeds all crops. Close it. */
  static async open(): Promise<PhraseTrial> {
    const directory = mkdtempSync(join(tmpdir(), 'lookout-phrases-'));
    const info = await writeConseModel(directory, EMBED_MODELS);
    const embedder = await openEmbedder(info, { threads: 2 });
    const crops = cocoCrops();
    const vectors = await embedder.embedImages(crops.map(({ image }) => image));
    const known = info.names ?? [];
    const nameVectors = await embedder.embedTexts(known);
    return new PhraseTrial(
      crops.map(({ image, label, picture }, i) => ({
        vector: vectors[i]!,
        kind: COCO_NAMES[label]!,
        area: image.width * image.height,
        picture,
      })),
      known.map((text, i) => ({ text, vector: nameVectors[i]! })),
      embedder.logit,
      remembered((texts) => embedder.embedTexts(texts)),
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

  /** All that is not of that kind: what a camera shows that never sees it. */
  without(kind: string | undefined): TrialCrop[] {
    return this.crops.filter((crop) => crop.kind !== kind);
  }

  /**
   * Calibrates a phrase as a rule of it would be, on everything that is not of its kind.
   * @param exampleCount so many of the largest of its kind are given as examples
   * @returns also the part of the others of its kind that would fire, undefined where nothing fires or there are none
   */
  async calibrate(
    given: TrialPhrase,
    exampleCount: number,
    perThousand: number,
  ): Promise<CalibrationResult & { found?: number }> {
    const phrase = await this.vectorsOf(given);
    const own = this.of(given.kind);
    const positives = own.slice(0, exampleCount).map(({ vector }) => vector);
    const exemplars = { positives, negatives: [] };
    const background = new ScoreSketch();
    for (const { vector } of this.without(given.kind))
      background.add(phraseScore(vector, phrase, this.logit, exemplars));
    const result = calibrate({
      phrase: given.phrase,
      textReasons: await this.#reasonsAgainst(given),
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

  async vectorsOf({ phrase, polarity, plain = [], siblings = [], opposite = [] }: TrialPhrase): Promise<PhraseVectors> {
    const captions = (words: readonly string[]) => Promise.all(words.map((word) => this.#caption(word)));
    const instead = [...opposite, ...plain];
    return polarity === 'absent'
      ? { wanted: await captions(instead), contrasts: await captions([phrase, ...BACKGROUNDS]) }
      : { wanted: await captions([phrase]), contrasts: await captions([...instead, ...siblings, ...BACKGROUNDS]) };
  }

  async #reasonsAgainst({ phrase, polarity, plain = [], siblings = [], opposite = [] }: TrialPhrase) {
    const bare = async (words: readonly string[]) =>
      (await this.embed(words)).map((vector, i): EmbeddedText => ({ text: words[i]!, vector }));
    return checkTexts(
      {
        phrase: (await bare([phrase]))[0]!,
        polarity: polarity ?? 'present',
        plain: await bare(plain),
        opposite: await bare(opposite),
        siblings: await bare(siblings),
      },
      this.names,
    );
  }

  async #caption(text: string): Promise<Float32Array> {
    const vectors = await this.embed(TEMPLATES.map((template) => template.replace('{}', text)));
    const sum = vectors[0]!.map((_, i) => vectors.reduce((total, vector) => total + vector[i]!, 0));
    const length = Math.hypot(...sum);
    return sum.map((part) => part / length);
  }
}

/** Embeds each text once: all phrases share their backgrounds. */
function remembered(embed: (texts: readonly string[]) => Promise<Float32Array[]>): typeof embed {
  const known = new Map<string, Float32Array>();
  return async (texts) => {
    const missing = texts.filter((text) => !known.has(text));
    const vectors = await embed(missing);
    for (const [i, text] of missing.entries()) known.set(text, vectors[i]!);
    return texts.map((text) => known.get(text)!);
  };
}
