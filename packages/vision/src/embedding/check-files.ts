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
 * Checks that the files of an embedding model belong together, as far as can be told without running it: both sides are there and their
 * vectors are of one length, the tokenizer is of the family's kind, images are prepared for the graph's size. Reads the tokenizer, which
 * takes a second for the largest. Whether its vocabulary is the text side's shows when a text is embedded.
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
      hint: 'Put the tokenizer.json that was published with the model into its folder',
    });
  }
  family.tokenFormat(readTokenizer(tokenizer), sizeOf(text.inputs, TEXT_INPUTS, 1));
}

/** @param text length of the vectors of texts */
export function notTogether(name: string, text: number, image: number): LookoutError {
  return new LookoutError(
    'model_invalid',
    `The two sides of model ${name} do not belong together: vectors of texts have ${text} numbers, those of images ${image}`,
    { hint: 'Take both files from the same model' },
  );
}

/** A dimension of the first tensor of these names; undefined if it is free. */
function sizeOf(tensors: readonly TensorInfo[], names: readonly string[], axis: number): number | undefined {
  const tensor = names.flatMap((name) => tensors.filter((one) => one.name === name))[0];
  const size = tensor?.shape?.at(axis);
  return typeof size === 'number' ? size : undefined;
}
