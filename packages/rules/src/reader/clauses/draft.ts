import type { Chunk, Place, Range, Relation, Things, VerbChunk } from '../phrases/chunk.js';
import { type Issue, refuse } from '../text/issue.js';
import type { Clause } from './split.js';

type Of<K extends Chunk['kind']> = Chunk & { kind: K };

/** Chunks of one kind that are joined. */
export interface Group<T> {
  readonly members: T[];
  /** What joins them; undefined for one. */
  join: 'and' | 'or' | undefined;
}

/** What each chunk of a clause is in it. */
export interface Draft {
  readonly clause: Clause;
  readonly subject: Group<Things>;
  readonly verbs: Group<VerbChunk>;
  /** What a verb takes: "takes the laptop". */
  readonly object: Group<Things>;
  readonly relation: Group<Relation>;
  readonly places: Place[];
  readonly directions: Group<Of<'direction'>>;
  readonly speed: Group<Of<'speed'>>;
  readonly times: Array<Of<'times'>>;
  readonly lasting: Array<Of<'lasting'>>;
  readonly cooldown: Array<Of<'cooldown'>>;
  readonly severity: Array<Of<'severity'>>;
  readonly atOnce: Array<Of<'at-once'>>;
  readonly exceptions: Array<Range & { readonly target: Chunk }>;
  /** Words that say nothing. */
  readonly empty: Chunk[];
  /** Reasons and remarks, which are named as not used. */
  readonly asides: Chunk[];
  readonly unknown: Chunk[];
  readonly issues: Issue[];
  /** "when", "if", or a request such as "warn me" comes first: what follows is a condition, no prohibition. */
  readonly opened: boolean;
  /** Times, severity and cooldown before everything else. */
  readonly leading: ReadonlySet<Chunk>;
  /** The subject is that of an earlier clause, by a pronoun or for want of one. */
  readonly inherited: boolean;
  /** Refers back to another clause: "if that happens". */
  readonly back: boolean;
}

/** Verbs with an object of their own. */
const TAKES_OBJECT = new Set(['take', 'wear', 'approach', 'see']);

/** Gives each chunk its part; what has none is refused. */
export function draftClause(clause: Clause): Draft {
  const draft = emptyDraft(clause);
  const leading = draft.leading as Set<Chunk>;
  let join: Of<'join'> | undefined;
  let last: Chunk | undefined;
  let except: Chunk | undefined;
  let lastExcept: Chunk | undefined;
  for (const chunk of clause.chunks) {
    if (chunk.kind === 'join') {
      join = join && chunk.word === ',' ? join : chunk;
      draft.empty.push(chunk);
      continue;
    }
    const also = lastExcept && join && chunk.kind === 'things' ? lastExcept : undefined;
    if ((except || also) && chunk.kind !== 'empty') {
      draft.exceptions.push({ start: except?.start ?? chunk.start, end: chunk.end, target: chunk });
      lastExcept = chunk.kind === 'things' ? chunk : undefined;
      except = undefined;
      join = undefined;
      continue;
    }
    if (chunk.kind !== 'empty') lastExcept = undefined;
    if (chunk.kind === 'except') {
      except = chunk;
      continue;
    }
    if (isContent(chunk)) {
      placeContent(draft, chunk, join, last);
      last = chunk;
    } else placeOther(draft, chunk as Exclude<Chunk, Content>, last === undefined ? leading : undefined);
    if (chunk.kind !== 'empty') join = undefined;
  }
  if (except) draft.unknown.push(except);
  // "a person or": something is missing.
  if (join && join.word !== ',') draft.unknown.push(join);
  return draft;
}

function emptyDraft(clause: Clause): Draft {
  const group = <T>(): Group<T> => ({ members: [], join: undefined });
  return {
    clause,
    subject: group(),
    verbs: group(),
    object: group(),
    relation: group(),
    places: [],
    directions: group(),
    speed: group(),
    times: [],
    lasting: [],
    cooldown: [],
    severity: [],
    atOnce: [],
    exceptions: [],
    empty: [],
    asides: [],
    unknown: [],
    issues: [],
    opened: isOpened(clause.chunks),
    leading: new Set(),
    inherited: false,
    back: clause.chunks.some(({ kind }) => kind === 'back'),
  };
}

