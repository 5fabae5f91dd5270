import { ask, type Issue, refuse } from '../text/issue.js';
import type { Draft } from './draft.js';

/** Verbs of what happens at one moment. */
const EVENTS = new Set(['enter', 'leave', 'cross', 'fall', 'gone', 'take', 'stop', 'go', 'pass']);

/** "if a car is in the yard and nobody is in the hall": both have to hold, unlike "when …, and when …" and a list of things in places. */
function isBesides({ clause, subject, verbs, places }: Draft, before: Draft): boolean {
  const [first] = subject.members;
  if (clause.join !== 'and' || clause.sentence !== before.clause.sentence || !first || first.pronoun) return false;
  if (clause.chunks.some(({ kind }) => kind === 'opener' || kind === 'ask')) return false;
  const opened = before.clause.chunks.some(({ kind }) => kind === 'opener') && before.verbs.members.length > 0;
  // That something enters here and something else there is a list: it hardly happens at one moment.
  const happens = [...verbs.members, ...before.verbs.members].every(({ verb }) => EVENTS.has(verb.kind));
  return verbs.members.length > 0 && ((opened && !happens) || first.negative || places.length === 0);
}

/** "a dog in the garden or a cat": where the second is, is not said. */
function isBare({ clause, subject, verbs, places, relation }: Draft, before: Draft): boolean {
  return (
    clause.chunks.every(({ kind }) => kind !== 'ask' && kind !== 'opener') &&
    subject.members.length > 0 &&
    verbs.members.length + places.length + relation.members.length === 0 &&
    before.places.some(({ special }) => special === undefined)
  );
}

function sequence({ verbs }: Draft): Issue[] {
  return verbs.members.map(({ start, end }) =>
    refuse(start, end, '“%” comes on top of another behaviour; a rule has one'),
  );
}

/**
 * What a joined clause leaves out is that of the clause before it: "a car enters the yard or leaves the garage" has one subject, "waits in
 * the hall for a minute or in the lobby for five" one verb as well.
 */
export function inheritFrom(draft: Draft, before: Draft | undefined): Draft {
  const { join } = draft.clause;
  const [first] = draft.subject.members;
  if (before && first && isBare(draft, before)) {
    const issue = ask('zone', first.start, draft.subject.members.at(-1)?.end ?? first.end, 'Where is “%” meant?');
    return { ...draft, issues: [...draft.issues, issue] };
  }
  if (before && first && isBesides(draft, before)) {
    const end = draft.clause.chunks.filter(({ kind }) => kind !== 'empty' && kind !== 'join').at(-1)?.end ?? first.end;
    const issue = refuse(first.start, end, '“%” comes on top of another condition; a rule has one', ['… and when …']);
    return { ...draft, issues: [...draft.issues, issue] };
  }
  if (
    !before ||
    join === 'stop' ||
    draft.subject.members.length > 0 ||
    draft.clause.sentence !== before.clause.sentence
  )
    return draft;
  // A request begins anew: "…, alert me if loitering".
  if (draft.clause.chunks.some(({ kind }) => kind === 'opener' || kind === 'ask') && draft.verbs.members.length === 0)
    return draft;
  if (draft.verbs.members.length > 0 && draft.verbs.members.every(({ verb, form }) => verb.people && form === 'ing'))
    return draft;
  if (draft.verbs.members.length === 0 && draft.places.length === 0) return draft;
  if (draft.verbs.members.length > 0 && join !== 'or')
    return { ...draft, issues: [...draft.issues, ...sequence(draft)] };
  const verbs = draft.verbs.members.length > 0 ? draft.verbs : before.verbs;
  return { ...draft, subject: before.subject, verbs, inherited: true };
}
