import type { Draft } from '../clauses/draft.js';
import type { Place, Range, VerbChunk } from '../phrases/chunk.js';
import { ask, refuse } from '../text/issue.js';
import { textOf } from '../text/tokens.js';
import type { Preposition } from '../words/places.js';
import { nearObject } from './company.js';
import { ALIVE, SELF_MOVING } from './presence.js';
import { type BehaviourReading, type ClauseToRead, fail, INTO, personOf, STATIC } from './reading.js';

/** Prepositions of a zone that something comes out of. */
export const OUT_OF = new Set<Preposition>(['none', 'out', 'from']);
const MOVES = ['left', 'right', 'toward', 'away'];
const PASSING = new Set<Preposition>([...STATIC, 'over']);

export function speedReading(
  { draft, account, source }: ClauseToRead,
  verb: VerbChunk | undefined,
): BehaviourReading | undefined {
  const [speed] = draft.speed.members;
  if (!speed) return undefined;
  account.use(speed, 'level');
  const kind = verb?.verb.kind;
  const consistent =
    kind === speed.level ||
    kind === 'go' ||
    kind === 'move' ||
    kind === undefined ||
    (kind === 'be' && verb?.finite !== true);
  if (!consistent || draft.directions.members.length > 0 || draft.relation.members.length > 0) {
    return fail(
      account,
      refuse(speed.start, speed.end, '“%” and another behaviour are two conditions; a rule has one'),
    );
  }
  if (verb)
    account.assume(
      `“${textOf(source.tokens, { start: Math.min(verb.start, speed.start), end: Math.max(verb.end, speed.end) })}” means ${speed.level}er than normal`,
    );
  return { behavior: 'speed', level: speed.level, zone: PASSING };
}

export function paceReading(
  clause: ClauseToRead,
  verb: VerbChunk,
  level: 'fast' | 'slow',
): BehaviourReading | undefined {
  const { draft, account, source, classes } = clause;
  const people = verb.verb.people ? personOf(clause, verb) : undefined;
  const place = draft.places.find(
    ({ preposition, names }) =>
      !PASSING.has(preposition) || names.some(({ line, zone }) => line !== undefined && zone === undefined),
  );
  const [direction] = draft.directions.members;
  if (place || direction) {
    return fail(
      account,
      refuse(
        verb.start,
        (direction ?? place)?.end ?? verb.end,
        '“%” is a speed and a direction; a rule has one of them',
      ),
    );
  }
  if (verb.verb.people && classes.some((name) => !ALIVE.has(name)) && draft.subject.members.length > 0) {
    return fail(account, refuse(verb.start, verb.end, '“%” is said of people and animals'));
  }
  account.assume(`“${textOf(source.tokens, verb)}” means ${level}er than normal`);
  return { behavior: 'speed', level, zone: PASSING, ...people };
}

export function crossReading({ draft, account, source }: ClauseToRead, at: Range): BehaviourReading | undefined {
  const [direction] = draft.directions.members;
  const toward = draft.places.find(({ preposition }) => /^(?:into|to|out|from|toward)$/.test(preposition));
  if (toward) {
    return fail(
      account,
      ask('direction', toward.start, toward.end, 'Which direction of the line is “%”?', ['forward', 'backward']),
    );
  }
  if (!draft.places.some((place) => place.names.length > 0 || place.unknown)) {
    // "crosses the red line": the words that nobody knows are asked about.
    if (draft.unknown.length > 0) return undefined;
    return fail(account, ask('line', at.start, at.end, 'Which line does “%” mean?', source.names.all('line')));
  }
  if (!direction) return { behavior: 'cross', direction: 'any', zone: STATIC };
  account.use(direction, 'direction');
  if (direction.direction === 'forward' || direction.direction === 'backward' || direction.direction === 'any') {
    return { behavior: 'cross', direction: direction.direction, zone: STATIC };
  }
  return fail(
    account,
    ask('direction', direction.start, direction.end, 'Which direction of the line is “%”?', ['forward', 'backward']),
  );
}

/** "enters through the gate", where the gate is a line: which way is in can't be known. */
export function lineInstead({ draft, account }: ClauseToRead, verb: VerbChunk | undefined): undefined {
  const over = draft.places.find(
    ({ preposition, names }) =>
      preposition === 'over' && names.some(({ line, zone }) => line !== undefined && zone === undefined),
  );
  const [direction] = draft.directions.members;
  if (over && verb)
    account.problem(
      ask('direction', verb.start, over.end, 'Which direction of the line is “%”?', ['forward', 'backward']),
    );
  else if (direction)
    account.problem(
      ask('direction', direction.start, direction.end, 'Which direction is “%” in the picture?', [
        'left',
        'right',
        'toward',
        'away',
      ]),
    );
  return undefined;
}

/** "up the ramp": a way, but which one the picture does not tell. */
function wayOf({ draft, source }: ClauseToRead): Place | undefined {
  return draft.places.find(
    ({ preposition, start }) => preposition === 'along' && /^(?:up|down)$/.test(source.tokens[start]?.word ?? ''),
  );
}

