import {
  ALWAYS,
  DAY_GROUPS,
  DAY_NAMES,
  DAY_PARTS,
  MONTHS,
  ONE_OFFS,
  UNKNOWN_TIME_PHRASES,
  UNKNOWN_TIMES,
  WORK_HOURS,
} from '../words/times.js';

const HOURS = [
  'am',
  'pm',
  'noon',
  'midday',
  'midnight',
  'oclock',
  'past',
  'quarter',
  'half',
  'overnight',
  'nightly',
  'onwards',
];

/** All words about time, for finding typos. */
export function timeWords(): string[] {
  const patterns = [
    ...ALWAYS,
    ...WORK_HOURS,
    ...UNKNOWN_TIMES,
    ...UNKNOWN_TIME_PHRASES,
    ...ONE_OFFS,
    ...DAY_GROUPS.map(([pattern]) => pattern),
    ...DAY_PARTS.map(([pattern]) => pattern),
  ];
  return [...patterns.flatMap((pattern) => pattern.match(/[a-z]+/g) ?? []), ...DAY_NAMES.keys(), ...MONTHS, ...HOURS];
}
