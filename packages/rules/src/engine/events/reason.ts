import type { Subject, Trigger } from '@lookout/protocol';
import { described } from '../../english/described.js';
import { capitalized, countOf, durationOf, listOf, pluralOf } from '../../english/words.js';
import { isPhrased } from '../../phrases/phrase-key.js';

/** The facts of an event that its reason mentions. */
export interface Occurrence {
  readonly trigger: Trigger;
  /** Class names of the objects of the event. */
  readonly classes: readonly string[];
  readonly measured: Readonly<Record<string, number>>;
  /** Name of the zone or line as its owner spells it. */
  readonly place?: string;
  readonly direction?: string;
  /** Names of the line's sides, left and right. */
  readonly sides?: readonly [string, string];
}

/** @example reasonOf(…) // A person stayed in “back door” for 34 s. */
export function reasonOf(occurrence: Occurrence): string {
  return `${capitalized(sentence(occurrence))}.`;
}

function sentence(occurrence: Occurrence): string {
  const { trigger, measured, place } = occurrence;
  const who = subjectOf(occurrence);
  const inPlace = place === undefined ? '' : ` in “${place}”`;
  const time = durationOf(measured.seconds ?? 0);
  const were = isPlural(occurrence) ? 'were' : 'was';
  switch (trigger.behavior) {
    case 'appear':
      if (trigger.count) return `${who} ${were}${inPlace || ' in view'} at once`;
      return place === undefined ? `${who} came into view` : `${who} appeared${inPlace}`;
    case 'enter':
      return place === undefined ? `${who} came into view` : `${who} entered “${place}”`;
    case 'leave':
      return place === undefined ? `${who} went out of view` : `${who} left “${place}”`;
    case 'stay':
      return `${who} stayed${inPlace || ' in view'} for ${time}`;
    case 'cross':
      return `${who} crossed “${place}”${wayAcross(occurrence)}`;
    case 'move':
      return `${who} ${movement(trigger.direction)}${inPlace}`;
    case 'speed':
      return `${who} moved ${trigger.level === 'fast' ? 'fast' : 'slowly'}${inPlace}`;
    case 'stop':
      return `${who} stopped${inPlace} and stood still for ${time}`;
    case 'absent':
      return `no ${kindsOf(trigger.subject)} was ${place === undefined ? 'seen' : `in “${place}”`} for ${time}`;
    case 'near':
      return `${who} ${were} near ${anyOf(trigger.other.classes)}${inPlace}${measured.seconds ? ` for ${time}` : ''}`;
    case 'without':
      return `${who} ${were}${inPlace} without ${anyOf(trigger.other.classes)} nearby for ${time}`;
    case 'removed':
      return `${who} ${were} removed${place === undefined ? '' : ` from “${place}”`}`;
    case 'fall':
      return `${who} fell${inPlace} and stayed down`;
  }
}

/** `2 people and a car`; without objects, `no people`. */
function subjectOf({ trigger, classes }: Occurrence): string {
  const { subject } = trigger;
  if (isPhrased(subject)) {
    if (classes.length === 1) return described(subject, 'one');
    return `${classes.length || 'no'} ${described(subject, 'many')}`;
  }
  if (classes.length === 0) return `no ${listOf(subject.classes.map(nameOfMany), 'or')}`;
  const counts = new Map<string, number>();
  for (const name of classes) counts.set(name, (counts.get(name) ?? 0) + 1);
  return listOf(
    [...counts].map(([name, count]) => countOf(count, name)),
    'and',
  );
}

function isPlural({ classes }: Occurrence): boolean {
  return classes.length !== 1;
}

function nameOfMany(className: string): string {
  return className === '*' ? 'objects' : pluralOf(className);
}

/** `person or dog`. */
function kindsOf(subject: Subject): string {
  if (isPhrased(subject)) return described(subject, 'none');
  return listOf(
    subject.classes.map((name) => (name === '*' ? 'object' : name)),
    'or',
  );
}

/** `a person or a dog`. */
function anyOf(classes: readonly string[]): string {
  return listOf(
    classes.map((name) => (name === '*' ? 'another object' : countOf(1, name))),
    'or',
  );
}

function wayAcross({ direction, sides }: Occurrence): string {
  if (!sides || direction === undefined) return direction === undefined ? '' : ` ${direction}`;
  const [left, right] = sides;
  return direction === 'forward' ? ` from ${left} to ${right}` : ` from ${right} to ${left}`;
}

function movement(direction: string): string {
  if (direction === 'toward') return 'came toward the camera';
  return direction === 'away' ? 'moved away from the camera' : `moved ${direction}`;
}
