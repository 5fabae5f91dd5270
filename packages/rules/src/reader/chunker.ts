import type { Chunk, ChunkKind, Range } from './chunk.js';
import { refuse } from './issues.js';
import { durationAt, lastingAt } from './phrases/duration.js';
import { comparisonAt, numberAt, wordAt } from './phrases/number.js';
import { placeAt, prepositionAt } from './phrases/places.js';
import { relationAt } from './phrases/relation.js';
import { thingsAt } from './phrases/things.js';
import { verbAt } from './phrases/verb-phrase.js';
import type { Source } from './source.js';
import { PatternTable } from './text/patterns.js';
import { timesAt } from './times/schedule.js';
import {
  ACTIONS,
  ASKS,
  ASKS_AFTER,
  AT_ONCE,
  COOLDOWN_ENDS,
  COOLDOWNS,
  EMPTY_PHRASES,
  OPENERS,
  REFERRING_BACK,
  SEVERITIES,
} from './words/asks.js';
import { isFunctionWord } from './words/grammar.js';
import { EXCEPTIONS, MEASURES, REASONS, REFUSALS, SUBORDINATORS } from './words/refusals.js';
import { UNKNOWN_TIME_PHRASES, USER_STATES } from './words/times.js';
import { DIRECTIONS, SPEEDS, UNKNOWN_DIRECTIONS } from './words/verbs.js';

const flags = (patterns: readonly string[]) => new PatternTable(patterns.map((pattern) => [pattern, true] as const));
const ASK = flags(ASKS);
const ASK_AFTER = flags(ASKS_AFTER);
const BACK = flags(REFERRING_BACK);
const EMPTY = flags(EMPTY_PHRASES);
const OPENER = flags(OPENERS);
const ACTION = flags(ACTIONS);
const SEVERITY = new PatternTable(SEVERITIES);
const COOLDOWN = flags(COOLDOWNS);
const COOLDOWN_END = flags(COOLDOWN_ENDS);
const ONCE = flags(AT_ONCE);
const SPEED = new PatternTable(SPEEDS);
const DIRECTION = new PatternTable(DIRECTIONS);
const UNKNOWN_DIRECTION = flags(UNKNOWN_DIRECTIONS);
const REFUSAL = new PatternTable(REFUSALS);
const SUBORDINATOR = new PatternTable(SUBORDINATORS);
const REASON = flags(REASONS);
const EXCEPTION = flags(EXCEPTIONS);
const USER_STATE = flags(USER_STATES);
const STATE_OPENER = flags([
  'when|while|whilst|whenever|if|as|because|since|after|before|until|unless',
  'as long as',
  'in case',
]);

/** Splits a prompt into phrases that mean something; what is left over is `unknown`. */
export function chunk(source: Source): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < source.tokens.length; ) {
    const next = chunkAt(source, at, chunks);
    chunks.push(next);
    at = next.end;
  }
  return chunks;
}

function chunkAt(source: Source, at: number, before: readonly Chunk[]): Chunk {
  for (const match of MATCHERS) {
    const found = match(source, at, before);
    if (found && found.end > at) return found;
  }
  return { kind: 'unknown', start: at, end: at + 1 };
}

type Matcher = (source: Source, at: number, before: readonly Chunk[]) => Chunk | undefined;

/** In this order: what is said about the warning, about time, about places, about things, and what they do. */
const MATCHERS: readonly Matcher[] = [
  markAt,
  cooldownAt,
  severityAt,
  backAt,
  askAt,
  actionAt,
  userTimeAt,
  onceAt,
  emptyAt,
  timeAt,
  durationChunkAt,
  measureAt,
  refusalAt,
  directionBeforePlaceAt,
  placeBeforeThings,
  relationChunkAt,
  exceptionAt,
  prohibitionAt,
  thingsChunkAt,
  directionAt,
  speedAt,
  verbChunkAt,
  conditionAt,
  openerAt,
  placeChunkAt,
];

function simple<K extends ChunkKind>(kind: K, start: number, end: number) {
  return { kind, start, end } as const;
}

function markAt({ tokens }: Source, at: number): Chunk | undefined {
  const token = tokens[at];
  if (token?.kind === 'stop') return { kind: 'stop', start: at, end: at + 1, colon: false };
  if (token?.kind === 'colon') return { kind: 'stop', start: at, end: at + 1, colon: true };
  if (token?.kind === 'dash' && !/^(?:number|clock)$/.test(tokens[at + 1]?.kind ?? ''))
    return { kind: 'join', start: at, end: at + 1, word: ',' };
  if (token?.kind === 'comma') return { kind: 'join', start: at, end: at + 1, word: ',' };
  return undefined;
}

