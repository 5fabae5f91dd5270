import type { NameMatch } from '../context/names.js';
import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import { PatternTable } from '../text/patterns.js';
import { type Token, textOf } from '../text/tokens.js';
import { ARTICLES, DEMONSTRATIVES, OWN } from '../words/function-words.js';
import { isFunctionWord } from '../words/grammar.js';
import { UNITS_S } from '../words/numbers.js';
import { AFTER_NAME, PREPOSITIONS } from '../words/places.js';
import type { Place, PlaceName } from './chunk.js';
import { isCounted, isPlaceNoun, unknownPlaceAt } from './unknown-places.js';
import { isVerbForm } from './verb-phrase.js';

const PREPOSITION = new PatternTable(PREPOSITIONS);

/** One name or several that are joined; a name with a word too many is unknown. */
export function nameListAt(
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
    const sibling = siblingAt(source, names, end);
    if (sibling) {
      names.push(sibling);
      join ??= wordAt(tokens, end) === 'or' ? 'or' : 'and';
      end = sibling.end;
    }
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

/** "level 1 and 2": a second name that shares all but its number with the last. */
function siblingAt(source: Source, names: readonly PlaceName[], at: number): PlaceName | undefined {
  const { tokens } = source;
  const last = names.at(-1);
  const number = tokens[at + 1];
  const written =
    /^(?:and|or)$/.test(wordAt(tokens, at)) && tokens[at - 1]?.kind === 'number' && number?.kind === 'number';
  if (!last || !number || !written || isCounted(source, at + 1)) return undefined;
  const matches = source.names.longest([...tokens.slice(last.start, at - 1), number], 0);
  const found = matches.filter(({ end }) => end === at - last.start);
  return found.length > 0 ? placeName(found, at + 1, at + 2) : undefined;
}

/** "aisle 3 or 4", "the garden or the shed": a second place that is no name. */
function anotherPlaceAt(source: Source, at: number): Place['unknown'] | undefined {
  const { tokens, names } = source;
  if (!/^(?:and|or)$/.test(wordAt(tokens, at))) return undefined;
  const numbered = tokens[at - 1]?.kind === 'number' && tokens[at + 1]?.kind === 'number';
  if (numbered && !isCounted(source, at + 1) && !/^(?:more|less|fewer)$/.test(wordAt(tokens, at + 1)))
    return { start: at + 1, end: at + 2, about: 'zone', candidates: names.all('zone') };
  // "gate 1 or gate 2"
  const alike =
    tokens[at + 2]?.kind === 'number' && tokens.slice(0, at).some(({ word }) => word === wordAt(tokens, at + 1));
  if (alike && tokens[at - 1]?.kind === 'number' && !isCounted(source, at + 2))
    return { start: at + 1, end: at + 3, about: 'zone', candidates: names.all('zone') };
  const definite = wordAt(tokens, at + 1) === 'the' ? 1 : 0;
  const noun = source.classes.nounAt(tokens, at + 1 + definite);
  // "on the sofa or bed": furniture is a place too.
  if (noun && isPlaceNoun(noun.noun) && endsList(tokens, noun.end))
    return { start: at + 1, end: noun.end, about: 'zone', candidates: names.all('zone') };
  const place = noun || !definite ? undefined : unknownPlaceAt(source, at + 1, 'in');
  if (!place || isVerbForm(tokens, place.end) || /^(?:is|are|has|must|should|'s)$/.test(wordAt(tokens, place.end)))
    return undefined;
  return { ...place, about: place.about ?? 'zone' };
}

function endsList(tokens: readonly Token[], at: number): boolean {
  return (
    tokens[at] === undefined ||
    tokens[at]?.kind !== 'word' ||
    /^(?:at|after|before|for|on|during|between|and|please)$/.test(wordAt(tokens, at))
  );
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
function isCamera({ camera, name }: OneName): boolean {
  return camera || (name.camera !== undefined && name.zone === undefined && name.line === undefined);
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
  const sides = matches.flatMap((match) => match.of ?? []);
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
    ...(sides.length > 0 && { sides }),
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
  const before = tokens[end - 1];
  if (before?.kind === 'number' && next.glued && /^[a-z]{1,2}$/.test(next.word) && !UNITS_S.has(next.word))
    return unknown(end + 1);
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
