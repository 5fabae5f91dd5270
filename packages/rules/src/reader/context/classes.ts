import { ancestorsOf, type Meaning, meaningsOf, root } from '../../lexicon/lexicon.js';
import { singulars } from '../text/inflection.js';
import { plain, type Token } from '../text/tokens.js';
import { ANY_CLASS, GROUPS, KINDS, NOT_BELOW, RELATIONS, SAME, SERVICES } from '../words/class-synonyms.js';
import { isFunctionWord } from '../words/grammar.js';

/** A noun of the prompt, read as classes of the model. */
export interface Noun {
  readonly end: number;
  /** In the singular. */
  readonly noun: string;
  readonly plural: boolean;
  /** `['*']` for any; empty if there is a `problem`. */
  readonly classes: readonly string[];
  /** The word says more than its class does: a breed, an occupation. */
  readonly widened: boolean;
  /** `relation`: somebody in particular. `unseen`: no class of the model. */
  readonly problem?: 'relation' | 'unseen';
}

/** Classes that a noun stands for. */
export type NounEntry = Pick<Noun, 'classes' | 'widened' | 'problem'>;

const MAX_WORDS = 4;
/** Wider meanings than these would make a rule of half the classes. */
const TOO_WIDE = new Set(
  'food toy tool weapon artifact object whole entity thing instrumentality container device implement equipment conveyance furnishing structure article good commodity ware consumer unit instrument tool system machine organism being covering matter substance solid part body'.split(
    ' ',
  ),
);

/** Reads nouns as classes: by a table of synonyms, then by what WordNet says is a kind of what. */
export class ClassIndex {
  readonly #classes: readonly string[];
  /** Class names as they are said, and the concepts they are called after. */
  readonly #concepts: ReadonlyMap<string, string>;
  /** Class names by how they are said, with and without spaces. */
  readonly #bySpokenName: ReadonlyMap<string, string>;
  readonly #byConcept = new Map<string, string[]>();
  readonly #read = new Map<string, NounEntry | undefined>();
  /** Every part of the reader asks for the nouns of a prompt again. */
  readonly #nouns = new WeakMap<readonly Token[], Map<number, Noun | undefined>>();
  readonly #meanings = new Map<string, Meaning | undefined>();
  readonly #kinds = new Map<string, ReadonlySet<Meaning>>();

  readonly #further: ReadonlyMap<string, NounEntry>;

