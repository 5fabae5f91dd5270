import { isA, meaningsOf, root } from '../../lexicon/lexicon.js';
import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import { singulars } from '../text/inflection.js';
import { ARTICLES, OWN } from '../words/function-words.js';
import { isFunctionWord } from '../words/grammar.js';
import { NOT_PLACES, PLACE_ADVERBS, PLACE_NOUNS, type Preposition } from '../words/places.js';
import type { Place } from './chunk.js';
import { isVerbForm } from './verb-phrase.js';

const PLACE_ROOTS = ['structure', 'location', 'facility', 'terrain', 'water', 'land', 'furniture', 'surface', 'way'];
const MAX_UNKNOWN_WORDS = 4;

/** A number or a letter alone that belongs to the word before it. */
export function isNumbered(source: Source, at: number): boolean {
  const token = source.tokens[at];
  return (token?.kind === 'number' && !isCounted(source, at)) || /^[b-hj-z]$/.test(token?.word ?? '');
}

/** A number after a name that belongs to something else: "in the garden 2 dogs", "in bay 12 10 minutes". */
export function isCounted({ tokens, classes }: Source, at: number): boolean {
  return (
    classes.nounAt(tokens, at + 1) !== undefined ||
    /^(?:s|sec|secs|seconds?|m|mins?|minutes?|h|hrs?|hours?|am|pm|days?)$/.test(wordAt(tokens, at + 1))
  );
}

/** Words after a preposition that say a place without being a name. */
export function unknownPlaceAt(source: Source, at: number, preposition: Preposition): Place['unknown'] | undefined {
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
  if (end > start) end = afterNumbers(source, end);
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

/** "bays 12 and 13": the index after numbers that belong to the words before them. */
function afterNumbers(source: Source, at: number): number {
  const { tokens } = source;
  if (tokens[at]?.kind !== 'number' || isCounted(source, at)) return at;
  const joined = /^(?:or|and|,)$/.test(wordAt(tokens, at + 1)) && tokens[at + 2]?.kind === 'number';
  return joined && !isCounted(source, at + 2) ? afterNumbers(source, at + 2) : at + 1;
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
