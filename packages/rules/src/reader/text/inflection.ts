/** How English words change: forms of verbs from their infinitive, singulars of nouns from any form. */

export type VerbForm = 'base' | 's' | 'ing' | 'past' | 'participle';

/** Past and participle (the past where absent) of irregular verbs. */
const IRREGULAR_VERBS: Readonly<Record<string, readonly [past: string, participle?: string]>> = {
  become: ['became', 'become'],
  begin: ['began', 'begun'],
  break: ['broke', 'broken'],
  bring: ['brought'],
  catch: ['caught'],
  come: ['came', 'come'],
  creep: ['crept'],
  do: ['did', 'done'],
  drive: ['drove', 'driven'],
  fall: ['fell', 'fallen'],
  find: ['found'],
  flee: ['fled'],
  fly: ['flew', 'flown'],
  get: ['got', 'gotten'],
  give: ['gave', 'given'],
  go: ['went', 'gone'],
  hang: ['hung'],
  have: ['had'],
  hear: ['heard'],
  hold: ['held'],
  keep: ['kept'],
  know: ['knew', 'known'],
  leave: ['left'],
  let: ['let'],
  lie: ['lay', 'lain'],
  make: ['made'],
  pay: ['paid'],
  put: ['put'],
  ride: ['rode', 'ridden'],
  run: ['ran', 'run'],
  see: ['saw', 'seen'],
  send: ['sent'],
  set: ['set'],
  show: ['showed', 'shown'],
  sit: ['sat'],
  sneak: ['sneaked', 'snuck'],
  speed: ['sped', 'speeding'],
  spend: ['spent'],
  stand: ['stood'],
  steal: ['stole', 'stolen'],
  stick: ['stuck'],
  swim: ['swam', 'swum'],
  take: ['took', 'taken'],
  tell: ['told'],
  throw: ['threw', 'thrown'],
  wear: ['wore', 'worn'],
};

const FORMS_OF_BE: Array<[form: string, kind: VerbForm]> = [
  ['be', 'base'],
  ...['is', 'are', 'am', "'s"].map((form): [string, VerbForm] => [form, 's']),
  ...['was', 'were'].map((form): [string, VerbForm] => [form, 'past']),
  ['been', 'participle'],
  ['being', 'ing'],
];

/** Every form of a verb, with what it is; a form that is two, such as `come`, is listed as the first. */
export function verbForms(lemma: string): Array<[form: string, kind: VerbForm]> {
  if (lemma === 'be') return FORMS_OF_BE;
  const stem =
    /[^aeiou]*[aeiou][bcdfgklmnprtvz]$/.test(lemma) && doubles(lemma)
      ? lemma + lemma.at(-1)
      : lemma.replace(/(?<=[^eo])e$/, '');
  const past = /[^aeiou]y$/.test(lemma) ? lemma.replace(/y$/, 'ied') : `${stem}ed`;
  const [irregularPast = past, participle = irregularPast] = IRREGULAR_VERBS[lemma] ?? [];
  const forms: Array<[string, VerbForm]> = [
    [lemma, 'base'],
    [lemma === 'have' ? 'has' : thirdPerson(lemma), 's'],
    [lemma === 'lie' ? 'lying' : `${stem}ing`, 'ing'],
    [participle, 'participle'],
    [irregularPast, 'past'],
  ];
  // British spelling doubles an l after any vowel.
  if (/[aeiou]l$/.test(lemma) && lemma.length > 4) forms.push([`${lemma}ling`, 'ing'], [`${lemma}led`, 'past']);
  return forms;
}

/** Verbs of one syllable with one vowel before one consonant double it: stop, stopped. */
function doubles(lemma: string): boolean {
  return /^[^aeiou]*[aeiou][^aeiouwxy]$/.test(lemma);
}

function thirdPerson(lemma: string): string {
  if (/[^aeiou]y$/.test(lemma)) return lemma.replace(/y$/, 'ies');
  return /(?:s|x|z|ch|sh|o)$/.test(lemma) ? `${lemma}es` : `${lemma}s`;
}

const IRREGULAR_NOUNS: Readonly<Record<string, string>> = {
  people: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  mice: 'mouse',
  geese: 'goose',
  oxen: 'ox',
  feet: 'foot',
  teeth: 'tooth',
  wives: 'wife',
  thieves: 'thief',
  knives: 'knife',
  wolves: 'wolf',
  calves: 'calf',
  shelves: 'shelf',
  wharves: 'wharf',
};

/** Nouns whose plural is written like their singular. */
const SAME_IN_PLURAL = new Set([
  'sheep',
  'deer',
  'fish',
  'aircraft',
  'livestock',
  'cattle',
  'luggage',
  'scissors',
  'skis',
  'bus',
  'moose',
  'bison',
]);

/** What the singular of a word may be, the likeliest first; the word itself is always among them. */
export function singulars(word: string): Array<{ noun: string; plural: boolean }> {
  const found: Array<{ noun: string; plural: boolean }> = [];
  const add = (noun: string) => found.push({ noun, plural: true });
  const irregular = IRREGULAR_NOUNS[word] ?? /(.*)(?:men)$/.exec(word)?.[1];
  if (irregular !== undefined) add(IRREGULAR_NOUNS[word] ?? `${irregular}man`);
  if (SAME_IN_PLURAL.has(word)) return [{ noun: word, plural: word !== 'bus' }];
  if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) {
    if (word.endsWith('ies')) add(`${word.slice(0, -3)}y`);
    if (/(?:s|x|z|ch|sh|o)es$/.test(word)) add(word.slice(0, -2));
    add(word.slice(0, -1));
  }
  found.push({ noun: word, plural: false });
  return found;
}
