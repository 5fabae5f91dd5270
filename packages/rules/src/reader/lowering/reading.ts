import type { Behavior } from '@lookout/protocol';
import type { Draft } from '../clauses/draft.js';
import type { Source } from '../context/source.js';
import type { Place, Range, VerbChunk } from '../phrases/chunk.js';
import { type Issue, refuse } from '../text/issue.js';
import { textOf } from '../text/tokens.js';
import type { Preposition } from '../words/places.js';
import type { Account } from './account.js';
import type { Polarity } from './polarity.js';
import { personClasses } from './subject.js';

/** What a clause says that its subject does. */
export interface BehaviourReading {
  readonly behavior: Behavior;
  readonly direction?: string;
  readonly level?: 'fast' | 'slow';
  readonly other?: readonly string[];
  /** Classes where the words have no subject, or where the subject is what is taken. */
  readonly subject?: readonly string[];
  /** The line, where its sides tell which it is, and the places that are those sides. */
  readonly line?: string;
  readonly sides?: readonly Place[];
  /** Prepositions of the zone. */
  readonly zone: ReadonlySet<Preposition>;
}

/** A clause, with what is known of it before its behaviour is read. */
export interface ClauseToRead {
  readonly source: Source;
  readonly draft: Draft;
  readonly polarity: Polarity;
  readonly account: Account;
  /** Classes of the subject as far as they are known. */
  readonly classes: readonly string[];
}

/** Prepositions of a zone that something is in. */
export const STATIC = new Set<Preposition>(['in', 'near', 'none', 'along']);
/** Of a zone that it goes into. */
export const INTO = new Set<Preposition>(['in', 'none', 'into', 'to', 'near']);

/** Enters a problem; there is no reading. */
export function fail(account: Account, issue: Issue): undefined {
  account.problem(issue);
  return undefined;
}

/** Names what a verb is read as, where it says more. */
export function assumeMeans({ account, source }: ClauseToRead, verb: VerbChunk | undefined): void {
  if (verb?.verb.means) account.assume(`“${textOf(source.tokens, verb)}” means ${verb.verb.means}`);
}

/** The person class for a verb that only people do. */
export function personOf(
  { draft, source, account }: ClauseToRead,
  at: Range,
): { subject: readonly string[] } | undefined {
  if (draft.subject.members.length > 0) return undefined;
  const subject = personClasses(source);
  if (subject) account.assume(`“${textOf(source.tokens, at)}” is about people`);
  else account.problem(refuse(at.start, at.end, `“%” needs people, which ${source.model} can't see`));
  return subject && { subject };
}