  /** @param further nouns in addition to those of the language */
  constructor(classes: readonly string[], further: ReadonlyMap<string, NounEntry> = new Map()) {
    this.#classes = classes;
    this.#further = further;
    const names = classes.map((name) => [name, spoken(name)] as const);
    this.#concepts = new Map(names.map(([name, words]) => [name, conceptOf(words)]));
    this.#bySpokenName = new Map(
      names.flatMap(
        ([name, words]): Array<[string, string]> => [
          [words.replaceAll(' ', ''), name],
          [words, name],
        ],
      ),
    );
    for (const [name, concept] of this.#concepts) {
      this.#byConcept.set(concept, [...(this.#byConcept.get(concept) ?? []), name]);
    }
  }

  /** The longest noun at `at` that stands for classes, or for somebody the model can't know; undefined for any other word. */
  nounAt(tokens: readonly Token[], at: number): Noun | undefined {
    const nouns = this.#nouns.get(tokens) ?? new Map<number, Noun | undefined>();
    this.#nouns.set(tokens, nouns);
    if (!nouns.has(at)) nouns.set(at, this.#readNounAt(tokens, at));
    return nouns.get(at);
  }

  #readNounAt(tokens: readonly Token[], at: number): Noun | undefined {
    for (let end = Math.min(tokens.length, at + MAX_WORDS); end > at; end--) {
      const words = tokens.slice(at, end);
      if (!words.every(({ kind }) => kind === 'word')) continue;
      const before = words.slice(0, -1).map(({ word }) => word);
      for (const { noun, plural } of singulars(words.at(-1)?.word ?? '')) {
        const phrase = [...before, noun].join(' ');
        const entry = this.#entryOf(phrase);
        if (entry) return { ...entry, end, noun: phrase, plural };
      }
    }
    return undefined;
  }

  /** Every word that names a class in some way, for finding typos. */
  words(): string[] {
    const nouns = [...this.#bySpokenName.keys(), ...NOUNS.keys(), ...ANY_CLASS, ...RELATIONS, ...Object.keys(GROUPS)];
    return nouns.flatMap((noun) => noun.split(' '));
  }

  /** The classes themselves, `*` spelt out. */
  expand(classes: readonly string[]): readonly string[] {
    return classes.includes('*') ? this.#classes : classes;
  }

  #entryOf(phrase: string): NounEntry | undefined {
    if (!this.#read.has(phrase)) this.#read.set(phrase, this.#readPhrase(phrase));
    return this.#read.get(phrase);
  }

  #readPhrase(phrase: string): NounEntry | undefined {
    const listed = this.#further.get(phrase) ?? this.#listed(phrase) ?? this.#listed(phrase.replaceAll(' ', ''));
    return listed ?? (NOT_BELOW.has(phrase) ? undefined : this.#fromWordNet(phrase));
  }

  /** A noun by the tables alone. */
  #listed(noun: string): NounEntry | undefined {
    const name = this.#bySpokenName.get(noun);
    if (name !== undefined) return { classes: [name], widened: false };
    const known = NOUNS.get(noun);
    if (known) return this.#conceptEntry(known.concept, known.widened);
    if (ANY_CLASS.includes(noun)) return { classes: ['*'], widened: false };
    if (RELATIONS.has(noun)) return { classes: [], widened: false, problem: 'relation' };
    const members = GROUPS[noun];
    return members && this.#groupEntry(noun, members);
  }

  #fromWordNet(phrase: string): NounEntry | undefined {
    // WordNet has "has-been" and "walk-on".
    if (phrase.split(' ').some(isFunctionWord)) return undefined;
    const meanings = meaningsOf(phrase);
    const [first] = meanings;
    const firstKinds = first === undefined ? new Set<Meaning>() : ancestorsOf(first);
    const isKind = (name: string) => firstKinds.has(root(name) ?? '');
    if (isKind('relative')) return { classes: [], widened: false, problem: 'relation' };
    const above = first === undefined ? undefined : this.#nearestAbove(first);
    if (above !== undefined) {
      const [modifier = '', ...rest] = phrase.split(' ');
      if (!this.#isPerson(above))
        return rest.length > 0 && SERVICES.has(modifier) ? undefined : { classes: [above], widened: true };
      // A tiger is a fierce person to WordNet, before it is a cat; a printer may be a machine.
      const person = root('person') ?? '';
      if (meanings.every((meaning) => meaning === undefined || ancestorsOf(meaning).has(person)))
        return { classes: [above], widened: true };
    }
    if (isKind('person')) return { classes: [], widened: false, problem: 'unseen' };
    if (!first || TOO_WIDE.has(phrase)) return undefined;
    const below = this.#classes.filter((name) => this.#kindsOf(name).has(first));
    return below.length > 0 ? { classes: below, widened: false } : undefined;
  }

  /** The narrowest class that a meaning is a kind of. */
  #nearestAbove(meaning: Meaning): string | undefined {
    const kinds = ancestorsOf(meaning);
    const above = this.#classes.filter((name) => kinds.has(this.#meaningOf(name) ?? ''));
    return above.find((name) => above.every((other) => this.#kindsOf(name).has(this.#meaningOf(other) ?? '')));
  }

  #isPerson(name: string): boolean {
    return this.#kindsOf(name).has(root('person') ?? '');
  }

  /** What a class is, and all that is a wider word for it. */
  #kindsOf(name: string): ReadonlySet<Meaning> {
    const known = this.#kinds.get(name);
    if (known) return known;
    const meaning = this.#meaningOf(name);
    const kinds = meaning === undefined ? new Set<Meaning>() : ancestorsOf(meaning);
    this.#kinds.set(name, kinds);
    return kinds;
  }

  /** What a class name means in the sense that models use it in. */
  #meaningOf(name: string): Meaning | undefined {
    const known = this.#meanings.get(name);
    if (known !== undefined || this.#meanings.has(name)) return known;
    const concept = this.#concepts.get(name) ?? name;
    const meaning = root(`class ${concept}`) ?? meaningsOf(concept).find((physical) => physical !== undefined);
    this.#meanings.set(name, meaning);
    return meaning;
  }

  #conceptEntry(concept: string, widened: boolean): NounEntry {
    const own = this.#byConcept.get(concept) ?? [];
    const below =
      own.length > 0 || widened ? own : this.#classes.filter((name) => KINDS[concept]?.includes(spoken(name)));
    return below.length > 0 ? { classes: below, widened } : UNSEEN;
  }

  #groupEntry(group: string, members: readonly string[]): NounEntry {
    const listed = this.#classes.filter((name) => members.includes(this.#concepts.get(name) ?? name));
    const others =
      group === 'vehicle' ? this.#classes.filter((name) => !listed.includes(name) && this.#isVehicle(name)) : [];
    const classes = [...listed, ...others];
    return classes.length > 0 ? { classes, widened: false } : UNSEEN;
  }

  /** A class of another model than COCO's that is a vehicle: "van", "tractor". */
  #isVehicle(name: string): boolean {
    return this.#kindsOf(name).has(root('vehicle') ?? '') && !RIDDEN.has(spoken(name));
  }
}

const UNSEEN: NounEntry = { classes: [], widened: false, problem: 'unseen' };
/** Vehicles to WordNet, toys and sports gear to everyone else. */
const RIDDEN = new Set(['skateboard', 'surfboard', 'skis', 'snowboard', 'sled', 'scooter']);

const CONCEPTS: ReadonlyMap<string, string> = new Map(
  Object.entries(SAME).flatMap(([concept, nouns]) => nouns.map((noun) => [noun, concept] as const)),
);

/** Every noun of the tables; one that means a class itself is no kind of another. */
const NOUNS: ReadonlyMap<string, { concept: string; widened: boolean }> = new Map(
  [KINDS, SAME].flatMap((table) =>
    Object.entries(table).flatMap(([concept, nouns]) =>
      nouns.map((noun) => [noun, { concept, widened: table === KINDS }] as const),
    ),
  ),
);

function conceptOf(words: string): string {
  return CONCEPTS.get(words) ?? words;
}

/** A class name as it is said: `hi-vis_vest` is "hi vis vest". */
function spoken(name: string): string {
  return plain(name).replace(/[_-]+/g, ' ').trim();
}