function isOpened(chunks: readonly Chunk[]): boolean {
  const first = chunks.findIndex(isContent);
  const before = first < 0 ? chunks : chunks.slice(0, first);
  // "Alert: no dogs on the sofa" is a prohibition still.
  return (
    before.some(({ kind }) => kind === 'opener') ||
    (before.some(({ kind }) => kind === 'ask') && !before.some(({ kind }) => kind === 'stop'))
  );
}

type Content = Things | VerbChunk | Place | Relation | Of<'direction'> | Of<'speed'>;

function isContent(chunk: Chunk): chunk is Content {
  return ['things', 'verb', 'place', 'relation', 'direction', 'speed'].includes(chunk.kind);
}

function placeContent(draft: Draft, chunk: Content, join: Of<'join'> | undefined, last: Chunk | undefined): void {
  if (join?.word === 'but' && (chunk.kind === last?.kind || chunk.kind === 'place')) {
    draft.issues.push(refuse(join.start, chunk.end, '“%” is an exception that a rule can’t make'));
    return;
  }
  const word = join?.word === 'or' ? 'or' : join?.word === 'and' ? 'and' : join ? ',' : undefined;
  switch (chunk.kind) {
    case 'things':
      placeThings(draft, chunk, word, last);
      break;
    case 'verb':
      placeVerb(draft, chunk, word, last);
      break;
    case 'place':
      draft.places.push(chunk);
      break;
    case 'relation':
      addTo(draft, draft.relation, chunk, word, last?.kind === 'relation');
      break;
    case 'direction':
      replaceVague(draft, chunk);
      addTo(draft, draft.directions, chunk, word, last?.kind === 'direction');
      break;
    case 'speed':
      if (isPaceOfLastVerb(draft, chunk, last)) break;
      addTo(draft, draft.speed, chunk, word, last?.kind === 'speed');
  }
}

function placeThings(
  draft: Draft,
  things: Things,
  word: 'and' | 'or' | ',' | undefined,
  last: Chunk | undefined,
): void {
  const { subject, object, relation, verbs } = draft;
  const verb = verbs.members.at(-1)?.verb.kind ?? '';
  if (word && last?.kind === 'relation' && things.negative) {
    draft.issues.push(refuse(things.start, things.end, '“%” is a second condition; a rule has one'));
  } else if (word && last?.kind === 'relation') {
    const [first] = relation.members;
    if (first) addTo(draft, relation, { ...things, kind: 'relation', relation: first.relation, things }, word, true);
  } else if (word && last?.kind === 'things') {
    addTo(draft, subject.members.includes(last) ? subject : object, things, word, true);
  } else if (
    last?.kind === 'verb' &&
    TAKES_OBJECT.has(verb) &&
    (subject.members.length > 0 || verb === 'see') &&
    object.members.length === 0
  ) {
    object.members.push(things);
  } else if (subject.members.length === 0) subject.members.push(things);
  else if (things.issues.length > 0 && !/^(?:vague|unclear)$/.test(verb)) draft.issues.push(...things.issues);
  else {
    // "touches the vase": what is done to it is what no rule can say.
    const done = last?.kind === 'verb' && (verb === 'vague' || verb === 'unclear');
    const start = done ? last.start : things.start;
    draft.issues.push(refuse(start, things.end, '“%” has no part in the sentence that a rule could say'));
  }
}

function placeVerb(draft: Draft, verb: VerbChunk, word: 'and' | 'or' | ',' | undefined, last: Chunk | undefined): void {
  const { verbs } = draft;
  const bleached = (chunk: VerbChunk) => chunk.verb.kind === 'be';
  const before = verbs.members.at(-1);
  if (
    /^(?:cross|pass)$/.test(before?.verb.kind ?? '') &&
    !word &&
    /^(?:go|enter|leave)$/.test(verb.verb.kind) &&
    verb.form === 'ing'
  ) {
    addTo(
      draft,
      draft.directions,
      { kind: 'direction', direction: 'unknown', start: verb.start, end: verb.end },
      undefined,
      false,
    );
  } else if (before && word && last?.kind === 'verb') {
    if (word === 'and')
      draft.issues.push(
        refuse(
          verb.start,
          verb.end,
          '“%”: a rule has one behaviour; one after another or two at once are not supported',
        ),
      );
    else verbs.join = 'or';
    verbs.members.push(verb);
  } else if (
    (before?.form === 'ing' || before?.form === undefined) &&
    before !== undefined &&
    !before.finite &&
    bleached(verb) &&
    verb.modal &&
    draft.subject.members.length === 0
  ) {
    // "running is not allowed": the verb before is what is not.
    verbs.members.splice(-1, 1, { ...before, modal: verb.modal, negated: verb.negated });
    draft.empty.push(verb);
  } else if (before && bleached(before) && !before.modal) {
    // "is seen loitering": being seen adds nothing to loitering, except a negation.
    verbs.members.pop();
    draft.empty.push(before);
    verbs.members.push(before.negated ? { ...verb, negated: !verb.negated } : verb);
    if (verbs.members.length > 1) verbs.join ??= 'or';
  } else if (before && bleached(verb) && !verb.negated && !verb.modal) draft.empty.push(verb);
  else if (before && verb.verb.kind === 'alone' && (before.verb.kind === 'stay' || before.verb.kind === 'stop')) {
    draft.empty.push(verbs.members.pop() ?? verb);
    verbs.members.push(verb);
  } else if (before) draft.issues.push(refuse(verb.start, verb.end, '“%”: a rule has one behaviour'));
  else verbs.members.push(verb);
}

