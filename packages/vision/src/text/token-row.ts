import type { TextTokenizer } from './tokenizer.js';

/** Token format of a text model. */
export interface TokenFormat {
  /** Ids before and after those of the text; only the text is truncated. */
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  /** Maximum number of tokens, including prefix and suffix. */
  readonly maxLength: number;
  /** Length that rows are padded to: models trained with padding return noise without it. Undefined: not padded. */
  readonly padTo: number | undefined;
  readonly padId: number;
  readonly lowerCase: boolean;
}

export interface TokenRow {
  readonly ids: readonly number[];
  /** Number of ids before the padding. */
  readonly used: number;
}

/** Tokens of a text in a model's format. */
export function tokenRow(tokenizer: TextTokenizer, text: string, format: TokenFormat): TokenRow {
  const { prefix, suffix, maxLength, padTo, padId, lowerCase } = format;
  const room = Math.max(maxLength - prefix.length - suffix.length, 0);
  const body = tokenizer.encode(lowerCase ? text.toLowerCase() : text).slice(0, room);
  const ids = [...prefix, ...body, ...suffix];
  const used = ids.length;
  if (padTo !== undefined) while (ids.length < padTo) ids.push(padId);
  return { ids, used };
}
