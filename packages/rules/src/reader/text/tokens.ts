import { CONTRACTIONS, DAY_WORDS } from './contractions.js';

export type TokenKind = 'word' | 'number' | 'clock' | 'comma' | 'colon' | 'dash' | 'stop' | 'symbol';

/** A word, number or mark of the prompt. */
export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Lower case, without accents; for a contraction what it stands for: `n't` is `not`. */
  readonly word: string;
  /** UTF-16 offsets in the prompt. */
  readonly start: number;
  readonly end: number;
  /** The number's value; for a clock (`7:30`) minutes after midnight. */
  readonly value?: number;
  /** Follows the token before it without a space. */
  readonly glued: boolean;
}

const TOKEN =
  /(?<without>\bw\/o?(?=\s))|(?<clock>\d{1,2}[:h]\d{2}(?!\d))|(?<number>\d+(?:[.,]\d+)*)|(?<meridiem>\b[ap]\.\s?m\b\.?)|(?<word>\p{L}[\p{L}\p{M}\p{N}]*(?:['’`´]\p{L}+)*)|(?<ops>[<>]=?|[≥≤])|(?<arrow>->|=>|→)|(?<stop>[.!?;]+|\n)|(?<comma>,)|(?<colon>:)|(?<hyphen>[-‐‑–—]+)|(?<quote>["“”„«»'’‘`´()[\]{}*_#]+)|(?<symbol>[^\s])/gu;

/** A point after these is no end of a sentence. */
const ABBREVIATIONS = new Set([
  'min',
  'max',
  'sec',
  'secs',
  'mins',
  'hr',
  'hrs',
  'approx',
  'am',
  'pm',
  'no',
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
  'st',
  'vs',
  'etc',
  'incl',
  'excl',
]);

/** After a slash: "1 alert/hour". */
const PER_UNIT = /^\s?(?:h|hr|hour|min|minute|day|s|sec|second|week)\b/i;

const SYMBOL_WORDS: Readonly<Record<string, string>> = { '&': 'and', '½': '0.5' };

/** Splits a prompt into tokens. Quotes, brackets and hyphens inside words are dropped: they carry no condition. */
export function tokenize(prompt: string): Token[] {
  const tokens: Token[] = [];
  let previousEnd = -1;
  for (const match of prompt.matchAll(TOKEN)) {
    const { groups = {}, index: start } = match;
    const text = match[0];
    const end = start + text.length;
    const glued = start === previousEnd;
    const base = { text, start, end, glued };
    if (groups.quote !== undefined) continue;
    if (groups.hyphen !== undefined && isInnerHyphen(prompt, tokens.at(-1), start, end)) {
      previousEnd = end;
      continue;
    }
    previousEnd = end;
    if (groups.word !== undefined) tokens.push(...splitContraction(base));
    else if (groups.without !== undefined)
      tokens.push({ ...base, kind: 'word', word: /o/i.test(text) ? 'without' : 'with' });
    else if (groups.meridiem !== undefined) tokens.push({ ...base, kind: 'word', word: `${text[0]?.toLowerCase()}m` });
    else if (groups.clock !== undefined) tokens.push({ ...base, kind: 'clock', word: text, value: clockMinutes(text) });
    else if (groups.number !== undefined)
      tokens.push({ ...base, kind: 'number', word: text, value: numberValue(text) });
    else if (groups.stop !== undefined) {
      if (!isAbbreviationPoint(prompt, text, tokens.at(-1), glued, end))
        tokens.push({ ...base, kind: 'stop', word: text });
    } else if (groups.comma !== undefined) tokens.push({ ...base, kind: 'comma', word: ',' });
    else if (groups.colon !== undefined || groups.arrow !== undefined)
      tokens.push({ ...base, kind: 'colon', word: ':' });
    else if (groups.hyphen !== undefined) tokens.push({ ...base, kind: 'dash', word: '-' });
    else if (text === '/' && PER_UNIT.test(prompt.slice(end))) tokens.push({ ...base, kind: 'word', word: 'per' });
    else tokens.push(symbol(base));
  }
  return tokens;
}

/** What was written for tokens `start` to `end`, exclusive, with single spaces. */
export function textOf(tokens: readonly Token[], { start, end }: { start: number; end: number }): string {
  return tokens
    .slice(start, end)
    .map(({ text, glued }, i) => (i === 0 || glued ? text : ` ${text}`))
    .join('');
}

/** Lower case without accents. */
export function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[’`´‘]/g, "'");
}

function symbol(base: Pick<Token, 'text' | 'start' | 'end' | 'glued'>): Token {
  const word = SYMBOL_WORDS[base.text];
  if (word === undefined) return { ...base, kind: 'symbol', word: base.text };
  const value = Number(word);
  return Number.isNaN(value) ? { ...base, kind: 'word', word } : { ...base, kind: 'number', word, value };
}

/** `no-one` and `20-second` are read as two words; `9-17`, `mon-fri` and a dash between spaces are kept. */
function isInnerHyphen(prompt: string, before: Token | undefined, start: number, end: number): boolean {
  if (before === undefined || before.end !== start || /\s/.test(prompt[end] ?? ' ')) return false;
  const next = plain(/^[\p{L}\p{N}]*/u.exec(prompt.slice(end))?.[0] ?? '');
  if (/^\d/.test(next))
    return before.kind === 'word' && !DAY_WORDS.has(before.word) && !/^[ap]m$|^h$/.test(before.word);
  return !(DAY_WORDS.has(before.word) && DAY_WORDS.has(next)) && !/^(?:noon|midnight|midday)$/.test(next);
}

function isAbbreviationPoint(
  prompt: string,
  text: string,
  before: Token | undefined,
  glued: boolean,
  end: number,
): boolean {
  if (text !== '.' || !glued || before?.kind !== 'word' || !ABBREVIATIONS.has(before.word)) return false;
  return /^\s*[\p{Ll}\p{N}]/u.test(prompt.slice(end));
}

function splitContraction(base: Pick<Token, 'text' | 'start' | 'end' | 'glued'>): Token[] {
  const word = plain(base.text);
  const parts = CONTRACTIONS.get(word) ?? contractionParts(word);
  let start = base.start;
  return parts.map(([partWord, length], i) => {
    const end = i === parts.length - 1 ? base.end : start + length;
    const text = base.text.slice(start - base.start, end - base.start);
    const part: Token = { kind: 'word', text, word: partWord, start, end, glued: i > 0 || base.glued };
    start = end;
    return part;
  });
}

/** Words with the lengths of what is written for them. */
function contractionParts(word: string): Array<[word: string, length: number]> {
  const at = word.endsWith("n't") ? word.length - 3 : word.indexOf("'");
  if (at <= 0) return [[word, word.length]];
  const ending = word.slice(at);
  const long = { "n't": 'not', "'re": 'are', "'ve": 'have', "'ll": 'will', "'d": 'would', "'m": 'am', "'s": "'s" }[
    ending
  ];
  if (long === undefined) return [[word.replaceAll("'", ''), word.length]];
  return [
    [word.slice(0, at), at],
    [long, ending.length],
  ];
}

function clockMinutes(text: string): number {
  const [hours = '', minutes = ''] = text.split(/[:h]/);
  return Number(hours) * 60 + Number(minutes);
}

function numberValue(text: string): number {
  const thousands = /^\d{1,3}(?:,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text.replace(',', '.');
  return Number(thousands);
}