/** Whether a clause or a request may start after these chunks. */
function atClauseStart(before: readonly Chunk[]): boolean {
  const last = before.filter(({ kind }) => kind !== 'empty' && kind !== 'severity').at(-1);
  return last === undefined || /^(?:stop|join|ask|opener|back|cooldown|times)$/.test(last.kind);
}

function cooldownAt({ tokens }: Source, at: number): Chunk | undefined {
  const opening = COOLDOWN.longest(tokens, at);
  if (opening) {
    const lead = /^(?:a|an)$/.test(wordAt(tokens, opening.end - 1)) ? opening.end - 1 : opening.end;
    const bare = { hour: 3600, minute: 60, day: 86_400, second: 1 }[wordAt(tokens, opening.end)];
    const length = durationAt(tokens, lead) ?? (bare === undefined ? undefined : { value: bare, end: opening.end + 1 });
    if (
      length &&
      (/^(?:wait|leave|keep)$/.test(firstVerb(tokens, at, opening.end))
        ? COOLDOWN_END.longest(tokens, length.end)
        : true)
    ) {
      const end = COOLDOWN_END.longest(tokens, length.end)?.end ?? length.end;
      return { kind: 'cooldown', start: at, end, seconds: length.value };
    }
  }
  const length = durationAt(tokens, /^(?:with|and|but)$/.test(wordAt(tokens, at)) ? at + 1 : at);
  const ending = length && COOLDOWN_END.longest(tokens, length.end);
  return ending && !/^(?:max|maximum|at)$/.test(wordAt(tokens, length.end))
    ? { kind: 'cooldown', start: at, end: ending.end, seconds: length.value }
    : undefined;
}

function firstVerb(tokens: Source['tokens'], start: number, end: number): string {
  return tokens.slice(start, end).find(({ word }) => !isFunctionWord(word))?.word ?? '';
}

function severityAt({ tokens }: Source, at: number): Chunk | undefined {
  const found = SEVERITY.longest(tokens, at);
  return found && { kind: 'severity', start: at, end: found.end, severity: found.value };
}

/** "if that happens", only where nothing else is said. */
function backAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const found = BACK.longest(tokens, at);
  if (!found || !atClauseStart(before)) return undefined;
  const next = tokens[found.end];
  const ends =
    next === undefined ||
    next.kind === 'stop' ||
    next.kind === 'comma' ||
    EMPTY.longest(tokens, found.end) !== undefined;
  return ends ? simple('back', at, found.end) : undefined;
}

function askAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const after = ASK_AFTER.longest(tokens, at);
  if (after) return simple('ask', at, after.end);
  const found = ASK.longest(tokens, at);
  if (!found) return undefined;
  const action = ACTION.longest(tokens, at);
  const toMe = /^(?:me|us)$/.test(wordAt(tokens, at + 1)) || /^(?:me|us)$/.test(wordAt(tokens, found.end - 1));
  if (!atClauseStart(before) && !toMe) return undefined;
  if (action && action.end > found.end) return undefined;
  const severe = tokens.slice(at, found.end).some(({ word }) => /^(?:urgent|emergency|critical)$/.test(word));
  return severe ? { kind: 'severity', start: at, end: found.end, severity: 'critical' } : simple('ask', at, found.end);
}

/** Something to do beyond warning, with its object up to the next condition. */
function actionAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const found = ACTION.longest(tokens, at);
  if (!found || !atClauseStart(before) || before.at(-1)?.kind === 'opener' || before.at(-1)?.kind === 'times')
    return undefined;
  let end = found.end;
  while (
    tokens[end] !== undefined &&
    !/^(?:stop|comma)$/.test(tokens[end]?.kind ?? '') &&
    !/^(?:when|whenever|if|once|as|every|each|at|and|that|until|unless)$/.test(wordAt(tokens, end))
  )
    end++;
  return {
    kind: 'problem',
    start: at,
    end,
    issue: refuse(at, end, '“%” is nothing that a rule can do: it warns', ['warn me when …']),
  };
}

/** "when we're closed": a time that only the user knows. */
function userTimeAt({ tokens }: Source, at: number): Chunk | undefined {
  const opener = STATE_OPENER.longest(tokens, at);
  const state = opener && USER_STATE.longest(tokens, opener.end);
  if (!state || !endsPhrase(tokens, state.end)) return undefined;
  const issue = {
    status: 'needs_input',
    about: 'time',
    start: at,
    end: state.end,
    text: 'From when to when is “%”?',
    candidates: [],
  } as const;
  return { kind: 'problem', start: at, end: state.end, issue };
}

function endsPhrase(tokens: Source['tokens'], at: number): boolean {
  const token = tokens[at];
  return (
    token === undefined ||
    token.kind !== 'word' ||
    /^(?:and|or|but|on|at|during|between|for|please|every|in|alert|warn|notify|tell|let|then|someone|anyone|a|an|any|the|if|when|there)$/.test(
      token.word,
    )
  );
}