/** "stops or goes slowly": how fast is said of the second verb alone. */
function isPaceOfLastVerb({ verbs }: Draft, speed: Of<'speed'>, last: Chunk | undefined): boolean {
  const verb = verbs.members.at(-1);
  if (verbs.members.length < 2 || last !== verb || !/^(?:go|move)$/.test(verb?.verb.kind ?? '') || !verb) return false;
  const pace: VerbChunk = { ...verb, verb: { kind: speed.level }, end: speed.end };
  verbs.members.splice(-1, 1, pace);
  return true;
}

/** "going forward": of a verb that only leads to the direction nothing is left. */
function replaceVague({ clause, directions, empty }: Draft, chunk: Range): void {
  const last = directions.members.at(-1);
  if (last === undefined || clause.chunks.includes(last)) return;
  if (last.direction !== 'unknown' || last.end !== chunk.start || directions.members.length > 1) return;
  directions.members.pop();
  empty.push(last);
}

function addTo<T extends Range>(
  draft: Draft,
  group: Group<T>,
  member: T,
  word: 'and' | 'or' | ',' | undefined,
  adjacent: boolean,
): void {
  if (group.members.length > 0 && !(word && adjacent)) {
    draft.issues.push(refuse(member.start, member.end, '“%” is a second condition; a rule has one'));
    return;
  }
  if (word === 'and' || word === 'or') group.join = word;
  group.members.push(member);
}

function placeOther(draft: Draft, chunk: Exclude<Chunk, Content>, leading: Set<Chunk> | undefined): void {
  switch (chunk.kind) {
    case 'times':
      draft.times.push(chunk);
      leading?.add(chunk);
      break;
    case 'cooldown':
      draft.cooldown.push(chunk);
      leading?.add(chunk);
      break;
    case 'severity':
      draft.severity.push(chunk);
      leading?.add(chunk);
      break;
    case 'lasting':
      draft.lasting.push(chunk);
      break;
    case 'at-once':
      draft.atOnce.push(chunk);
      break;
    case 'count':
      placeCount(draft, chunk);
      break;
    case 'aside':
      draft.asides.push(chunk);
      break;
    case 'problem':
      draft.issues.push(chunk.issue);
      break;
    case 'unknown':
      draft.unknown.push(chunk);
      break;
    case 'opener':
      placeOpener(
        draft,
        chunk,
        draft.subject.members.length + draft.verbs.members.length + draft.relation.members.length === 0,
      );
      break;
    default:
      draft.empty.push(chunk);
  }
}

/** The subject is so many; of "the number of people" that is what was asked for. */
function placeCount({ subject, issues }: Draft, { start, end, count }: Of<'count'>): void {
  const [things, ...others] = subject.members;
  if (!things || others.length > 0 || things.count || things.negative) {
    issues.push(refuse(start, end, '“%” is a second condition; a rule has one'));
    return;
  }
  const known = things.issues.filter((issue) => !(issue.status === 'needs_input' && issue.about === 'count'));
  subject.members.splice(0, 1, { ...things, count: { ...count, start, end }, plural: true, issues: known });
}

/** An opener after a condition opens a second one, which a rule has no place for. */
function placeOpener(draft: Draft, chunk: Chunk, first: boolean): void {
  if (first) {
    draft.empty.push(chunk);
    return;
  }
  const end = draft.clause.chunks.at(-1)?.end ?? chunk.end;
  draft.issues.push(refuse(chunk.start, end, '“%” is a second condition; a rule has one'));
}
