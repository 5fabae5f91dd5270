import { ask, type Issue, refuse } from '../text/issue.js';
import type { Draft } from './draft.js';

/** "a dog in the garden or a cat": where the second is, is not said. */
function isBare({ clause, subject, verbs, places, relation }: Draft, before: Draft): boolean {
  return (
    (clause.join === 'or' || clause.join === 'and') &&
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
  if (before && first && draft.clause.sentence === before.clause.sentence && isBare(draft, before)) {
    const issue = ask('zone', first.start, draft.subject.members.at(-1)?.end ?? first.end, 'Where is “%” meant?');
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
