import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import type { Chunk } from '../phrases/chunk.js';
import type { Draft } from './draft.js';

/** What a clause does in a prompt. */
export type ClauseRole = 'condition' | 'request' | 'settings' | 'background' | 'heading';

/** Whether a clause states a condition, asks for the warning, sets when and how, or only tells something. */
export function roleOf(source: Source, draft: Draft): ClauseRole {
  const { subject, verbs, places, relation, directions, speed, lasting, unknown, issues, object } = draft;
  const says =
    subject.members.length +
    verbs.members.length +
    relation.members.length +
    directions.members.length +
    speed.members.length +
    object.members.length;
  const nothing =
    says === 0 &&
    places.length === 0 &&
    lasting.length === 0 &&
    unknown.length === 0 &&
    issues.length === 0 &&
    draft.exceptions.length === 0;
  const settings = draft.times.length + draft.severity.length + draft.cooldown.length > 0;
  if (nothing) return settings ? 'settings' : 'request';
  if (isHeading(draft, says)) return 'heading';
  if (draft.back && says === 0 && unknown.length === 0 && issues.length === 0) return settings ? 'settings' : 'request';
  if (isBackground(source, draft)) return 'background';
  return 'condition';
}

/** "Watch the driveway." says where the sentences after it are about. */
function isHeading({ clause, places, lasting, unknown, issues, exceptions }: Draft, says: number): boolean {
  const asked =
    clause.chunks.some(({ kind }) => kind === 'ask') && clause.chunks.every(({ kind }) => kind !== 'opener');
  const named =
    places.length > 0 &&
    places.every(
      ({ names, unknown: other, preposition }) => names.length > 0 && !other && /^(?:none|in|near)$/.test(preposition),
    );
  return asked && named && says === 0 && lasting.length + unknown.length + issues.length + exceptions.length === 0;
}

const TELLERS = /^(?:i|we|my|our|this|the|there|it|he|she|they|you|these|those|mine|ours)$/;
/** After "I" or "we": they say what is so, whatever else is in the clause. */
const STATIVE =
  /^(?:have|had|has|get|often|sometimes|own|keep|run|sell|love|like|live|work|am|are|'m|got|just|recently|currently|already|bought|moved|installed|use|need|only|also|lost|found|rent|manage|operate)$/;

/** An action is asked for, whatever comes before it. */
function isTelling(chunk: Chunk): boolean {
  return (
    chunk.kind !== 'problem' ||
    (chunk.issue.status === 'unsupported' && !chunk.issue.why.includes('nothing that a rule can do'))
  );
}

/** "We own a café.": a whole sentence, or a clause before a request, that states no condition. */
function isBackground({ tokens }: Source, draft: Draft): boolean {
  const { clause, unknown, issues } = draft;
  const first = clause.chunks.find(({ kind }) => kind !== 'empty' && kind !== 'join');
  if (!first || draft.opened) return false;
  if (clause.join !== 'stop' && clause.join !== ',' && clause.join !== 'and') return false;
  const word = wordAt(tokens, first.start);
  const teller = /^(?:i|we)$/.test(word) && STATIVE.test(wordAt(tokens, first.start + 1));
  const condition =
    draft.times.filter(({ times }) => !times.always).length +
    draft.lasting.length +
    draft.cooldown.length +
    draft.severity.length +
    draft.relation.members.length;
  if (condition > 0 || draft.exceptions.length > 0) return false;
  if (draft.places.some((place) => place.names.length > 0 && !place.unknown)) return false;
  if (
    issues.length > 0 &&
    !(teller && issues.every(({ status }) => status === 'unsupported') && clause.chunks.every(isTelling))
  )
    return false;
  if (teller)
    return !draft.verbs.members.some(
      ({ verb, start }) =>
        start > first.start + 1 &&
        verb.kind !== 'be' &&
        verb.kind !== 'unclear' &&
        verb.kind !== 'wear' &&
        verb.kind !== 'gone' &&
        verb.kind !== 'go',
    );
  if (!TELLERS.test(word) || unknown.length === 0) return false;
  const content =
    draft.subject.members.filter(({ pronoun }) => !pronoun).length +
    draft.directions.members.length +
    draft.speed.members.length;
  return (
    content === 0 &&
    draft.verbs.members.every(({ verb, negated }) => verb.kind === 'be' && !negated) &&
    draft.places.every(({ special }) => special === undefined)
  );
}
