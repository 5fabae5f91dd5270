import type { Draft } from '../clauses/draft.js';
import type { VerbChunk } from '../phrases/chunk.js';
import { ask, refuse } from '../text/issue.js';
import type { Preposition } from '../words/places.js';
import { aloneReading, relationReading, togetherReading, wearReading } from './company.js';
import {
  approachReading,
  crossReading,
  goReading,
  isLeftThere,
  leftReading,
  lineInstead,
  moveReading,
  OUT_OF,
  overLine,
  paceReading,
  passReading,
  speedReading,
} from './motion.js';
import { absentReading, fallReading, goneReading, seeReading, takeReading, unmannedReading } from './presence.js';
import { assumeMeans, type BehaviourReading, type ClauseToRead, fail, INTO, personOf, STATIC } from './reading.js';
import { sidesReading } from './sides.js';

/** Reads one verb of a clause, or a clause without a verb; undefined where a problem was entered. */
export function readBehaviour(clause: ClauseToRead, verb: VerbChunk | undefined): BehaviourReading | undefined {
  const { draft, polarity, account } = clause;
  if (verb) account.use(verb, 'behavior');
  if (polarity.absent) return absentReading(clause, verb);
  const negated = verb?.negated && !polarity.prohibited;
  const kind = verb?.verb.kind ?? 'be';
  if (verb && negated && kind !== 'move' && kind !== 'wear' && kind !== 'be') {
    return fail(
      account,
      refuse(verb.start, verb.end, '“%”: that something does not happen is no behaviour that a rule has'),
    );
  }
  if (draft.speed.members.length > 0) return speedReading(clause, verb);
  if (draft.relation.members.length > 0 && !(verb?.passive && draft.relation.members[0]?.relation === 'by')) {
    const related = relationReading(clause, verb);
    if (related) return related === 'problem' ? undefined : related;
  }
  if (!negated && /^(?:be|go|enter|leave|cross|pass|move)$/.test(kind)) {
    const crossing = kind === 'cross' || overLine(draft);
    const sided = sidesReading(clause, verb, crossing);
    if (sided) return sided === 'problem' ? undefined : sided;
  }
  return readKind(clause, verb, kind, negated === true);
}

function readKind(
  clause: ClauseToRead,
  verb: VerbChunk | undefined,
  kind: string,
  negated: boolean,
): BehaviourReading | undefined {
  const { draft, account, source } = clause;
  const at = verb ?? { start: 0, end: 0 };
  const people = verb?.verb.people ? personOf(clause, at) : undefined;
  switch (kind) {
    case 'be':
      if (draft.places.some(({ preposition }) => preposition === 'over') && overLine(draft))
        return crossReading(clause, at);
      if (draft.places.some(({ special, preposition }) => special === 'view' && preposition === 'out'))
        return { behavior: 'leave', zone: STATIC };
      if (
        clause.polarity.prohibited &&
        draft.places.some(({ preposition }) => preposition === 'into' || preposition === 'to')
      )
        return { behavior: 'enter', zone: INTO };
      return { behavior: draft.lasting.length > 0 ? 'stay' : 'appear', zone: STATIC };
    case 'stay':
      if (parksItself(draft, verb))
        return fail(account, ask('subject', at.start, at.end, 'What does “%” mean?', ['a car', 'any vehicle']));
      assumeMeans(clause, verb);
      return { behavior: 'stay', zone: STATIC, ...people };
    case 'stop':
      return { behavior: 'stop', zone: STATIC };
    case 'enter':
      assumeMeans(clause, verb);
      return lineInstead(clause, verb) ?? { behavior: 'enter', zone: new Set([...INTO, 'over']) };
    case 'leave':
      assumeMeans(clause, verb);
      if (isLeftThere(draft, verb)) return leftReading(clause, verb as VerbChunk);
      return (
        lineInstead(clause, verb) ?? {
          behavior: 'leave',
          zone: new Set([...OUT_OF, 'over', ...placesBefore(draft, verb)]),
        }
      );
    case 'cross':
      return crossReading(clause, at);
    case 'pass':
      return passReading(clause, verb as VerbChunk);
    case 'go':
      return goReading(clause, verb as VerbChunk);
    case 'move':
    case 'turn':
      return negated ? { behavior: 'stop', zone: STATIC } : moveReading(clause, verb as VerbChunk);
    case 'approach':
      return approachReading(clause, verb as VerbChunk);
    case 'fast':
    case 'slow':
      return paceReading(clause, verb as VerbChunk, kind);
    case 'fall':
      return fallReading(clause, verb as VerbChunk);
    case 'gone':
      return goneReading(clause, clause.classes);
    case 'take':
      return takeReading(clause, verb as VerbChunk);
    case 'alone':
      return aloneReading(clause, verb as VerbChunk);
    case 'unmanned':
      return unmannedReading(clause, at);
    case 'empty':
      return fail(account, ask('subject', at.start, at.end, '“%” of what?', source.classes.expand(['*']).slice(0, 3)));
    case 'crowded':
      return fail(account, ask('count', at.start, at.end, 'How many are meant by “%”?'));
    case 'gather':
      if (draft.subject.members.some(({ count }) => count))
        return { behavior: draft.lasting.length > 0 ? 'stay' : 'appear', zone: STATIC };
      return fail(account, ask('count', at.start, at.end, 'How many have to “%”?'));
    case 'wear':
      return wearReading(clause, verb as VerbChunk, negated);
    case 'see':
      return seeReading(clause, verb as VerbChunk);
    case 'together':
      return togetherReading(clause, verb as VerbChunk);
    case 'unclear':
      return fail(
        account,
        ask('behavior', at.start, at.end, 'What exactly does “%” look like?', ['enters', 'is there', 'stays for 30 s']),
      );
    default:
      return fail(
        account,
        refuse(at.start, at.end, '“%” cannot be seen for certain', ['enters', 'stays for 30 s', 'runs']),
      );
  }
}

/** "the car in bay 12 leaves": where it is, is what it leaves. */
function placesBefore(draft: Draft, verb: VerbChunk | undefined): Preposition[] {
  return draft.places.some(({ end, preposition }) => preposition === 'in' && verb !== undefined && end <= verb.start)
    ? ['in']
    : [];
}

/** "someone parks": a vehicle is meant, but which? */
function parksItself(draft: Draft, verb: VerbChunk | undefined): boolean {
  const person = draft.subject.members.some(({ noun }) =>
    /^(?:someone|somebody|anyone|anybody|people|person)$/.test(noun),
  );
  return person && (verb?.form === 's' || verb?.form === 'base' || verb?.form === 'ing') && verb.verb.vehicles === true;
}