function onceAt({ tokens }: Source, at: number): Chunk | undefined {
  const found = ONCE.longest(tokens, at);
  return found && simple('at-once', at, found.end);
}

function emptyAt(source: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const { tokens } = source;
  const found = EMPTY.longest(tokens, at);
  if (!found || (wordAt(tokens, at) === 'right' && found.end === at + 1 && !atClauseStart(before))) return undefined;
  // "just" may open "just log", "so" a sequence; those were tried before.
  return simple('empty', at, found.end);
}

function timeAt(source: Source, at: number): Chunk | undefined {
  const { tokens, classes } = source;
  if (source.namesAt(at).length > 0 || (prepositionAt(source, at) && nameAfter(source, at))) return undefined;
  const isThing = (i: number) =>
    classes.nounAt(tokens, i) !== undefined || MEASURES.has(wordAt(tokens, i)) || source.namesAt(i).length > 0;
  const found = timesAt(tokens, at, isThing);
  return found && { kind: 'times', start: at, end: found.end, times: found.value };
}

/** Whether a name stands after a preposition and an article: "at the night market". */
function nameAfter(source: Source, at: number): boolean {
  let next = at + 1;
  while (/^(?:the|a|an|my|our)$/.test(wordAt(source.tokens, next))) next++;
  return source.namesAt(next).length > 0;
}

function durationChunkAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const after = /^after$/.test(wordAt(tokens, at)) ? at + 1 : at;
  const found = lastingAt(tokens, after);
  if (!found) return undefined;
  if (MEASURES.has(wordAt(tokens, found.end))) return undefined;
  // "20 cars an hour" is a rate, "loitering 30 seconds" a length.
  const bareArticle = !found.value.introduced && /^(?:a|an)$/.test(wordAt(tokens, at)) && after === at;
  if (bareArticle && before.at(-1)?.kind !== 'verb') return undefined;
  return { kind: 'lasting', start: at, end: found.end, lasting: found.value };
}

/** "faster than 30 km/h", "within 2 metres of": amounts of what is not measured. */
function measureAt({ tokens }: Source, at: number): Chunk | undefined {
  const refusal = REFUSAL.longest(tokens, at);
  const start =
    comparisonAt(tokens, at)?.end ??
    refusal?.end ??
    (/^(?:at|of|about|around)$/.test(wordAt(tokens, at)) ? at + 1 : at);
  const number =
    numberAt(tokens, start) ?? (/^(?:a|an)$/.test(wordAt(tokens, start)) ? { value: 1, end: start + 1 } : undefined);
  if (!number) return undefined;
  const unit = wordAt(tokens, number.end);
  if (!MEASURES.has(unit) && !(unit === 'm' && wordAt(tokens, number.end + 1) !== '')) return undefined;
  let end = number.end + 1;
  if (wordAt(tokens, end) === '/' || wordAt(tokens, end) === 'per') end += 2;
  if (/^(?:away|apart|tall|high|long|wide|deep|from|of)$/.test(wordAt(tokens, end))) end++;
  return {
    kind: 'problem',
    start: at,
    end,
    issue: refuse(at, end, '“%”: distances, sizes and speeds are not measured'),
  };
}

function refusalAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const found = REFUSAL.longest(tokens, at);
  if ((SPEED.longest(tokens, at)?.end ?? 0) > (found?.end ?? 0)) return undefined;
  if (!found || (before.length === 0 && /^(?:then|again|later)$/.test(wordAt(tokens, at)))) return undefined;
  let end = found.end;
  if (/than$/.test(wordAt(tokens, end - 1)))
    while (tokens[end]?.kind === 'word' && !/^(?:on|in|at|and|or|when|if|during)$/.test(wordAt(tokens, end))) end++;
  return { kind: 'problem', start: at, end, issue: refuse(at, end, found.value) };
}

/** "to the left", "towards the camera": directions that look like places. */
function directionBeforePlaceAt(source: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  if (
    !/^(?:to|toward|towards|from|in|away|at|further|against|on|into|out|up|closer|nearer|either|both)$/.test(
      wordAt(source.tokens, at),
    )
  )
    return undefined;
  return directionAt(source, at, before);
}

