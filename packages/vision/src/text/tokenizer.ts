import { readFileSync, statSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { LookoutError } from '@lookout/protocol/core';

/** The largest vocabularies in use (a quarter of a million tokens) take 34 MB. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Longer text is truncated before tokenizing: no model takes that many tokens, and some algorithms are slow on long text. */
export const MAX_TEXT_CHARACTERS = 4000;

const KINDS = ['BPE', 'Unigram', 'WordPiece'];

/** Turns text into token ids, like the model's own tokenizer. */
export interface TextTokenizer {
  /** Algorithm, as named in the file: BPE, Unigram, WordPiece. */
  readonly kind: string;
  /** Highest id plus 1. */
  readonly vocabularySize: number;
  /** Ids before and after a text: `[CLS]` and `[SEP]`, or none. */
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  /** Maximum number of ids including prefix and suffix, and the padding id; undefined where the file does not give them. */
  readonly maxLength: number | undefined;
  readonly padId: number | undefined;
  /** @returns undefined for a token that is not in the vocabulary */
  idOf(token: string): number | undefined;
  /** Without prefix and suffix. Text beyond 4000 characters is truncated. */
  encode(text: string): number[];
}

/** Fields of a Hugging Face `tokenizer.json` that are read here. */
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
  // Old files do not name the kind: it follows from the form of the vocabulary.
  const kind = model.type ?? (Array.isArray(model.vocab) ? 'Unigram' : 'BPE');
  if (!KINDS.includes(kind)) throw invalid(`its kind is ${kind}, and only ${KINDS.join(', ')} are supported`);
  const vocabularySize = 1 + Math.max(highestId(model.vocab), ...added.map(({ id }) => id));
  if (!Number.isInteger(vocabularySize)) throw invalid('its ids are not numbers');
  const { encode, idOf } = openEncoder(file as object);
  const bare = encode('a', false);
  const framed = encode('a', true);
  const at = framed.findIndex((_, i) => bare.every((id, k) => framed[i + k] === id));
  if (at < 0) throw invalid('adding special tokens changes the ids of the text itself');
  return {
    kind,
    vocabularySize,
    prefix: framed.slice(0, at),
    suffix: framed.slice(at + bare.length),
    maxLength: truncation?.max_length,
    padId: padding?.pad_id,
    idOf,
    encode: (text) => encode(text, false),
  };
}

/** @throws LookoutError `model_invalid` */
function openEncoder(file: object) {
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(file, {});
  } catch (cause) {
    throw invalid((cause as Error).message, cause);
  }
  const encode = (text: string, withSpecial: boolean): number[] => {
    let ids: (number | undefined)[];
    try {
      ids = tokenizer.encode(cutText(text), { add_special_tokens: withSpecial }).ids;
    } catch (cause) {
      throw invalid((cause as Error).message, cause);
    }
    if (!ids.every((id) => id !== undefined)) throw invalid('its vocabulary lacks tokens that it needs');
    return ids;
  };
  return { encode, idOf: (token: string) => tokenizer.token_to_id(token) };
}

/** Lone surrogates, which truncating may leave, become the replacement character, as in UTF-8. */
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
  return new LookoutError('model_invalid', `tokenizer.json is not a valid tokenizer: ${why}`, {
    ...(cause !== undefined && { cause }),
    hint: 'Use the tokenizer.json published with the model',
  });
}
