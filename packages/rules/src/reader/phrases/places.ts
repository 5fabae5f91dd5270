import { isA, meaningsOf, root } from '../../lexicon/lexicon.js';
import type { NameMatch } from '../context/names.js';
import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import { singulars } from '../text/inflection.js';
import { PatternTable } from '../text/patterns.js';
import { textOf } from '../text/tokens.js';
import { ARTICLES, DEMONSTRATIVES, OWN } from '../words/function-words.js';
import { isFunctionWord } from '../words/grammar.js';
import {
  AFTER_NAME,
  NOT_PLACES,
  PLACE_ADVERBS,
  PLACE_NOUNS,
  PREPOSITIONS,
  type Preposition,
  VIEW,
} from '../words/places.js';
import type { Place, PlaceName } from './chunk.js';
import { isVerbForm } from './verb-phrase.js';

const PREPOSITION = new PatternTable(PREPOSITIONS);
const VIEWS = new PatternTable(VIEW.map((pattern) => [`[the/my/our/this/that] ${pattern}`, true] as const));
const CAMERAS = new PatternTable<'all' | 'one'>([
  ['all|any|every|each|both|either [of] [the/my/our] camera|cameras|cam|cams', 'all'],
  ['the cameras|cams', 'all'],
  ['cameras', 'all'],
]);
const PLACE_ROOTS = ['structure', 'location', 'facility', 'terrain', 'water', 'land', 'furniture', 'surface', 'way'];
const MAX_UNKNOWN_WORDS = 4;

export function prepositionAt({ tokens }: Source, at: number): { value: Preposition; end: number } | undefined {
  return PREPOSITION.longest(tokens, at);
}

/** A place at `at`: a preposition with names, the view, "there", or words that are no name. */
export function placeAt(source: Source, at: number): Place | undefined {
  const preposition = PREPOSITION.longest(source.tokens, at);
  return (preposition ? placeWith(source, at, preposition) : namesOnly(source, at)) ?? adverbAt(source, at);
}

/** "outside", "upstairs": a place, but which one? */
function adverbAt({ tokens, names }: Source, at: number): Place | undefined {
  if (!PLACE_ADVERBS.has(wordAt(tokens, at))) return undefined;
  const unknown = { start: at, end: at + 1, candidates: names.all('zone') };
  return {
    kind: 'place',
    start: at,
    end: at + 1,
    preposition: 'in',
    names: [],
    camera: false,
    assumptions: [],
    unknown,
  };
}

function placeWith(source: Source, at: number, preposition: { value: Preposition; end: number }): Place | undefined {
  // "in the way": of two readings of a preposition the shorter may be the one with a place.
  const found = placeAfter(source, at, preposition.end, preposition.value);
  if (found) return found;
  const shorter = PREPOSITION.longest(source.tokens.slice(0, preposition.end - 1), at);
  return shorter && placeAfter(source, at, shorter.end, shorter.value);
}

function placeAfter(source: Source, start: number, at: number, preposition: Preposition): Place | undefined {
  const { tokens } = source;
  const base = { kind: 'place', start, preposition, names: [], camera: false, assumptions: [] } as const;
  const all = CAMERAS.longest(tokens, at);
  if (all) return { ...base, end: all.end, special: 'all-cameras', camera: true };
  const names = nameListAt(source, at);
  if (names) return { ...base, ...names, start, preposition };
  const view = VIEWS.longest(tokens, at);
  if (view && !/^(?:camera|cam)$/.test(wordAt(tokens, view.end)) && !isNumbered(source, view.end))
    return { ...base, end: view.end, special: 'view' };
  if (wordAt(tokens, at) === 'there' && wordAt(tokens, at + 1) !== 'is')
    return { ...base, end: at + 1, special: 'there' };
  const unknown = unknownPlaceAt(source, at, preposition);
  return unknown && { ...base, end: unknown.end, unknown, camera: unknown.about === 'camera' };
}

