import { type Behavior, type Count, RULE_DEFAULTS, type Rule, Trigger } from '@lookout/protocol';
import type { Draft } from '../clauses/draft.js';
import type { Source } from '../context/source.js';
import type { VerbChunk } from '../phrases/chunk.js';
import { ask, type Issue, refuse } from '../text/issue.js';
import { textOf } from '../text/tokens.js';
import { Account } from './account.js';
import { readBehaviour } from './behaviour.js';
import { type PlaceReading, type PlaceUse, readPlaces } from './places.js';
import { beyond, type Polarity, readPolarity } from './polarity.js';
import type { BehaviourReading } from './reading.js';
import type { Settings } from './schedule.js';
import { excludeClasses, personClasses, rangeOf, readSubject, type SubjectReading } from './subject.js';

/** A clause as rules without their settings, and what could not be read. */
export interface Lowered {
  readonly draft: Draft;
  readonly triggers: readonly Trigger[];
  readonly cameras?: readonly string[];
  /** The keys that are known where the trigger is not complete. */
  readonly partial: Readonly<Record<string, unknown>>;
  readonly subject: readonly SubjectReading[];
  readonly zones: readonly string[];
  readonly account: Account;
}

/** What earlier clauses give to one that refers to them. */
export interface Antecedent {
  readonly subject: readonly SubjectReading[];
  readonly zones: readonly string[];
}

const COUNTED = new Set<Behavior>(['appear', 'stay', 'near', 'without', 'move', 'speed', 'stop']);
const LASTING = new Set<Behavior>(['stay', 'stop', 'absent', 'near', 'without']);
const DEFAULT_SECONDS: Partial<Record<Behavior, number>> = {
  stay: RULE_DEFAULTS.stayS,
  stop: RULE_DEFAULTS.stopS,
  absent: RULE_DEFAULTS.absentS,
  without: RULE_DEFAULTS.withoutS,
};

/** Reads a clause as triggers: one for each subject, behaviour and zone that "or" joins. */
export function lowerClause(source: Source, draft: Draft, antecedent: Antecedent | undefined): Lowered {
  const account = new Account();
  for (const issue of draft.issues) account.problem(issue);
  for (const chunk of draft.verbs.members) if (chunk.verb.kind === 'be') account.use(chunk, 'behavior');
  for (const chunk of draft.empty) account.use(chunk, 'empty');
  for (const chunk of draft.asides) {
    account.use(chunk, 'assumption');
    account.assume(`“${textOf(source.tokens, chunk)}” is not used`);
  }
  const polarity = readPolarity(draft, account);
  const subject = subjectOf(source, draft, antecedent, account);
  const classes = [...new Set(subject.flatMap((reading) => reading.classes))];
  const verbs = verbsOf(draft);
  checkAttributes(draft, verbs, account);
  const readings = oneDirectionEach(draft).flatMap((one) =>
    verbs.flatMap((verb) => readBehaviour({ source, draft: one, polarity, account, classes }, verb) ?? []),
  );
  const [first] = readings;
  const there = antecedent && antecedent.zones.length > 0 ? antecedent.zones : undefined;
  const placeUse = {
    zone:
      first?.zone ??
      new Set(['in', 'near', 'none', 'into', 'out', 'from', 'to', 'along', 'over', 'past', 'toward'] as const),
    line: first?.behavior === 'cross',
    ...(first?.sides && { sides: first.sides }),
    ...(there && { there }),
  };
  const usesLine =
    first?.behavior === 'cross' || (!first && draft.verbs.members.some(({ verb }) => verb.kind === 'cross'));
  const places = placesOf(source, draft, { ...placeUse, line: usesLine }, antecedent, first?.behavior, account);
  checkLeftovers(draft, readings, polarity, account);
  checkAccounted(draft, account);
  const triggers = readings.flatMap((reading) => triggersOf(draft, reading, { subject, places, polarity, account }));
  return {
    draft,
    triggers: account.issues.length > 0 ? [] : triggers,
    ...(places.cameras && { cameras: places.cameras }),
    partial: { ...partialOf(readings[0], subject, places), ...triggers[0] },
    subject,
    zones: places.zones,
    account,
  };
}

