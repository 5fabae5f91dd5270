import { withArticle } from '../../english/words.js';
import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import type { Range } from '../phrases/chunk.js';
import { isCompound } from '../phrases/things.js';
import { isVerbForm } from '../phrases/verb-phrase.js';
import { textOf } from '../text/tokens.js';
import { SERVICES } from '../words/class-synonyms.js';
import { isFunctionWord } from '../words/grammar.js';
import { type Attribute, saidAt } from './attributes.js';
import { adjectivesEnd, seenNounAt } from './nouns.js';
import { GEAR, VISIBLE } from './words.js';

/** A thing in the prompt that a class alone does not cover. Ranges are token indexes. */
export interface Description {
  /** The noun. */
  readonly head: Range;
  /** Attributes before it, after it or farther on. */
  readonly attributes: readonly Range[];
  /** `['*']`: no class of the model. */
  readonly classes: readonly string[];
  readonly phrase: string;
  readonly polarity?: 'absent';
  readonly plural: boolean;
  /** “nobody without a helmet”: the head is “nobody”. */
  readonly isNobody: boolean;
  /** Name in messages. */
  readonly noun: string;
  readonly assumptions: readonly string[];
}

/** Words that a thing may follow, so that “cold” in “someone cold” is not one. */
const BEFORE_THING =
  /^(?:a|an|the|any|another|some|this|that|these|those|my|our|no|one|two|three|four|five|six|more|than|least|when|if|whenever|once|as|of|for|about|see|sees|seen|detect|detects|spot|spots|there|or|and|every|each|many|few|several|with|by|take|takes|steal|steals)$/;
const COUNTABLE = /^(?:a|an|the|any|another|this|that|my|our|one|no)$/;

/** All descriptions in the prompt, in order, not nested. */
export function findDescriptions(source: Source): Description[] {
  const found: Description[] = [];
  for (let at = 0; at < source.tokens.length; ) {
    const names = source.namesAt(at);
    const isSaid = found.some(({ attributes }) => attributes.some(({ start, end }) => start <= at && at < end));
    const one =
      names.length > 0 || isSaid ? undefined : (classAt(source, at) ?? thingAt(source, at) ?? gearAt(source, at));
    if (one) found.push(one);
    at = Math.max(at + 1, one ? endOf(one) : 0, ...names.map(({ end }) => end));
  }
  return found;
}

/** Whether a part of the prompt overlaps the description. */
export function isAbout({ head, attributes }: Description, { start, end }: Range): boolean {
  return [head, ...attributes].some((range) => range.start < end && start < range.end);
}

/** End of the contiguous part of a description. */
function endOf({ head, attributes }: Description): number {
  return attributes.some(({ start }) => start === head.end) ? Math.max(...attributes.map(({ end }) => end)) : head.end;
}

/** "a red car", "a person without a helmet", "a delivery van": a class with attributes. */
function classAt(source: Source, at: number): Description | undefined {
  const { tokens, classes } = source;
  const before = adjectivesEnd(source, at);
  const service = SERVICES.has(wordAt(tokens, before)) && before === at ? before + 1 : before;
  const start = classes.nounAt(tokens, at)?.problem === undefined && classes.nounAt(tokens, at) ? at : service;
  if (source.namesAt(start).length > 0) return undefined;
  const nobody = /^(?:nobody|noone)$/.test(wordAt(tokens, start));
  const none = nobody
    ? { end: start + 1, noun: 'nobody', plural: false, classes: personOf(source), widened: false }
    : undefined;
  const noun = none ?? classes.nounAt(tokens, start);
  if (!noun || ('problem' in noun && noun.problem) || noun.classes.includes('*') || noun.classes.length === 0)
    return undefined;
  if (!none && isCompound(source, start, { ...noun })) return undefined;
  const person = personOf(source);
  const isPerson = noun.classes.every((name) => person.includes(name));
  if (isPerson && start > at) return undefined;
  const state = isPerson ? undefined : stateAt(source, noun.end);
  const said = saidAt(source, noun.end, isPerson) ?? (isPerson ? saidApart(source, noun.end) : state);
  if (!said && start === at) return undefined;
  const text = textOf(tokens, { start, end: noun.end });
  const adjectives = textOf(tokens, { start: at, end: start }).toLowerCase();
  const bare = isPerson
    ? 'person'
    : [adjectives, state?.adjective, noun.noun].filter((part) => part !== undefined && part !== '').join(' ');
  const phrase = [isPerson ? bare : withArticle(bare), said?.words]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
  return {
    head: { start, end: noun.end },
    attributes: [...(start > at ? [{ start: at, end: start }] : []), ...(said ? [rangeOf(said)] : [])],
    classes: noun.classes,
    phrase,
    ...(said?.absent && { polarity: 'absent' as const }),
    plural: noun.plural,
    isNobody: nobody,
    noun: bare,
    assumptions: isPerson && noun.widened ? [`“${text}” is widened to ${noun.classes.join(', ')}`] : [],
  };
}

