import type { Detection, PromptedDetection, PromptsAnswer } from '@lookout/protocol';
import { contrastsOf } from '@lookout/rules';
import { dot, MIN_CROP_SIDE_PX, phraseScore, type TaskModelInfo } from '@lookout/vision';
import { round } from '../analysis/detection-rules.js';
import type { JobOptions, TaskModels } from '../task-models/task-models.js';
import { TextVectors } from './text-vectors.js';

export interface PromptFinderOptions {
  readonly models: Pick<TaskModels, 'model' | 'require' | 'logit' | 'embedCrops' | 'encodeQueries' | 'openDetect'>;
  /** L2-normalised means over captions such as “a photo of a …”. */
  captions(texts: readonly string[]): Promise<Float32Array[]>;
}

/** An image and the objects of known classes detected in it. */
export interface PromptedImage {
  /** In any supported format. */
  readonly bytes: Uint8Array;
  readonly detections: readonly Detection[];
  /** Number of classes of the model that detected them. */
  readonly classCount: number;
}

export interface PromptQuestion {
  /** At least one, all distinct. */
  readonly prompts: readonly string[];
  /** Minimum score for an open-vocabulary detector. */
  readonly threshold?: number | undefined;
  readonly iou: number;
  readonly maxDetections: number;
}

export interface PromptFinds {
  /** The detections, labelled where they match a prompt, followed by those that only a prompt found. */
  readonly detections: PromptedDetection[];
  readonly task: PromptsAnswer['task'];
  readonly model: string;
}

/** Open-vocabulary detectors score low; below this, most finds are wrong. */
const DEFAULT_THRESHOLD = 0.1;
/** Maximum objects of one image that are compared with prompts, the most confident first. */
const MAX_CROPS = 32;

/**
 * Finds prompts in single images with the best installed model: an open-vocabulary detector searches the whole image; without one, an
 * embedding model compares the detected objects with the prompts and with contrasts.
 */
export class PromptFinder {
  readonly #options: PromptFinderOptions;
  readonly #models: PromptFinderOptions['models'];
  readonly #queries = new TextVectors();

  constructor(options: PromptFinderOptions) {
    this.#options = options;
    this.#models = options.models;
  }

  /** The model that `find` would use. @throws LookoutError `no_model_for_this` */
  get model(): TaskModelInfo {
    return this.#models.model('open-detect') ?? this.#models.require('embed');
  }

  /** @throws LookoutError `no_model_for_this`, `too_many_requests`, and the model's own errors */
  async find(image: PromptedImage, question: PromptQuestion, job: JobOptions): Promise<PromptFinds> {
    const { task, name: model, sha256 } = this.model;
    if (task === 'open-detect') {
      const found = await this.#look(sha256, image, question, job);
      return { detections: [...image.detections, ...found], task, model };
    }
    return { detections: await this.#compare(image, question, job), task: 'embed', model };
  }

  async #look(
    sha256: string,
    { bytes, classCount }: PromptedImage,
    { prompts, threshold = DEFAULT_THRESHOLD, iou, maxDetections }: PromptQuestion,
    job: JobOptions,
  ): Promise<PromptedDetection[]> {
    const vectors = await this.#queries.of(sha256, prompts, async (texts) => {
      return (await this.#models.encodeQueries(texts, job)).vectors;
    });
    const queries = { texts: prompts, vectors };
    const { detections } = await this.#models.openDetect(
      bytes,
      queries,
      { confidence: threshold, iou, maxDetections },
      job,
    );
    return detections.map(({ bbox, score, query }) => ({
      bbox: bbox.map((value) => round(value)) as Detection['bbox'],
      confidence: rounded(score),
      class_id: classCount + query,
      class_name: prompts[query]!,
      label: prompts[query]!,
      score: rounded(score),
      margin: null,
      calibrated: false,
    }));
  }

  async #compare(
    { bytes, detections }: PromptedImage,
    { prompts }: PromptQuestion,
    job: JobOptions,
  ): Promise<PromptedDetection[]> {
    const seen = detections.filter(isLargeEnough).slice(0, MAX_CROPS);
    if (seen.length === 0) return [...detections];
    const logit = await this.#models.logit();
    const words = seen.flatMap(({ class_name }) =>
      prompts.flatMap((prompt) => [prompt, ...Object.values(insteadOf(prompt, class_name)).flat()]),
    );
    const vectors = await this.#captions([...new Set(words)]);
    const crops = await this.#models.embedCrops(
      bytes,
      seen.map(({ bbox }) => bbox),
      job,
    );
    const labelled = new Map<Detection, PromptedDetection>();
    for (const [i, detection] of seen.entries()) {
      const options = prompts.map((label) => {
        const wanted = vectors.get(label)!;
        const { contrasts, backgrounds } = insteadOf(label, detection.class_name);
        const of = (texts: readonly string[]) => texts.map((text) => vectors.get(text)!);
        const phrase = { wanted: [wanted], contrasts: of(contrasts), backgrounds: of(backgrounds) };
        const margin = phraseScore(crops[i]!, phrase, logit);
        return { label, score: rounded(dot(crops[i]!, wanted)), margin: rounded(margin) };
      });
      const best = options.reduce((one, other) => (other.margin > one.margin ? other : one));
      if (best.margin > 0) labelled.set(detection, { ...detection, ...best, calibrated: false });
    }
    return detections.map((detection) => labelled.get(detection) ?? detection);
  }

  async #captions(texts: readonly string[]): Promise<Map<string, Float32Array>> {
    const vectors = await this.#options.captions(texts);
    return new Map(texts.map((text, i) => [text, vectors[i]!]));
  }
}

/** Contrasts of a prompt: other things that an object of a class may be. */
function insteadOf(prompt: string, className: string): { contrasts: string[]; backgrounds: readonly string[] } {
  const { parent, opposite, backgrounds } = contrastsOf({ classes: [className], phrase: prompt });
  return { contrasts: [...parent, ...opposite], backgrounds };
}

function isLargeEnough({ bbox: [x1, y1, x2, y2] }: Detection): boolean {
  return Math.min(x2 - x1, y2 - y1) >= MIN_CROP_SIDE_PX;
}

/** To thousandths, as scores of these models are small. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Drops prompts that differ from an earlier one only in case or Unicode composition. */
export function distinctPrompts(prompts: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const prompt of prompts) {
    const key = prompt.normalize('NFC').toLowerCase();
    if (!byKey.has(key)) byKey.set(key, prompt);
  }
  return [...byKey.values()];
}