/** The places of a clause; "and when it leaves" leaves those that the clause before entered. */
function placesOf(
  source: Source,
  draft: Draft,
  use: PlaceUse,
  antecedent: Antecedent | undefined,
  behavior: Behavior | undefined,
  account: Account,
): PlaceReading {
  const places = readPlaces(source, draft, use, account);
  const [zone] = antecedent?.zones ?? [];
  const refers = draft.inherited || draft.subject.members.some(({ pronoun }) => pronoun);
  if (!refers || zone === undefined || draft.places.length > 0 || use.line) return places;
  if (behavior === 'enter' || behavior === 'leave') {
    account.assume(`it ${behavior}s ${antecedent?.zones.map((name) => `“${name}”`).join(', ')}`);
    return { ...places, zones: antecedent?.zones ?? [] };
  }
  const [verb] = draft.verbs.members;
  if (verb) account.problem(ask('zone', verb.start, verb.end, 'Where does “%” apply?', antecedent?.zones));
  return places;
}

/** "left or right" are a rule each. */
function oneDirectionEach(draft: Draft): Draft[] {
  const { members, join } = draft.directions;
  return join === 'or' && members.length > 1
    ? members.map((member) => ({ ...draft, directions: { members: [member], join: undefined } }))
    : [draft];
}

/** The verbs of a clause; for "parked cars" the one before the noun, to which "are seen" adds nothing. */
function verbsOf(draft: Draft): Array<VerbChunk | undefined> {
  const { members } = draft.verbs;
  const attribute = draft.subject.members[0]?.attribute;
  const plain = members.every(({ verb, negated, modal }) => verb.kind === 'be' && !negated && !modal);
  const split = members.flatMap((chunk): VerbChunk[] =>
    chunk.verb.kind === 'enter-or-leave'
      ? [
          { ...chunk, verb: { kind: 'enter' } },
          { ...chunk, verb: { kind: 'leave' } },
        ]
      : [chunk],
  );
  return attribute && plain ? [attribute] : members.length > 0 ? split : [undefined];
}

/** A state before a noun that is not what the clause is about is one condition more. */
function checkAttributes(draft: Draft, verbs: ReadonlyArray<VerbChunk | undefined>, account: Account): void {
  const all = [
    ...draft.subject.members,
    ...draft.object.members,
    ...draft.relation.members.map(({ things }) => things),
  ];
  for (const { attribute } of all) {
    if (attribute && !verbs.includes(attribute))
      account.problem(refuse(attribute.start, attribute.end, '“%” is a second condition; a rule has one'));
  }
  for (const things of [...draft.object.members, ...draft.relation.members.map((relation) => relation.things)]) {
    if (things.only) account.problem(refuse(things.start, things.end, '“%”: a rule can’t say that nothing else may'));
  }
}

function subjectOf(
  source: Source,
  draft: Draft,
  antecedent: Antecedent | undefined,
  account: Account,
): SubjectReading[] {
  const { members } = draft.subject;
  const pronoun = members.find((things) => things.pronoun);
  if (pronoun) {
    if (antecedent?.subject.length !== 1) {
      account.problem(
        ask('subject', pronoun.start, pronoun.end, 'What is “%”?', source.classes.expand(['*']).slice(0, 3)),
      );
      return [];
    }
    account.use(pronoun, 'subject');
    const [before] = antecedent.subject;
    account.assume(`“${source.tokens[pronoun.start]?.text}” means ${before?.classes.join(' or ')}`);
    return [...antecedent.subject].map(({ classes, at, things }) => ({ classes, at, things }));
  }
  const [agent] = draft.relation.members;
  const passive = draft.verbs.members.some((verb) => verb.passive);
  if (members.length === 0 && passive && agent?.relation === 'by') {
    const read = readSubject(source, draft, { members: [agent.things], join: undefined }, account);
    account.use(agent, 'subject');
    return read;
  }
  const together = draft.verbs.members.some(({ verb }) => verb.kind === 'together');
  const group = together ? { ...draft.subject, join: undefined } : draft.subject;
  return excludeClasses(source, readSubject(source, draft, group, account), draft, account);
}

