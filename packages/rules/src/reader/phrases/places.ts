import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import { PatternTable } from '../text/patterns.js';
import { ARTICLES } from '../words/function-words.js';
import { PLACE_ADVERBS, PREPOSITIONS, type Preposition, VIEW } from '../words/places.js';
import type { Chunk, Place } from './chunk.js';
import { nameListAt } from './place-names.js';
import { isNumbered, unknownPlaceAt } from './unknown-places.js';

const PREPOSITION = new PatternTable(PREPOSITIONS);
/** A longer description of a line is none. */
const MAX_LINE_WORDS = 4;
const VIEWS = new PatternTable(VIEW.map((pattern) => [`[the/my/our/this/that] ${pattern}`, true] as const));
const CAMERAS = new PatternTable<'all' | 'one'>([
  ['all|any|every|each|both|either [of] [the/my/our] camera|cameras|cam|cams', 'all'],
  ['the cameras|cams', 'all'],
  ['cameras', 'all'],
]);

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
  const camera = view && /^(?:camera|cam)$/.test(wordAt(tokens, view.end - 1));
  const longer = camera && source.names.sharing('camera', [wordAt(tokens, view.end)]).length > 0;
  if (view && !longer && !/^(?:camera|cam)$/.test(wordAt(tokens, view.end)) && !isNumbered(source, view.end))
    return { ...base, end: view.end, special: 'view' };
  const it = wordAt(tokens, at) === 'it' && /^(?:in|into|out)$/.test(preposition);
  if (it || (wordAt(tokens, at) === 'there' && wordAt(tokens, at + 1) !== 'is'))
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

/** "crosses the red line": a line that has no such name. */
export function unknownLineAt(source: Source, at: number, before: readonly Chunk[]): Place | undefined {
  const { tokens, names } = source;
  const last = before.at(-1);
  if (last?.kind !== 'verb' || last.verb.kind !== 'cross' || source.namesAt(at).length > 0) return undefined;
  const start = /^(?:the|a|an|my|our)$/.test(wordAt(tokens, at)) ? at + 1 : at;
  for (let end = start; end < start + MAX_LINE_WORDS && tokens[end]?.kind === 'word'; end++) {
    if (/^(?:line|lines)$/.test(wordAt(tokens, end)) && names.longest(tokens, start).length === 0) {
      const unknown = { start: at, end: end + 1, about: 'line', candidates: names.all('line') } as const;
      return {
        kind: 'place',
        start: at,
        end: end + 1,
        preposition: 'none',
        names: [],
        camera: false,
        assumptions: [],
        unknown,
      };
    }
  }
  return undefined;
}

/** "camera 3", "cam B": which of the cameras is that? */
function numberedCameraAt(source: Source, at: number): Place['unknown'] | undefined {
  const { tokens, names } = source;
  const start = ARTICLES.has(wordAt(tokens, at)) ? at + 1 : at;
  if (!/^(?:camera|cam)$/.test(wordAt(tokens, start)) || !isNumbered(source, start + 1)) return undefined;
  return { start, end: start + 2, about: 'camera', candidates: names.all('camera') };
}

export function placeWords(): Iterable<string> {
  return [...PREPOSITION.words(), ...VIEWS.words(), ...CAMERAS.words()];
}
