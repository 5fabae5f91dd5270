import { LookoutError } from '@lookout/protocol/core';
import type { ModelRunner, NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';
import { type TokenFormat, type TokenRow, tokenRow } from '../text/token-row.js';
import type { TextTokenizer } from '../text/tokenizer.js';
import type { EmbedFamily } from './families.js';
import { TEXT_INPUTS, TEXT_OUTPUTS } from './tensor-names.js';
import { checkFloat, fixedSize, meanPool, normalise } from './vectors.js';

/** The text half of an embedder. One text per run: in quantised models, the vector of a text depends on the others in its batch. */
export class TextSide {
  readonly #runner: ModelRunner;
  readonly #tokenizer: TextTokenizer;
  readonly #format: TokenFormat;
  readonly #inputs: readonly TensorDeclaration[];
  readonly #output: string;
  readonly #companions: readonly NamedTensor[];

  /**
   * @param companions constant image inputs, for a graph with both sides
   * @throws LookoutError `model_invalid`, `model_unsupported`
   */
  constructor(
    runner: ModelRunner,
    family: EmbedFamily,
    tokenizer: TextTokenizer,
    companions: readonly NamedTensor[] = [],
  ) {
    this.#runner = runner;
    this.#tokenizer = tokenizer;
    this.#companions = companions;
    this.#inputs = runner.inputs.filter(({ name }) => !companions.some((one) => one.name === name));
    const ids = this.#inputs.find(({ name }) => TEXT_INPUTS.includes(name));
    const output = TEXT_OUTPUTS.flatMap((name) => runner.outputs.filter((one) => one.name === name))[0];
    if (!ids || !output) throw new LookoutError('model_invalid', "The model's text side has no known input or output");
    checkFloat(output);
    this.#output = output.name;
    this.#format = family.tokenFormat(tokenizer, fixedSize(ids.shape[1]));
  }

  async embed(text: string): Promise<Float32Array> {
    return this.#run(tokenRow(this.#tokenizer, text, this.#format));
  }

  /**
   * Runs the model with the highest id of the vocabulary.
   * @throws LookoutError `model_invalid` if the model does not have it: the tokenizer belongs to another model
   */
  async check(): Promise<void> {
    const { prefix, suffix, padTo, padId } = this.#format;
    const ids = [...prefix, this.#tokenizer.vocabularySize - 1, ...suffix];
    const used = ids.length;
    while (ids.length < (padTo ?? 0)) ids.push(padId);
    try {
      await this.#run({ ids, used });
    } catch (cause) {
      throw new LookoutError(
        'model_invalid',
        `tokenizer.json does not fit the text side of the model: it has ${this.#tokenizer.vocabularySize} tokens, and the model fails on the last`,
        { cause, hint: 'Use the tokenizer.json published with the model' },
      );
    }
  }

  async #run({ ids, used }: TokenRow): Promise<Float32Array> {
    const values = (name: string): number[] => {
      if (TEXT_INPUTS.includes(name)) return [...ids];
      return ids.map((_, i) => (name === 'attention_mask' && i < used ? 1 : 0));
    };
    const tensors = this.#inputs.map((input) => idTensor(input, values(input.name)));
    const outputs = await this.#runner.run([...tensors, ...this.#companions]);
    const { data, dims } = outputs.find(({ name }) => name === this.#output)!;
    const rows = data as Float32Array;
    const dimension = dims.at(-1)!;
    return normalise(dims.length === 3 ? meanPool(rows, used, dimension) : rows.slice(0, dimension));
  }
}

/** One row of ids, repeated to fill a fixed batch. */
export function idTensor({ name, type, shape }: TensorDeclaration, row: readonly number[]): NamedTensor {
  const count = fixedSize(shape[0]) ?? 1;
  const dims = [count, row.length];
  const all = Array.from({ length: count }, () => row).flat();
  if (type === 'int64') return { name, type, dims, data: BigInt64Array.from(all, BigInt) };
  if (type === 'int32') return { name, type, dims, data: Int32Array.from(all) };
  throw new LookoutError('model_unsupported', `${name} of the model is ${type}; only int64 and int32 are supported`);
}
