import { meaningsOf } from '../../lexicon/lexicon.js';
import type { Noun } from '../context/classes.js';
import type { Source } from '../context/source.js';
import { type ComparedNumber, comparedNumberAt, comparisonAfter, wordAt } from '../numbers/number.js';
import { ask, type Issue, refuse } from '../text/issue.js';
import { PatternTable } from '../text/patterns.js';
import { textOf } from '../text/tokens.js';
import { isFunctionWord } from '../words/grammar.js';
import type { Things } from './chunk.js';
import { determinersAt, type Opening } from './determiners.js';
import { attributeAt, isVerbForm } from './verb-phrase.js';

const NEGATIVES = new PatternTable<'pronoun' | 'determiner' | 'none'>([
  ['nobody|noone|nothing|none', 'pronoun'],
  ['no one', 'pronoun'],
  ['not a [single] soul', 'pronoun'],
  ['not anyone|anybody|anything', 'pronoun'],
  ['no', 'determiner'],
  ['no other', 'determiner'],
  ['no sign|trace of [a/an/any/the/my/our]', 'none'],
  ['not a|any|one [single]', 'none'],
  ['none of the|my|our', 'determiner'],
  ['zero|0', 'none'],
]);
/** Nouns that are a number of people nobody told. */
const CROWDS = new PatternTable([
  [
    '[long/big/large/huge/small/massive/growing] crowd|crowds|queue|queues|gang|gangs|mob|mobs|overcrowding|congestion',
    true,
  ],
  ['[big/large/huge/small] group|groups|bunch|pack|herd|flock', true],
  ['[long] line|lines|row|rows', true],
]);
const PRONOUNS = new Set(['it', 'they', 'them', 'he', 'she', 'him']);
/** "My kid" is as empty as "my dog"; "my cleaner" is somebody. */
const OWN_PEOPLE = new Set([
  'kid',
  'child',
  'baby',
  'toddler',
  'person',
  'people',
  'staff member',
  'employee',
  'worker',
  'customer',
  'guest',
  'visitor',
  'patient',
  'student',
  'pupil',
]);
const MAX_ADJECTIVES = 4;

/** Objects at `at`, with how many of them; their classes are empty where an issue says why. */
export function thingsAt(source: Source, at: number): Things | undefined {
  const { tokens } = source;
  if (PRONOUNS.has(wordAt(tokens, at)) || (wordAt(tokens, at) === 'one' && isVerbForm(tokens, at + 1)))
    return pronoun(at);
  const limit = comparedNumberAt(tokens, at);
  const negative = limit && limit.value.value > 0 ? undefined : NEGATIVES.longest(tokens, at);
  if (negative?.value === 'pronoun') return nobody(source, at, negative.end);
  const only = /^(?:only|just)$/.test(wordAt(tokens, at)) && !negative;
  if (
    negative &&
    !only &&
    /^(?:a|an|the|my|our|nobody|nothing|noone|anyone)$/.test(wordAt(tokens, negative.end)) &&
    negative.value === 'determiner'
  )
    return undefined;
  const opening = determinersAt(source, negative?.end ?? (only ? at + 1 : at));
  const crowd = CROWDS.longest(tokens, opening.end);
  if (/^(?:motion|movement|movements|activity)$/.test(wordAt(tokens, opening.end))) return motionAt(at, opening.end);
  const line =
    crowd && /^(?:line|lines|row|rows)$/.test(wordAt(tokens, crowd.end - 1)) && wordAt(tokens, crowd.end) !== 'of';
  if (crowd && !line && !negative && !source.namesAt(opening.end).length)
    return crowdOf(source, at, opening.end, crowd.end);
  const head = headAt(source, opening.end);
  if (!head) return undefined;
  if (negative?.value === 'determiner' && (opening.count || /^(?:some|any|every)/.test(head.noun.noun)))
    return undefined;
  const issues = [...opening.issues, ...head.issues];
  const { noun } = head;
  const after = opening.count?.bare ? comparisonAfter(tokens, noun.end) : undefined;
  const count = opening.count && { ...opening.count, ...(after && { op: after.value, bare: false }) };
  const end = possessiveEnd(source, noun) ?? after?.end ?? noun.end;
  const every = /^every(?:one|body|thing)$/.test(noun.noun) ? { start: head.start, end: noun.end } : undefined;
  const text = textOf(tokens, { start: head.start, end: noun.end });
  const known = ownershipIssue(source, at, opening, head);
  if (known) issues.push(known);
  return {
    kind: 'things',
    start: at,
    end,
    noun: noun.noun,
    classes: noun.classes,
    plural: noun.plural || (count !== undefined && count.value !== 1),
    negative: negative !== undefined || (count?.value === 0 && count.bare),
    negativePronoun: negative?.value === 'none',
    pronoun: false,
    only,
    singular: opening.singular,
    ...((opening.all ?? every) && { all: opening.all ?? every }),
    ...(count && count.value > 0 && { count }),
    ...(head.attribute && { attribute: head.attribute }),
    issues,
    assumptions: assumptionsOf(noun, text, opening, count, textOf(tokens, { start: opening.own ?? at, end: noun.end })),
  };
}

