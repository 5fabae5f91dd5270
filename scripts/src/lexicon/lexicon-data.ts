import type { WordNet } from './wordnet.js';

/** The data of `packages/rules/src/lexicon`; the format is described in its `lexicon.ts`. */
export interface LexiconData {
  readonly nouns: string;
  readonly parents: string;
  readonly furtherParents: string;
  readonly roots: string;
  readonly words: string;
}

/** Meanings that the reader asks for by name: a lemma and the number of its sense. */
const ROOTS: Readonly<Record<string, readonly [lemma: string, sense: number]>> = {
  animal: ['animal', 1],
  person: ['person', 1],
  relative: ['relative', 1],
  vehicle: ['vehicle', 1],
  clothing: ['clothing', 1],
  structure: ['structure', 1],
  location: ['location', 1],
  facility: ['facility', 1],
  terrain: ['geological_formation', 1],
  water: ['body_of_water', 1],
  land: ['land', 4],
  furniture: ['furniture', 1],
  surface: ['surface', 1],
  way: ['way', 6],
  machine: ['machine', 1],
};

/** Senses of a class name other than the first, for names that a model uses in a rarer sense. */
const CLASS_SENSES: Readonly<Record<string, readonly [lemma: string, sense: number]>> = {
  mouse: ['mouse', 4],
  cow: ['cattle', 1],
  remote: ['remote_control', 1],
  kite: ['kite', 3],
  orange: ['orange', 1],
  tie: ['necktie', 1],
  tv: ['television_receiver', 1],
  bear: ['bear', 1],
  fork: ['fork', 1],
  'cell phone': ['cellular_telephone', 1],
  'sports ball': ['ball', 1],
  'dining table': ['dining_table', 1],
  couch: ['sofa', 1],
};

/** The classes of COCO, whose senses are looked up for almost every sentence. */
const COMMON_CLASSES =
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,bench,bird,cat,dog,horse,sheep,elephant,zebra,giraffe,backpack,umbrella,handbag,suitcase,frisbee,skateboard,surfboard,bottle,cup,knife,spoon,bowl,banana,apple,sandwich,broccoli,carrot,pizza,donut,cake,chair,bed,toilet,laptop,keyboard,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors'.split(
    ',',
  );

/** A sense counts as usual if it is at least half as frequent as the most frequent one. */
const USUAL_SHARE = 0.5;
/** Digits of a meaning's number, to the base 36. */
const ID_DIGITS = 3;
/** Stands for a usual sense that is nothing physical. */
const OTHER_SENSE = '-';

/**
 * Keeps what decides whether a word stands for something that a camera sees: the physical kinds without plants and single individuals, with
 * the usual senses of each noun in the order of their frequency, and all other words of English for telling a rare word from a typo.
 */
export function buildLexicon(wordNet: WordNet): LexiconData {
  const kept = physicalKinds(wordNet);
  const ids = new Map([...kept].sort().map((offset, i) => [offset, i.toString(36).padStart(ID_DIGITS, '0')]));
  const nouns: string[] = [];
  for (const [lemma, offsets] of wordNet.senses) {
    if (!/^[a-z][a-z_-]*$/.test(lemma)) continue;
    if (isQualified(wordNet, lemma, offsets) || isRarelyNoun(wordNet, lemma, offsets)) continue;
    const usual = withThing(wordNet, usualSenses(wordNet, lemma, offsets), offsets).map(
      (offset) => ids.get(offset) ?? OTHER_SENSE,
    );
    if (usual.some((id) => id !== OTHER_SENSE)) nouns.push(`${lemma.replace(/[_-]/g, ' ')}\t${usual.join('')}`);
  }
  const nounLines = new Map(nouns.map((line) => [line.slice(0, line.indexOf('\t')), line]));
  const parentsOf = [...ids].map(([offset, id]) => ({
    id,
    parents: (wordNet.synsets.get(offset)?.parents ?? []).flatMap((parent) => ids.get(parent) ?? []),
  }));
  const resolve = (table: Readonly<Record<string, readonly [string, number]>>) =>
    Object.entries(table).map(([name, [lemma, sense]]) => {
      const id = ids.get(wordNet.senses.get(lemma)?.[sense - 1] ?? '');
      if (id === undefined) throw new RangeError(`Sense ${sense} of "${lemma}" is not in the lexicon`);
      return `${name}\t${id}`;
    });
  const common = COMMON_CLASSES.flatMap((name) => {
    const usual = usualSenses(wordNet, name, wordNet.senses.get(name) ?? []).find((offset) => ids.has(offset));
    return usual === undefined ? [] : [`${name}\t${ids.get(usual)}`];
  });
  return {
    nouns: lines(nounLines.values()),
    parents: parentsOf.map(({ parents }) => parents[0] ?? '---').join(''),
    furtherParents: parentsOf.flatMap(({ id, parents }) => parents.slice(1).map((parent) => id + parent)).join(''),
    roots: lines([...resolve(ROOTS), ...[...resolve(CLASS_SENSES), ...common].map((line) => `class ${line}`)]),
    words: lines([...wordNet.words].filter((word) => /^[a-z]{3,}$/.test(word) && !nounLines.has(word))),
  };
}

