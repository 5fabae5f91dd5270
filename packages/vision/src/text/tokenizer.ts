import { readFileSync, statSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { LookoutError } from '@lookout/protocol/core';

/** Of the file: the largest vocabularies in use (a quarter of a million tokens) take 34 MB. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Text beyond this is cut before it is split: no model takes as many tokens as this gives, and some algorithms are slow on more. */
export const MAX_TEXT_CHARACTERS = 4000;

/** Turns text into the numbers of a vocabulary, as the model's authors do. */
export interface TextTokenizer {
  /** Its algorithm, by the name in the file: BPE, Unigram, WordPiece. */
  readonly kind: string;
  /** All ids are below. */
  readonly vocabularySize: number;
  /** Ids around a text: `[CLS]` and `[SEP]`, or none. */
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  /** The most ids including those around, and the id to fill up with, as the file says; undefined where it doesn't. */
  readonly maxLength: number | undefined;
  readonly padId: number | undefined;
  /** @returns undefined for a token that is not in the vocabulary */
  idOf(token: string): number | undefined;
  /** Without the ids around. Text beyond 4000 characters is cut. */
  encode(text: string): number[];
}

/** The parts that we read ourselves of a `tokenizer.json` of Hugging Face's tokenizers. */
interface TokenizerFile {
  model?: { type?: string; vocab?: Readonly<Record<string, number>> | readonly unknown[] };
  added_tokens?: readonly { id: number }[];
  truncation?: { max_length?: number } | null;
  padding?: { pad_id?: number } | null;
}

/** @throws LookoutError `model_not_found`, `model_invalid` */
export function readTokenizer(path: string): TextTokenizer {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new LookoutError('model_not_found', `There is no file ${path}`);
  if (size > MAX_FILE_BYTES) throw invalid(`it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB`);
  let file: unknown;
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
  return parseTokenizer(file);
}

/** @param file contents of `tokenizer.json` @throws LookoutError `model_invalid` */
export function parseTokenizer(file: unknown): TextTokenizer {
  const { model, added_tokens: added = [], truncation, padding } = (file ?? {}) as TokenizerFile;
  if (!model?.vocab || !Array.isArray(added)) throw invalid('it has no vocabulary');
  try {
    const tokenizer = new Tokenizer(file as object, {});
    const encode = (text: string, special: boolean): number[] =>
      tokenizer.encode(cutText(text), { add_special_tokens: special }).ids;
    const bare = encode('a', false);
    const framed = encode('a', true);
    const at = framed.findIndex((_, i) => bare.every((id, k) => framed[i + k] === id));
    return {
      // Old files do not name the kind, which was then told by the other fields.
      kind: model.type ?? (Array.isArray(model.vocab) ? 'Unigram' : 'BPE'),
      vocabularySize: 1 + Math.max(highestId(model.vocab), ...added.map(({ id }) => id)),
      prefix: framed.slice(0, Math.max(at, 0)),
      suffix: at < 0 ? [] : framed.slice(at + bare.length),
      maxLength: truncation?.max_length,
      padId: padding?.pad_id,
      idOf: (token) => tokenizer.token_to_id(token),
      encode: (text) => encode(text, false),
    };
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
}

/** Halves of a character, which cutting may leave, become the replacement character, as in UTF-8. */
function cutText(text: string): string {
  return text.slice(0, MAX_TEXT_CHARACTERS).replace(/\p{Surrogate}/gu, '\u{fffd}');
}

function highestId(vocab: Readonly<Record<string, number>> | readonly unknown[]): number {
  if (Array.isArray(vocab)) return vocab.length - 1;
  let highest = -1;
  for (const id of Object.values(vocab as Readonly<Record<string, number>>)) highest = Math.max(highest, id);
  return highest;
}

function invalid(why: string, cause?: unknown): LookoutError {
  return new LookoutError('model_invalid', `tokenizer.json is not a tokenizer: ${why}`, {
    ...(cause !== undefined && { cause }),
    hint: 'Take the tokenizer.json that was published with the model',
  });
}
