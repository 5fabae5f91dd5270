import {
  type Behavior,
  CROSS_DIRECTIONS,
  MOVE_DIRECTIONS,
  type PartialRule,
  RULE_DEFAULTS,
  type Severity,
  type SpanKey,
  type Subject,
  type Verify,
} from '@lookout/protocol';
import { Count, Rule, ScheduleWindow } from '../../lib/schemas.js';

/** The parts of a rule that a person sees, in the order in which they are shown. */
export const PARTS = ['who', 'does', 'where', 'long', 'when', 'loud'] as const;
export type Part = (typeof PARTS)[number];

/** What a subject does, with the keys that belong to that behaviour alone. */
export interface Does {
  behavior: Behavior;
  direction?: string | undefined;
  level?: 'fast' | 'slow' | undefined;
  /** Classes of the other objects, of `near` and `without`. */
  other?: readonly string[] | undefined;
}

/** A rule divided into its parts. */
export interface PartValues {
  who: {
    classes: readonly string[];
    /** A description beyond the class: only objects that match it, or, with `absent`, that don't. */
    phrase?: string | undefined;
    polarity?: 'present' | 'absent' | undefined;
    count?: Count | undefined;
  };
  does: Does;
  where: { cameras: 'all' | readonly string[]; zone?: string | undefined; line?: string | undefined };
  /** Undefined: the behaviour takes no time, or holds at once. */
  long: { seconds?: number | undefined };
  /** None: always. */
  when: { windows: readonly ScheduleWindow[] };
  /** `verify`: the question to a model about each event. */
  loud: { severity: Severity; cooldownS: number; verify?: Verify | undefined };
}

interface Traits {
  place: 'zone' | 'line';
  /** Whether it can be required of several objects at the same moment. */
  counts: boolean;
  /** `optional`: only if the user gives it; a number: the default, seconds. */
  seconds?: number | 'optional';
  directions?: readonly string[];
  levels?: readonly ('fast' | 'slow')[];
  /** It is about a second kind of object. */
  hasOther?: boolean;
}

/** What belongs to a rule of each behaviour. */
export const TRAITS: Readonly<Record<Behavior, Traits>> = {
  appear: { place: 'zone', counts: true },
  enter: { place: 'zone', counts: false },
  leave: { place: 'zone', counts: false },
  stay: { place: 'zone', counts: true, seconds: RULE_DEFAULTS.stayS },
  cross: { place: 'line', counts: false, directions: CROSS_DIRECTIONS },
  move: { place: 'zone', counts: true, directions: MOVE_DIRECTIONS },
  speed: { place: 'zone', counts: true, levels: ['fast', 'slow'] },
  stop: { place: 'zone', counts: true, seconds: RULE_DEFAULTS.stopS },
  absent: { place: 'zone', counts: false, seconds: RULE_DEFAULTS.absentS },
  near: { place: 'zone', counts: true, seconds: 'optional', hasOther: true },
  without: { place: 'zone', counts: true, seconds: RULE_DEFAULTS.withoutS, hasOther: true },
  removed: { place: 'zone', counts: false },
  fall: { place: 'zone', counts: false },
};

/** The part that the words of a span belong to; undefined for words that are part of no rule. */
export function partOfKey(key: SpanKey): Part | undefined {
  switch (key) {
    case 'subject':
    case 'phrase':
    case 'count':
      return 'who';
    case 'behavior':
    case 'direction':
    case 'level':
    case 'other':
      return 'does';
    case 'zone':
    case 'line':
    case 'cameras':
      return 'where';
    case 'seconds':
      return 'long';
    case 'schedule':
      return 'when';
    case 'severity':
    case 'cooldown_s':
      return 'loud';
    case 'assumption':
    case 'empty':
      return undefined;
  }
}

/** Whether what the words of such a span say differs between two rules. */
export function differsAt(key: SpanKey, a: Partial<PartValues>, b: Partial<PartValues>): boolean {
  return JSON.stringify(valueAt(key, a)) !== JSON.stringify(valueAt(key, b));
}

function valueAt(key: SpanKey, { who, does, where, long, when, loud }: Partial<PartValues>): unknown {
  switch (key) {
    case 'subject':
      return who?.classes;
    case 'phrase':
      return who?.phrase && [who.phrase, who.polarity];
    case 'count':
      return who?.count && [who.count.op, who.count.value];
    case 'other':
      return does?.other;
    case 'behavior':
    case 'direction':
    case 'level':
      return does?.[key];
    case 'zone':
    case 'line':
    case 'cameras':
      return where?.[key];
    case 'seconds':
      return long?.seconds;
    case 'schedule':
      return when?.windows;
    case 'severity':
      return loud?.severity;
    case 'cooldown_s':
      return loud?.cooldownS;
    case 'assumption':
    case 'empty':
      return undefined;
  }
}

/** Divides a rule into its parts. */
export function partsOf(rule: Rule): PartValues {
  // A complete rule has all of them.
  return knownParts(rule) as PartValues;
}

