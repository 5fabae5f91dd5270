import {
  type Count,
  DAYS,
  type Day,
  type Rule,
  type ScheduleWindow,
  type Subject,
  type Trigger,
} from '@lookout/protocol';
import { described } from '../english/described.js';
import { durationOf, listOf, pluralOf, withArticle } from '../english/words.js';
import { isPhrased } from '../phrases/phrase-key.js';

const OPS = { '>=': 'at least', '>': 'more than', '==': 'exactly', '<': 'fewer than', '<=': 'at most' } as const;
const DAY_NAMES = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
} as const;

/** Rules in plain words: "Warn when a person stays in “back door” for 30 s or longer, between 22:00 and 06:00." */
export function summarise(rules: readonly Rule[]): string {
  return rules.map(summariseRule).join(' ');
}

function summariseRule(rule: Rule): string {
  const verb = { info: 'Log', warning: 'Warn', critical: 'Raise a critical alert' }[rule.severity];
  const parts = [`${verb} when ${condition(rule.trigger)}`];
  if (rule.cameras !== 'all') parts.push(`on ${listOf(rule.cameras.map(quoted), 'and')}`);
  const windows = rule.schedule === undefined ? [] : Array.isArray(rule.schedule) ? rule.schedule : [rule.schedule];
  if (windows.length > 0) parts.push(`, ${listOf(windows.map(windowText), 'and')}`);
  if (rule.cooldown_s !== 60) parts.push(`, at most once in ${durationOf(rule.cooldown_s)}`);
  return `${parts.join(' ').replaceAll(' ,', ',')}.`;
}

function condition(trigger: Trigger): string {
  const count = 'count' in trigger ? trigger.count : undefined;
  const many = count !== undefined && count.value !== 1;
  const who = subjectText(trigger.subject, count);
  const s = (singular: string, plural: string) => (many ? plural : singular);
  const zone = 'zone' in trigger && trigger.zone !== undefined ? trigger.zone : undefined;
  const where = zone === undefined ? '' : ` in ${quoted(zone)}`;
  switch (trigger.behavior) {
    case 'appear':
      return `${who} ${s('is', 'are')} seen${where}`;
    case 'enter':
      return zone === undefined ? `${who} comes into view` : `${who} enters ${quoted(zone)}`;
    case 'leave':
      return zone === undefined ? `${who} goes out of view` : `${who} leaves ${quoted(zone)}`;
    case 'stay':
      return `${who} ${s('stays', 'stay')}${where || ' in view'} for ${durationOf(trigger.seconds)} or longer`;
    case 'cross': {
      const way = trigger.direction === 'any' ? '' : ` ${trigger.direction}`;
      return `${who} crosses ${quoted(trigger.line)}${way}`;
    }
    case 'move': {
      const way = {
        left: 'to the left',
        right: 'to the right',
        up: 'up',
        down: 'down',
        toward: 'toward the camera',
        away: 'away from the camera',
      };
      return `${who} ${s('moves', 'move')} ${way[trigger.direction]}${where}`;
    }
    case 'speed':
      return `${who} ${s('moves', 'move')} ${trigger.level === 'fast' ? 'faster' : 'slower'} than normal${where}`;
    case 'stop':
      return `${who} ${s('stops', 'stop')} for ${durationOf(trigger.seconds)} or longer${where}`;
    case 'absent':
      return `no ${whatText(trigger.subject, 'none')} is seen${where} for ${durationOf(trigger.seconds)} or longer`;
    case 'near':
      return `${who} ${s('is', 'are')} near ${subjectText(trigger.other, undefined)}${where}${trigger.seconds ? ` for ${durationOf(trigger.seconds)} or longer` : ''}`;
    case 'without':
      return `${who} ${s('is', 'are')} without ${subjectText(trigger.other, undefined)} near${where} for ${durationOf(trigger.seconds)} or longer`;
    case 'removed':
      return `${who} is removed${zone === undefined ? '' : ` from ${quoted(zone)}`}`;
    case 'fall':
      return `${who} falls${where}`;
  }
}

function subjectText(subject: Subject, count: Count | undefined): string {
  if (count && !(count.op === '>=' && count.value === 1 && subject.classes.length === 1)) {
    return `${OPS[count.op]} ${count.value} ${whatText(subject, count.value === 1 ? 'none' : 'many')}`;
  }
  if (isPhrased(subject)) return described(subject, 'one');
  return subject.classes.includes('*') ? 'anything' : names(subject, withArticle);
}

function whatText(subject: Subject, number: 'none' | 'many'): string {
  if (isPhrased(subject)) return described(subject, number);
  return names(subject, number === 'many' ? pluralOf : (name) => name);
}

/** @param form of each name @example names({ classes: ['car', 'bus'] }, pluralOf) // 'cars or buses' */
function names({ classes }: Subject, form: (name: string) => string): string {
  return classes.includes('*') ? form('object') : listOf(classes.map(form), 'or');
}

function windowText({ from, to, days }: ScheduleWindow): string {
  const time = from === '00:00' && to === '24:00' ? undefined : `between ${from} and ${to}`;
  return [time, days && `on ${daysText(days)}`].filter((text) => text !== undefined).join(' ') || 'at any time';
}

/** @example daysText(['mon', 'tue', 'wed', 'sat']) // 'Monday to Wednesday and Saturday' */
function daysText(days: readonly Day[]): string {
  const runs: Day[][] = [];
  for (const day of DAYS.filter((each) => days.includes(each))) {
    const last = runs.at(-1);
    if (last && DAYS.indexOf(day) === DAYS.indexOf(last[0] as Day) + last.length) last.push(day);
    else runs.push([day]);
  }
  const parts = runs.flatMap((run) => {
    const names = run.map((day) => DAY_NAMES[day]);
    return names.length < 3 ? names : [`${names[0]} to ${names.at(-1)}`];
  });
  return listOf(parts, 'and');
}

function quoted(name: string): string {
  return `“${name}”`;
}
