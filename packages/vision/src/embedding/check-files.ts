import { LookoutError } from '@lookout/protocol/core';
import type { TensorInfo } from '../onnx/model-file.js';
import type { GraphFile, GraphRole } from '../tasks/task-model.js';
import { readTokenizer } from '../text/tokenizer.js';
import { choosePreparation } from './choose-preparation.js';
import { embedFamily } from './families.js';
import { IMAGE_INPUTS, IMAGE_OUTPUTS, TEXT_INPUTS, TEXT_OUTPUTS } from './tensor-names.js';

export interface EmbedFiles {
  /** For messages. */
  readonly name: string;
  readonly family: string;
  readonly graphs: Readonly<Partial<Record<GraphRole, GraphFile>>>;
  /** Absolute path of `tokenizer.json`. */
  readonly tokenizer: string | undefined;
  /** Contents of `preprocessor_config.json`. */
  readonly preprocessor?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Checks that the files of an embedding model match, without running it: both sides are present with vectors of the same length, the
 * tokenizer is of the family's kind, and images are prepared at the graph's size. Reads the tokenizer, which takes a second for the
 * largest. A vocabulary that does not match the text side is found only when a text is embedded.
 * @throws LookoutError `model_invalid`, `model_unsupported`, `model_not_found` (tokenizer)
 */
export function checkEmbedFiles({ name, family: familyName, graphs, tokenizer, preprocessor }: EmbedFiles): void {
  const family = embedFamily(familyName);
  const image = graphs.model ?? graphs.image;
  const text = graphs.model ?? graphs.text;
  if (!image || !text)
    throw new LookoutError('model_invalid', `Model ${name} lacks its ${image ? 'text' : 'image'} side`);
  const textLength = sizeOf(text.outputs, TEXT_OUTPUTS, -1);
  const imageLength = sizeOf(image.outputs, IMAGE_OUTPUTS, -1);
  if (textLength && imageLength && textLength !== imageLength) throw notTogether(name, textLength, imageLength);
  const width = sizeOf(image.inputs, IMAGE_INPUTS, 3);
  choosePreparation(family, preprocessor, width, sizeOf(image.inputs, IMAGE_INPUTS, 2));
  if (!tokenizer) {
    throw new LookoutError('model_invalid', `Model ${name} lacks its tokenizer.json, which its text side needs`, {
      hint: 'Put the tokenizer.json published with the model into its folder',
    });
  }
  family.tokenFormat(readTokenizer(tokenizer), sizeOf(text.inputs, TEXT_INPUTS, 1));
}

/** @param text length of text vectors */
export function notTogether(name: string, text: number, image: number): LookoutError {
  return new LookoutError(
    'model_invalid',
    `The two sides of model ${name} do not match: text vectors have ${text} dimensions, image vectors ${image}`,
    { hint: 'Take both files from the same model' },
  );
}

/** Dimension `axis` of the first tensor with one of these names; undefined if it is dynamic. */
function sizeOf(tensors: readonly TensorInfo[], names: readonly string[], axis: number): number | undefined {
  const tensor = names.flatMap((name) => tensors.filter((one) => one.name === name))[0];
  const size = tensor?.shape?.at(axis);
  return typeof size === 'number' ? size : undefined;
}
