import { readFileSync, statSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { LookoutError } from '@lookout/protocol/core';

/** Of the file: the largest vocabularies in use (a quarter of a million tokens) take 34 MB. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Text beyond this is cut before it is split: no model takes as many tokens as this gives, and some algorithms are slow on more. */
export const MAX_TEXT_CHARACTERS = 4000;

const KINDS = ['BPE', 'Unigram', 'WordPiece'];

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
  // Old files do not name the kind, which the vocabulary's form then tells.
  const kind = model.type ?? (Array.isArray(model.vocab) ? 'Unigram' : 'BPE');
  if (!KINDS.includes(kind)) throw invalid(`its kind is ${kind}, and only ${KINDS.join(', ')} are known`);
  const vocabularySize = 1 + Math.max(highestId(model.vocab), ...added.map(({ id }) => id));
  if (!Number.isInteger(vocabularySize)) throw invalid('its ids are not numbers');
  const { encode, idOf } = openEncoder(file as object);
  const bare = encode('a', false);
  const framed = encode('a', true);
  const at = framed.findIndex((_, i) => bare.every((id, k) => framed[i + k] === id));
  if (at < 0) throw invalid('its ids of a text are not among those with the tokens around it');
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
