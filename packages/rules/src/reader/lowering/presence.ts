import type { Range, VerbChunk } from '../phrases/chunk.js';
import { ask, refuse } from '../text/issue.js';
import { textOf } from '../text/tokens.js';
import type { Preposition } from '../words/places.js';
import { type BehaviourReading, type ClauseToRead, fail, personOf, STATIC } from './reading.js';
import { personClasses } from './subject.js';

const GONE_FROM = new Set<Preposition>([...STATIC, 'from', 'out']);
/** Classes that move by themselves: gone, they have left. */
export const SELF_MOVING = new Set([
  'person',
  'car',
  'motorcycle',
  'airplane',
  'bus',
  'train',
  'truck',
  'boat',
  'bird',
  'cat',
  'dog',
  'horse',
  'sheep',
  'cow',
  'elephant',
  'bear',
  'zebra',
  'giraffe',
]);
/** Classes that run and dash. */
export const ALIVE = new Set([
  'person',
  'pedestrian',
  'worker',
  'bird',
  'cat',
  'dog',
  'horse',
  'sheep',
  'cow',
  'elephant',
  'bear',
  'zebra',
  'giraffe',
  '*',
]);

export function absentReading(
  { draft, account, source }: ClauseToRead,
  verb: VerbChunk | undefined,
): BehaviourReading | undefined {
  const kind = verb?.verb.kind ?? 'be';
  if (kind !== 'be' && kind !== 'stay' && verb) {
    return fail(
      account,
      refuse(verb.start, verb.end, '“%”: that nobody does something is no behaviour that a rule has'),
    );
  }
  for (const { start, end } of draft.relation.members)
    account.problem(refuse(start, end, '“%”: with “none” this can’t be said'));
  if (kind === 'stay' && verb) account.assume(`“${textOf(source.tokens, verb)}” means being there`);
  return { behavior: 'absent', zone: STATIC };
}

export function fallReading(clause: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account, source, classes } = clause;
  const person = personClasses(source) ?? [];
  if (draft.subject.members.length > 0 && classes.some((name) => !person.includes(name))) {
    return fail(account, refuse(verb.start, verb.end, '“%”: only people are watched for falling'));
  }
  const people = personOf(clause, verb);
  if (draft.subject.members.length === 0 && !people) return undefined;
  const place = draft.places.find(({ preposition }) => !STATIC.has(preposition));
  if (place)
    return fail(account, refuse(place.start, place.end, '“%”: from or into what somebody falls can’t be told'));
  return { behavior: 'fall', zone: STATIC, ...people };
}

export function goneReading({ draft, account }: ClauseToRead, classes: readonly string[]): BehaviourReading {
  if (draft.lasting.length > 0) {
    account.assume('gone for a time means that none is seen for so long');
    return { behavior: 'absent', zone: GONE_FROM };
  }
  const moves = classes.length > 0 && classes.every((name) => SELF_MOVING.has(name));
  return { behavior: moves ? 'leave' : 'removed', zone: GONE_FROM };
}

/** "someone takes the laptop": the laptop is removed, by whom is not said. */
export function takeReading(clause: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account, source } = clause;
  const [object] = draft.object.members;
  const [taker] = draft.subject.members;
  if (!object) return fail(account, ask('subject', verb.start, verb.end, 'What is it that “%” means?'));
  if (
    taker &&
    (draft.subject.members.length > 1 ||
      taker.count ||
      taker.issues.length > 0 ||
      taker.classes.some((name) => !personClasses(source)?.includes(name)))
  ) {
    return fail(account, refuse(taker.start, taker.end, '“%”: who takes something can’t be told', ['someone']));
  }
  for (const things of draft.object.members) {
    for (const issue of things.issues) account.problem(issue);
    account.assume(...things.assumptions);
    account.use(things, 'subject');
    if (things.count)
      account.problem(refuse(things.count.start, things.count.end, '“%”: what is removed is not counted'));
  }
  account.assume(`“${textOf(source.tokens, verb)}” means being gone, whoever it was`);
  const subject = [...new Set(draft.object.members.flatMap(({ classes }) => classes))];
  return { ...goneReading(clause, subject), subject };
}

/** "the desk is unmanned": nobody is there. */
export function unmannedReading(clause: ClauseToRead, at: Range): BehaviourReading | undefined {
  const { draft, account, source } = clause;
  const person = personClasses(source);
  if (!person) return fail(account, refuse(at.start, at.end, `“%” needs people, which ${source.model} can't see`));
  if (draft.subject.members.length > 0) {
    account.assume(`“${textOf(source.tokens, at)}” means without a person near`);
    return { behavior: 'without', other: person, zone: STATIC };
  }
  account.assume(`“${textOf(source.tokens, at)}” means that nobody is there`);
  return { behavior: 'absent', subject: person, zone: STATIC };
}

/** "the yard camera sees a dog": the camera is a place, the object the subject. */
export function seeReading({ draft, account }: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  if (draft.subject.members.length > 0 && draft.object.members.length > 0) {
    return fail(account, refuse(verb.start, verb.end, '“%” cannot be seen for certain'));
  }
  for (const things of draft.object.members) {
    for (const issue of things.issues) account.problem(issue);
    account.use(things, 'subject');
  }
  const subject = draft.object.members.flatMap(({ classes }) => classes);
  return {
    behavior: draft.lasting.length > 0 ? 'stay' : 'appear',
    zone: STATIC,
    ...(subject.length > 0 && { subject }),
  };
}
