import { type Found, numberAt, wordAt } from '../numbers/number.js';
import type { Token } from '../text/tokens.js';

const HOUR = 60;
const NOON = 12 * HOUR;
const MIDNIGHT = 24 * HOUR;

/** A time of day as said: `hour` 1 to 12 with `half` unknown may be either half of the day. */
export interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  /** Which half of the day was said; `24h` where the number or its form says it. */
  readonly half: 'am' | 'pm' | '24h' | undefined;
  /** No such time: 25:00, 13 pm. */
  readonly impossible: boolean;
}

/** A time of day at `at`: `7pm`, `22h`, `18h30`, `6:30`, `noon`, `half past seven`, `8 in the evening`, `ten o'clock`. */
export function clockAt(tokens: readonly Token[], at: number): Found<ClockTime> | undefined {
  const named = namedTimeAt(tokens, at);
  if (named) return named;
  const past = pastTimeAt(tokens, at);
  const bare = past ?? digitsAt(tokens, at);
  if (!bare) return undefined;
  const { hour, minute, exact } = bare.value;
  let end = bare.end;
  if (wordAt(tokens, end) === 'oclock') end++;
  const half = halfAt(tokens, end, hour);
  if (half) {
    const impossible = hour > 12 || hour === 0 || minute > 59;
    return { value: { hour, minute, half: half.value, impossible }, end: half.end };
  }
  const is24 = exact || hour > 12 || (hour === 0 && tokens[at]?.kind !== 'word');
  const impossible = hour > 24 || minute > 59 || (hour === 24 && minute > 0);
  return { value: { hour, minute, half: is24 ? '24h' : undefined, impossible }, end };
}

/** Minutes after midnight of a time whose half of the day is known, or is taken to be `half`; undefined if neither. */
export function minutesOf({ hour, minute, half: said }: ClockTime, half?: ClockTime['half']): number | undefined {
  const known = said ?? half;
  if (known === undefined) return undefined;
  if (known === '24h') return hour * HOUR + minute;
  return (hour % 12) * HOUR + minute + (known === 'pm' ? NOON : 0);
}

function namedTimeAt(tokens: readonly Token[], at: number): Found<ClockTime> | undefined {
  const twelve = wordAt(tokens, at) === '12' || wordAt(tokens, at) === 'twelve' ? at + 1 : at;
  const word = wordAt(tokens, twelve);
  const minutes = word === 'noon' || word === 'midday' ? NOON : word === 'midnight' ? MIDNIGHT : undefined;
  if (minutes === undefined) return undefined;
  return { value: { hour: minutes / HOUR, minute: 0, half: '24h', impossible: false }, end: twelve + 1 };
}

interface Digits {
  readonly hour: number;
  readonly minute: number;
  /** Written as only the 24-hour clock is. */
  readonly exact: boolean;
}

function digitsAt(tokens: readonly Token[], at: number): Found<Digits> | undefined {
  const token = tokens[at];
  if (token?.kind === 'clock') {
    const minutes = token.value ?? 0;
    const minute = Number(token.text.split(/[:h]/)[1]);
    const hSuffix = wordAt(tokens, at + 1) === 'h' || wordAt(tokens, at + 1) === 'hrs' ? 1 : 0;
    return { value: { hour: Math.floor((minutes - minute) / HOUR), minute, exact: true }, end: at + 1 + hSuffix };
  }
  const number = numberAt(tokens, at);
  if (!number || number.value < 0) return undefined;
  const dotted = /^(\d{1,2})\.(\d{2})$/.exec(token?.text ?? '');
  if (dotted) return { value: { hour: Number(dotted[1]), minute: Number(dotted[2]), exact: true }, end: number.end };
  const military = /^([01]\d|2[0-4])([0-5]\d)$/.exec(token?.text ?? '');
  if (military) {
    const hours = wordAt(tokens, number.end) === 'hours' || wordAt(tokens, number.end) === 'hrs' ? 1 : 0;
    return { value: { hour: Number(military[1]), minute: Number(military[2]), exact: true }, end: number.end + hours };
  }
  if (!Number.isInteger(number.value) || number.value > 99) return undefined;
  const hour = number.value;
  if (wordAt(tokens, number.end) === 'h' && tokens[number.end]?.glued) {
    const minutes = tokens[number.end + 1];
    if (minutes?.kind === 'number' && minutes.glued)
      return { value: { hour, minute: minutes.value ?? 0, exact: true }, end: number.end + 2 };
    return { value: { hour, minute: 0, exact: true }, end: number.end + 1 };
  }
  // "eight thirty", "8 30 pm"
  const minutes = numberAt(tokens, number.end);
  const spoken =
    minutes !== undefined && [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55].includes(minutes.value) && hour <= 24;
  if (spoken && minutes) return { value: { hour, minute: minutes.value, exact: false }, end: minutes.end };
  return { value: { hour, minute: 0, exact: /^0\d$/.test(token?.text ?? '') }, end: number.end };
}

/** `half past seven`, `a quarter to 8`, `ten past six`. */
function pastTimeAt(tokens: readonly Token[], at: number): Found<Digits> | undefined {
  let start = wordAt(tokens, at) === 'a' ? at + 1 : at;
  const word = wordAt(tokens, start);
  const number =
    word === 'half'
      ? { value: 30, end: start + 1 }
      : word === 'quarter'
        ? { value: 15, end: start + 1 }
        : numberAt(tokens, start);
  if (!number) return undefined;
  start = number.end;
  const relation = wordAt(tokens, start);
  // "5 to 7" is a range; only a quarter is before an hour.
  if (relation !== 'past' && !(relation === 'to' && word === 'quarter')) return undefined;
  const hour = numberAt(tokens, start + 1);
  if (!hour || hour.value > 24 || hour.value < 1) return undefined;
  const value =
    relation === 'past'
      ? { hour: hour.value, minute: number.value, exact: false }
      : { hour: hour.value === 1 ? 12 : hour.value - 1, minute: 60 - number.value, exact: false };
  return { value, end: hour.end };
}

/** `am`, `in the morning`, `at night`: which half of the day an hour is in. */
function halfAt(tokens: readonly Token[], at: number, hour: number): Found<'am' | 'pm'> | undefined {
  const word = wordAt(tokens, at);
  if (word === 'am' || word === 'pm') return { value: word, end: at + 1 };
  if (/^[ap]$/.test(word) && tokens[at]?.glued) return { value: word === 'a' ? 'am' : 'pm', end: at + 1 };
  const part = wordAt(tokens, at + 2);
  if (word === 'in' && wordAt(tokens, at + 1) === 'the' && /^(?:morning|afternoon|evening|night)$/.test(part)) {
    return { value: halfOf(part, hour), end: at + 3 };
  }
  if (word === 'at' && wordAt(tokens, at + 1) === 'night') return { value: halfOf('night', hour), end: at + 2 };
  return undefined;
}

function halfOf(part: string, hour: number): 'am' | 'pm' {
  if (part === 'morning') return 'am';
  if (part === 'night') return hour === 12 || hour < 6 ? 'am' : 'pm';
  return 'pm';
}
