import type { LineSide } from '../context/names.js';
import type { Place, VerbChunk } from '../phrases/chunk.js';
import { ask } from '../text/issue.js';
import { type BehaviourReading, type ClauseToRead, fail, STATIC } from './reading.js';
import { rangeOf } from './subject.js';

/**
 * "from the street into the yard", where a line has these sides: it is crossed that way. Undefined where no side is named; a side that is a
 * zone or a camera too is one only where a line is crossed (`crossing`).
 */
export function sidesReading(
  clause: ClauseToRead,
  verb: VerbChunk | undefined,
  crossing: boolean,
): BehaviourReading | 'problem' | undefined {
  const { draft, account, source } = clause;
  const places = draft.places.filter((place) => endOf(place, verb) !== undefined && hasSide(place, crossing));
  if (places.length === 0) return undefined;
  const range = rangeOf(places);
  const named = draft.places.flatMap(({ names }) => names.flatMap(({ line }) => line ?? []));
  // "enters the yard" may be by another way than over the line.
  if (named.length === 0 && places.length < 2) return undefined;
  const sides = places.map((place) => place.names.flatMap((name) => name.sides ?? []));
  const lines = [...new Set(sides.flat().map(({ line }) => line))].filter(
    (line) =>
      sides.every((list) => list.some((side) => side.line === line)) && (named.length === 0 || named.includes(line)),
  );
  const [line, ...others] = lines;
  if (line === undefined || others.length > 0) {
    fail(account, ask('line', range.start, range.end, 'Which line has the sides “%”?', lines));
    return 'problem';
  }
  const ways = places.map((place, i) =>
    wayOf(
      place,
      verb,
      sides[i]?.find((side) => side.line === line),
    ),
  );
  const [direction] = ways;
  if (direction === undefined || ways.some((way) => way !== direction)) {
    fail(account, ask('direction', range.start, range.end, 'Which way over the line is “%”?', ['forward', 'backward']));
    return 'problem';
  }
  for (const place of places) account.use(place, 'direction');
  const [left, right] = [0, 1].map((side) => source.names.sideName(line, side));
  account.assume(
    `${direction} over “${line}” is from “${direction === 'forward' ? left : right}” to “${direction === 'forward' ? right : left}”`,
  );
  return { behavior: 'cross', direction, line, sides: places, zone: STATIC };
}

function hasSide({ names, camera }: Place, crossing: boolean): boolean {
  const [name, ...others] = names;
  if (!name?.sides || others.length > 0 || camera) return false;
  return crossing || (name.zone === undefined && name.camera === undefined && name.line === undefined);
}

/** Whether something goes to a place or comes from it. */
function endOf({ preposition }: Place, verb: VerbChunk | undefined): 'to' | 'from' | undefined {
  if (/^(?:into|to|toward)$/.test(preposition)) return 'to';
  if (/^(?:from|out)$/.test(preposition)) return 'from';
  if (preposition !== 'none') return undefined;
  return verb?.verb.kind === 'enter' ? 'to' : verb?.verb.kind === 'leave' ? 'from' : undefined;
}

function wayOf(place: Place, verb: VerbChunk | undefined, side: LineSide | undefined): string | undefined {
  if (!side) return undefined;
  return (endOf(place, verb) === 'to') === (side.side === 1) ? 'forward' : 'backward';
}