interface Parts {
  readonly subject: readonly SubjectReading[];
  readonly places: PlaceReading;
  readonly polarity: Polarity;
  readonly account: Account;
}

function triggersOf(draft: Draft, reading: BehaviourReading, parts: Parts): Trigger[] {
  const { places, polarity, account } = parts;
  const { behavior } = reading;
  const subjects = subjectsFor(draft, reading, parts);
  if (subjects.length === 0) return [];
  const seconds = secondsOf(draft, behavior, account);
  const lines = reading.line === undefined ? places.lines : [reading.line];
  const regions = behavior === 'cross' ? lines : places.zones;
  const zones = regions.length > 0 ? regions : [undefined];
  if (behavior === 'absent' && zones.length > 1 && places.joinedZones) {
    const { start, end } = places.joinedZones;
    account.problem(
      ask('zone', start, end, 'Is none to be in both, or in one of “%”? A rule has one zone.', places.zones),
    );
  }
  if (behavior === 'absent')
    account.assume(...(draft.lasting.length > 0 ? [] : [`nobody said for how long: ${seconds} s`]));
  return subjects.flatMap((subject) =>
    zones.map((zone): Trigger => {
      const count = countOf(subject, polarity);
      if (count && subject.count && !COUNTED.has(behavior)) {
        account.problem(refuse(subject.count.start, subject.count.end, `“%”: with “${behavior}” nothing is counted`));
      }
      const parsed = {
        behavior,
        subject: { classes: [...subject.classes] },
        ...(reading.other && { other: { classes: [...reading.other] } }),
        ...(zone !== undefined && behavior !== 'cross' && { zone }),
        ...(behavior === 'cross' && { line: zone }),
        ...(reading.direction !== undefined && { direction: reading.direction }),
        ...(reading.level && { level: reading.level }),
        ...(seconds !== undefined && LASTING.has(behavior) && { seconds }),
        ...(count && COUNTED.has(behavior) && { count }),
      };
      const result = Trigger.safeParse(parsed);
      if (result.success) return result.data;
      if (account.issues.length === 0)
        account.problem(
          refuse(subject.at.start, subject.at.end, `“%” makes no rule: ${result.error.issues[0]?.message ?? ''}`),
        );
      return parsed as Trigger;
    }),
  );
}

function subjectsFor(draft: Draft, reading: BehaviourReading, { subject, account }: Parts): readonly SubjectReading[] {
  if (reading.subject)
    return [
      {
        classes: reading.subject,
        at: rangeOf(draft.clause.chunks),
        things: [],
        ...(subject[0]?.count && { count: subject[0].count }),
      },
    ];
  if (subject.length > 0) return subject;
  if (account.issues.some((issue) => issue.status === 'needs_input' && issue.about === 'subject')) return [];
  const verb = draft.verbs.members[0];
  // Of a clause that is no more than its problem, nothing else is asked.
  if (!verb && draft.places.length === 0 && account.issues.length > 0) return [];
  const at = verb ?? draft.places[0] ?? rangeOf(draft.clause.chunks);
  account.problem(ask('subject', at.start, at.end, verb ? 'Who or what does “%” mean?' : 'What is it about in “%”?'));
  return [];
}

function countOf(subject: SubjectReading, polarity: Polarity): Count | undefined {
  if (!subject.count) return undefined;
  const { op, value } = subject.count;
  const only = subject.things[0]?.only === true && subject.things[0].count?.bare === true;
  if (polarity.limited) return beyond({ op: only ? '<=' : op, value });
  return { op: only ? '==' : op, value };
}

/** How long, with the default where no words say it; shorter and exact lengths are no conditions of a rule. */
function secondsOf(draft: Draft, behavior: Behavior, account: Account): number | undefined {
  const [chunk] = draft.lasting;
  if (!chunk) return DEFAULT_SECONDS[behavior];
  const verb = draft.verbs.members[0]?.verb.kind ?? 'be';
  const count = draft.subject.members[0]?.count;
  // "fewer than 3 people for 10 minutes" is no number of people who stay.
  if (behavior === 'stay' && verb === 'be' && count && count.op !== '>=' && count.op !== '>')
    account.problem(refuse(chunk.start, chunk.end, '“%”: that there are so few for a time is no behaviour of a rule'));
  if (!LASTING.has(behavior)) {
    account.problem(refuse(chunk.start, chunk.end, `“%”: “${behavior}” has no length of time`));
    return undefined;
  }
  account.use(chunk, 'seconds');
  return chunk.lasting.seconds;
}