/** Names without a preposition: "enters the garden", "driveway: cars". */
function namesOnly(source: Source, at: number): Place | undefined {
  const { tokens } = source;
  if (
    wordAt(tokens, at) === 'there' &&
    !/^(?:is|are|was|were|'s|has|have|must|should|may|can|will|appears?)$/.test(wordAt(tokens, at + 1))
  ) {
    return {
      kind: 'place',
      start: at,
      end: at + 1,
      preposition: 'none',
      names: [],
      camera: false,
      special: 'there',
      assumptions: [],
    };
  }
  const base = { kind: 'place', start: at, preposition: 'none', names: [], camera: false, assumptions: [] } as const;
  const names = nameListAt(source, at);
  if (names) return { ...base, ...names, start: at };
  const all = CAMERAS.longest(tokens, at);
  if (all) return { ...base, end: all.end, special: 'all-cameras', camera: true };
  const numbered = numberedCameraAt(source, at);
  if (numbered) return { ...base, end: numbered.end, camera: true, unknown: numbered };
  const view = /^(?:the|my|our)$/.test(wordAt(tokens, at)) && VIEWS.longest(tokens, at);
  if (view) return { ...base, end: view.end, special: 'view' };
  // "approaches the camera"
  const camera = /^(?:the|this|our|my)$/.test(wordAt(tokens, at)) && /^(?:camera|lens)$/.test(wordAt(tokens, at + 1));
  return camera ? { ...base, end: at + 2, special: 'view' } : undefined;
}

/** "camera 3", "cam B": which of the cameras is that? */
function numberedCameraAt(source: Source, at: number): Place['unknown'] | undefined {
  const { tokens, names } = source;
  const start = ARTICLES.has(wordAt(tokens, at)) ? at + 1 : at;
  if (!/^(?:camera|cam)$/.test(wordAt(tokens, start)) || !isNumbered(source, start + 1)) return undefined;
  return { start, end: start + 2, about: 'camera', candidates: names.all('camera') };
}

/** A number or a letter alone that belongs to the word before it. */
function isNumbered(source: Source, at: number): boolean {
  const token = source.tokens[at];
  return (token?.kind === 'number' && !isCounted(source, at)) || /^[b-hj-z]$/.test(token?.word ?? '');
}

/** One name or several that are joined; a name with a word too many is unknown. */
function nameListAt(
  source: Source,
  at: number,
): Pick<Place, 'names' | 'camera' | 'assumptions' | 'end' | 'join' | 'unknown'> | undefined {
  const { tokens } = source;
  const names: PlaceName[] = [];
  const assumptions: string[] = [];
  let join: Place['join'];
  let unknown: Place['unknown'];
  let end = at;
  for (let next = at; ; ) {
    const one = nameAt(source, next);
    if (!one) break;
    names.push(one.camera ? { ...one.name, labelled: true } : one.name);
    assumptions.push(...one.assumptions);
    unknown ??= one.unknown;
    end = one.end;
    const joined = joinAt(source, end);
    // "in the garden, hall camera": where, and on which camera.
    if (!joined || (joined.word === undefined && isCamera(joined.name) !== isCamera(one))) break;
    if (joined.word !== 'and' || join === undefined) join = joined.word ?? join;
    next = joined.end;
  }
  const another = names.length > 0 && !unknown ? anotherPlaceAt(source, end) : undefined;
  if (another) [unknown, end] = [another, another.end];
  const plural = wordAt(tokens, end);
  if (names.length > 0 && /^(?:cameras|cams)$/.test(plural))
    return { names, camera: true, assumptions, end: end + 1, ...(join && { join }), ...(unknown && { unknown }) };
  if (names.length === 0) return undefined;
  return {
    names,
    camera: names.every(({ labelled }) => labelled),
    assumptions,
    end,
    ...(names.length > 1 && { join: join ?? 'or' }),
    ...(unknown && { unknown }),
  };
}

/** "aisle 3 or 4", "the garden or the shed": a second place that is no name. */
function anotherPlaceAt(source: Source, at: number): Place['unknown'] | undefined {
  const { tokens, names } = source;
  if (!/^(?:and|or)$/.test(wordAt(tokens, at))) return undefined;
  const numbered = tokens[at - 1]?.kind === 'number' && tokens[at + 1]?.kind === 'number';
  if (numbered && !isCounted(source, at + 1) && !/^(?:more|less|fewer)$/.test(wordAt(tokens, at + 1)))
    return { start: at + 1, end: at + 2, about: 'zone', candidates: names.all('zone') };
  if (!ARTICLES.has(wordAt(tokens, at + 1)) || wordAt(tokens, at + 1) !== 'the') return undefined;
  const noun = source.classes.nounAt(tokens, at + 2);
  const place = noun ? undefined : unknownPlaceAt(source, at + 1, 'in');
  if (!place || isVerbForm(tokens, place.end) || /^(?:is|are|has|must|should|'s)$/.test(wordAt(tokens, place.end)))
    return undefined;
  return { ...place, about: place.about ?? 'zone' };
}

/** "and", "or" or a comma with another name after it, and the preposition that may be said again. */
function joinAt(
  source: Source,
  at: number,
): { word: 'and' | 'or' | undefined; end: number; name: OneName } | undefined {
  const { tokens } = source;
  let end = at;
  let word: 'and' | 'or' | undefined;
  if (wordAt(tokens, end) === ',') end++;
  if (/^(?:and|or|\/|nor)$/.test(wordAt(tokens, end))) {
    word = wordAt(tokens, end) === 'and' ? 'and' : 'or';
    end++;
  }
  if (end === at) return undefined;
  const again = PREPOSITION.longest(tokens, end);
  if (again && /^(?:in|at|on|into|near|by|to|from|of)$/.test(wordAt(tokens, end))) end = again.end;
  const name = nameAt(source, end);
  // "…, the garden is …" begins a new clause.
  return name && !startsClause(source, name.end, word) ? { word, end, name } : undefined;
}

/** Whether a name can only be that of a camera here. */
function isCamera({ camera, name: { zone, line } }: OneName): boolean {
  return camera || (zone === undefined && line === undefined);
}

function startsClause({ tokens }: Source, at: number, word: string | undefined): boolean {
  return word === undefined && /^(?:is|are|has|must|should|:)$/.test(wordAt(tokens, at));
}

interface OneName {
  readonly name: PlaceName;
  readonly end: number;
  readonly camera: boolean;
  readonly assumptions: readonly string[];
  readonly unknown?: Place['unknown'];
}

/** A name with its article, and the words "camera", "zone" or "line" around it. */
function nameAt(source: Source, at: number): OneName | undefined {
  const { tokens } = source;
  let start = at;
  const assumptions: string[] = [];
  const own = OWN.has(wordAt(tokens, start)) ? start : undefined;
  while (
    ARTICLES.has(wordAt(tokens, start)) ||
    OWN.has(wordAt(tokens, start)) ||
    DEMONSTRATIVES.has(wordAt(tokens, start)) ||
    /^(?:either|both)$/.test(wordAt(tokens, start))
  )
    start++;
  const label =
    /^(?:camera|cam|zone|area|line|region)$/.test(wordAt(tokens, start)) && source.namesAt(start).length === 0
      ? wordAt(tokens, start)
      : undefined;
  const nameStart = label ? start + 1 : start;
  const matches = source.namesAt(nameStart);
  const [first] = matches;
  if (!first) return undefined;
  const isCamera =
    /^(?:camera|cam)$/.test(label ?? '') ||
    (/^(?:camera|cam)$/.test(wordAt(tokens, first.end)) && !/camera|cam\b/i.test(first.name)) ||
    (matches.length === 1 && first.kind === 'camera' && /cam(?:era)?$/i.test(first.name));
  const name = placeName(matches, nameStart, first.end);
  if (own !== undefined) assumptions.push(`“${textOf(tokens, { start: own, end: first.end })}” is “${first.name}”`);
  if (isCamera) {
    const labelled = /^(?:camera|cam)$/.test(wordAt(tokens, first.end)) ? first.end + 1 : first.end;
    // "the yard camera only": the rule is on no other.
    const end = wordAt(tokens, labelled) === 'only' ? labelled + 1 : labelled;
    const unknown =
      name.camera === undefined
        ? { start: nameStart, end, about: 'camera' as const, candidates: source.names.all('camera') }
        : undefined;
    return { name, end, camera: true, assumptions, ...(unknown && { unknown }) };
  }
  const longer = longerName(source, start, first.end);
  if (longer) return { name, end: longer.end, camera: false, assumptions, unknown: longer };
  const generic = wordAt(tokens, first.end);
  const label2 = AFTER_NAME.zone.has(generic) ? 'zone' : AFTER_NAME.line.has(generic) ? 'line' : undefined;
  const swallow =
    label2 && source.namesAt(first.end).length === 0 && (label2 === 'zone' ? name.zone : name.line) !== undefined;
  return { name, end: swallow ? first.end + 1 : first.end, camera: false, assumptions };
}

function placeName(matches: readonly NameMatch[], start: number, end: number): PlaceName {
  const of = (kind: NameMatch['kind']) => matches.find((match) => match.kind === kind)?.name;
  const [zone, line, camera] = [of('zone'), of('line'), of('camera')];
  const twice = (['zone', 'line', 'camera'] as const).some(
    (kind) => matches.filter((match) => match.kind === kind).length > 1,
  );
  return {
    start,
    end,
    twice,
    ...(zone !== undefined && { zone }),
    ...(line !== undefined && { line }),
    ...(camera !== undefined && { camera }),
  };
}

/** "garden shed" and "aisle 32" are other names than "garden" and "aisle 3". */
function longerName(source: Source, start: number, end: number): Place['unknown'] | undefined {
  const { tokens, names } = source;
  const next = tokens[end];
  if (next === undefined) return undefined;
  const words = tokens.slice(start, end).map(({ word }) => word);
  const unknown = (to: number) => ({ start, end: to, candidates: names.sharing('zone', words) });
  const after = wordAt(tokens, end + 1);
  if (
    next.kind === 'number' &&
    !next.glued &&
    !/^(?:or|and|people|%|\+|-|:|\/|to|till|until|h|oclock|hours|in)$/.test(after) &&
    !isCounted(source, end)
  )
    return unknown(end + 1);
  if (
    next.kind !== 'word' ||
    isFunctionWord(next.word) ||
    isVerbForm(tokens, end) ||
    AFTER_NAME.zone.has(next.word) ||
    AFTER_NAME.line.has(next.word)
  )
    return undefined;
  if (source.classes.nounAt(tokens, end)) return undefined;
  return isPlaceNoun(next.word) ? unknown(end + 1) : undefined;
}

/** A number after a name that belongs to something else: "in the garden 2 dogs", "in bay 12 10 minutes". */
function isCounted({ tokens, classes }: Source, at: number): boolean {
  return (
    classes.nounAt(tokens, at + 1) !== undefined ||
    /^(?:s|sec|secs|seconds?|m|mins?|minutes?|h|hrs?|hours?|am|pm|days?)$/.test(wordAt(tokens, at + 1))
  );
}

/** Words after a preposition that say a place without being a name. */
function unknownPlaceAt(source: Source, at: number, preposition: Preposition): Place['unknown'] | undefined {
  const { tokens, names } = source;
  let start = at;
  let definite = false;
  while (
    ARTICLES.has(wordAt(tokens, start)) ||
    OWN.has(wordAt(tokens, start)) ||
    /^(?:this|that|its|his|her|their|your|any|either|both)$/.test(wordAt(tokens, start))
  ) {
    definite ||= !/^(?:a|an|any)$/.test(wordAt(tokens, start));
    start++;
  }
  let end = start;
  while (end - start < MAX_UNKNOWN_WORDS && continuesName(source, start, end)) end++;
  if (
    end > start &&
    tokens[end]?.kind === 'number' &&
    !isCounted(source, end) &&
    !/^(?:or|and)$/.test(wordAt(tokens, end + 1))
  )
    end++;
  if (end === start) return undefined;
  const words = tokens.slice(start, end).map(({ word }) => word);
  const last = words.filter((word) => !/^\d+$/.test(word)).at(-1) ?? '';
  if (/^(?:camera|cam|cameras|cams)$/.test(last))
    return { start, end, about: 'camera', candidates: names.all('camera') };
  const sharing = {
    zone: names.sharing('zone', words),
    line: names.sharing('line', words),
    camera: names.sharing('camera', words),
  };
  const known = sharing.zone.length > 0 || sharing.line.length > 0 || sharing.camera.length > 0;
  const noun = source.classes.nounAt(tokens, end - 1) ?? source.classes.nounAt(tokens, start);
  const objects = noun !== undefined && noun.end >= end && !known;
  if (objects && (preposition === 'near' || !definite || noun.problem === 'relation' || !isPlaceNoun(noun.noun)))
    return undefined;
  const resembling = definite && !known && !objects ? names.resembling('zone', words) : [];
  if (resembling.length > 0) return { start, end, candidates: resembling, about: 'zone' };
  if (!known && !objects && !isPlace(words, last, definite)) return undefined;
  const about =
    sharing.zone.length > 0
      ? 'zone'
      : sharing.line.length > 0
        ? 'line'
        : sharing.camera.length > 0
          ? 'camera'
          : undefined;
  const candidates = about === undefined ? names.all('zone') : sharing[about];
  return {
    start: definite && known ? Math.max(at, start - 1) : start,
    end,
    candidates,
    ...(about !== undefined && { about }),
  };
}

function continuesName(source: Source, start: number, at: number): boolean {
  const { tokens } = source;
  const token = tokens[at];
  if (token?.kind !== 'word' && !(token?.kind === 'symbol' && at > start)) return false;
  const { word } = token;
  if (isFunctionWord(word) && word !== 'front') return false;
  const compound = at > start && meaningsOf(`${wordAt(tokens, at - 1)} ${word}`).length > 0;
  if (
    at > start &&
    !compound &&
    (isVerbForm(tokens, at) ||
      /ly$/.test(word) ||
      /^(?:please|pls|asap|immediately|only|weekdays?|weekends?|night|nights|tonight|today|tomorrow)$/.test(word))
  )
    return false;
  return true;
}

function isPlace(words: readonly string[], last: string, definite: boolean): boolean {
  const [first = ''] = words;
  if (words.length === 1 && PLACE_ADVERBS.has(first)) return true;
  if (NOT_PLACES.has(last)) return false;
  return isPlaceNoun(last) || (definite && isPlaceNoun(first)) || isPlaceNoun(words.slice(-2).join(' '));
}

/** Whether a noun names a place: a building, a room, a part of the land or of the house, a piece of furniture. */
export function isPlaceNoun(word: string): boolean {
  return singulars(word).some(({ noun }) => {
    if (NOT_PLACES.has(noun)) return false;
    if (PLACE_NOUNS.has(noun)) return true;
    return meaningsOf(noun).some(
      (meaning) => meaning !== undefined && PLACE_ROOTS.some((name) => isA(meaning, root(name) ?? '')),
    );
  });
}

export function placeWords(): Iterable<string> {
  return [...PREPOSITION.words(), ...VIEWS.words(), ...CAMERAS.words()];
}