/** The parts of a rule that still needs an answer, as far as they are known. */
export function knownParts({ trigger, ...rule }: PartialRule | Rule): Partial<PartValues> {
  const keys = trigger as Partial<Record<string, unknown>>;
  const behavior = keys.behavior as Behavior | undefined;
  const subject = keys.subject as (Partial<Subject> & Pick<Subject, 'classes'>) | undefined;
  const other = keys.other as { classes: string[] } | undefined;
  return {
    ...(subject && { who: { ...subject, count: keys.count as Count | undefined } }),
    ...(behavior && {
      does: {
        behavior,
        direction: keys.direction as string | undefined,
        level: keys.level as Does['level'],
        other: other?.classes,
      },
      long: { seconds: keys.seconds as number | undefined },
    }),
    where: { cameras: rule.cameras, zone: keys.zone as string | undefined, line: keys.line as string | undefined },
    when: { windows: rule.schedule === undefined ? [] : [rule.schedule].flat() },
    loud: { severity: rule.severity, cooldownS: rule.cooldown_s, verify: rule.verify },
  };
}

/** The rule of these parts; undefined while one is missing, such as the line of a rule about crossing it. */
export function ruleOf({ who, does, where, long, when, loud }: PartValues): Rule | undefined {
  const traits = TRAITS[does.behavior];
  const trigger = {
    behavior: does.behavior,
    subject: { classes: who.classes, phrase: who.phrase, polarity: who.polarity },
    ...(traits.place === 'line' ? { line: where.line } : { zone: where.zone }),
    ...(traits.directions && { direction: does.direction }),
    ...(traits.levels && { level: does.level }),
    ...(traits.hasOther && { other: { classes: does.other ?? [] } }),
    ...(traits.seconds !== undefined && { seconds: long.seconds }),
    ...(traits.counts && { count: who.count }),
  };
  const [first, ...others] = when.windows;
  const parsed = Rule.safeParse({
    cameras: where.cameras,
    severity: loud.severity,
    cooldown_s: loud.cooldownS,
    verify: loud.verify,
    schedule: first === undefined ? undefined : others.length === 0 ? first : when.windows,
    trigger,
  });
  return parsed.success ? withoutAbsent(parsed.data) : undefined;
}

const MAX_SECONDS = 7 * 86_400;

/** Whether a part has a value that a rule can have. */
export function isValidPart(part: Part, { who, does, where, long, when, loud }: PartValues): boolean {
  switch (part) {
    case 'who':
      if (who.phrase?.trim() === '') return false;
      return who.classes.length > 0 && (who.count === undefined || Count.safeParse(who.count).success);
    case 'does':
      return TRAITS[does.behavior].hasOther !== true || (does.other ?? []).length > 0;
    case 'where':
      return where.cameras.length > 0 && (TRAITS[does.behavior].place === 'zone' || where.line !== undefined);
    case 'long':
      return long.seconds === undefined || (long.seconds >= 0 && long.seconds <= MAX_SECONDS);
    case 'when':
      return when.windows.every((window) => ScheduleWindow.safeParse(window).success);
    case 'loud':
      return loud.verify === undefined || loud.verify.question.trim() !== '';
  }
}

/** The parts in which two rules differ. */
export function differingParts(a: PartValues, b: PartValues): Part[] {
  return PARTS.filter((part) => canonical(a[part]) !== canonical(b[part]));
}

/** Parts that a person has set by hand, each as a whole. */
export type Edits = Partial<PartValues>;

/** The parts with the edits over them, and the keys that another behaviour needs filled in. */
export function withEdits(parts: PartValues, edits: Edits): PartValues {
  const edited = { ...parts, ...edits };
  const traits = TRAITS[edited.does.behavior];
  const seconds = edited.long.seconds ?? (traits.seconds === 'optional' ? undefined : traits.seconds);
  return {
    ...edited,
    does: {
      ...edited.does,
      direction: traits.directions && (edited.does.direction ?? traits.directions[0]),
      level: traits.levels && (edited.does.level ?? traits.levels[0]),
    },
    long: { seconds: traits.seconds === undefined ? undefined : seconds },
  };
}

/** The edits that make the first rule into the second. */
export function editsBetween(from: PartValues, to: PartValues): Edits {
  return Object.fromEntries(differingParts(from, to).map((part) => [part, to[part]]));
}

/** Whether a behaviour has to give up something that the rule says now. */
export function lostWith(parts: PartValues, behavior: Behavior): { count: boolean; seconds: boolean; place: boolean } {
  const traits = TRAITS[behavior];
  return {
    count: parts.who.count !== undefined && !traits.counts,
    seconds: parts.long.seconds !== undefined && traits.seconds === undefined,
    place: traits.place === 'line' ? parts.where.zone !== undefined : parts.where.line !== undefined,
  };
}

function canonical(value: object): string {
  const sorted = Object.entries(value).filter(([, each]) => each !== undefined);
  return JSON.stringify(sorted.sort(([a], [b]) => a.localeCompare(b)));
}

/** As the server would send it: without keys that have no value. */
function withoutAbsent(rule: Rule): Rule {
  return JSON.parse(JSON.stringify(rule)) as Rule;
}
