/** Words whose use depends on the grammar around them, and what contractions stand for. */

export const ARTICLES: ReadonlySet<string> = new Set(['a', 'an', 'the']);
export const POSSESSIVES: ReadonlySet<string> = new Set(['my', 'our', 'your', 'his', 'her', 'their', 'its']);
/** Possessives that say nothing about which thing is meant: there is only the user's own system. */
export const OWN: ReadonlySet<string> = new Set(['my', 'our']);
export const DEMONSTRATIVES: ReadonlySet<string> = new Set(['this', 'that', 'these', 'those']);

/** Auxiliary verbs, with what they say of the verb after them. */
export const AUXILIARIES: ReadonlyMap<string, 'be' | 'have' | 'do' | 'will' | 'may' | 'must' | 'get'> = new Map([
  ...['is', 'are', 'was', 'were', 'be', 'been', 'being', 'am', "'s"].map((word) => [word, 'be'] as const),
  ...['has', 'have', 'had', 'having'].map((word) => [word, 'have'] as const),
  ...['do', 'does', 'did'].map((word) => [word, 'do'] as const),
  ...['will', 'would', 'shall', 'going'].map((word) => [word, 'will'] as const),
  ...['may', 'can', 'could', 'might'].map((word) => [word, 'may'] as const),
  ...['must', 'should'].map((word) => [word, 'must'] as const),
  ...['get', 'gets', 'got', 'getting', 'gotten'].map((word) => [word, 'get'] as const),
]);

/** Adverbs that add nothing to a verb in the present. */
export const EMPTY_ADVERBS: ReadonlySet<string> = new Set([
  'currently',
  'just',
  'actually',
  'ever',
  'already',
  'still',
  'now',
  'simply',
  'also',
  'even',
  'always',
  'presently',
]);