function assumptionsOf(
  noun: Noun,
  text: string,
  opening: Opening,
  count: ComparedNumber | undefined,
  owned: string,
): string[] {
  const list: string[] = [];
  if (noun.widened) list.push(`“${text}” is widened to ${noun.classes.join(', ')}`);
  else if (noun.classes.length > 1) list.push(`“${text}” means ${noun.classes.join(', ')}`);
  if (noun.noun === 'mouse' && noun.classes.includes('mouse')) list.push('“mouse” is the mouse of a computer');
  if (count?.bare && count.value > 0) list.push(`“${count.value}” means at least ${count.value}`);
  if (opening.own !== undefined) list.push(`“${owned}” is any ${noun.noun}: whose it is can't be seen`);
  return list;
}

interface Head {
  readonly start: number;
  readonly noun: Noun;
  readonly attribute?: Things['attribute'];
  readonly issues: readonly Issue[];
}

/** The noun, with the adjectives before it: those that are states become an attribute, all others are refused. */
function headAt(source: Source, at: number): Head | undefined {
  const { tokens } = source;
  let start = at;
  let adjective: number | undefined;
  let attribute: Things['attribute'];
  for (let i = 0; i <= MAX_ADJECTIVES; i++) {
    const noun = source.namesAt(start).length > 0 ? undefined : source.classes.nounAt(tokens, start);
    if (noun) {
      if (isCompound(source, start, noun)) return undefined;
      return {
        start,
        noun,
        ...(attribute && { attribute }),
        issues: nounIssues(source, adjective ?? start, start, noun),
      };
    }
    const state = attribute ? undefined : attributeAt(tokens, start);
    if (state && source.classes.nounAt(tokens, state.end)) {
      attribute = state;
      start = state.end;
    } else if (isAdjective(source, start)) {
      adjective ??= start;
      start++;
    } else return undefined;
  }
  return undefined;
}

function nounIssues(source: Source, adjective: number, start: number, noun: Noun): Issue[] {
  const { tokens, model } = source;
  const end = possessiveEnd(source, noun) ?? noun.end;
  if (noun.problem === 'relation' || end > noun.end) {
    return [refuse(adjective, end, `A camera can't tell who “%” is or whose`, ['someone', 'a person'])];
  }
  if (adjective < start) {
    return [
      refuse(
        adjective,
        noun.end,
        `“${textOf(tokens, { start: adjective, end: start })}” is not something ${model} can tell about “${noun.noun}”`,
        [noun.noun],
      ),
    ];
  }
  if (noun.problem === 'unseen') return [refuse(start, noun.end, `“%” is not something ${model} can see`)];
  return [];
}

/** "the neighbour's dog": the index after what is owned. */
function possessiveEnd(source: Source, noun: Noun): number | undefined {
  const { tokens } = source;
  if (wordAt(tokens, noun.end) !== "'s") return undefined;
  for (let i = noun.end + 1; i <= noun.end + 3; i++) {
    const owned = source.classes.nounAt(tokens, i);
    if (owned) return owned.end;
    const word = wordAt(tokens, i);
    if (isFunctionWord(word) || isVerbForm(tokens, i) || attributeAt(tokens, i)) return undefined;
    if (meaningsOf(word).length > 0) return i + 1;
  }
  return undefined;
}

