import type { Count } from '@lookout/protocol';
import type { Draft, Group } from '../clauses/draft.js';
import type { Source } from '../context/source.js';
import type { Range, Things } from '../phrases/chunk.js';
import { ask, refuse } from '../text/issue.js';
import { textOf } from '../text/tokens.js';
import type { Account } from './account.js';

/** What a condition is about; several are rules of their own. */
export interface SubjectReading {
  readonly classes: readonly string[];
  readonly count?: Count & Range;
  /** Where it stands, for messages. */
  readonly at: Range;
  readonly things: readonly Things[];
}

/** Reads a group of things as subjects: one with all classes, or one for each where each has its own number. */
export function readSubject(
  source: Source,
  draft: Pick<Draft, 'opened' | 'verbs' | 'clause'>,
  group: Group<Things>,
  account: Account,
): SubjectReading[] {
  const { members } = group;
  for (const things of members) {
    for (const issue of things.issues) account.problem(issue);
    account.assume(...things.assumptions);
    account.use(things, 'subject');
    if (things.count) account.use(things.count, 'count');
    const everyone = things.all && /^every(?:one|body)$/.test(things.noun) && draft.verbs.members.length > 0;
    const { chunks } = draft.clause;
    const restricted = chunks.some(({ kind }) => kind === 'relative');
    const doIt =
      !restricted &&
      draft.verbs.members.some(({ finite, form, verb }) => verb.kind !== 'be' && (finite || form === 'base'));
    if (things.all && (everyone || doIt || chunks.some(({ kind }) => kind === 'opener'))) {
      account.problem(refuse(things.all.start, things.end, '“%”: a rule can’t tell that it is all of them', ['any …']));
    }
    if (things.only && things.count && !draft.opened && !draft.verbs.members.some(({ modal }) => modal)) {
      account.problem(
        ask('behavior', things.start, things.end, 'Is “%” to warn when there are so many, or when there are more?', [
          'exactly',
          'more than',
        ]),
      );
    }
    if (things.only && !things.count?.bare)
      account.problem(refuse(things.start, things.end, '“%”: a rule can’t say that nothing else may'));
  }
  const [first, ...others] = members;
  if (!first) return [];
  for (const things of others) {
    if (things.negative !== first.negative)
      account.problem(refuse(things.start, things.end, '“%”: some and none together are no condition of a rule'));
  }
  const counted = others.filter(({ count, singular }) => count !== undefined || (first.count && singular));
  if (counted.length > 0 && group.join === 'and') {
    const range = rangeOf(members);
    account.problem(refuse(range.start, range.end, '“%” are two conditions; a rule has one'));
  }
  if (counted.length > 0) return members.map((things) => readingOf(source, [things]));
  if (group.join === 'and' && others.length > 0) joinByAnd(source, members, account);
  return [readingOf(source, members)];
}

function readingOf(source: Source, members: readonly Things[]): SubjectReading {
  const classes = [...new Set(members.flatMap((things) => things.classes))];
  const count = members[0]?.count;
  const ordered = classes.includes('*')
    ? ['*']
    : classes.length > 1 && members.length > 1
      ? inModelOrder(source, classes)
      : classes;
  return {
    classes: ordered,
    at: rangeOf(members),
    things: members,
    ...(count && { count: { op: count.op, value: count.value, start: count.start, end: count.end } }),
  };
}

/** "cars and trucks" are either; "a car and a truck" could be both at once. */
function joinByAnd({ tokens }: Source, members: readonly Things[], account: Account): void {
  const range = rangeOf(members);
  if (members.every(({ plural }) => plural)) {
    account.assume(`“${textOf(tokens, range)}” means any of them`);
    return;
  }
  const kinds = new Set(members.map(({ classes }) => classes.join()));
  if (kinds.size < members.length) {
    account.problem(
      refuse(range.start, range.end, '“%” are of one kind, which a rule can only count', ['two or more …']),
    );
    return;
  }
  account.problem(
    ask('subject', range.start, range.end, 'Does “%” mean either of them, or both close together?', [
      members.map(({ noun }) => noun).join(' or '),
      members.map(({ noun }) => noun).join(' together with '),
    ]),
  );
}

function inModelOrder({ classes }: Source, names: readonly string[]): readonly string[] {
  const order = classes.expand(['*']);
  return [...names].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

export function rangeOf(ranges: readonly Range[]): Range {
  return { start: Math.min(...ranges.map(({ start }) => start)), end: Math.max(...ranges.map(({ end }) => end)) };
}

/** The person class, for what only people do; undefined if the model has none. */
export function personClasses(source: Source): readonly string[] | undefined {
  const noun = source.classes.nounAt(
    [{ kind: 'word', text: 'person', word: 'person', start: 0, end: 0, glued: false }],
    0,
  );
  return noun && noun.problem === undefined ? noun.classes : undefined;
}

/** Takes the classes of "except cats" from the subject. */
export function excludeClasses(
  source: Source,
  subjects: SubjectReading[],
  draft: Draft,
  account: Account,
): SubjectReading[] {
  return draft.exceptions.reduce((readings, { start, end, target }) => {
    if (target.kind !== 'things') return readings;
    if (target.count || target.only) account.problem(refuse(start, end, '“%” is an exception that a rule can’t make'));
    for (const issue of target.issues) account.problem({ ...issue, start, end });
    account.use({ start, end }, 'subject');
    return readings.map((reading) => {
      const all = source.classes.expand(reading.classes);
      const classes = all.filter((name) => !target.classes.includes(name));
      if (classes.length === 0) account.problem(refuse(start, end, '“%” leaves nothing to warn about'));
      if (classes.length === all.length && target.negative)
        account.problem(refuse(start, end, '“%” is a second condition; a rule has one'));
      else if (classes.length === all.length)
        account.assume(
          `“${textOf(source.tokens, { start, end })}” changes nothing: they are no ${reading.things[0]?.noun ?? 'such thing'}`,
        );
      return classes.length === all.length ? reading : { ...reading, classes };
    });
  }, subjects);
}
