// Words for the parts of a rule.

import type { Behavior, Count, Day, Severity } from '@lookout/protocol';
import type { DoesWords, ruleValues as en } from '../en/rule-words.js';
import { capital } from '../shared/intl.js';
import { scheduleIn } from '../shared/schedule.js';
import { and, article, duration, objectWord, or, quoted } from './words.js';

/** Kinds of objects named one by one; the others are counted. */
const MAX_NAMED = 3;

export const WEEKDAYS: Record<Day, string> = {
  mon: 'Mo',
  tue: 'Di',
  wed: 'Mi',
  thu: 'Do',
  fri: 'Fr',
  sat: 'Sa',
  sun: 'So',
};

export const COUNT_WORDS: Record<Count['op'], string> = {
  '>=': 'mindestens',
  '>': 'mehr als',
  '==': 'genau',
  '<': 'weniger als',
  '<=': 'höchstens',
};

/** `eine Katze oder ein Hund`, `mindestens 2 Personen` */
function objects(classes: readonly string[], count?: Count): string {
  if (classes.includes('*')) {
    if (!count) return 'irgendetwas';
    return `${COUNT_WORDS[count.op]} ${count.value} ${count.value === 1 ? 'Objekt' : 'Objekte'}`;
  }
  const one = (name: string) => (count ? objectWord(name, count.value) : article(name));
  const named = classes.slice(0, classes.length > MAX_NAMED ? MAX_NAMED - 1 : MAX_NAMED).map(one);
  if (classes.length > named.length) named.push(`${classes.length - named.length} andere`);
  return count ? `${COUNT_WORDS[count.op]} ${count.value} ${or(named)}` : or(named);
}

const window = scheduleIn({ weekdays: WEEKDAYS, to: (from, to) => `${from} bis ${to}`, allDay: 'den ganzen Tag', and });

export const BEHAVIORS: Record<Behavior, { label: string; hint: string }> = {
  appear: { label: 'Ist zu sehen', hint: 'irgendwann, wenn auch nur kurz' },
  enter: { label: 'Kommt herein', hint: 'in den Bereich oder ins Bild' },
  leave: { label: 'Geht weg', hint: 'aus dem Bereich oder aus dem Bild' },
  stay: { label: 'Bleibt', hint: 'wartet, steht, parkt, treibt sich herum' },
  cross: { label: 'Überquert eine Linie', hint: 'eine, die Sie gezeichnet haben' },
  move: { label: 'Bewegt sich in eine Richtung', hint: 'im Bild: nach links, nach rechts, auf die Kamera zu …' },
  speed: { label: 'Ist schnell oder langsam', hint: 'für das, was es ist' },
  stop: { label: 'Hält an', hint: 'war in Bewegung und steht dann still' },
  absent: { label: 'Ist nicht da', hint: 'eine Weile ist nichts davon zu sehen' },
  near: { label: 'Ist nah bei etwas', hint: 'höchstens ein, zwei Schritte entfernt' },
  without: { label: 'Ist allein gelassen', hint: 'nichts anderes ist in der Nähe, etwa eine Tasche ohne Person' },
  removed: { label: 'Wird weggenommen', hint: 'stand still und ist dann weg' },
  fall: { label: 'Fällt hin', hint: 'eine Person fällt und bleibt liegen' },
};

export const DIRECTIONS: Record<string, string> = {
  any: 'in beide Richtungen',
  forward: 'in Richtung des Pfeils',
  backward: 'gegen den Pfeil',
  left: 'nach links',
  right: 'nach rechts',
  up: 'nach oben',
  down: 'nach unten',
  toward: 'auf die Kamera zu',
  away: 'von der Kamera weg',
};

function does({ behavior, direction, level, other }: DoesWords, hasZone: boolean): string {
  switch (behavior) {
    case 'enter':
      return hasZone ? 'Geht hinein' : 'Kommt ins Bild';
    case 'leave':
      return hasZone ? 'Geht hinaus' : 'Geht aus dem Bild';
    case 'cross':
      return direction === undefined || direction === 'any' ? 'Überquert' : `Überquert ${DIRECTIONS[direction]}`;
    case 'move':
      return `Bewegt sich ${DIRECTIONS[direction ?? ''] ?? ''}`.trim();
    case 'speed':
      return level === 'slow' ? 'Ist langsam' : 'Ist schnell';
    case 'near':
      return other?.length ? `In der Nähe: ${objects(other)}` : BEHAVIORS.near.label;
    case 'without':
      return other?.length ? `Fehlt in der Nähe: ${objects(other)}` : BEHAVIORS.without.label;
    default:
      return BEHAVIORS[behavior].label;
  }
}

export const SEVERITIES: Record<Severity, { label: string; hint: string }> = {
  info: { label: 'Notiz', hint: 'Steht unter Ereignisse, ohne Banner und Ton.' },
  warning: { label: 'Warnung', hint: 'Ein Banner mit dem Bild und ein leiser Ton.' },
  critical: { label: 'Kritisch', hint: 'Ein Banner, das vorn bleibt, und drei Töne.' },
};

const PERIODS: readonly [seconds: number, words: string][] = [
  [60, 'pro Minute'],
  [3600, 'pro Stunde'],
  [86_400, 'pro Tag'],
];

/** `höchstens einmal pro Minute`, `jedes Mal` */
function cooldown(seconds: number): string {
  if (seconds === 0) return 'jedes Mal';
  return `höchstens einmal ${PERIODS.find(([period]) => period === seconds)?.[1] ?? `in ${duration(seconds)}`}`;
}

/** `einmal`, `dreimal` */
export const times = (count: number) =>
  count === 1 ? 'einmal' : count === 2 ? 'zweimal' : count === 3 ? 'dreimal' : `${count}-mal`;

export const ruleValues: typeof en = {
  objects: (classes, count) => capital(objects(classes, count)),
  described: (objects, phrase, isAbsent) => `${objects}${isAbsent ? ', nicht' : ':'} ${quoted(phrase)}`,
  does,
  duration,
  longer: (seconds) => `${duration(seconds)} oder länger`,
  atOnce: 'Sofort',
  when: (windows) => (windows.length === 0 ? 'Immer' : capital(windows.map(window).join('; '))),
  everyCamera: 'Jede Kamera',
  wholeView: 'Überall im Bild',
  cameras: and,
  placeOn: (place, cameras) => `${place}, auf ${cameras}`,
  severity: (severity) => SEVERITIES[severity].label,
  cooldown: (seconds) => capital(cooldown(seconds)),
};
