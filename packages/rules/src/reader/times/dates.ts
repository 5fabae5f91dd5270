import { numberAt, wordAt } from '../numbers/number.js';
import type { Token } from '../text/tokens.js';
import { UNITS_S } from '../words/numbers.js';
import { MONTHS } from '../words/times.js';

const ORDINAL_DATE = /^\d{1,2}(?:st|nd|rd|th)?$/;

/** `on 24 December`, `the 3rd of May`, `12/24/2026`: the index after a date of the calendar. */
export function dateAt(tokens: readonly Token[], at: number): number | undefined {
  const next2 =
    /^(?:for|in|during|over|within)$/.test(wordAt(tokens, at)) &&
    wordAt(tokens, at + 1) === 'the' &&
    /^(?:next|coming|following)$/.test(wordAt(tokens, at + 2));
  if (next2) {
    const number = numberAt(tokens, at + 3);
    const unit = number?.end ?? at + 3;
    if (
      UNITS_S.has(wordAt(tokens, unit)) ||
      /^(?:month|months|year|years|night|nights|evening|morning)$/.test(wordAt(tokens, unit))
    )
      return unit + 1;
  }
  const start = /^(?:on|in|until|from|by|during)$/.test(wordAt(tokens, at)) ? at + 1 : at;
  let next = wordAt(tokens, start) === 'the' ? start + 1 : start;
  const numeric =
    tokens[next]?.kind === 'number' &&
    /^[/.-]$/.test(wordAt(tokens, next + 1)) &&
    tokens[next + 1]?.glued &&
    tokens[next + 2]?.kind === 'number';
  const third = numeric && /^[/.-]$/.test(wordAt(tokens, next + 3)) && tokens[next + 4]?.kind === 'number';
  if (third) return next + 5;
  if (numeric && wordAt(tokens, next + 1) === '/' && wordAt(tokens, start - 1) === 'on') return next + 3;
  const numbered =
    ORDINAL_DATE.test(wordAt(tokens, next)) ||
    /^(?:first|second|third|fourth|fifth|\w+teenth|twentieth)$/.test(wordAt(tokens, next));
  if (numbered) {
    const month = wordAt(tokens, next + 1) === 'of' ? next + 2 : next + 1;
    if (MONTHS.has(wordAt(tokens, month))) return tokens[month + 1]?.kind === 'number' ? month + 2 : month + 1;
    if (/^\d{1,2}(?:st|nd|rd|th)$/.test(wordAt(tokens, next)) && start > at) return next + 1;
  }
  // "may" and "march" are words of their own, so a month alone needs "in".
  if (!MONTHS.has(wordAt(tokens, next)) || (start === at && /^(?:may|mar|march|sun)$/.test(wordAt(tokens, next))))
    return undefined;
  next++;
  return /^\d{1,2}(?:st|nd|rd|th)?$/.test(wordAt(tokens, next)) ? next + 1 : next;
}