/** "car park", "bus stop": a thing of its own, in which the class is only a part of the name. */
export function isCompound(
  { tokens, classes }: Source,
  start: number,
  noun: Pick<Noun, 'noun' | 'plural' | 'end'>,
): boolean {
  const next = wordAt(tokens, noun.end);
  if (noun.plural || tokens[noun.end]?.kind !== 'word' || isFunctionWord(next)) return false;
  const name = `${noun.noun} ${next}`;
  const known = meaningsOf(name).length > 0 || meaningsOf(name.replace(/s$/, '')).length > 0 || COMPOUNDS.has(name);
  // "a bus stops" is a sentence, "a bus stop" is none.
  return (
    known &&
    !(isVerbForm(tokens, noun.end) && next.endsWith('s')) &&
    (classes.nounAt(tokens, start)?.end ?? 0) <= noun.end
  );
}

const COMPOUNDS = new Set([
  'car park',
  'bus stop',
  'bus lane',
  'bus station',
  'train station',
  'bike rack',
  'bike shed',
  'boat house',
  'dog house',
  'cat flap',
  'truck stop',
  'car wash',
  'dog park',
  'horse box',
  'car door',
  'truck bay',
  'bus shelter',
  'bike lane',
  'cycle lane',
  'person detection',
  'phone booth',
  'car boot',
]);

function isAdjective({ tokens }: Source, at: number): boolean {
  const token = tokens[at];
  if (token?.kind === 'symbol') return !/^[/+<>=%@]/.test(token.word);
  return (
    token?.kind === 'word' &&
    !isFunctionWord(token.word) &&
    !(isVerbForm(tokens, at) && !/(?:ing|ed|en)$/.test(token.word))
  );
}

function ownershipIssue({ tokens }: Source, at: number, opening: Opening, { noun, issues }: Head): Issue | undefined {
  if (issues.length > 0) return undefined;
  const end = noun.end;
  if (opening.possessive !== undefined && noun.noun !== 'owner') {
    return refuse(opening.possessive, end, "A camera can't tell whose “%” is", [noun.noun]);
  }
  if (opening.own !== undefined && noun.widened && noun.classes.includes('person') && !OWN_PEOPLE.has(noun.noun)) {
    return refuse(opening.own, end, "A camera can't tell who “%” is", ['someone', 'a person']);
  }
  const else_ = wordAt(tokens, end) === 'else' && wordAt(tokens, end + 1) !== "'s";
  return else_ ? refuse(at, end + 1, "“%”: a camera can't tell people apart", ['someone']) : undefined;
}

function crowdOf(source: Source, at: number, start: number, end: number): Things {
  const person = source.classes.nounAt(
    [{ kind: 'word', text: 'person', word: 'person', start: 0, end: 0, glued: false }],
    0,
  );
  const of = wordAt(source.tokens, end) === 'of' ? headAt(source, end + 1) : undefined;
  return {
    ...pronoun(at),
    pronoun: false,
    noun: 'person',
    classes: of?.noun.classes ?? person?.classes ?? [],
    plural: true,
    end: of?.noun.end ?? end,
    issues: [ask('count', start, end, 'How many is “%”?'), ...(of?.issues ?? [])],
  };
}

/** "any movement": of what? */
function motionAt(at: number, start: number): Things {
  const issues = [ask('subject', start, start + 1, 'Whose “%” is meant?', ['a person', 'any vehicle', 'anything'])];
  return { ...pronoun(at), pronoun: false, noun: 'movement', end: start + 1, issues };
}

function nobody(source: Source, start: number, end: number): Things {
  const word = wordAt(source.tokens, end - 1);
  const text = /thing$/.test(word) ? 'anything' : 'anyone';
  const noun = source.classes.nounAt([{ kind: 'word', text, word: text, start: 0, end: 0, glued: false }], 0);
  const issues = noun?.problem ? [refuse(start, end, `“%” is not something ${source.model} can see`)] : [];
  return {
    ...pronoun(start),
    end,
    noun: noun?.noun ?? text,
    classes: noun?.classes ?? [],
    pronoun: false,
    negative: true,
    negativePronoun: true,
    issues,
  };
}

function pronoun(start: number): Things {
  return {
    kind: 'things',
    start,
    end: start + 1,
    noun: '',
    classes: [],
    plural: false,
    negative: false,
    negativePronoun: false,
    pronoun: true,
    only: false,
    singular: true,
    issues: [],
    assumptions: [],
  };
}
