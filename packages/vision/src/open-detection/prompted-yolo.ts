import { LookoutError } from '@lookout/protocol/core';
import { Candidates } from '../detector/candidates.js';
import { embedFamily } from '../embedding/families.js';
import { TextSide } from '../embedding/text-side.js';
import { fixedSize } from '../embedding/vectors.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { ModelRunner, NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';
import { type OpenRunnerOptions, openRunner } from '../runtime/onnx-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { readTokenizer } from '../text/tokenizer.js';
import { findBoxes, inParts, noTextSide } from './find-boxes.js';
import type { OpenDetection, OpenDetectOptions, OpenDetector, TextQueries } from './open-detector.js';
import { YOLO_HEADS, type YoloHead } from './yolo-heads.js';
import { prepareYolo } from './yolo-image.js';

/**
 * YOLO-World (Cheng et al. 2024, arXiv:2401.17270) and YOLOE (Wang et al. 2025, arXiv:2503.07465), whose weights are GPL or AGPL: graphs
 * that take text vectors as well as the image. The vectors come from a text tower, a separate file in the folder.
 * @throws LookoutError as `openVocabularyDetector`
 */
export async function openPromptedYolo(info: TaskModelInfo, options: OpenRunnerOptions): Promise<OpenDetector> {
  const path = info.graphs.model;
  if (!path) throw new LookoutError('model_invalid', `Model ${info.name} lacks its image side`);
  const runner = await openRunner({ name: info.name, path }, options);
  try {
    return new PromptedYolo(info, options, runner, YOLO_HEADS[info.family as keyof typeof YOLO_HEADS]);
  } catch (cause) {
    await runner.close();
    throw cause;
  }
}

class PromptedYolo implements OpenDetector {
  readonly #image: TensorDeclaration;
  readonly #vectors: TensorDeclaration;
  readonly #candidates = new Candidates();
  #text: { side: TextSide; runner: ModelRunner } | undefined;

  constructor(
    readonly info: TaskModelInfo,
    readonly options: OpenRunnerOptions,
    readonly runner: ModelRunner,
    readonly head: YoloHead,
  ) {
    const image = runner.inputs.find(({ name }) => name === 'images');
    const vectors = runner.inputs.find(({ name }) => name === head.vectors);
    if (image?.type !== 'float32' || vectors?.type !== 'float32') {
      throw new LookoutError('model_unsupported', `Model ${info.name} must take images and ${head.vectors} as float32`);
    }
    this.#image = image;
    this.#vectors = vectors;
  }

  async encodeTexts(texts: readonly string[]): Promise<TextQueries> {
    this.#text ??= await this.#openText();
    const vectors: Float32Array[] = [];
    for (const text of texts) vectors.push(await this.#text.side.embed(text));
    return { texts: [...texts], vectors };
  }

  async #openText(): Promise<{ side: TextSide; runner: ModelRunner }> {
    const { info, options, head } = this;
    const { name, graphs, tokenizer } = info;
    if (!graphs.text) throw noTextSide(info, `text graph (${head.textGraph})`, head.hint(name));
    if (!tokenizer) throw noTextSide(info, 'tokenizer.json', head.hint(name));
    const runner = await openRunner({ name, path: graphs.text }, options);
    try {
      const side = new TextSide(runner, embedFamily('clip'), readTokenizer(tokenizer));
      await side.check();
      const { length } = await side.embed('');
      const expected = fixedSize(this.#vectors.shape.at(-1));
      if (expected !== undefined && length !== expected) throw notTogether(name, length, expected);
      return { side, runner };
    } catch (cause) {
      await runner.close();
      throw cause;
    }
  }

  async closeText(): Promise<void> {
    const text = this.#text;
    this.#text = undefined;
    await text?.runner.close();
  }

  async detect(image: RgbImage, queries: TextQueries, options: OpenDetectOptions): Promise<OpenDetection[]> {
    const { pixels, letterbox } = prepareYolo(image, this.#image);
    const fixed = fixedSize(this.#vectors.shape[1]);
    this.#candidates.clear();
    for (const { from, part } of inParts(queries.vectors, fixed)) {
      const count = fixed ?? part.length;
      const outputs = await this.runner.run([pixels, this.#tensor(part, count)]);
      this.head.decode(
        outputs,
        { from, queries: part.length, count, confidence: options.confidence },
        this.#candidates,
      );
    }
    return findBoxes(this.#candidates, letterbox, image, options);
  }

  /** @param count number of vectors that the graph takes, padded with the last one */
  #tensor(part: readonly Float32Array[], count: number): NamedTensor {
    const dimension = part[0]!.length;
    const data = new Float32Array(count * dimension);
    for (let i = 0; i < count; i++) data.set(part[Math.min(i, part.length - 1)]!, i * dimension);
    return { name: this.#vectors.name, type: 'float32', dims: [1, count, dimension], data };
  }

  async close(): Promise<void> {
    await this.closeText();
    await this.runner.close();
  }
}

function notTogether(name: string, text: number, expected: number): LookoutError {
  return new LookoutError(
    'model_invalid',
    `The two sides of model ${name} do not match: text vectors have ${text} dimensions, but the detector takes ${expected}`,
    { hint: 'Use the text tower that the model was trained with' },
  );
}
