import { LookoutError } from '@lookout/protocol/core';
import { fixedSize } from '../embedding/vectors.js';
import type { ModelRunner, NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';
import { type OpenRunnerOptions, openRunner } from '../runtime/onnx-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { inParts, noTextSide } from './find-boxes.js';
import { idInputs, owlTokens } from './owl-tokens.js';

/** Model output for each of P positions in the image. */
export interface OwlOutputs {
  /** P rows of 4: centre, width and height, 0..1 of the prepared image. */
  readonly boxes: Float32Array;
  /** P rows of `columns` logits, of which the first `count` are those of the queries from `from` on. */
  readonly parts: readonly {
    readonly from: number;
    readonly count: number;
    readonly logits: Float32Array;
    readonly columns: number;
  }[];
}

/** One graph, or a graph cut into parts so that texts are encoded only once. */
export interface OwlGraphs {
  readonly pixels: TensorDeclaration;
  encode(texts: readonly string[]): Promise<Float32Array[]>;
  closeText(): Promise<void>;
  run(pixels: NamedTensor, vectors: readonly Float32Array[]): Promise<OwlOutputs>;
  close(): Promise<void>;
}

/** The whole model: the vector of a text is its row of token ids, and the text side runs with each image. */
export class WholeOwl implements OwlGraphs {
  readonly pixels: TensorDeclaration;
  /** Declared number and length of the queries. */
  readonly #count: number | undefined;
  readonly #length: number | undefined;

  constructor(
    readonly info: TaskModelInfo,
    readonly runner: ModelRunner,
  ) {
    this.pixels = inputOf(runner, 'pixel_values');
    [this.#count, this.#length] = inputOf(runner, 'input_ids').shape.map(fixedSize);
  }

  async encode(texts: readonly string[]): Promise<Float32Array[]> {
    return owlTokens(this.info, texts, this.#length).map((ids) => Float32Array.from(ids));
  }

  async closeText(): Promise<void> {}

  async run(pixels: NamedTensor, vectors: readonly Float32Array[]): Promise<OwlOutputs> {
    let boxes = new Float32Array();
    const parts: OwlOutputs['parts'][number][] = [];
    for (const { from, part } of inParts(vectors, this.#count)) {
      const rows = part.map((ids) => [...ids]);
      while (rows.length < (this.#count ?? 0)) rows.push(rows[0]!.map(() => 0));
      const outputs = await this.runner.run([pixels, ...idInputs(this.runner.inputs, rows)]);
      boxes = outputOf(outputs, 'pred_boxes');
      parts.push({ from, count: part.length, logits: outputOf(outputs, 'logits'), columns: rows.length });
    }
    return { boxes, parts };
  }

  async close(): Promise<void> {
    await this.runner.close();
  }
}

/** Separate image, text and decoder graphs, as cut by `onnx.utils.extract_model`. */
export class SplitOwl implements OwlGraphs {
  readonly pixels: TensorDeclaration;
  #text: ModelRunner | undefined;
  readonly #vectors: TensorDeclaration;
  readonly #count: number | undefined;

  constructor(
    readonly info: TaskModelInfo,
    readonly options: OpenRunnerOptions,
    readonly image: ModelRunner,
    readonly decoder: ModelRunner,
  ) {
    this.pixels = inputOf(image, 'pixel_values');
    const others = ['image_embeds', 'input_ids'];
    const vectors = decoder.inputs.find(({ name }) => !others.includes(name));
    if (!vectors)
      throw new LookoutError('model_invalid', `The decoder of model ${info.name} has no input for text vectors`);
    this.#vectors = vectors;
    this.#count = vectors.shape.length === 2 ? fixedSize(vectors.shape[0]) : fixedSize(vectors.shape[1]);
  }

  async encode(texts: readonly string[]): Promise<Float32Array[]> {
    const { info, options } = this;
    const path = info.graphs.text;
    if (!path) throw noTextSide(info, 'text graph', 'Put the text part of the same export into its folder');
    this.#text ??= await openRunner({ name: info.name, path }, options);
    const [count = 1, length] = inputOf(this.#text, 'input_ids').shape.map(fixedSize);
    const vectors: Float32Array[] = [];
    for (const ids of owlTokens(info, texts, length)) {
      const rows = Array.from({ length: count }, () => ids);
      const [output] = await this.#text.run(idInputs(this.#text.inputs, rows));
      vectors.push((output!.data as Float32Array).slice(0, output!.dims.at(-1)));
    }
    this.#check(vectors[0]?.length);
    return vectors;
  }

  async closeText(): Promise<void> {
    const text = this.#text;
    this.#text = undefined;
    await text?.close();
  }

  async run(pixels: NamedTensor, vectors: readonly Float32Array[]): Promise<OwlOutputs> {
    const outputs = await this.image.run([pixels]);
    const images = outputs.find(({ name }) => name === 'image_embeds')!;
    const parts: OwlOutputs['parts'][number][] = [];
    for (const { from, part } of inParts(vectors, this.#count)) {
      const columns = this.#count ?? part.length;
      const logits = outputOf(await this.decoder.run([images, ...this.#queries(part, columns)]), 'logits');
      parts.push({ from, count: part.length, logits, columns });
    }
    return { boxes: outputOf(outputs, 'pred_boxes'), parts };
  }

  /** @param columns number of queries that the decoder takes, padded with the last one */
  #queries(part: readonly Float32Array[], columns: number): NamedTensor[] {
    const { name, shape } = this.#vectors;
    const dimension = part[0]!.length;
    const data = new Float32Array(columns * dimension);
    for (let i = 0; i < columns; i++) data.set(part[Math.min(i, part.length - 1)]!, i * dimension);
    const dims = shape.length === 2 ? [columns, dimension] : [1, columns, dimension];
    const ids = this.decoder.inputs.find((input) => input.name === 'input_ids');
    // The decoder only checks whether the first id is 0.
    const row = new Array(fixedSize(ids?.shape[1]) ?? 1).fill(1);
    const rows = Array.from({ length: columns }, () => row);
    return [{ name, type: 'float32', dims, data }, ...(ids ? idInputs([ids], rows) : [])];
  }

  #check(dimension: number | undefined): void {
    const expected = fixedSize(this.#vectors.shape.at(-1));
    if (dimension === undefined || expected === undefined || dimension === expected) return;
    throw new LookoutError(
      'model_invalid',
      `The parts of model ${this.info.name} do not match: text vectors have ${dimension} dimensions, but the decoder takes ${expected}`,
      { hint: 'Use files from the same export' },
    );
  }

  async close(): Promise<void> {
    await this.closeText();
    await this.image.close();
    await this.decoder.close();
  }
}

function inputOf({ inputs }: ModelRunner, name: string): TensorDeclaration {
  const found = inputs.find((input) => input.name === name);
  if (!found) throw new LookoutError('model_invalid', `A graph of the model has no input ${name}`);
  return found;
}

function outputOf(outputs: readonly NamedTensor[], name: string): Float32Array<ArrayBuffer> {
  const found = outputs.find((output) => output.name === name);
  if (found?.type === 'float32') return found.data as Float32Array<ArrayBuffer>;
  throw new LookoutError('model_unsupported', `A graph of the model has no float32 output ${name}`);
}