function directionAt(source: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const { tokens } = source;
  const known = DIRECTION.longest(tokens, at);
  const unknown = UNKNOWN_DIRECTION.longest(tokens, at);
  const end = Math.max(known?.end ?? 0, unknown?.end ?? 0);
  if (end === 0 || (prepositionAt(source, at) && nameAfter(source, at)) || source.namesAt(at).length > 0)
    return undefined;
  if (/^(?:camera|cam)$/.test(wordAt(tokens, end))) return undefined;
  const moving = before.some(
    (chunk) => chunk.kind === 'verb' && /^(?:go|move|turn|cross|fast|slow|enter|leave|approach)$/.test(chunk.verb.kind),
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

/** Places first where a preposition begins them: "in the car park" is no car. */
function placeBeforeThings(source: Source, at: number): Chunk | undefined {
  const begins = prepositionAt(source, at) !== undefined || source.namesAt(at).length > 0 || nameAfter(source, at - 1);
  return begins ? placeAt(source, at) : undefined;
}

function placeChunkAt(source: Source, at: number): Chunk | undefined {
  return placeAt(source, at);
}

function relationChunkAt(source: Source, at: number): Chunk | undefined {
  return relationAt(source, at);
}

function exceptionAt(source: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const { tokens } = source;
  const last = before.filter(({ kind }) => kind !== 'join').at(-1)?.kind;
  if (wordAt(tokens, at) === 'but' && last === 'things' && thingsAt(source, at + 1))
    return simple('except', at, at + 1);
  const found = EXCEPTION.longest(tokens, at);
  // "not a person in the garden" is none there.
  if (/^(?:not|never)$/.test(wordAt(tokens, at)) && (last === undefined || /^(?:opener|ask|stop)$/.test(last)))
    return undefined;
  if (!found || (wordAt(tokens, at) === 'not' && verbAt(tokens, at))) return undefined;
  return simple('except', at, found.end);
}

function thingsChunkAt(source: Source, at: number): Chunk | undefined {
  return thingsAt(source, at);
}

function speedAt({ tokens }: Source, at: number): Chunk | undefined {
  const found = SPEED.longest(tokens, at);
  return found && { kind: 'speed', start: at, end: found.end, level: found.value };
}

function verbChunkAt(source: Source, at: number): Chunk | undefined {
  const { tokens } = source;
  if (wordAt(tokens, at) === 'there') {
    const verb = verbAt(tokens, at + 1);
    if (verb) return { ...verb, start: at };
  }
  const verb = verbAt(tokens, at);
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

/** "no parking": a prohibition without a subject; "it is forbidden to enter". */
function prohibitionAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  if (wordAt(tokens, at) === 'no' && before.at(-1)?.kind !== 'things') {
    const verb = verbAt(tokens, at + 1);
    return verb?.form === 'ing' ? { ...verb, start: at, negated: true, modal: 'may' } : undefined;
  }
  const verb = wordAt(tokens, at) === 'it' ? verbAt(tokens, at + 1) : undefined;
  return verb?.modal === 'may' && verb.end > at + 3 ? { ...verb, start: at } : undefined;
}

/** "while it is raining", "because we had a break-in": to the end of the clause. */
function conditionAt({ tokens }: Source, at: number): Chunk | undefined {
  const reason = REASON.longest(tokens, at);
  const found = SUBORDINATOR.longest(tokens, at);
  if (!reason && !found) return undefined;
  let end = Math.max(reason?.end ?? 0, found?.end ?? 0);
  while (tokens[end] !== undefined && !/^(?:stop|comma|colon)$/.test(tokens[end]?.kind ?? '')) end++;
  if (reason && reason.end >= (found?.end ?? 0)) return simple('aside', at, end);
  return { kind: 'problem', start: at, end, issue: refuse(at, end, found?.value ?? '') };
}

function openerAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const word = wordAt(tokens, at);
  if (/^(?:and|or|but|nor|&|\/|plus)$/.test(word)) {
    return {
      kind: 'join',
      start: at,
      end: at + 1,
      word: word === 'or' || word === 'nor' || word === '/' ? 'or' : word === 'but' ? 'but' : 'and',
    };
  }
  const last = before.at(-1)?.kind;
  if (/^(?:who|which|that|whom|whose)$/.test(word) && (last === 'things' || last === 'place'))
    return simple('relative', at, at + 1);
  const found = OPENER.longest(tokens, at);
  if (!found) return undefined;
  // "on", "for" and "about" open a condition only right after a request.
  if (/^(?:in|about|of|on|for|to|as|case)$/.test(word) && found.end === at + 1 && last !== 'ask') return undefined;
  return simple('opener', at, found.end);
}

/** All words that the tables know, for finding typos. */
export function chunkerWords(): Set<string> {
  const tables = [
    ASK,
    ASK_AFTER,
    BACK,
    EMPTY,
    OPENER,
    ACTION,
    SEVERITY,
    COOLDOWN,
    COOLDOWN_END,
    ONCE,
    SPEED,
    DIRECTION,
    UNKNOWN_DIRECTION,
    REFUSAL,
    SUBORDINATOR,
    EXCEPTION,
    USER_STATE,
  ];
  return new Set([...tables.flatMap((table) => [...table.words()]), ...flags(UNKNOWN_TIME_PHRASES).words()]);
}

export type { Range };
