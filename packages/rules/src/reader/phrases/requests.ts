import type { Source } from '../context/source.js';
import { durationAt } from '../numbers/duration.js';
import { wordAt } from '../numbers/number.js';
import { ask, refuse } from '../text/issue.js';
import { PatternTable } from '../text/patterns.js';
import { timesAt } from '../times/schedule.js';
import {
  ACTIONS,
  ASKS,
  ASKS_AFTER,
  AT_ONCE,
  COOLDOWN_ENDS,
  COOLDOWNS,
  EMPTY_PHRASES,
  REFERRING_BACK,
  SEVERITIES,
} from '../words/asks.js';
import { isFunctionWord } from '../words/grammar.js';
import { USER_STATES } from '../words/times.js';
import type { Chunk } from './chunk.js';
import { atClauseStart, type Matcher, phrases, simple } from './matcher.js';

const ASK = phrases(ASKS);
const ASK_AFTER = phrases(ASKS_AFTER);
const BACK = phrases(REFERRING_BACK);
const EMPTY = phrases(EMPTY_PHRASES);
const ACTION = phrases(ACTIONS);
const SEVERITY = new PatternTable(SEVERITIES);
const COOLDOWN = phrases(COOLDOWNS);
const COOLDOWN_END = phrases(COOLDOWN_ENDS);
const ONCE = phrases(AT_ONCE);
const USER_STATE = phrases(USER_STATES);
/** What "too" may stand before. */
const TOO =
  /^(?:many|much|few|long|close|near|fast|slow|slowly|quickly|big|large|small|crowded|busy|full|late|early|loud)$/;
const STATE_OPENER = phrases([
  'when|while|whilst|whenever|if|as|because|since|after|before|until|unless',
  'as long as',
  'in case',
]);

/** What is said about the warning rather than about what to warn of. */
export const REQUEST_MATCHERS: readonly Matcher[] = [
  cooldownAt,
  severityAt,
  backAt,
  askAt,
  actionAt,
  userTimeAt,
  closedTimeAt,
  onceAt,
  emptyAt,
];

/** All words of these phrases, for finding typos. */
export function requestWords(): string[] {
  const tables = [ASK, ASK_AFTER, BACK, EMPTY, ACTION, SEVERITY, COOLDOWN, COOLDOWN_END, ONCE, USER_STATE];
  return tables.flatMap((table) => [...table.words()]);
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
  // "dog in the garden, alert"
  const last =
    found.end === at + 1 &&
    /^(?:alert|alarm|notify|warn|ping)$/.test(wordAt(tokens, at)) &&
    endsSentence(tokens, found.end);
  if (last && before.length > 0) return simple('ask', at, found.end);
  const action = ACTION.longest(tokens, at);
  const toMe = /^(?:me|us)$/.test(wordAt(tokens, at + 1)) || /^(?:me|us)$/.test(wordAt(tokens, found.end - 1));
  if (!atClauseStart(before) && !toMe) return undefined;
  if (action && action.end > found.end) return undefined;
  const severe = tokens.slice(at, found.end).some(({ word }) => /^(?:urgent|emergency|critical)$/.test(word));
  return severe ? { kind: 'severity', start: at, end: found.end, severity: 'critical' } : simple('ask', at, found.end);
}

function endsSentence(tokens: Source['tokens'], at: number): boolean {
  return (
    tokens[at] === undefined ||
    /^(?:stop|comma)$/.test(tokens[at]?.kind ?? '') ||
    EMPTY.longest(tokens, at) !== undefined
  );
}

/** Something to do beyond warning, with its object up to the next condition. */
function actionAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const found = ACTION.longest(tokens, at);
  if (!found || !atClauseStart(before) || before.at(-1)?.kind === 'opener' || before.at(-1)?.kind === 'times')
    return undefined;
  // "dogs in the garden, ignore birds" makes an exception.
  if (/^(?:ignore|ignoring|exclude)$/.test(wordAt(tokens, at)) && before.some(({ kind }) => kind === 'things'))
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
    issue: refuse(at, end, '“%” is not something a rule can do: it warns', ['warn me when …']),
  };
}

/** "when we're closed": a time that only the user knows. */
function userTimeAt({ tokens }: Source, at: number): Chunk | undefined {
  const opener = STATE_OPENER.longest(tokens, at);
  const state = opener && USER_STATE.longest(tokens, opener.end);
  if (!state || !endsPhrase(tokens, state.end)) return undefined;
  // "nobody is in" is a time, "nobody is in the garden" a condition.
  const goesOn =
    /^(?:in|around)$/.test(wordAt(tokens, state.end - 1)) && /^(?:the|a|an|any)$/.test(wordAt(tokens, state.end));
  if (goesOn) return undefined;
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

/** "We are closed on Mondays.": is that when to warn? */
function closedTimeAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const state =
    atClauseStart(before) && isFunctionWord(wordAt(tokens, at)) ? USER_STATE.longest(tokens, at) : undefined;
  const times = state && timesAt(tokens, state.end, () => false);
  if (!state || !times) return undefined;
  const issue = ask('time', state.end - 1, times.end, 'Is “%” when to warn? From when to when?');
  return { kind: 'problem', start: at, end: times.end, issue };
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
  if (isEither(tokens, at)) return simple('empty', at, at + 1);
  if (found && wordAt(tokens, found.end - 1) === 'well' && wordAt(tokens, found.end) === 'as') return undefined;
  if (!found || (wordAt(tokens, at) === 'right' && found.end === at + 1 && !atClauseStart(before))) return undefined;
  // "too many" says how many.
  if (wordAt(tokens, at) === 'too' && found.end === at + 1 && TOO.test(wordAt(tokens, found.end))) return undefined;
  // "just" may open "just log", "so" a sequence; those were tried before.
  return simple('empty', at, found.end);
}

/** "either … or …": the "or" says it all. */
function isEither(tokens: Source['tokens'], at: number): boolean {
  const paired = tokens.slice(at + 1).some(({ word }) => word === 'or');
  return wordAt(tokens, at) === 'either' && paired && !/^(?:direction|way|side|of)$/.test(wordAt(tokens, at + 1));
}
