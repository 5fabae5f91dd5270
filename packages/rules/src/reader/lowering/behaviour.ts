import type { Behavior } from '@lookout/protocol';
import type { Preposition, Things, VerbChunk } from '../chunk.js';
import type { Draft } from '../clauses/draft.js';
import { ask, refuse } from '../issues.js';
import type { Source } from '../source.js';
import { textOf } from '../text/tokens.js';
import type { Account } from './account.js';
import type { Polarity } from './polarity.js';
import { personClasses, rangeOf } from './subject.js';

/** What a clause says that its subject does. */
export interface BehaviourReading {
  readonly behavior: Behavior;
  readonly direction?: string;
  readonly level?: 'fast' | 'slow';
  readonly other?: readonly string[];
  /** Classes where the words have no subject, or where the subject is what is taken. */
  readonly subject?: readonly string[];
  /** Prepositions of the zone. */
  readonly zone: ReadonlySet<Preposition>;
}

const STATIC = new Set<Preposition>(['in', 'near', 'none', 'along']);
const INTO = new Set<Preposition>(['in', 'none', 'into', 'to', 'near']);
const OUT_OF = new Set<Preposition>(['none', 'out', 'from']);
const PASSING = new Set<Preposition>([...STATIC, 'over']);
const GONE_FROM = new Set<Preposition>([...STATIC, 'from', 'out']);
/** Classes that move by themselves: gone, they have left. */
const SELF_MOVING = new Set([
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

interface Clause {
  readonly source: Source;
  readonly draft: Draft;
  readonly polarity: Polarity;
  readonly account: Account;
  /** Classes of the subject as far as they are known. */
  readonly classes: readonly string[];
}

/** Reads one verb of a clause, or a clause without a verb; undefined where a problem was entered. */
export function readBehaviour(clause: Clause, verb: VerbChunk | undefined): BehaviourReading | undefined {
  const { draft, polarity, account } = clause;
  if (verb) account.use(verb, 'behavior');
  if (polarity.absent) return absentReading(clause, verb);
  const negated = verb?.negated && !polarity.prohibited;
  const kind = verb?.verb.kind ?? 'be';
  if (verb && negated && kind !== 'move' && kind !== 'wear' && kind !== 'be') {
    return fail(
      account,
      refuse(verb.start, verb.end, '“%”: that something does not happen is no behaviour that a rule has'),
    );
  }
  if (draft.speed.members.length > 0) return speedReading(clause, verb);
  if (draft.relation.members.length > 0 && !(verb?.passive && draft.relation.members[0]?.relation === 'by')) {
    const related = relationReading(clause, verb);
    if (related) return related === 'problem' ? undefined : related;
  }
  return readKind(clause, verb, kind, negated === true);
}

function readKind(
  clause: Clause,
  verb: VerbChunk | undefined,
  kind: string,
  negated: boolean,
): BehaviourReading | undefined {
  const { draft, account, source } = clause;
  const at = verb ?? { start: 0, end: 0 };
  const people = verb?.verb.people ? personOf(clause, at) : undefined;
  switch (kind) {
    case 'be':
      if (draft.places.some(({ preposition }) => preposition === 'over') && overLine(draft))
        return crossReading(clause, at);
      if (draft.places.some(({ special, preposition }) => special === 'view' && preposition === 'out'))
        return { behavior: 'leave', zone: STATIC };
      return { behavior: draft.lasting.length > 0 ? 'stay' : 'appear', zone: STATIC };
    case 'stay':
      assumeMeans(clause, verb);
      return { behavior: 'stay', zone: STATIC, ...people };
    case 'stop':
      return { behavior: 'stop', zone: STATIC };
    case 'enter':
      assumeMeans(clause, verb);
      return lineInstead(clause, verb) ?? { behavior: 'enter', zone: new Set([...INTO, 'over']) };
    case 'leave':
      assumeMeans(clause, verb);
      if (isLeftThere(draft, verb)) return leftReading(clause, verb as VerbChunk);
      return lineInstead(clause, verb) ?? { behavior: 'leave', zone: new Set([...OUT_OF, 'over']) };
    case 'cross':
      return crossReading(clause, at);
    case 'go':
      return goReading(clause, verb as VerbChunk);
    case 'move':
    case 'turn':
      return negated ? { behavior: 'stop', zone: STATIC } : moveReading(clause, verb as VerbChunk);
    case 'approach':
      return approachReading(clause, verb as VerbChunk);
    case 'fast':
    case 'slow':
      return paceReading(clause, verb as VerbChunk, kind);
    case 'fall':
      return fallReading(clause, verb as VerbChunk);
    case 'gone':
      return goneReading(clause, clause.classes);
    case 'take':
      return takeReading(clause, verb as VerbChunk);
    case 'alone':
      return aloneReading(clause, verb as VerbChunk);
    case 'unmanned':
      return unmannedReading(clause, at);
    case 'empty':
      return fail(account, ask('subject', at.start, at.end, '“%” of what?', source.classes.expand(['*']).slice(0, 3)));
    case 'crowded':
      return fail(account, ask('count', at.start, at.end, 'How many are meant by “%”?'));
    case 'gather':
      if (draft.subject.members.some(({ count }) => count))
        return { behavior: draft.lasting.length > 0 ? 'stay' : 'appear', zone: STATIC };
      return fail(account, ask('count', at.start, at.end, 'How many have to “%”?'));
    case 'wear':
      return wearReading(clause, verb as VerbChunk, negated);
    case 'see':
      return seeReading(clause, verb as VerbChunk);
    case 'together':
      return togetherReading(clause, verb as VerbChunk);
    case 'unclear':
      return fail(
        account,
        ask('behavior', at.start, at.end, 'What exactly does “%” look like?', ['enters', 'is there', 'stays for 30 s']),
      );
    default:
      return fail(
        account,
        refuse(at.start, at.end, '“%” is nothing that can be seen for certain', ['enters', 'stays for 30 s', 'runs']),
      );
  }
}

function fail(account: Account, issue: Parameters<Account['problem']>[0]): undefined {
  account.problem(issue);
  return undefined;
}

function assumeMeans({ account, source }: Clause, verb: VerbChunk | undefined): void {
  if (verb?.verb.means) account.assume(`“${textOf(source.tokens, verb)}” means ${verb.verb.means}`);
}

/** The person class for a verb that only people do. */
function personOf(
  { draft, source, account }: Clause,
  at: { start: number; end: number },
): { subject: readonly string[] } | undefined {
  if (draft.subject.members.length > 0) return undefined;
  const subject = personClasses(source);
  if (subject) account.assume(`“${textOf(source.tokens, at)}” is about people`);
  else account.problem(refuse(at.start, at.end, `“%” needs people, which ${source.model} can't see`));
  return subject && { subject };
}

function absentReading({ draft, account, source }: Clause, verb: VerbChunk | undefined): BehaviourReading | undefined {
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

function speedReading({ draft, account, source }: Clause, verb: VerbChunk | undefined): BehaviourReading | undefined {
  const [speed] = draft.speed.members;
  if (!speed) return undefined;
  account.use(speed, 'level');
  const kind = verb?.verb.kind;
  const consistent =
    kind === speed.level ||
    kind === 'go' ||
    kind === 'move' ||
    kind === undefined ||
    (kind === 'be' && verb?.finite !== true);
  if (!consistent || draft.directions.members.length > 0 || draft.relation.members.length > 0) {
    return fail(
      account,
      refuse(speed.start, speed.end, '“%” and another behaviour are two conditions; a rule has one'),
    );
  }
  if (verb)
    account.assume(
      `“${textOf(source.tokens, { start: Math.min(verb.start, speed.start), end: Math.max(verb.end, speed.end) })}” means ${speed.level}er than normal`,
    );
  return { behavior: 'speed', level: speed.level, zone: PASSING };
}

/** "near a truck", "without a person"; undefined where the relation belongs to something else. */
function relationReading(clause: Clause, verb: VerbChunk | undefined): BehaviourReading | 'problem' | undefined {
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

function crossReading(
  { draft, account, source }: Clause,
  at: { start: number; end: number },
): BehaviourReading | undefined {
  const [direction] = draft.directions.members;
  if (!draft.places.some((place) => place.names.length > 0 || place.unknown)) {
    return fail(account, ask('line', at.start, at.end, 'Which line does “%” mean?', source.names.all('line')));
  }
  if (!direction) return { behavior: 'cross', direction: 'any', zone: STATIC };
  account.use(direction, 'direction');
  if (direction.direction === 'forward' || direction.direction === 'backward' || direction.direction === 'any') {
    return { behavior: 'cross', direction: direction.direction, zone: STATIC };
  }
  return fail(
    account,
    ask('direction', direction.start, direction.end, 'Which direction of the line is “%”?', ['forward', 'backward']),
  );
}

/** "enters through the gate", where the gate is a line: which way is in can't be known. */
function lineInstead({ draft, account }: Clause, verb: VerbChunk | undefined): undefined {
  const over = draft.places.find(
    ({ preposition, names }) =>
      preposition === 'over' && names.some(({ line, zone }) => line !== undefined && zone === undefined),
  );
  const [direction] = draft.directions.members;
  if (over && verb)
    account.problem(
      ask('direction', verb.start, over.end, 'Which direction of the line is “%”?', ['forward', 'backward']),
    );
  else if (direction)
    account.problem(
      ask('direction', direction.start, direction.end, 'Which direction is “%” in the picture?', [
        'left',
        'right',
        'toward',
        'away',
      ]),
    );
  return undefined;
}

function goReading(clause: Clause, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account, source } = clause;
  const directions = draft.directions.members;
  const place = draft.places.find(({ preposition }) => !STATIC.has(preposition));
  if (overLine(draft)) return crossReading(clause, verb);
  if (directions.length > 0) return moveReading(clause, verb);
  switch (place?.preposition) {
    case 'into':
    case 'to':
      if (place.preposition === 'to')
        account.assume(`“${textOf(source.tokens, { start: verb.start, end: place.end })}” means entering`);
      return { behavior: 'enter', zone: INTO };
    case 'out':
      return { behavior: 'leave', zone: OUT_OF };
    case 'from':
      return fail(account, ask('behavior', verb.start, place.end, 'Does “%” mean leaving?', ['leaves']));
    case 'toward':
      return fail(
        account,
        ask('direction', place.start, place.end, 'Which direction is “%” in the picture?', [
          'left',
          'right',
          'toward',
          'away',
        ]),
      );
    case 'other':
      return { behavior: 'appear', zone: STATIC };
    default:
      break;
  }
  if (verb.verb.means)
    return fail(account, refuse(verb.start, verb.end, '“%” is no behaviour that a rule has', ['enters', 'is in']));
  account.assume(`“${textOf(source.tokens, verb)}” means being there`);
  return { behavior: draft.lasting.length > 0 ? 'stay' : 'appear', zone: PASSING };
}

/** "a car left in bay 12": it has not left, it stands there. */
function isLeftThere(draft: Draft, verb: VerbChunk | undefined): boolean {
  const there = draft.places.some(
    ({ preposition, special }) => special === undefined && /^(?:in|near|other)$/.test(preposition),
  );
  return there && verb?.finite === false && (verb.form === 'past' || verb.form === 'participle');
}

function leftReading({ account, classes }: Clause, verb: VerbChunk): BehaviourReading | undefined {
  if (classes.length > 0 && classes.every((name) => SELF_MOVING.has(name) && !ALIVE.has(name)))
    return { behavior: 'stay', zone: STATIC };
  return fail(
    account,
    ask('behavior', verb.start, verb.end, 'Does “%” mean that it stays there, or that nobody is with it?', [
      'stays for 30 s',
      'unattended for 30 s',
    ]),
  );
}

/** "passes the barrier", "over the line": a place that is a line and no zone. */
function overLine(draft: Draft): boolean {
  return draft.places.some(
    ({ preposition, names, camera }) =>
      (preposition === 'over' || preposition === 'none') &&
      !camera &&
      names.some(({ line, zone }) => line !== undefined && (zone === undefined || preposition === 'over')),
  );
}

function moveReading(clause: Clause, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account } = clause;
  const [direction] = draft.directions.members;
  const place = draft.places.find(({ preposition }) => !STATIC.has(preposition));
  if (!direction && place) return goReading(clause, { ...verb, verb: { kind: 'go' } });
  if (!direction)
    return fail(
      account,
      ask('direction', verb.start, verb.end, 'Which way does “%” mean?', ['left', 'right', 'toward', 'away']),
    );
  account.use(direction, 'direction');
  const known = ['left', 'right', 'up', 'down', 'toward', 'away'].includes(direction.direction);
  if (!known)
    return fail(
      account,
      ask('direction', direction.start, direction.end, 'Which way is “%” in the picture?', [
        'left',
        'right',
        'toward',
        'away',
      ]),
    );
  return { behavior: 'move', direction: direction.direction, zone: STATIC };
}

function approachReading(clause: Clause, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account } = clause;
  const [object] = draft.object.members;
  if (object) return nearObject(clause, draft.object.members);
  if (draft.places.some(({ special }) => special === 'view'))
    return { behavior: 'move', direction: 'toward', zone: STATIC };
  return fail(
    account,
    ask('behavior', verb.start, verb.end, 'Does “%” mean entering, or being near?', [
      'enters',
      'moves toward the camera',
    ]),
  );
}

function nearObject({ account }: Clause, members: readonly Things[]): BehaviourReading {
  for (const things of members) {
    for (const issue of things.issues) account.problem(issue);
    account.assume(...things.assumptions);
    account.use(things, 'other');
    if (things.count) account.problem(refuse(things.count.start, things.count.end, '“%”: only the subject is counted'));
  }
  return { behavior: 'near', other: [...new Set(members.flatMap(({ classes }) => classes))], zone: STATIC };
}

function paceReading(clause: Clause, verb: VerbChunk, level: 'fast' | 'slow'): BehaviourReading | undefined {
  const { draft, account, source, classes } = clause;
  const people = verb.verb.people ? personOf(clause, verb) : undefined;
  const place = draft.places.find(
    ({ preposition, names }) =>
      !PASSING.has(preposition) || names.some(({ line, zone }) => line !== undefined && zone === undefined),
  );
  const [direction] = draft.directions.members;
  if (place || direction) {
    return fail(
      account,
      refuse(
        verb.start,
        (direction ?? place)?.end ?? verb.end,
        '“%” is a speed and a direction; a rule has one of them',
      ),
    );
  }
  if (verb.verb.people && classes.some((name) => !ALIVE.has(name)) && draft.subject.members.length > 0) {
    return fail(account, refuse(verb.start, verb.end, '“%” is said of people and animals'));
  }
  account.assume(`“${textOf(source.tokens, verb)}” means ${level}er than normal`);
  return { behavior: 'speed', level, zone: PASSING, ...people };
}

const ALIVE = new Set([
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

function fallReading(clause: Clause, verb: VerbChunk): BehaviourReading | undefined {
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

function goneReading({ draft, account }: Clause, classes: readonly string[]): BehaviourReading {
  if (draft.lasting.length > 0) {
    account.assume('gone for a time means that none is seen for so long');
    return { behavior: 'absent', zone: GONE_FROM };
  }
  const moves = classes.length > 0 && classes.every((name) => SELF_MOVING.has(name));
  return { behavior: moves ? 'leave' : 'removed', zone: GONE_FROM };
}

/** "someone takes the laptop": the laptop is removed, by whom is not said. */
function takeReading(clause: Clause, verb: VerbChunk): BehaviourReading | undefined {
  const { draft, account, source } = clause;
  const [object] = draft.object.members;
  const [taker] = draft.subject.members;
  if (!object) return fail(account, ask('subject', verb.start, verb.end, 'What is it that “%” means?'));
  if (
    taker &&
    (draft.subject.members.length > 1 ||
      taker.count ||
      !['someone', 'anyone', 'somebody', 'anybody', 'person', 'thief', 'burglar', 'intruder'].includes(taker.noun))
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

function aloneReading(clause: Clause, verb: VerbChunk): BehaviourReading | undefined {
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

/** "the desk is unmanned": nobody is there. */
function unmannedReading(clause: Clause, at: { start: number; end: number }): BehaviourReading | undefined {
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

function wearReading(clause: Clause, verb: VerbChunk, negated: boolean): BehaviourReading | undefined {
  const { draft, account, source } = clause;
  const { members } = draft.object;
  const [object] = members;
  if (!object)
    return fail(
      account,
      refuse(
        verb.start,
        Math.max(verb.end, ...draft.unknown.map(({ end }) => end)),
        `“%” is nothing that ${source.model} can see`,
      ),
    );
  const without = negated || object.negative;
  account.assume(
    `“${textOf(source.tokens, { start: verb.start, end: object.end })}” means ${without ? 'without one' : 'one'} near`,
  );
  const reading = nearObject(clause, members);
  return without ? { ...reading, behavior: 'without' } : reading;
}

/** "the yard camera sees a dog": the camera is a place, the object the subject. */
function seeReading({ draft, account }: Clause, verb: VerbChunk): BehaviourReading | undefined {
  if (draft.subject.members.length > 0 && draft.object.members.length > 0) {
    return fail(account, refuse(verb.start, verb.end, '“%” is nothing that can be seen for certain'));
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

function togetherReading(clause: Clause, verb: VerbChunk): BehaviourReading | undefined {
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
