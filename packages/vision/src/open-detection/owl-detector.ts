import { LookoutError } from '@lookout/protocol/core';
import { Candidates } from '../detector/candidates.js';
import type { RgbImage } from '../image/rgb-image.js';
import { addCentered, logit, sigmoid } from '../output-formats/tables.js';
import { type OpenRunnerOptions, openRunner } from '../runtime/onnx-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { findBoxes } from './find-boxes.js';
import type { OpenDetection, OpenDetectOptions, OpenDetector, TextQueries } from './open-detector.js';
import { type OwlGraphs, type OwlOutputs, SplitOwl, WholeOwl } from './owl-graphs.js';
import { type OwlPreparation, owlExtent, owlPreparation, prepareOwl } from './owl-image.js';

/**
 * OWL-ViT (Minderer et al. 2022, arXiv:2205.06230) and OWLv2 (2023, arXiv:2306.09683), Apache-2.0, as optimum exports them. A score is the
 * sigmoid of a logit, and queries do not compete: each gets all of its boxes, whatever the others are.
 * @throws LookoutError as `openVocabularyDetector`
 */
export async function openOwl(info: TaskModelInfo, options: OpenRunnerOptions): Promise<OpenDetector> {
  const graphs = await openGraphs(info, options);
  try {
    return new OwlDetector(info, graphs, owlPreparation(info, graphs.pixels));
  } catch (cause) {
    await graphs.close();
    throw cause;
  }
}

async function openGraphs(info: TaskModelInfo, options: OpenRunnerOptions): Promise<OwlGraphs> {
  const { name, graphs } = info;
  if (graphs.model) return new WholeOwl(info, await openRunner({ name, path: graphs.model }, options));
  if (!graphs.image || !graphs.decoder) {
    throw new LookoutError('model_invalid', `Model ${name} lacks its ${graphs.image ? 'decoder' : 'image side'}`);
  }
  const image = await openRunner({ name, path: graphs.image }, options);
  try {
    return new SplitOwl(info, options, image, await openRunner({ name, path: graphs.decoder }, options));
  } catch (cause) {
    await image.close();
    throw cause;
  }
}

class OwlDetector implements OpenDetector {
  readonly #graphs: OwlGraphs;
  readonly #preparation: OwlPreparation;
  readonly #candidates = new Candidates();

  constructor(
    readonly info: TaskModelInfo,
    graphs: OwlGraphs,
    preparation: OwlPreparation,
  ) {
    this.#graphs = graphs;
    this.#preparation = preparation;
  }

  async encodeTexts(texts: readonly string[]): Promise<TextQueries> {
    return { texts: [...texts], vectors: await this.#graphs.encode(texts) };
  }

  async closeText(): Promise<void> {
    await this.#graphs.closeText();
  }

  async detect(image: RgbImage, queries: TextQueries, options: OpenDetectOptions): Promise<OpenDetection[]> {
    if (queries.vectors.length === 0) return [];
    const outputs = await this.#graphs.run(prepareOwl(image, this.#preparation), queries.vectors);
    const { width, height } = image;
    this.#collect(outputs, owlExtent(image, this.#preparation), options.confidence);
    const whole = { width, height, x: 0, y: 0, contentWidth: width, contentHeight: height, fill: 0 };
    return findBoxes(this.#candidates, whole, image, options);
  }

  #collect({ boxes, parts }: OwlOutputs, extent: { width: number; height: number }, confidence: number): void {
    const candidates = this.#candidates;
    candidates.clear();
    const least = logit(confidence);
    const [scaleX, scaleY] = [extent.width, extent.height];
    for (const { from, count, logits, columns } of parts) {
      if (logits.length * 4 !== boxes.length * columns) {
        throw new LookoutError(
          'inference_failed',
          `Model ${this.info.name} returned ${logits.length} logits for ${boxes.length / 4} boxes and ${columns} texts`,
        );
      }
      for (let place = 0; place < boxes.length / 4; place++) {
        const [x = 0, y = 0, w = 0, h = 0] = boxes.subarray(place * 4, place * 4 + 4);
        for (let query = 0; query < count; query++) {
          const value = logits[place * columns + query]!;
          if (!(value >= least)) continue;
          addCentered(candidates, x * scaleX, y * scaleY, w * scaleX, h * scaleY, sigmoid(value), from + query);
        }
      }
    }
  }

  async close(): Promise<void> {
    await this.#graphs.close();
  }
}
