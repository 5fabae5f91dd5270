import type { rules as en } from '../en/rules.js';
import { capital } from '../shared/intl.js';
import { times } from './rule-words.js';
import { many, objectName, since } from './words.js';

export const rules: typeof en = {
  page: 'Reglas',
  text: 'De qué te avisa Lookout',
  newRule: 'Nueva regla',
  timezone: (zone) => `Los horarios van con la hora de ${zone}.`,
  howWarned: 'Cómo te avisa',
  empty: {
    title: 'Todavía no hay reglas',
    text: 'Di con una frase en inglés de qué quieres que te avise. Estas irían bien con tus cámaras:',
    noCameras: 'Una regla vigila lo que ve una cámara. Añade primero una cámara.',
    addCamera: 'Añadir una cámara',
  },
  noneForKey: 'Tu clave no permite ver reglas.',
  mode: {
    label: 'Quién está',
    home: 'En casa',
    away: 'Fuera',
    onlyHome: (count) =>
      count === 0
        ? 'No avisa ninguna regla: ninguna vale «también en casa»'
        : count === 1
          ? 'Solo avisa la regla que vale «también en casa»'
          : `Solo avisan las ${count} reglas que valen «también en casa»`,
    onlyAway: (count) =>
      count === 0
        ? 'No avisa ninguna regla: todas valen solo en casa'
        : `${count === 1 ? 'Avisa una regla' : `Avisan ${count} reglas`}; las demás valen solo en casa`,
    all: (count) => (count === 0 ? 'No hay ninguna regla encendida' : 'Avisan todas las reglas encendidas'),
  },
  chips: {
    everyCamera: 'todas las cámaras',
    always: 'siempre',
    alsoAtHome: 'también en casa',
    onlyAtHome: 'solo en casa',
    info: 'solo se anota, sin sonido',
    critical: 'crítica',
  },
  last: {
    at: (time, isNote) => `${isNote ? 'Última nota' : 'Último aviso'}: ${time}.`,
    never: (isNote) => (isNote ? 'Aún no ha anotado nada.' : 'Aún no ha avisado.'),
    in24h: (count) => `${capital(times(count))} en 24 horas`,
    wrong: (count) => many(count, 'marcado como erróneo', 'marcados como erróneos'),
    ignored: (count) => many(count, 'sitio ignorado', 'sitios ignorados'),
    off: 'Apagada.',
    silent: { home: 'En silencio mientras haya alguien en casa.', away: 'En silencio mientras no haya nadie.' },
    blind: (camera, state) => `${camera}: ${state.toLowerCase()}.`,
  },
  on: (summary) => `Encendida: ${summary}`,
  snooze: {
    button: 'Silenciar',
    for: { hour: 'Durante 1 hora', tomorrow: 'Hasta mañana a las 08:00', off: 'Hasta que la encienda' },
    until: (time) => `Hasta ${since(time)}`,
    wake: 'Volver a avisar',
    label: (summary, until) => (until === undefined ? `Silenciar: ${summary}` : `Hasta ${since(until)}: ${summary}`),
  },
  menu: {
    label: (summary) => `Más: ${summary}`,
    edit: 'Cambiar',
    duplicate: 'Duplicar',
    alsoAtHome: 'También en casa',
    events: 'Sus eventos',
    remove: 'Eliminar',
  },
  remove: {
    title: '¿Eliminar esta regla?',
    text: (summary) => `Lookout dejará de hacer esto: ${summary} Sus eventos se quedan en Eventos.`,
    confirm: 'Eliminar regla',
  },
  ignored: {
    title: 'Sitios ignorados',
    text: 'Lo que se parece a esto, en este sitio, se ignora desde que se marcó un evento como erróneo.',
    item: (name, camera) => `${capital(objectName(name))} en ${camera}`,
    since: (time) => `desde ${since(time)}`,
    undo: 'Volver a vigilarlo',
    none: 'Ya no se ignora nada.',
  },
};
