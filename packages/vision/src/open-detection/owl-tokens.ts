import { LookoutError } from '@lookout/protocol/core';
import { embedFamily } from '../embedding/families.js';
import type { NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { tokenRow } from '../text/token-row.js';
import { readTokenizer } from '../text/tokenizer.js';
import { noTextSide } from './find-boxes.js';

/** Tokens per query in the training of all published OWL models. */
const QUERY_TOKENS = 16;

/**
 * Token ids of each text, `length` long: CLIP's tokens, padded with the tokenizer's padding id, or 0 if it has none.
 * @throws LookoutError `model_unsupported` without a tokenizer, or with one of another kind
 */
export function owlTokens(info: TaskModelInfo, texts: readonly string[], length = QUERY_TOKENS): number[][] {
  if (info.tokenizer === undefined) {
    const hint = `Put the tokenizer.json published with the model into models/${info.name}`;
    throw noTextSide(info, 'tokenizer.json', hint);
  }
  const tokenizer = readTokenizer(info.tokenizer);
  const format = { ...embedFamily('clip').tokenFormat(tokenizer, length), padId: tokenizer.padId ?? 0 };
  return texts.map((text) => [...tokenRow(tokenizer, text, format).ids]);
}

/**
 * Values of the text inputs that a graph declares. A row of zeros is not a query: its logits are the lowest float.
 * @param rows as many as the graph takes
 */
export function idInputs(declared: readonly TensorDeclaration[], rows: readonly (readonly number[])[]): NamedTensor[] {
  const length = rows[0]!.length;
  return declared
    .filter(({ name }) => name === 'input_ids' || name === 'attention_mask')
    .map(({ name, type }) => {
      const values = (name === 'input_ids' ? rows : rows.map(maskOf)).flat();
      const dims = [rows.length, length];
      if (type === 'int64') return { name, type, dims, data: BigInt64Array.from(values, BigInt) };
      if (type === 'int32') return { name, type, dims, data: Int32Array.from(values) };
      throw new LookoutError(
        'model_unsupported',
        `${name} of the model is ${type}; only int64 and int32 are supported`,
      );
    });
}

/** 1 up to the end token, which has the highest id: OWL takes the text's vector at its position, too. */
function maskOf(row: readonly number[]): number[] {
  const end = row.indexOf(Math.max(...row));
  return row.map((_, i) => (i <= end ? 1 : 0));
}
