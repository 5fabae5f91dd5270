import { type Issue, refuse } from '../text/issue.js';
import type { Draft } from './draft.js';

/**
 * What a joined clause leaves out is that of the clause before it: "a car enters the yard or leaves the garage" has one subject, "waits in
 * the hall for a minute or in the lobby for five" one verb as well.
 */
function sequence({ verbs }: Draft): Issue[] {
  return verbs.members.map(({ start, end }) =>
    refuse(start, end, '“%” comes on top of another behaviour; a rule has one'),
  );
}

export function inheritFrom(draft: Draft, before: Draft | undefined): Draft {
  const { join } = draft.clause;
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
