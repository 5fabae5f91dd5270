/** Words for numbers, amounts and units of time. */

export const CARDINALS: ReadonlyMap<string, number> = new Map(
  [
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
  ]
    .flatMap((list) => list.split(' '))
    .map((word, value) => [word, value]),
);

export const TENS: ReadonlyMap<string, number> = new Map([
  ['twenty', 20],
  ['thirty', 30],
  ['forty', 40],
  ['fourty', 40],
  ['fifty', 50],
  ['sixty', 60],
  ['seventy', 70],
  ['eighty', 80],
  ['ninety', 90],
]);

export const MULTIPLIERS: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['dozen', 12],
  ['thousand', 1000],
]);

/** Seconds of units of time. */
export const UNITS_S: ReadonlyMap<string, number> = new Map(
  (
    [
      [1, 's sec secs second seconds'],
      [60, 'm min mins minute minutes'],
      [3600, 'h hr hrs hour hours'],
      [86_400, 'day days'],
      [604_800, 'week weeks'],
    ] as const
  ).flatMap(([seconds, words]) => words.split(' ').map((word) => [word, seconds] as const)),
);

export type Comparison = '>=' | '>' | '==' | '<' | '<=';

/** Before a number: how it is compared. */
export const COMPARISONS_BEFORE: ReadonlyArray<readonly [pattern: string, op: Comparison]> = [
  ['more|greater|longer than', '>'],
  ['over|above|exceeding|beyond', '>'],
  ['exceed~', '>'],
  ['in excess of', '>'],
  ['>', '>'],
  ['at least', '>='],
  ['atleast', '>='],
  ['no|not fewer|less than', '>='],
  ['[a] minimum [of]', '>='],
  ['min', '>='],
  ['upwards of', '>='],
  ['>=', '>='],
  ['≥', '>='],
  ['a good|full', '>='],
  ['exactly|precisely', '=='],
  ['less|fewer|shorter than', '<'],
  ['under|below|within', '<'],
  ['in less|under than', '<'],
  ['in under', '<'],
  ['<', '<'],
  ['no|not more|longer than', '<='],
  ['at [the] most', '<='],
  ['up to', '<='],
  ['[a] maximum [of]', '<='],
  ['max', '<='],
  ['<=', '<='],
  ['≤', '<='],
];

/** After a number: how it is compared. */
export const COMPARISONS_AFTER: ReadonlyArray<readonly [pattern: string, op: Comparison]> = [
  ['or more|longer|above|over', '>='],
  ['and more|longer|above|over|up', '>='],
  ['+', '>='],
  ['plus', '>='],
  ['at least', '>='],
  ['minimum', '>='],
  ['min', '>='],
  ['or fewer|less|under', '<='],
  ['at [the] most', '<='],
  ['maximum', '<='],
  ['max', '<='],
  ['tops', '<='],
];

/** Amounts that everyone takes differently. Of things; the words are the vague part. */
export const VAGUE_AMOUNTS: readonly string[] = [
  'several',
  '[far/way] too many',
  'so many',
  'many',
  'a lot of',
  'lots of',
  'loads of',
  'plenty of',
  'a number of',
  'a large number of',
  'large numbers of',
  'numerous',
  'multiple',
  '[quite] a few',
  'a couple [of]',
  'a handful of',
  'a bunch of',
  'a group of',
  'groups of',
  'a crowd of',
  'crowds of',
  'a gang of',
  'a queue of',
  'a line of',
  'dozens of',
  'hordes of',
  'hundreds of',
  'masses of',
  'various',
  'more|fewer',
  'few',
  'most',
  'half',
  'half the',
];

/** Vague lengths of time. */
export const VAGUE_DURATIONS: readonly string[] = [
  '[far/way] too long',
  'a [very/quite a/really] long time|while|period',
  'a long period of time',
  'a [little/short/good] while',
  'quite a while|bit',
  'a short time',
  'long',
  'so long',
  'very long',
  'ages',
  'a bit',
  'a [little] bit',
  'a moment',
  'some time',
  'quite some time',
  'an extended|unusual|excessive|unreasonable|prolonged time|period|while',
  'an extended period of time',
  'extended|prolonged|long periods [of time]',
  'hours [on end]',
  'minutes',
  'hours and hours',
  'days',
  'a few|couple seconds|secs|minutes|mins|hours|hrs|days',
  'a couple of seconds|secs|minutes|mins|hours|hrs|days',
  'several|some|many seconds|secs|minutes|mins|hours|hrs|days',
  'an unusually long time',
  'an abnormally long time',
  'an hour or so',
  'a minute or so',
  'a minute or two',
  'an hour or two',
  'longer than (usual/normal/necessary/expected/allowed/permitted/it should/they should/needed)',
  'too much time',
];

/** Words of amounts beside those above, for finding typos. */
export const MEASURES_WORDS: readonly string[] = [
  'half',
  'quarter',
  'couple',
  'pair',
  'several',
  'many',
  'lots',
  'few',
  'too',
  'long',
  'while',
  'time',
];
