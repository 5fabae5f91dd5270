import type { rules as en } from '../en/rules.js';
import { capital } from '../shared/intl.js';
import { times } from './rule-words.js';
import { many, objectName } from './words.js';

export const rules: typeof en = {
  page: 'Regeln',
  text: 'Wovor Lookout Sie warnt',
  newRule: 'Neue Regel',
  timezone: (zone) => `Zeiten gelten in der Zeitzone ${zone}.`,
  howWarned: 'Wie Sie gewarnt werden',
  empty: {
    title: 'Noch keine Regeln',
    text: 'Sagen Sie in einem englischen Satz, wovor Lookout Sie warnen soll. Diese würden zu Ihren Kameras passen:',
    noCameras: 'Eine Regel achtet auf das, was eine Kamera sieht. Fügen Sie zuerst eine Kamera hinzu.',
    addCamera: 'Kamera hinzufügen',
  },
  noneForKey: 'Mit Ihrem Schlüssel sind keine Regeln zu sehen.',
  mode: {
    label: 'Wer da ist',
    home: 'Zu Hause',
    away: 'Weg',
    onlyHome: (count) =>
      count === 0
        ? 'Keine Regel warnt: keine gilt „auch zu Hause“'
        : count === 1
          ? 'Nur die Regel, die „auch zu Hause“ gilt, warnt'
          : `Nur die ${count} Regeln, die „auch zu Hause“ gelten, warnen`,
    onlyAway: (count) =>
      count === 0
        ? 'Keine Regel warnt: alle gelten nur zu Hause'
        : `${count === 1 ? 'Eine Regel warnt' : `${count} Regeln warnen`}; die anderen gelten nur zu Hause`,
    all: (count) => (count === 0 ? 'Keine Regel ist an' : 'Alle eingeschalteten Regeln warnen'),
  },
  chips: {
    everyCamera: 'jede Kamera',
    always: 'immer',
    alsoAtHome: 'auch zu Hause',
    onlyAtHome: 'nur zu Hause',
    info: 'nur notiert, kein Ton',
    critical: 'kritisch',
  },
  last: {
    at: (time, isNote) => `${isNote ? 'Letzte Notiz' : 'Letzte Warnung'}: ${time}.`,
    never: (isNote) => (isNote ? 'Hat noch nichts notiert.' : 'Hat noch nicht gewarnt.'),
    in24h: (count) => `${capital(times(count))} in 24 Stunden`,
    wrong: (count) => `${count} als falsch markiert`,
    ignored: (count) => `${many(count, 'Stelle', 'Stellen')} ignoriert`,
    off: 'Aus.',
    silent: { home: 'Still, solange jemand zu Hause ist.', away: 'Still, solange alle weg sind.' },
    blind: (camera, state) => `${camera}: ${state}.`,
  },
  on: (summary) => `An: ${summary}`,
  snooze: {
    button: 'Stumm schalten',
    for: { hour: 'Für 1 Stunde', tomorrow: 'Bis morgen 08:00', off: 'Bis ich sie einschalte' },
    until: (time) => `Bis ${time}`,
    wake: 'Wieder warnen',
    label: (summary, until) => (until === undefined ? `Stumm schalten: ${summary}` : `Bis ${until}: ${summary}`),
  },
  menu: {
    label: (summary) => `Mehr: ${summary}`,
    edit: 'Ändern',
    duplicate: 'Duplizieren',
    alsoAtHome: 'Auch zu Hause',
    events: 'Ihre Ereignisse',
    remove: 'Löschen',
  },
  remove: {
    title: 'Diese Regel löschen?',
    text: (summary) => `Das tut Lookout dann nicht mehr: ${summary} Ihre Ereignisse bleiben unter Ereignisse.`,
    confirm: 'Regel löschen',
  },
  ignored: {
    title: 'Ignorierte Stellen',
    text: 'Was an dieser Stelle so aussieht, wird ignoriert, seit ein Ereignis als falsch markiert wurde.',
    item: (name, camera) => `${capital(objectName(name))} auf ${camera}`,
    since: (time) => `seit ${time}`,
    undo: 'Wieder darauf achten',
    none: 'Es wird nichts mehr ignoriert.',
  },
};
