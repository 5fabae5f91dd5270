import { LookoutError } from '@lookout/protocol/core';
import type { RgbImage } from '../image/rgb-image.js';
import type { ModelRunner, NamedTensor } from '../runtime/model-runner.js';
import { type OpenRunnerOptions, openRunner } from '../runtime/onnx-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { readTokenizer } from '../text/tokenizer.js';
import { notTogether } from './check-files.js';
import type { Embedder } from './embedder.js';
import { type EmbedFamily, embedFamily, modelLogit } from './families.js';
import { ImageSide } from './image-side.js';
import { idTensor, TextSide } from './text-side.js';
import { fixedSize } from './vectors.js';

/**
 * Loads the image side and runs it once; the text side is loaded when it is first needed.
 * @throws LookoutError `model_not_found`, `model_invalid`, `model_unsupported`, `unavailable` (provider)
 */
export async function openEmbedder(info: TaskModelInfo, options: OpenRunnerOptions): Promise<Embedder> {
  const family = embedFamily(info.family);
  const joint = info.graphs.model;
  const path = joint ?? info.graphs.image;
  if (!path || (!joint && !info.graphs.text)) {
    throw new LookoutError('model_invalid', `Model ${info.name} lacks its ${path ? 'text' : 'image'} side`);
  }
  if (!info.tokenizer) throw new LookoutError('model_invalid', `Model ${info.name} lacks its tokenizer.json`);
  const runner = await openRunner({ name: info.name, path }, options);
  try {
    const image = new ImageSide(runner, family, info.preprocessor, joint ? textCompanions(runner) : []);
    const { dimension, logitScale, logitBias } = await image.probe();
    const logit = modelLogit(family, logitScale, logitBias);
    return new TwoSidedEmbedder(info, options, family, runner, image, dimension, logit);
  } catch (cause) {
    await runner.close();
    throw cause;
  }
}

class TwoSidedEmbedder implements Embedder {
  #text: { side: TextSide; runner: ModelRunner } | undefined;

  constructor(
    readonly info: TaskModelInfo,
    readonly options: OpenRunnerOptions,
    readonly family: EmbedFamily,
    readonly runner: ModelRunner,
    readonly image: ImageSide,
    readonly dimension: number,
    readonly logit: Embedder['logit'],
  ) {}

  async embedTexts(texts: readonly string[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    if (texts.length === 0) return vectors;
    this.#text ??= await this.#openText();
    for (const text of texts) vectors.push(await this.#text.side.embed(text));
    return vectors;
  }

  async #openText(): Promise<{ side: TextSide; runner: ModelRunner }> {
    const { info, family, options } = this;
    const joint = info.graphs.model !== undefined;
    const tokenizer = readTokenizer(info.tokenizer!);
    const runner = joint ? this.runner : await openRunner({ name: info.name, path: info.graphs.text! }, options);
    try {
      const side = new TextSide(runner, family, tokenizer, joint ? imageCompanions(runner, this.image) : []);
      await side.check();
      const { length } = await side.embed('');
      if (length !== this.dimension) throw notTogether(info.name, length, this.dimension);
      return { side, runner };
    } catch (cause) {
      if (!joint) await runner.close();
      throw cause;
    }
  }

  async closeText(): Promise<void> {
    const text = this.#text;
    this.#text = undefined;
    if (text && text.runner !== this.runner) await text.runner.close();
  }

  async embedImages(images: readonly RgbImage[]): Promise<Float32Array[]> {
    return this.image.embed(images);
  }

  async close(): Promise<void> {
    await this.closeText();
    await this.runner.close();
  }
}

/** Text inputs for a graph with both sides while it embeds an image. */
function textCompanions({ inputs }: ModelRunner): NamedTensor[] {
  return inputs
    .filter(({ shape }) => shape.length === 2)
    .map((input) =>
      idTensor(input, new Array(fixedSize(input.shape[1]) ?? 1).fill(input.name === 'attention_mask' ? 1 : 0)),
    );
}

/** Its image input while it embeds a text. */
function imageCompanions({ inputs }: ModelRunner, image: ImageSide): NamedTensor[] {
  const { name, shape } = inputs.find((input) => input.shape.length === 4)!;
  const { width, height } = image.size;
  const dims = [fixedSize(shape[0]) ?? 1, 3, height, width];
  return [{ name, type: 'float32', dims, data: new Float32Array(dims.reduce((product, size) => product * size, 1)) }];
}
