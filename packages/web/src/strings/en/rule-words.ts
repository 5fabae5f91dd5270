// Words for the parts of a rule.

import type { Behavior, Count, Day, ScheduleWindow, Severity } from '@lookout/protocol';
import { capital } from '../shared/intl.js';
import { scheduleIn } from '../shared/schedule.js';
import { and, article, duration, objectWord, or, quoted } from './words.js';

/** Classes named one by one; the others are counted. */
const MAX_NAMED = 3;

export const WEEKDAYS: Record<Day, string> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};

export const COUNT_WORDS: Record<Count['op'], string> = {
  '>=': 'at least',
  '>': 'more than',
  '==': 'exactly',
  '<': 'fewer than',
  '<=': 'at most',
};

/** `a cat or a dog`, `at least 2 people` */
function objects(classes: readonly string[], count?: Count): string {
  const any = classes.includes('*');
  const one = (name: string) => (count ? objectWord(name, count.value) : article(name));
  const named = classes.slice(0, classes.length > MAX_NAMED ? MAX_NAMED - 1 : MAX_NAMED).map(one);
  if (classes.length > named.length) named.push(`${classes.length - named.length} others`);
  const names = any ? (count ? objectWord('thing', count.value) : 'anything') : or(named);
  return count ? `${COUNT_WORDS[count.op]} ${count.value} ${names}` : names;
}

const window = scheduleIn({ weekdays: WEEKDAYS, to: (from, to) => `${from} to ${to}`, allDay: 'all day', and });

export const BEHAVIORS: Record<Behavior, { label: string; hint: string }> = {
  appear: { label: 'Is seen', hint: 'at any moment, however briefly' },
  enter: { label: 'Comes in', hint: 'into the area, or into view' },
  leave: { label: 'Goes away', hint: 'out of the area, or out of view' },
  stay: { label: 'Stays', hint: 'waits, stands, is parked, hangs around' },
  cross: { label: 'Crosses a line', hint: 'one that you have drawn' },
  move: { label: 'Moves one way', hint: 'in the picture: left, right, toward the camera …' },
  speed: { label: 'Is fast or slow', hint: 'for what it is' },
  stop: { label: 'Stops', hint: 'was moving, then stands still' },
  absent: { label: 'Is not there', hint: 'none is seen for a while' },
  near: { label: 'Is near something', hint: 'within a step or two' },
  without: { label: 'Is left alone', hint: 'nothing of another kind near it, such as a bag without a person' },
  removed: { label: 'Is taken away', hint: 'stood still, then is gone' },
  fall: { label: 'Falls', hint: 'a person goes down and stays down' },
};

export const DIRECTIONS: Record<string, string> = {
  any: 'either way',
  forward: 'the way its arrow points',
  backward: 'against its arrow',
  left: 'to the left',
  right: 'to the right',
  up: 'upward',
  down: 'downward',
  toward: 'toward the camera',
  away: 'away from the camera',
};

export interface DoesWords {
  behavior: Behavior;
  direction?: string | undefined;
  level?: 'fast' | 'slow' | undefined;
  other?: readonly string[] | undefined;
}

function does({ behavior, direction, level, other }: DoesWords, hasZone: boolean): string {
  switch (behavior) {
    case 'enter':
      return hasZone ? 'Goes in' : 'Comes into view';
    case 'leave':
      return hasZone ? 'Goes out' : 'Goes out of view';
    case 'cross':
      return direction === undefined || direction === 'any' ? 'Crosses' : `Crosses ${DIRECTIONS[direction]}`;
    case 'move':
      return `Moves ${DIRECTIONS[direction ?? ''] ?? ''}`.trim();
    case 'speed':
      return level === 'slow' ? 'Is slow' : 'Is fast';
    case 'near':
      return other?.length ? `Is near ${objects(other)}` : BEHAVIORS.near.label;
    case 'without':
      return other?.length ? `Without ${objects(other)} near it` : BEHAVIORS.without.label;
    default:
      return BEHAVIORS[behavior].label;
  }
}

export const SEVERITIES: Record<Severity, { label: string; hint: string }> = {
  info: { label: 'Note', hint: 'Listed under Events, no banner and no sound.' },
  warning: { label: 'Warning', hint: 'A banner with the picture, and a soft chime.' },
  critical: { label: 'Critical', hint: 'A banner that stays in front, and three chimes.' },
};

const PERIODS: readonly [seconds: number, words: string][] = [
  [60, 'a minute'],
  [3600, 'an hour'],
  [86_400, 'a day'],
];

/** `at most once a minute`, `every time` */
function cooldown(seconds: number): string {
  if (seconds === 0) return 'every time';
  return `at most once ${PERIODS.find(([period]) => period === seconds)?.[1] ?? `in ${duration(seconds)}`}`;
}

/** `once`, `3 times` */
export const times = (count: number) => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

/** A part of a rule, worded. */
export const ruleValues = {
  objects: (classes: readonly string[], count?: Count) => capital(objects(classes, count)),
  described: (objects: string, phrase: string, isAbsent: boolean) =>
    `${objects}${isAbsent ? ', not' : ':'} ${quoted(phrase)}`,
  does,
  duration,
  longer: (seconds: number) => `${duration(seconds)} or longer`,
  atOnce: 'At once',
  when: (windows: readonly ScheduleWindow[]) =>
    windows.length === 0 ? 'Always' : capital(windows.map(window).join('; ')),
  everyCamera: 'Every camera',
  wholeView: 'Anywhere in the picture',
  cameras: and,
  placeOn: (place: string, cameras: string) => `${place}, on ${cameras}`,
  severity: (severity: Severity) => SEVERITIES[severity].label,
  cooldown: (seconds: number) => capital(cooldown(seconds)),
};
