// Words for the parts of a rule.

import type { Behavior, Count, Day, Severity } from '@lookout/protocol';
import type { DoesWords, ruleValues as en } from '../en/rule-words.js';
import { capital } from '../shared/intl.js';
import { scheduleIn } from '../shared/schedule.js';
import { and, article, duration, objectWord, or, quoted } from './words.js';

/** Kinds of objects named one by one; the others are counted. */
const MAX_NAMED = 3;

export const WEEKDAYS: Record<Day, string> = {
  mon: 'lun',
  tue: 'mar',
  wed: 'mié',
  thu: 'jue',
  fri: 'vie',
  sat: 'sáb',
  sun: 'dom',
};

export const COUNT_WORDS: Record<Count['op'], string> = {
  '>=': 'al menos',
  '>': 'más de',
  '==': 'exactamente',
  '<': 'menos de',
  '<=': 'como mucho',
};

/** `un gato o un perro`, `al menos 2 personas` */
function objects(classes: readonly string[], count?: Count): string {
  if (classes.includes('*')) {
    if (!count) return 'cualquier cosa';
    return `${COUNT_WORDS[count.op]} ${count.value} ${count.value === 1 ? 'cosa' : 'cosas'}`;
  }
  const one = (name: string) => (count ? objectWord(name, count.value) : article(name));
  const named = classes.slice(0, classes.length > MAX_NAMED ? MAX_NAMED - 1 : MAX_NAMED).map(one);
  if (classes.length > named.length) named.push(`${classes.length - named.length} más`);
  return count ? `${COUNT_WORDS[count.op]} ${count.value} ${or(named)}` : or(named);
}

const window = scheduleIn({ weekdays: WEEKDAYS, to: (from, to) => `de ${from} a ${to}`, allDay: 'todo el día', and });

export const BEHAVIORS: Record<Behavior, { label: string; hint: string }> = {
  appear: { label: 'Se ve', hint: 'en cualquier momento, aunque sea poco' },
  enter: { label: 'Entra', hint: 'en la zona o en la imagen' },
  leave: { label: 'Se va', hint: 'de la zona o de la imagen' },
  stay: { label: 'Se queda', hint: 'espera, está de pie, está aparcado, merodea' },
  cross: { label: 'Cruza una línea', hint: 'una que has dibujado' },
  move: { label: 'Se mueve en un sentido', hint: 'en la imagen: a la izquierda, a la derecha, hacia la cámara…' },
  speed: { label: 'Va rápido o lento', hint: 'para lo que es' },
  stop: { label: 'Se para', hint: 'se movía y luego se queda quieto' },
  absent: { label: 'No está', hint: 'no se ve ninguno durante un rato' },
  near: { label: 'Está cerca de algo', hint: 'a uno o dos pasos' },
  without: { label: 'Se queda solo', hint: 'no hay otra cosa cerca, como un bolso sin una persona' },
  removed: { label: 'Se lo llevan', hint: 'estaba quieto y ya no está' },
  fall: { label: 'Se cae', hint: 'una persona cae y no se levanta' },
};

export const DIRECTIONS: Record<string, string> = {
  any: 'en los dos sentidos',
  forward: 'en el sentido de la flecha',
  backward: 'contra la flecha',
  left: 'a la izquierda',
  right: 'a la derecha',
  up: 'hacia arriba',
  down: 'hacia abajo',
  toward: 'hacia la cámara',
  away: 'alejándose de la cámara',
};

function does({ behavior, direction, level, other }: DoesWords, hasZone: boolean): string {
  switch (behavior) {
    case 'enter':
      return hasZone ? 'Entra' : 'Entra en la imagen';
    case 'leave':
      return hasZone ? 'Sale' : 'Sale de la imagen';
    case 'cross':
      return direction === undefined || direction === 'any' ? 'Cruza' : `Cruza ${DIRECTIONS[direction]}`;
    case 'move':
      return `Se mueve ${DIRECTIONS[direction ?? ''] ?? ''}`.trim();
    case 'speed':
      return level === 'slow' ? 'Va lento' : 'Va rápido';
    case 'near':
      return other?.length ? `Cerca de ${objects(other)}` : BEHAVIORS.near.label;
    case 'without':
      return other?.length ? `Sin ${objects(other)} cerca` : BEHAVIORS.without.label;
    default:
      return BEHAVIORS[behavior].label;
  }
}

export const SEVERITIES: Record<Severity, { label: string; hint: string }> = {
  info: { label: 'Nota', hint: 'Sale en Eventos, sin banner ni sonido.' },
  warning: { label: 'Aviso', hint: 'Un banner con la imagen y un tono suave.' },
  critical: { label: 'Crítico', hint: 'Un banner que se queda delante y tres tonos.' },
};

const PERIODS: readonly [seconds: number, words: string][] = [
  [60, 'por minuto'],
  [3600, 'por hora'],
  [86_400, 'al día'],
];

/** `como mucho una vez por minuto`, `cada vez` */
function cooldown(seconds: number): string {
  if (seconds === 0) return 'cada vez';
  return `como mucho una vez ${PERIODS.find(([period]) => period === seconds)?.[1] ?? `en ${duration(seconds)}`}`;
}

/** `una vez`, `3 veces` */
export const times = (count: number) => (count === 1 ? 'una vez' : count === 2 ? 'dos veces' : `${count} veces`);

export const ruleValues: typeof en = {
  objects: (classes, count) => capital(objects(classes, count)),
  described: (objects, phrase, isAbsent) => `${objects}${isAbsent ? ', no' : ':'} ${quoted(phrase)}`,
  does,
  duration,
  longer: (seconds) => `${duration(seconds)} o más`,
  atOnce: 'Al momento',
  when: (windows) => (windows.length === 0 ? 'Siempre' : capital(windows.map(window).join('; '))),
  everyCamera: 'Todas las cámaras',
  wholeView: 'En toda la imagen',
  cameras: and,
  placeOn: (place, cameras) => `${place}, en ${cameras}`,
  severity: (severity) => SEVERITIES[severity].label,
  cooldown: (seconds) => capital(cooldown(seconds)),
};