/** "black man", "electric car": the adjective says more than a camera model knows. Breeds and species are called so too. */
function isQualified(wordNet: WordNet, lemma: string, offsets: readonly string[]): boolean {
  const [first = ''] = lemma.split(/[_-]/);
  if (first === lemma || !wordNet.adjectives.has(first)) return false;
  return !offsets.some((offset) => isKindOf(wordNet, offset, wordNet.senses.get('animal')?.[0] ?? ''));
}

/** "whale", "printer": people to WordNet by their usual sense, so that of the animal or the machine is kept beside it. */
function withThing(wordNet: WordNet, usual: readonly string[], offsets: readonly string[]): readonly string[] {
  const isKind = (offset: string, lemma: string) => isKindOf(wordNet, offset, wordNet.senses.get(lemma)?.[0] ?? '');
  if (!usual.some((offset) => isKind(offset, 'person'))) return usual;
  const thing = offsets.find(
    (offset) =>
      !usual.includes(offset) && !isKind(offset, 'person') && (isKind(offset, 'animal') || isKind(offset, 'artifact')),
  );
  return thing === undefined ? usual : [...usual, thing];
}

/** "great", "closer", "sneak": people to WordNet, but hardly ever nouns. */
function isRarelyNoun(
  { partCounts, adjectives, ...wordNet }: WordNet,
  lemma: string,
  offsets: readonly string[],
): boolean {
  const count = (part: string) => partCounts.get(`${part} ${lemma}`) ?? 0;
  const first = offsets.find((offset) => !wordNet.synsets.get(offset)?.individual) ?? '';
  const adjective = count('a') > count('n') || count('r') > count('n');
  const person = isKindOf({ ...wordNet, partCounts, adjectives }, first, wordNet.senses.get('person')?.[0] ?? '');
  return adjective || (person && (count('v') > count('n') || (adjectives.has(lemma) && count('n') === 0)));
}

function isKindOf(wordNet: WordNet, offset: string, kind: string): boolean {
  return (
    offset === kind || (wordNet.synsets.get(offset)?.parents ?? []).some((parent) => isKindOf(wordNet, parent, kind))
  );
}

/** Offsets of all kinds of physical things, without plants. */
function physicalKinds({ synsets, senses }: WordNet): Set<string> {
  const children = new Map<string, string[]>();
  for (const [offset, { parents }] of synsets) {
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), offset]);
  }
  const plant = senses.get('plant')?.[1];
  const kept = new Set<string>();
  const queue = [senses.get('physical_entity')?.[0] ?? ''];
  for (let offset = queue.pop(); offset !== undefined; offset = queue.pop()) {
    if (kept.has(offset) || synsets.get(offset)?.individual) continue;
    kept.add(offset);
    if (offset !== plant) queue.push(...(children.get(offset) ?? []));
  }
  return kept;
}

/** The first sense that is a kind, and those about as frequent; senses written with a capital are names of people and places. */
function usualSenses({ synsets, counts }: WordNet, lemma: string, offsets: readonly string[]): string[] {
  const kinds = offsets.filter((offset) => !synsets.get(offset)?.individual);
  const count = (offset: string) => counts.get(`${lemma} ${offset}`) ?? 0;
  const most = Math.max(...kinds.map(count));
  return kinds.filter((offset, i) => i === 0 || (count(offset) > 0 && count(offset) >= USUAL_SHARE * most));
}

/** Sorted by UTF-16 units, so that a word is found by bisection. */
function lines(entries: Iterable<string>): string {
  const before = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return `\n${[...entries].sort(before).join('\n')}\n`;
}
