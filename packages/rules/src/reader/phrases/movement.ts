import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import { PatternTable } from '../text/patterns.js';
import { DIRECTIONS, SPEEDS, UNKNOWN_DIRECTIONS } from '../words/directions.js';
import { isFunctionWord } from '../words/grammar.js';
import type { Chunk } from './chunk.js';
import { nameAfter, phrases } from './matcher.js';
import { placeAt, prepositionAt } from './places.js';
import { thingsAt } from './things.js';
import { verbAt } from './verb-phrase.js';

const SPEED = new PatternTable(SPEEDS);
const DIRECTION = new PatternTable(DIRECTIONS);
const COMPASS = /^(?:north|south|east|west)(?:ern|erly)?$/;
const UNKNOWN_DIRECTION = phrases(UNKNOWN_DIRECTIONS);

/** All words of these phrases, for finding typos. */
export function movementWords(): string[] {
  return [SPEED, DIRECTION, UNKNOWN_DIRECTION].flatMap((table) => [...table.words()]);
}

/** "to the left", "towards the camera": directions that look like places. */
export function directionBeforePlaceAt(source: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  if (
    !/^(?:to|toward|towards|from|in|away|at|further|against|on|into|out|up|closer|nearer|either|both)$/.test(
      wordAt(source.tokens, at),
    )
  )
    return undefined;
  return directionAt(source, at, before);
}

export function directionAt(source: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const { tokens } = source;
  const known = DIRECTION.longest(tokens, at);
  const unknown = UNKNOWN_DIRECTION.longest(tokens, at);
  const end = Math.max(known?.end ?? 0, unknown?.end ?? 0);
  if (end === 0 || (prepositionAt(source, at) && nameAfter(source, at)) || source.namesAt(at).length > 0)
    return undefined;
  if (/^(?:camera|cam)$/.test(wordAt(tokens, end))) return undefined;
  // "in the west wing" is a place.
  const next = tokens[end];
  if (
    COMPASS.test(wordAt(tokens, end - 1)) &&
    wordAt(tokens, end - 2) === 'the' &&
    next?.kind === 'word' &&
    !isFunctionWord(next.word)
  )
    return undefined;
  const moving = before.some(
    (chunk) =>
      chunk.kind === 'verb' && /^(?:go|move|turn|cross|pass|fast|slow|enter|leave|approach)$/.test(chunk.verb.kind),
  );
  const single =
    end === at + 1 &&
    /^(?:left|right|up|down|away|closer|nearer|forward|backward|forwards|backwards)$/.test(wordAt(tokens, at));
  if (single && !moving) return undefined;
  // "up the ramp" is a place.
  if (single && /^(?:up|down)$/.test(wordAt(tokens, at)) && /^(?:the|my|our)$/.test(wordAt(tokens, end)))
    return undefined;
  return { kind: 'direction', start: at, end, direction: known && known.end === end ? known.value : 'unknown' };
}

export function speedAt({ tokens }: Source, at: number): Chunk | undefined {
  const found = SPEED.longest(tokens, at);
  return found && { kind: 'speed', start: at, end: found.end, level: found.value };
}

export function verbChunkAt(source: Source, at: number): Chunk | undefined {
  const { tokens } = source;
  if (wordAt(tokens, at) === 'there') {
    const verb = verbAt(tokens, at + 1);
    if (verb) return { ...verb, start: at };
  }
  // "we have not seen the cat", "I can't see the cat": it was not there.
  const witnessed = /^(?:i|we|you)$/.test(wordAt(tokens, at)) ? verbAt(tokens, at + 1) : undefined;
  if (witnessed?.verb.kind === 'see') {
    const { modal: _, ...seen } = witnessed;
    return { ...seen, start: at, verb: { kind: 'be' } };
  }
  const verb = verbAt(tokens, at);
  // "taken out of the room": "out of" is the place's.
  const split = verb && wordAt(tokens, verb.end) === 'of' && wordAt(tokens, verb.end - 1) === 'out';
  if (split) return verbAt(tokens.slice(0, verb.end - 1), at) ?? verb;
  // "driving the wrong way": the article is the direction's.
  if (verb?.verb.kind === 'vague' && directionAt(source, verb.end - 1, []))
    return verbAt(tokens.slice(0, verb.end - 1), at) ?? verb;
  if (!verb?.verb.particle) return verb;
  // "walks in the garden": the last word is the place's. "gets in the garden" is into it.
  const place = placeAt(source, verb.end - 1);
  const enough =
    place && place.special !== 'there' && (place.names.length > 0 || place.unknown || place.special === 'view');
  const into =
    verb.verb.kind === 'enter' &&
    /^(?:go|goes|going|gone|went|come|comes|coming|came|get|gets|getting|got|step|steps|stepping|stepped)$/.test(
      wordAt(tokens, verb.end - 2),
    );
  return enough && !(into && place.special !== 'view') ? (verbAt(tokens.slice(0, verb.end - 1), at) ?? verb) : verb;
}

const UNWANTED = phrases([
  'i|we do not want [to see/to have/to find/there to be]',
  'there must|should|shall not be',
  'i|we (never/do not ever) want [to see/to have/to find]',
]);
/** Words that say that it is warnings which are not wanted. */
const ABOUT_WARNINGS =
  /^(?:alerts?|alarms?|warn|warnings?|notif(?:y|ications?)|messages?|texts?|emails?|pings?|triggers?|bother)$/;

/** "I don't want anyone in the garden": it warns when somebody is there. */
export function unwantedAt(source: Source, at: number): Chunk | undefined {
  const { tokens } = source;
  const found = UNWANTED.longest(tokens, at);
  const things = found && thingsAt(source, found.end);
  if (!found || !things || things.negative) return undefined;
  for (let i = at; tokens[i] !== undefined && tokens[i]?.kind !== 'stop'; i++)
    if (ABOUT_WARNINGS.test(wordAt(tokens, i))) return undefined;
  return { kind: 'ask', start: at, end: found.end };
}

/** "no parking": a prohibition without a subject; "it is forbidden to enter". */
export function prohibitionAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  if (wordAt(tokens, at) === 'no' && before.at(-1)?.kind !== 'things') {
    const verb = verbAt(tokens, at + 1);
    return verb?.form === 'ing' || verb?.verb.kind === 'enter'
      ? { ...verb, start: at, negated: true, modal: 'may' }
      : undefined;
  }
  const verb = wordAt(tokens, at) === 'it' ? verbAt(tokens, at + 1) : undefined;
  return verb?.modal === 'may' && verb.end > at + 3 ? { ...verb, start: at } : undefined;
}
