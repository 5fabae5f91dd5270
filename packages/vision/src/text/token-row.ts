import type { TextTokenizer } from './tokenizer.js';

/** How a text model wants its tokens. */
export interface TokenFormat {
  /** Ids before and after those of the text; what is cut off is cut from the text. */
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  /** The most tokens, including those around. */
  readonly maxLength: number;
  /** Always as many as that: models that were trained so see noise otherwise. */
  readonly padTo: number | undefined;
  readonly padId: number;
  readonly lowerCase: boolean;
}

export interface TokenRow {
  readonly ids: readonly number[];
  /** Ids that are not there to fill up. */
  readonly used: number;
}

/** The tokens of a text as a model takes them. */
export function tokenRow(tokenizer: TextTokenizer, text: string, format: TokenFormat): TokenRow {
  const { prefix, suffix, maxLength, padTo, padId, lowerCase } = format;
  const room = Math.max(maxLength - prefix.length - suffix.length, 0);
  const body = tokenizer.encode(lowerCase ? text.toLowerCase() : text).slice(0, room);
  const ids = [...prefix, ...body, ...suffix];
  const used = ids.length;
  if (padTo !== undefined) while (ids.length < padTo) ids.push(padId);
  return { ids, used };
}
