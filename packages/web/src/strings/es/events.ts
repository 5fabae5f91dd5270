import type { events as en } from '../en/events.js';
import { capital } from '../shared/intl.js';
import { article, locale, many, objectName, quoted } from './words.js';

const clock: typeof en.clock = (timeMs, withSeconds = false) =>
  new Date(timeMs).toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(withSeconds && { second: '2-digit' }),
  });
const date = (timeMs: number) =>
  new Date(timeMs).toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long' });

const PARTS = { night: 'de noche', morning: 'por la mañana', afternoon: 'por la tarde', evening: 'al anochecer' };
const TODAY = {
  night: 'Esta noche',
  morning: 'Esta mañana',
  afternoon: 'Esta tarde',
  evening: 'Hoy al anochecer',
};

const isNone = (name: string) => (name === '' ? 'Nada de eso' : `No es ${article(name)}`);

export const events: typeof en = {
  page: 'Eventos',
  note: (count, unseen, daysAgo, dayMs) => {
    const day = daysAgo === 0 ? 'hoy' : daysAgo === 1 ? 'ayer' : `el ${date(dayMs)}`;
    return `${count === 0 ? 'Ninguno' : count} ${day}${unseen === 0 ? '' : `, ${unseen} sin ver`}`;
  },
  markAll: 'Marcar todos como vistos',
  search: 'Muéstrame …',
  filters: {
    label: 'Qué eventos',
    all: 'Todos',
    unseen: 'Nuevos',
    kept: 'Conservados',
    wrong: 'Marcados como erróneos',
    camera: 'Cámara',
    everyCamera: 'Todas las cámaras',
    object: 'Objeto',
    anything: 'Cualquiera',
    rule: 'Regla',
    everyRule: 'Todas las reglas',
  },
  clock,
  date,
  day: {
    label: 'Día',
    today: 'Hoy',
    yesterday: 'Ayer',
    before: 'El día anterior',
    after: 'El día siguiente',
    strip: 'Lo que se vio este día',
    part: (fromMs, untilMs, warnings) =>
      `De ${clock(fromMs)} a ${clock(untilMs)}, ${warnings === 0 ? 'ningún aviso' : many(warnings, 'aviso', 'avisos')}`,
  },
  group: (daysAgo, part, dayMs) => {
    if (daysAgo === 0) return TODAY[part];
    if (daysAgo === 1) return part === 'night' ? 'La noche anterior' : `Ayer ${PARTS[part]}`;
    return `${capital(date(dayMs))}, ${PARTS[part]}`;
  },
  more: 'Ver anteriores',
  none: {
    title: 'Aquí no hay nada',
    filtered: 'Ningún evento es así. Quita un filtro.',
    onDay: 'No se guarda nada de ese día.',
    yet: 'Cuando una regla avise, lo verás aquí, con la imagen y el motivo.',
    newRule: 'Decir qué hay que vigilar',
  },
  /** While the database of several machines is away. */
  storageAway:
    'No se puede acceder a la base de datos. Las cámaras en directo siguen y los avisos aparecen como siempre; se guardarán cuando vuelva. Hasta entonces no se puede cambiar nada ni volver a leer la lista de eventos.',
  card: {
    unconfirmed: 'aún sin guardar',
    untested: 'sin probar',

    unseen: 'sin ver',
    kept: 'Conservado',
    verdicts: {
      right: 'Marcado como correcto',
      wrong_object: isNone,
      wrong_place: 'Sitio equivocado',
      not_interesting: 'Sin interés',
    },
  },
  severities: { info: 'Nota', warning: 'Aviso', critical: 'Crítico' },
  one: {
    page: 'Evento',
    back: 'Eventos',
    newer: 'Posterior',
    older: 'Anterior',
    picture: (reason) => `Imagen: ${reason}`,
    play: 'Reproducir el clip',
    playAgain: 'Reproducir otra vez',
    noPicture: 'La imagen ya no se conserva.',
    noClip: 'El vídeo ya no se conserva.',
    away: (machine) => `En ${machine}, sin conexión`,
    download: 'Guardar el clip',
    keep: 'Conservar',
    isKept: 'Conservado',
    remove: 'Eliminar',
    removeTitle: '¿Eliminar este evento?',
    removeText: 'Su imagen y su clip se eliminan con él.',
    going: 'todavía sigue',
    measured: { seconds: 'Más tiempo seguido', count: 'A la vez', speed: 'Velocidad' },
    from: 'Todo el evento, de',
    until: (time) => `hasta ${time}`,
    warned: 'Avisado',
    withPicture: 'con esta imagen',
    late: 'encontrado después',
    seen: 'En total',
    sure: (percent) => `${percent} % de seguridad`,
    rule: 'La regla detrás',
    noRule: 'La regla se ha eliminado.',
  },
  verdict: {
    question: '¿Era correcto?',
    yes: 'Sí',
    wrong: 'Era un error',
    falseAlarm: '¿Una falsa alarma? Di qué estaba mal.',
    choices: {
      wrong_object: {
        title: isNone,
        text: 'A partir de ahora, Lookout ignora lo que se parece a esto, en este sitio y con este tamaño. La cámara sigue vigilando todo lo demás. Puedes deshacerlo en Reglas.',
        act: (name) => `${isNone(name)}: ignorarlo aquí`,
      },
      wrong_place: {
        title: () => 'Aquí no',
        text: 'Lookout propone un sitio que ignorar en esta cámara. Primero lo ves; nada cambia hasta que lo guardes.',
        act: () => 'Aquí no: mostrar el sitio',
      },
      not_interesting: {
        title: () => 'Sin interés',
        text: 'Lookout propone avisar menos. Tú decides.',
        act: () => 'Sin interés: mostrar la propuesta',
      },
    },
    cancel: 'Cancelar',
    thanks: 'Gracias. Queda marcado como correcto.',
    ignored: 'Lo que se parece a esto se ignora en este sitio a partir de ahora. Con «Deshacer» vuelve a avisar.',
    undo: 'Deshacer',
    undone: 'Deshecho: vuelve a avisar en este sitio.',
    mask: (name, camera) => `¿Ignorar todo en este sitio de ${quoted(camera)} (${quoted(name)})?`,
    saveMask: 'Guardar el sitio',
    maskSaved: 'El sitio se ignora a partir de ahora. Cámbialo en Zonas.',
    cooldown: (minutes) => `¿Avisar como mucho una vez en ${minutes} min?`,
    saveCooldown: 'Avisar menos',
    cooldownSaved: 'Ahora la regla avisa menos.',
  },
  banner: {
    look: 'Ver',
    snooze: 'Silenciar 1 h',
    close: 'Cerrar',
    about: (act, warning) => `${act}: ${warning}`,
    more: (count) => `y ${count} más`,
    times: (count, sinceMs) => `${count} veces desde las ${clock(sinceMs)}`,
    label: 'Avisos',
  },
  warn: {
    page: 'Cómo te avisa',
    note: 'Las reglas marcadas como notas solo salen en Eventos.',
    test: 'Probar',
    banner: {
      title: 'En Lookout',
      text: 'Un banner con la imagen, en todas las páginas abiertas, hasta que lo mires o lo cierres.',
    },
    sound: { title: 'Sonido', text: 'Un tono suave para un aviso, tres para uno crítico. Nada para las notas.' },
    count: { title: 'Número en la pestaña', text: 'La pestaña pone (4) Lookout hasta que hayas visto los eventos.' },
    notification: {
      title: 'Este navegador',
      text: 'Se muestra aunque Lookout esté en segundo plano. El navegador te pregunta una vez.',
      refused:
        'El navegador bloquea las notificaciones de esta página. Pulsa el icono a la izquierda de la dirección y permítelas allí.',
      insecure: 'Los navegadores solo permiten notificaciones en páginas https:// y en este mismo equipo.',
      closed:
        'Con el móvil bloqueado o sin ninguna página de Lookout abierta no aparece nada de esto: deja que entonces te avise otro programa, como ntfy o Home Assistant.',
      turnOn: 'Activar',
    },
    testReason: 'Esto es una prueba.',
    programs: {
      title: 'Otros programas',
      text: 'Lookout envía cada evento, firmado, a estas direcciones, y lo intenta durante un día.',
      add: 'Avisar a otro programa',
      url: 'Dirección',
      urlHint: 'Una dirección http:// o https:// que acepte JSON, como un webhook de Home Assistant o ntfy.',
      severity: 'Qué eventos',
      severities: { info: 'Todos', warning: 'Avisos y críticos', critical: 'Solo críticos' },
      save: 'Añadir',
      secret: 'Secreto para comprobar las firmas; solo se muestra ahora',
      status: (waiting, failed, deliveredAt) =>
        [
          deliveredAt === null ? 'Nada entregado todavía' : `Última entrega: ${clock(deliveredAt)}`,
          waiting > 0 && `${waiting} en espera`,
          failed > 0 && many(failed, 'abandonado', 'abandonados'),
        ]
          .filter(Boolean)
          .join(', '),
      worked: (status) => `Ha respondido ${status ?? ''}`.trim(),
      remove: 'Quitar',
      removeTitle: '¿No avisar más a este programa?',
      removeText: 'Lo que todavía espera para él se descarta.',
      on: (url) => `Avisar a ${url}`,
    },
  },
  notification: (camera, reason) => `${camera}: ${reason}`,
  object: (name) => capital(objectName(name)),
};
