import type { Things, VerbChunk } from '../phrases/chunk.js';
import { ask, refuse } from '../text/issue.js';
import { textOf } from '../text/tokens.js';
import { unmannedReading } from './presence.js';
import { type BehaviourReading, type ClauseToRead, fail, INTO, STATIC } from './reading.js';
import { personClasses, rangeOf } from './subject.js';

/** "near a truck", "without a person"; undefined where the relation belongs to something else. */
export function relationReading(
  clause: ClauseToRead,
  verb: VerbChunk | undefined,
): BehaviourReading | 'problem' | undefined {
  const { draft, account, source } = clause;
  const { members } = draft.relation;
  const [first] = members;
  if (!first) return undefined;
  const range = rangeOf(members);
  const kind = verb?.verb.kind ?? 'be';
  for (const { things } of members) {
    for (const issue of things.issues)
      account.problem({
        ...issue,
        start: issue.status === 'unsupported' && first.relation === 'without' ? range.start : issue.start,
      });
    account.assume(...things.assumptions);
    if (things.count) account.problem(refuse(things.count.start, things.count.end, '“%”: only the subject is counted'));
    if (things.pronoun) account.problem(ask('subject', things.start, things.end, 'What is “%”?'));
  }
  for (const member of members) account.use(member, 'other');
  const moving =
    kind === 'go' &&
    !verb?.verb.means &&
    draft.places.every(({ preposition }) => STATIC.has(preposition)) &&
    draft.directions.members.length === 0;
  const entering = kind === 'enter' && clause.polarity.prohibited && first.relation === 'without';
  const still =
    entering ||
    kind === 'be' ||
    kind === 'together' ||
    kind === 'alone' ||
    moving ||
    kind === 'stay' ||
    kind === 'approach' ||
    kind === 'wear';
  if (!still) {
    account.problem(refuse(range.start, range.end, '“%” is a second condition; a rule has one'));
    return 'problem';
  }
  if (clause.polarity.limited) {
    account.problem(refuse(range.start, range.end, '“%” beside a limit is a second condition; a rule has one'));
    return 'problem';
  }
  const emptied =
    first.relation === 'without' &&
    draft.subject.members.length === 0 &&
    draft.places.length > 0 &&
    (kind === 'be' || kind === 'stay');
  if (emptied) return { behavior: 'absent', subject: members.flatMap(({ things }) => things.classes), zone: STATIC };
  const other = [...new Set(members.flatMap(({ things }) => things.classes))];
  const overlap = other.some((name) => clause.classes.includes(name));
  if (overlap && other.length > 0) {
    account.problem(
      refuse(range.start, range.end, '“%” is of the same kind as the subject, and they can’t be told apart'),
    );
    return 'problem';
  }
  if (first.relation === 'without' && draft.relation.join === 'and')
    account.assume(`“${textOf(source.tokens, range)}” means without any of them`);
  if (first.relation !== 'without' && members.length > 1 && draft.relation.join === 'and') {
    account.problem(refuse(range.start, range.end, '“%”: a rule has one kind near the subject'));
    return 'problem';
  }
  return { behavior: first.relation === 'without' ? 'without' : 'near', other, zone: entering ? INTO : STATIC };
}

export function nearObject({ account }: ClauseToRead, members: readonly Things[]): BehaviourReading {
  for (const things of members) {
    for (const issue of things.issues) account.problem(issue);
    account.assume(...things.assumptions);
    account.use(things, 'other');
    if (things.count) account.problem(refuse(things.count.start, things.count.end, '“%”: only the subject is counted'));
  }
  return { behavior: 'near', other: [...new Set(members.flatMap(({ classes }) => classes))], zone: STATIC };
}

export function aloneReading(clause: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account, source, classes } = clause;
  const person = personClasses(source);
  if (!person) return fail(account, refuse(verb.start, verb.end, `“%” needs people, which ${source.model} can't see`));
  if (draft.subject.members.length === 0) return unmannedReading(clause, verb);
  if (classes.some((name) => person.includes(name))) {
    return fail(account, refuse(verb.start, verb.end, '“%” said of people: they can’t be told apart'));
  }
  account.assume(`“${textOf(source.tokens, verb)}” means without a person near`);
  return { behavior: 'without', other: person, zone: STATIC };
}

export function wearReading(clause: ClauseToRead, verb: VerbChunk, negated: boolean): BehaviourReading | undefined {
  const { draft, account, source } = clause;
  const { members } = draft.object;
  const [object] = members;
  if (!object)
    return fail(
      account,
      refuse(
        verb.start,
        Math.max(verb.end, ...draft.unknown.map(({ end }) => end)),
        `“%” is not something ${source.model} can see`,
      ),
    );
  const without = negated || object.negative;
  account.assume(
    `“${textOf(source.tokens, { start: verb.start, end: object.end })}” means ${without ? 'without one' : 'one'} near`,
  );
  const reading = nearObject(clause, members);
  return without ? { ...reading, behavior: 'without' } : reading;
}

export function togetherReading(clause: ClauseToRead, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account } = clause;
  const [first, second, ...more] = draft.subject.members;
  if (
    !first ||
    !second ||
    more.length > 0 ||
    first.count ||
    second.count ||
    first.classes.some((name) => second.classes.includes(name))
  ) {
    return fail(account, refuse(verb.start, verb.end, '“%” can be said of two kinds only', ['a person near a dog']));
  }
  return { behavior: 'near', subject: first.classes, other: second.classes, zone: STATIC };
}
