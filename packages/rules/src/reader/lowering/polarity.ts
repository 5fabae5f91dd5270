import type { Count } from '@lookout/protocol';
import type { Draft } from '../clauses/draft.js';
import { refuse } from '../text/issue.js';
import type { Account } from './account.js';

/** What negations, permissions and limits make of a clause. */
export interface Polarity {
  /** None of the subject is there. */
  readonly absent: boolean;
  /** A prohibition: it warns when what it says happens after all. */
  readonly prohibited: boolean;
  /** The number of a limit is turned around: it warns beyond it. */
  readonly limited: boolean;
}

/**
 * "nobody may …", "no dogs on …" and "max 3 …" warn when they are broken, "nobody is at …" when it holds. Words that ask for the warning
 * or "when" make a condition of what would be a prohibition alone.
 */
export function readPolarity(draft: Draft, account: Account): Polarity {
  const [subject] = draft.subject.members;
  const [verb] = draft.verbs.members;
  const kind = verb?.verb.kind ?? 'be';
  const negativeSubject = subject?.negative === true;
  const negatedVerb = verb?.negated === true;
  const limited = isLimit(draft);
  const plain = { absent: false, prohibited: false, limited };
  const timeLimit = draft.lasting.some(({ lasting }) => lasting.op.startsWith('<'));
  if (verb?.modal && !draft.opened) {
    if (timeLimit && !negativeSubject && !negatedVerb) return plain;
    if (negativeSubject !== negatedVerb) return { ...plain, prohibited: true };
    if (limited) return plain;
    if (verb.modal === 'must' && kind === 'be' && !negatedVerb && subject) return { ...plain, absent: true };
    account.problem(
      refuse(verb.start, verb.end, '“%” is allowed or wanted, which is nothing to warn about', ['warn me when …']),
    );
    return plain;
  }
  if (verb?.modal && negativeSubject !== negatedVerb && (verb.modal === 'may' || verb.modal === 'must'))
    return { ...plain, prohibited: true };
  if (negativeSubject && negatedVerb && verb) {
    account.problem(refuse(verb.start, verb.end, '“%” is a double negation'));
    return plain;
  }
  if (negatedVerb && kind === 'be') return { ...plain, absent: true };
  if (!negativeSubject) return plain;
  const lasting = draft.lasting.length > 0;
  // "nobody without a helmet on the scaffold"
  if (draft.relation.members.some(({ relation }) => relation === 'without') && !draft.opened)
    return { ...plain, prohibited: true };
  if (kind === 'be' || kind === 'stay') {
    // "no person seen" tells that there is none, "no dogs" forbids them.
    const said = draft.opened || verb?.verb.kind === 'be' || subject.negativePronoun;
    const absent = kind === 'be' ? said || lasting : draft.opened || subject.negativePronoun;
    return absent ? { ...plain, absent: true } : { ...plain, prohibited: true };
  }
  if (draft.opened) return { ...plain, absent: true };
  // "no car enters" tells that none does; "no cars parked" forbids it.
  if (verb?.finite || (subject.negativePronoun && subject.noun !== 'anyone')) {
    account.problem(
      refuse(subject.start, verb?.end ?? subject.end, '“%”: that none does something is no behaviour that a rule has'),
    );
    return plain;
  }
  return { ...plain, prohibited: true };
}

/** "max 3 people in the lobby" said without "when": a limit. */
function isLimit(draft: Draft): boolean {
  const [verb] = draft.verbs.members;
  const [subject] = draft.subject.members;
  if (subject?.count && subject.only && verb?.modal) return true;
  if (!subject?.count || draft.opened) return false;
  if (verb?.negated || subject.negative) return false;
  if (verb?.modal === 'must' && subject.count.op === '>=' && !subject.count.bare) return true;
  return (
    subject.count.op === '<=' &&
    (verb === undefined || verb.modal === 'may' || verb.verb.kind === 'be' || verb.modal === 'must')
  );
}

/** The count that warns when a limit is broken. */
export function beyond({ op, value }: Count): Count {
  if (op === '>=') return { op: '<', value };
  if (op === '>') return { op: '<=', value };
  if (op === '<') return { op: '>=', value };
  return { op: '>', value };
}