/** "somebody enters the yard without a helmet": an attribute of a person later in the same clause. */
function saidApart(source: Source, from: number): Attribute | undefined {
  const person = personOf(source);
  for (let at = from; at < source.tokens.length; at++) {
    const { kind, word } = source.tokens[at] ?? {};
    if (kind === 'stop' || kind === 'comma' || kind === 'colon' || word === 'or' || word === 'when' || word === 'if')
      return undefined;
    const names = source.namesAt(at);
    if (names.length > 0) {
      at = Math.max(...names.map(({ end }) => end)) - 1;
      continue;
    }
    const other = source.classes.nounAt(source.tokens, at);
    if (other?.classes.some((name) => person.includes(name))) return undefined;
    const said = saidAt(source, at, true);
    if (said) return said.canStandApart ? said : undefined;
  }
  return undefined;
}

/** "the gate is open": an adjective after the thing. */
function stateAt({ tokens }: Source, at: number): (Attribute & { readonly adjective: string }) | undefined {
  const end = /^(?:is|are|'s)$/.test(wordAt(tokens, at)) ? at + 2 : -1;
  const adjective = wordAt(tokens, at + 1);
  const next = tokens[end];
  if (end < 0 || !VISIBLE.has(adjective) || (next?.kind === 'word' && !isFunctionWord(next.word))) return undefined;
  if (/^(?:and|or|than)$/.test(next?.word ?? '')) return undefined;
  return { start: at + 1, end, words: '', absent: false, canStandApart: false, adjective };
}

/** "smoke", "a red forklift": no class of the model. */
function thingAt(source: Source, at: number): Description | undefined {
  const { tokens } = source;
  const last = wordAt(tokens, at - 1);
  const isThere = /^(?:is|are|'s)$/.test(last) && wordAt(tokens, at - 2) === 'there';
  if (at > 0 && tokens[at - 1]?.kind === 'word' && !BEFORE_THING.test(last) && !isThere) return undefined;
  const whole = seenNounAt(source, at);
  const after = adjectivesEnd(source, at);
  const start = whole && whole.end > after ? at : after;
  const noun = start === at ? whole : seenNounAt(source, start);
  if (!noun || source.namesAt(start).length > 0 || isKnown(source, start, noun.end)) return undefined;
  if (isVerbForm(tokens, start) && !COUNTABLE.test(wordAt(tokens, start - 1)) && !isCertain(noun.noun))
    return undefined;
  const adjectives = textOf(tokens, { start: at, end: start }).toLowerCase();
  const state = stateAt(source, noun.end);
  const said = saidAt(source, noun.end, false) ?? state;
  const counted = noun.plural || COUNTABLE.test(wordAt(tokens, at - 1)) || tokens[at - 1]?.kind === 'number';
  const bare = [adjectives, state?.adjective, noun.noun].filter((part) => part !== undefined && part !== '').join(' ');
  const named = counted && !bare.endsWith('s') ? withArticle(bare) : bare;
  return {
    head: { start, end: noun.end },
    attributes: [...(start > at ? [{ start: at, end: start }] : []), ...(said ? [rangeOf(said)] : [])],
    classes: ['*'],
    phrase: [named, said?.words].filter((part) => part !== undefined && part !== '').join(' '),
    ...(said?.absent && { polarity: 'absent' as const }),
    plural: noun.plural,
    isNobody: false,
    noun: bare,
    assumptions: [],
  };
}

/** "no helmet in the cutting area": a person without one. */
function gearAt(source: Source, at: number): Description | undefined {
  const { tokens } = source;
  const person = personOf(source);
  if (!/^(?:no|missing|without)$/.test(wordAt(tokens, at)) || person.length === 0) return undefined;
  const start = /^(?:a|an|any|his|her|their)$/.test(wordAt(tokens, at + 1)) ? at + 2 : at + 1;
  const noun = seenNounAt(source, start);
  if (!noun || !GEAR.has(noun.noun)) return undefined;
  return {
    head: { start: at, end: noun.end },
    attributes: [],
    classes: person,
    phrase: `person wearing ${noun.noun.endsWith('s') ? noun.noun : withArticle(noun.noun)}`,
    polarity: 'absent',
    plural: false,
    isNobody: false,
    noun: 'person',
    assumptions: [`“${textOf(tokens, { start: at, end: noun.end })}” is about people`],
  };
}

/** Whether the reader knows the words as a class or a person. */
function isKnown({ classes, tokens }: Source, start: number, end: number): boolean {
  const known = classes.nounAt(tokens, start);
  return known !== undefined && known.problem !== 'unseen' && known.end >= end;
}

/** Nouns that are also verbs, but seldom used as such. */
const isCertain = (noun: string) =>
  /^(?:smoke|fire|fog|steam|dust|flames?|ladder|puddle|parcel|package)$/.test(noun) || VISIBLE.has(noun);

function personOf(source: Source): readonly string[] {
  const token = { kind: 'word', text: 'person', word: 'person', start: 0, end: 0, glued: false } as const;
  const noun = source.classes.nounAt([token], 0);
  return noun && noun.problem === undefined ? noun.classes : [];
}

const rangeOf = ({ start, end }: Range): Range => ({ start, end });