export function goReading(clause: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account, source } = clause;
  const directions = draft.directions.members;
  const place = draft.places.find(({ preposition }) => !STATIC.has(preposition));
  if (overLine(draft)) {
    if (verb.verb.means) account.assume(`“${textOf(source.tokens, verb)}” means crossing`);
    return crossReading(clause, verb);
  }
  if (directions.length > 0) return moveReading(clause, verb);
  switch (place?.preposition) {
    case 'into':
    case 'to':
      if (place.preposition === 'to' || verb.verb.means)
        account.assume(`“${textOf(source.tokens, { start: verb.start, end: place.end })}” means entering`);
      return { behavior: 'enter', zone: INTO };
    case 'out':
      if (verb.verb.means)
        account.assume(`“${textOf(source.tokens, { start: verb.start, end: place.end })}” means leaving`);
      return { behavior: 'leave', zone: OUT_OF };
    case 'from':
      return fail(
        account,
        ask('behavior', Math.min(verb.start, place.start), Math.max(verb.end, place.end), 'Does “%” mean leaving?', [
          'leaves',
        ]),
      );
    case 'past':
      return passedBy(clause, verb);
    case 'toward':
      return fail(
        account,
        ask('direction', place.start, place.end, 'Which direction is “%” in the picture?', [
          'left',
          'right',
          'toward',
          'away',
        ]),
      );
    case 'other':
      return { behavior: 'appear', zone: STATIC };
    default:
      break;
  }
  const way = wayOf(clause);
  if (way) return fail(account, ask('direction', way.start, way.end, 'Which direction is “%” in the picture?', MOVES));
  if (verb.verb.means)
    return fail(account, refuse(verb.start, verb.end, '“%” is no behaviour that a rule has', ['enters', 'is in']));
  account.assume(`“${textOf(source.tokens, verb)}” means being there`);
  return { behavior: draft.lasting.length > 0 ? 'stay' : 'appear', zone: PASSING };
}

/** "passes the barrier" crosses it, "passes through the lobby" is there; past a zone may be in it or not. */
export function passReading(clause: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  const zone = clause.draft.places.some(
    ({ names, preposition }) => names.length > 0 && !/^(?:in|over|along)$/.test(preposition),
  );
  return zone && !overLine(clause.draft) && clause.draft.directions.members.length === 0
    ? passedBy(clause, verb)
    : goReading(clause, { ...verb, verb: { kind: 'go' } });
}

function passedBy({ account }: ClauseToRead, verb: VerbChunk): undefined {
  return fail(account, ask('behavior', verb.start, verb.end, 'Does “%” mean being in the area?', ['is in', 'enters']));
}

export function moveReading(clause: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account } = clause;
  const [direction] = draft.directions.members;
  const place = draft.places.find(({ preposition }) => !STATIC.has(preposition));
  if (!direction && (place || wayOf(clause))) return goReading(clause, { ...verb, verb: { kind: 'go' } });
  if (!direction)
    return fail(
      account,
      ask('direction', verb.start, verb.end, 'Which way does “%” mean?', ['left', 'right', 'toward', 'away']),
    );
  account.use(direction, 'direction');
  const known = ['left', 'right', 'up', 'down', 'toward', 'away'].includes(direction.direction);
  if (!known)
    return fail(
      account,
      ask('direction', direction.start, direction.end, 'Which way is “%” in the picture?', [
        'left',
        'right',
        'toward',
        'away',
      ]),
    );
  return { behavior: 'move', direction: direction.direction, zone: STATIC };
}

export function approachReading(clause: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account } = clause;
  const [object] = draft.object.members;
  if (object) return nearObject(clause, draft.object.members);
  if (draft.places.some(({ special }) => special === 'view'))
    return { behavior: 'move', direction: 'toward', zone: STATIC };
  return fail(
    account,
    ask('behavior', verb.start, verb.end, 'Does “%” mean entering, or being near?', [
      'enters',
      'moves toward the camera',
    ]),
  );
}

/** "passes the barrier", "over the line": a place that is a line and no zone. */
export function overLine(draft: Draft): boolean {
  return draft.places.some(
    ({ preposition, names, camera }) =>
      (preposition === 'over' || preposition === 'past' || preposition === 'none') &&
      !camera &&
      names.some(
        ({ line, zone }) =>
          line !== undefined && (zone === undefined || preposition === 'over' || preposition === 'past'),
      ),
  );
}

/** "a car left in bay 12": it has not left, it stands there. */
export function isLeftThere(draft: Draft, verb: VerbChunk | undefined): boolean {
  const there = draft.places.some(
    ({ preposition, special }) => special === undefined && /^(?:in|near|other)$/.test(preposition),
  );
  const participle = verb?.form === 'past' || verb?.form === 'participle';
  return there && participle && (!verb.finite || verb.passive);
}

export function leftReading({ account, classes }: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  if (classes.length > 0 && classes.every((name) => SELF_MOVING.has(name) && !ALIVE.has(name)))
    return { behavior: 'stay', zone: STATIC };
  return fail(
    account,
    ask('behavior', verb.start, verb.end, 'Does “%” mean that it stays there, or that nobody is with it?', [
      'stays for 30 s',
      'unattended for 30 s',
    ]),
  );
}
