/** A phrase with the words it is compared with. */
export interface TrialPhrase {
  readonly phrase: string;
  readonly polarity?: 'absent';
  readonly plain?: readonly string[];
  readonly siblings?: readonly string[];
  readonly opposite?: readonly string[];
  /** COCO's name of its crops, if there are any. */
  readonly kind?: string;
}

/** What the model can't tell, and why. */
export const NOT_TOLD: readonly (readonly [TrialPhrase, reason: string])[] = [
  [{ phrase: 'smoke', siblings: ['fog', 'steam'] }, 'no_support'],
  [{ phrase: 'red forklift', plain: ['forklift'], siblings: ['blue forklift'] }, 'attribute_not_seen'],
  [
    {
      phrase: 'person wearing a helmet',
      polarity: 'absent',
      plain: ['person'],
      opposite: ['person without a helmet'],
    },
    'attribute_not_seen',
  ],
  [{ phrase: 'open gate', plain: ['gate'], opposite: ['closed gate'] }, 'no_support'],
];

/** What it can tell. */
export const TOLD: readonly TrialPhrase[] = [
  { phrase: 'school bus', plain: ['bus'], siblings: ['minibus', 'trolleybus'], kind: 'bus' },
  { phrase: 'dog', plain: ['animal'], siblings: ['cat', 'wolf', 'fox'], kind: 'dog' },
];

/**
 * Phrases that were written down before anything was set, and for which nothing was set since: those with a kind were expected to be told
 * with one example, the others to be refused.
 */
export const HELD_OUT: readonly TrialPhrase[] = [
  { phrase: 'elephant', plain: ['animal'], kind: 'elephant' },
  { phrase: 'zebra', plain: ['animal'], siblings: ['horse'], kind: 'zebra' },
  { phrase: 'pizza', plain: ['food'], siblings: ['cake'], kind: 'pizza' },
  { phrase: 'umbrella', kind: 'umbrella' },
  { phrase: 'motorcycle', plain: ['vehicle'], siblings: ['bicycle', 'car'], kind: 'motorcycle' },
  { phrase: 'oven', siblings: ['refrigerator', 'microwave'], kind: 'oven' },
  { phrase: 'clock', kind: 'clock' },
  { phrase: 'truck', plain: ['vehicle'], siblings: ['car', 'bus'], kind: 'truck' },
  { phrase: 'couch', plain: ['furniture'], siblings: ['chair', 'bed'], kind: 'couch' },
  { phrase: 'cup', siblings: ['bottle', 'glass'], kind: 'cup' },
  { phrase: 'puddle' },
  { phrase: 'flames' },
  { phrase: 'ladder against a wall', plain: ['ladder'] },
  { phrase: 'blue umbrella', plain: ['umbrella'] },
  { phrase: 'empty cup', plain: ['cup'], opposite: ['full cup'] },
  { phrase: 'broken clock', plain: ['clock'], opposite: ['intact clock'] },
  { phrase: 'person with crutches', plain: ['person'], opposite: ['person without crutches'] },
  { phrase: 'closed laptop', plain: ['laptop'], opposite: ['open laptop'] },
  { phrase: 'person wearing gloves', polarity: 'absent', plain: ['person'], opposite: ['person without gloves'] },
  { phrase: 'parked motorcycle', plain: ['motorcycle'], opposite: ['moving motorcycle'] },
  { phrase: 'wet floor', plain: ['floor'], opposite: ['dry floor'] },
  { phrase: 'spilled drink', plain: ['drink'] },
];