/** The law: no word that carries a condition is dropped. What nothing has used by now is refused. */
function checkAccounted(draft: Draft, account: Account): void {
  if (account.issues.length > 0) return;
  for (const chunk of draft.clause.chunks) {
    if (!CONTENT.has(chunk.kind) || account.covers(chunk)) continue;
    account.problem(refuse(chunk.start, chunk.end, '“%” has no part in what a rule could say'));
  }
}

const CONTENT = new Set(['things', 'verb', 'place', 'relation', 'direction', 'speed', 'at-once', 'except']);

function checkLeftovers(
  draft: Draft,
  readings: readonly BehaviourReading[],
  polarity: Polarity,
  account: Account,
): void {
  const [first, ...more] = draft.lasting;
  for (const chunk of more) account.problem(refuse(chunk.start, chunk.end, '“%” is a second length of time'));
  if (first) {
    const { lasting } = first;
    const modal = draft.verbs.members[0]?.modal;
    const limit = lasting.op.startsWith('<') && modal !== undefined && !draft.opened;
    if (lasting.vague)
      account.problem(ask('duration', first.start, first.end, 'How long is “%”?', ['30 seconds', '5 minutes']));
    else if (lasting.op !== '>=' && !limit)
      account.problem(refuse(first.start, first.end, '“%”: a rule knows “at least so long” only', ['for more than …']));
    if (lasting.about) account.assume(`“about” is taken as at least ${lasting.seconds} s`);
  }
  for (const chunk of draft.atOnce) {
    if (draft.subject.members.some(({ count, issues }) => count || issues.length > 0) || polarity.absent)
      account.use(chunk, 'count');
    else
      account.problem(refuse(chunk.start, chunk.end, '“%” needs a number of things', ['more than 2 people at once']));
  }
  const whole = draft.times.find(({ times }) => times.whole);
  const staying = readings.some(({ behavior }) => LASTING.has(behavior) || behavior === 'appear');
  if (whole && staying && !draft.leading.has(whole)) {
    account.problem(ask('duration', whole.start, whole.end, 'How long is “%”?', ['8 hours']));
  }
  for (const { start, end, target } of draft.exceptions) {
    if (target.kind !== 'things' && target.kind !== 'place')
      account.problem(refuse(start, end, '“%” is an exception that a rule can’t make'));
  }
}

function partialOf(
  reading: BehaviourReading | undefined,
  subject: readonly SubjectReading[],
  places: PlaceReading,
): Record<string, unknown> {
  const classes = reading?.subject ?? subject[0]?.classes;
  return {
    ...(reading && { behavior: reading.behavior }),
    ...(classes && classes.length > 0 && { subject: { classes } }),
    ...(reading?.other && { other: { classes: reading.other } }),
    ...(places.zones[0] !== undefined && { zone: places.zones[0] }),
    ...(places.lines[0] !== undefined && { line: places.lines[0] }),
    ...(reading?.direction !== undefined && { direction: reading.direction }),
  };
}

/** A rule with the settings of its clause. */
export function ruleOf(trigger: Trigger, cameras: readonly string[] | undefined, settings: Settings): Rule {
  return { ...settingsOf(cameras, settings), trigger };
}

/** Everything of a rule but its trigger. */
export function settingsOf(cameras: readonly string[] | undefined, settings: Settings): Omit<Rule, 'trigger'> {
  return {
    cameras: cameras ? [...cameras] : 'all',
    severity: settings.severity ?? 'warning',
    cooldown_s: settings.cooldownS ?? RULE_DEFAULTS.cooldownS,
    ...(settings.schedule && { schedule: settings.schedule }),
  };
}

export { type Issue, personClasses };
