import { LookoutError } from '@lookout/protocol/core';
import { type ImagePreparation, prepareImages } from '../image/preparation.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { ModelRunner, NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';
import { choosePreparation } from './choose-preparation.js';
import type { EmbedFamily } from './families.js';
import { IMAGE_INPUTS, IMAGE_OUTPUTS } from './tensor-names.js';
import { checkFloat, firstRows, fixedSize, normalise } from './vectors.js';

/** Images per run on a device other than the CPU, where batching gains nothing. */
const DEVICE_BATCH = 8;
const GREY: RgbImage = { width: 32, height: 32, rgb: new Uint8Array(32 * 32 * 3).fill(128) };

/** The image half of an embedder. */
export class ImageSide {
  /** Input size, pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly #preparation: ImagePreparation;
  readonly #runner: ModelRunner;
  readonly #input: TensorDeclaration;
  readonly #output: string;
  readonly #companions: readonly NamedTensor[];
  /** Images per run, and whether the graph fixes that number. */
  readonly #batch: number;
  readonly #isFixed: boolean;
  /** Reused by every run. */
  readonly #pixels: Float32Array;

  /**
   * @param preprocessor contents of `preprocessor_config.json`
   * @param companions constant text inputs, for a graph with both sides
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
    this.#input = pick(runner.inputs, IMAGE_INPUTS);
    const output = pick(runner.outputs, IMAGE_OUTPUTS);
    this.#output = output.name;
    checkFloat(this.#input);
    checkFloat(output);
    const [count, , height, width] = this.#input.shape;
    const any = companions.length > 0 || runner.provider === 'cpu' ? 1 : DEVICE_BATCH;
    this.#batch = fixedSize(count) ?? any;
    this.#isFixed = fixedSize(count) !== undefined;
    const chosen = choosePreparation(family, preprocessor, fixedSize(width), fixedSize(height));
    this.#preparation = chosen.preparation;
    this.size = chosen.size;
    this.#pixels = new Float32Array(this.#batch * 3 * chosen.size.width * chosen.size.height);
  }

  /** Runs the model once. @returns length of its vectors, and logit scale and bias if the graph returns them */
  async probe(): Promise<{ dimension: number; logitScale: number | undefined; logitBias: number | undefined }> {
    const outputs = await this.#run([GREY]);
    const scalar = (name: string) => outputs.find((one) => one.name === name && one.type === 'float32')?.data[0];
    return {
      dimension: this.#vectors(outputs, 1)[0]!.length,
      logitScale: scalar('logit_scale') as number | undefined,
      logitBias: scalar('logit_bias') as number | undefined,
    };
  }

  async embed(images: readonly RgbImage[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let from = 0; from < images.length; from += this.#batch) {
      const some = images.slice(from, from + this.#batch);
      vectors.push(...this.#vectors(await this.#run(some), some.length));
    }
    return vectors;
  }

  async #run(images: readonly RgbImage[]): Promise<NamedTensor[]> {
    const { data, dims } = prepareImages(images, this.#preparation, this.#pixels);
    // A fixed batch is filled up with zeros.
    if (this.#isFixed) this.#pixels.fill(0, data.length);
    const tensor: NamedTensor = {
      name: this.#input.name,
      type: 'float32',
      dims: this.#isFixed ? [this.#batch, ...dims.slice(1)] : dims,
      data: this.#isFixed ? this.#pixels : data,
    };
    return this.#runner.run([tensor, ...this.#companions]);
  }

  #vectors(outputs: readonly NamedTensor[], count: number): Float32Array[] {
    return firstRows(outputs.find(({ name }) => name === this.#output)!, count).map(normalise);
  }
}

/** The first of `names` that is declared. */
function pick(declared: readonly TensorDeclaration[], names: readonly string[]): TensorDeclaration {
  const found = names.flatMap((name) => declared.filter((one) => one.name === name))[0];
  if (found) return found;
  throw new LookoutError('model_invalid', `The model's image side has no tensor named ${names.join(' or ')}`);
}
