import { LookoutError } from '@lookout/protocol/core';
import { type ImagePreparation, preparedSize, prepareImages } from '../image/preparation.js';
import { readPreprocessor } from '../image/preprocessor.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { ModelRunner, NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';
import type { EmbedFamily } from './families.js';
import { checkFloat, fixedSize, normalise, rowsOf } from './vectors.js';

const INPUTS = ['pixel_values', 'image'];
const OUTPUTS = ['image_embeds', 'image_features', 'pooler_output'];
/** Images per run on a device other than the CPU, where batches bring nothing. */
const DEVICE_BATCH = 8;

/** The half of an embedder that takes images. */
export class ImageSide {
  /** Pixels that the model takes. */
  readonly size: { readonly width: number; readonly height: number };
  readonly #preparation: ImagePreparation;
  readonly #runner: ModelRunner;
  readonly #input: TensorDeclaration;
  readonly #output: string;
  readonly #companions: readonly NamedTensor[];
  readonly #batch: number;

  /**
   * @param preprocessor contents of `preprocessor_config.json`
   * @param companions constant inputs of a graph that has the text side too
   * @throws LookoutError `model_invalid`, `model_unsupported`
   */
  constructor(
    runner: ModelRunner,
    family: EmbedFamily,
    preprocessor: Readonly<Record<string, unknown>> | undefined,
    companions: readonly NamedTensor[] = [],
  ) {
    this.#runner = runner;
    this.#companions = companions;
    this.#input = pick(runner.inputs, INPUTS);
    this.#output = pick(runner.outputs, OUTPUTS).name;
    checkFloat(this.#input);
    checkFloat(pick(runner.outputs, OUTPUTS));
    const [count, , height, width] = this.#input.shape;
    const any = companions.length > 0 || runner.provider === 'cpu' ? 1 : DEVICE_BATCH;
    this.#batch = fixedSize(count) ?? any;
    const chosen = choosePreparation(family, preprocessor, fixedSize(width), fixedSize(height));
    this.#preparation = chosen.preparation;
    this.size = chosen.size;
  }

  async embed(images: readonly RgbImage[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < images.length; from += this.#batch) {
      vectors.push(...(await this.#run(images.slice(from, from + this.#batch))));
    }
    return vectors;
  }

  async #run(images: readonly RgbImage[]): Promise<Float32Array[]> {
    const { data, dims } = prepareImages(images, this.#preparation);
    const declared = fixedSize(this.#input.shape[0]);
    const filled = declared === undefined || declared === images.length ? data : fill(data, dims, declared);
    const tensor: NamedTensor = {
      name: this.#input.name,
      type: 'float32',
      dims: [declared ?? dims[0], ...dims.slice(1)],
      data: filled,
    };
    const outputs = await this.#runner.run([tensor, ...this.#companions]);
    return rowsOf(outputs.find(({ name }) => name === this.#output)!)
      .slice(0, images.length)
      .map(normalise);
  }
}

/** @throws LookoutError `model_invalid` if the preparation gives images of a size that the graph does not take */
function choosePreparation(
  family: EmbedFamily,
  preprocessor: Readonly<Record<string, unknown>> | undefined,
  width: number | undefined,
  height: number | undefined,
): { preparation: ImagePreparation; size: { width: number; height: number } } {
  const defaults = family.preparation(width ?? height);
  const preparation = preprocessor ? readPreprocessor(preprocessor, defaults) : defaults;
  const size = preparedSize(preparation);
  if (!size) throw new LookoutError('model_unsupported', 'preprocessor_config.json gives images no fixed size');
  if ((width ?? size.width) !== size.width || (height ?? size.height) !== size.height) {
    const prepared = `${size.width}×${size.height}`;
    throw new LookoutError(
      'model_invalid',
      `preprocessor_config.json prepares images of ${prepared} pixels, but the model takes ${width ?? 'any'}×${height ?? 'any'}`,
      { hint: 'Take the preprocessor_config.json that was published with the model' },
    );
  }
  return { preparation, size };
}

/** The same images followed by zeros, for graphs that take a fixed number. */
function fill(data: Float32Array, dims: readonly number[], count: number): Float32Array {
  const filled = new Float32Array((data.length / dims[0]!) * count);
  filled.set(data);
  return filled;
}

/** The first of `names` that is declared. */
function pick(declared: readonly TensorDeclaration[], names: readonly string[]): TensorDeclaration {
  const found = names.flatMap((name) => declared.filter((one) => one.name === name))[0];
  if (found) return found;
  throw new LookoutError('model_invalid', `The image side of the model has none of ${names.join(', ')}`);
}
