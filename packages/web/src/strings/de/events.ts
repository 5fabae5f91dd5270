import type { events as en } from '../en/events.js';
import { capital } from '../shared/intl.js';
import { locale, many, no, objectName, quoted } from './words.js';

const clock: typeof en.clock = (timeMs, withSeconds = false) =>
  new Date(timeMs).toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(withSeconds && { second: '2-digit' }),
  });
const date = (timeMs: number) =>
  new Date(timeMs).toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long' });

const PARTS = { night: 'nachts', morning: 'morgens', afternoon: 'nachmittags', evening: 'abends' };
const TODAY = {
  night: 'Heute Nacht',
  morning: 'Heute Morgen',
  afternoon: 'Heute Nachmittag',
  evening: 'Heute Abend',
};
const YESTERDAY = {
  night: 'Die Nacht davor',
  morning: 'Gestern Morgen',
  afternoon: 'Gestern Nachmittag',
  evening: 'Gestern Abend',
};

const isNone = (name: string) => (name === '' ? 'Nichts davon' : capital(no(name)));

export const events: typeof en = {
  page: 'Ereignisse',
  note: (count, unseen, daysAgo, dayMs) => {
    const day = daysAgo === 0 ? 'heute' : daysAgo === 1 ? 'gestern' : `am ${date(dayMs)}`;
    return `${count === 0 ? 'Keine' : count} ${day}${unseen === 0 ? '' : `, ${unseen} noch nicht gesehen`}`;
  },
  markAll: 'Alle als gesehen markieren',
  search: 'Zeig mir …',
  filters: {
    label: 'Welche Ereignisse',
    all: 'Alle',
    unseen: 'Neu',
    kept: 'Behalten',
    wrong: 'Als falsch markiert',
    camera: 'Kamera',
    everyCamera: 'Jede Kamera',
    object: 'Objekt',
    anything: 'Alles',
    rule: 'Regel',
    everyRule: 'Jede Regel',
  },
  clock,
  date,
  day: {
    label: 'Tag',
    today: 'Heute',
    yesterday: 'Gestern',
    before: 'Der Tag davor',
    after: 'Der Tag danach',
    strip: 'Was an diesem Tag zu sehen war',
    part: (fromMs, untilMs, warnings) =>
      `${clock(fromMs)} bis ${clock(untilMs)}, ${warnings === 0 ? 'keine Warnung' : many(warnings, 'Warnung', 'Warnungen')}`,
  },
  group: (daysAgo, part, dayMs) => {
    if (daysAgo === 0) return TODAY[part];
    return daysAgo === 1 ? YESTERDAY[part] : `${date(dayMs)}, ${PARTS[part]}`;
  },
  more: 'Ältere zeigen',
  none: {
    title: 'Hier ist nichts',
    filtered: 'Kein Ereignis passt dazu. Nehmen Sie einen Filter weg.',
    onDay: 'Von diesem Tag ist nichts aufbewahrt.',
    yet: 'Wenn eine Regel warnt, sehen Sie es hier, mit Bild und Grund.',
    newRule: 'Sagen, worauf Lookout achten soll',
  },
  /** While the database of several machines is away. */
  storageAway:
    'Die Datenbank ist nicht erreichbar. Laufende Kameras laufen weiter, und Warnungen erscheinen wie sonst; gespeichert werden sie, sobald sie wieder da ist. Bis dahin lässt sich nichts ändern und die Liste der Ereignisse nicht neu lesen.',
  card: {
    unconfirmed: 'noch nicht gespeichert',
    untested: 'nicht erprobt',

    unseen: 'noch nicht gesehen',
    kept: 'Behalten',
    verdicts: {
      right: 'Als richtig markiert',
      wrong_object: isNone,
      wrong_place: 'Falsche Stelle',
      not_interesting: 'Nicht interessant',
    },
  },
  severities: { info: 'Notiz', warning: 'Warnung', critical: 'Kritisch' },
  one: {
    page: 'Ereignis',
    back: 'Ereignisse',
    newer: 'Neuer',
    older: 'Älter',
    picture: (reason) => `Bild: ${reason}`,
    play: 'Clip abspielen',
    playAgain: 'Noch einmal abspielen',
    noPicture: 'Das Bild ist nicht mehr gespeichert.',
    noClip: 'Das Video ist nicht mehr gespeichert.',
    away: (machine) => `Auf ${machine}, nicht erreichbar`,
    download: 'Clip speichern',
    keep: 'Behalten',
    isKept: 'Behalten',
    remove: 'Löschen',
    removeTitle: 'Dieses Ereignis löschen?',
    removeText: 'Sein Bild und sein Clip werden mit gelöscht.',
    going: 'es dauert noch an',
    measured: { seconds: 'Am längsten am Stück', count: 'Gleichzeitig', speed: 'Tempo' },
    from: 'Ganzes Ereignis von',
    until: (time) => `bis ${time}`,
    warned: 'Gewarnt',
    withPicture: 'mit diesem Bild',
    late: 'nachträglich gefunden',
    seen: 'Insgesamt',
    sure: (percent) => `zu ${percent} % sicher`,
    rule: 'Die Regel dahinter',
    noRule: 'Die Regel wurde gelöscht.',
  },
  verdict: {
    question: 'War das richtig?',
    yes: 'Ja',
    wrong: 'Das war falsch',
    falseAlarm: 'Ein Fehlalarm? Sagen Sie, was daran falsch war.',
    choices: {
      wrong_object: {
        title: isNone,
        text: 'Von nun an ignoriert Lookout, was an dieser Stelle und in dieser Größe so aussieht. Auf alles andere achtet die Kamera weiter. Rückgängig machen Sie das unter Regeln.',
        act: (name) => `${isNone(name)}: hier ignorieren`,
      },
      wrong_place: {
        title: () => 'Nicht hier',
        text: 'Lookout schlägt eine Stelle vor, die auf dieser Kamera ignoriert wird. Sie sehen sie zuerst; nichts ändert sich, bevor Sie speichern.',
        act: () => 'Nicht hier: die Stelle zeigen',
      },
      not_interesting: {
        title: () => 'Nicht interessant',
        text: 'Lookout schlägt vor, seltener zu warnen. Sie entscheiden.',
        act: () => 'Nicht interessant: den Vorschlag zeigen',
      },
    },
    cancel: 'Abbrechen',
    thanks: 'Danke. Es ist als richtig markiert.',
    ignored: 'Was so aussieht, wird an dieser Stelle von nun an ignoriert. Mit „Rückgängig“ warnt es wieder.',
    undo: 'Rückgängig',
    undone: 'Rückgängig gemacht: Es warnt an dieser Stelle wieder.',
    mask: (name, camera) => `Alles an dieser Stelle auf ${quoted(camera)} ignorieren (${quoted(name)})?`,
    saveMask: 'Stelle speichern',
    maskSaved: 'Die Stelle wird von nun an ignoriert. Ändern Sie sie unter Bereiche.',
    cooldown: (minutes) => `Höchstens einmal in ${minutes} min warnen?`,
    saveCooldown: 'Seltener warnen',
    cooldownSaved: 'Die Regel warnt jetzt seltener.',
  },
  banner: {
    look: 'Ansehen',
    snooze: '1 h stumm',
    close: 'Schließen',
    about: (act, warning) => `${act}: ${warning}`,
    more: (count) => `und ${count} weitere`,
    times: (count, sinceMs) => `${count}-mal seit ${clock(sinceMs)}`,
    label: 'Warnungen',
  },
  warn: {
    page: 'Wie Sie gewarnt werden',
    note: 'Regeln, die nur notieren, stehen nur unter Ereignisse.',
    test: 'Testen',
    banner: {
      title: 'In Lookout',
      text: 'Ein Banner mit dem Bild, auf jeder offenen Seite, bis Sie es ansehen oder schließen.',
    },
    sound: { title: 'Ton', text: 'Ein leiser Ton für eine Warnung, drei für eine kritische. Keiner für Notizen.' },
    count: { title: 'Zahl im Tab', text: 'Im Tab steht (4) Lookout, bis Sie die Ereignisse gesehen haben.' },
    notification: {
      title: 'Dieser Browser',
      text: 'Erscheint auch, wenn Lookout im Hintergrund ist. Der Browser fragt Sie einmal.',
      refused:
        'Der Browser blockiert Mitteilungen dieser Seite. Drücken Sie auf das Symbol links neben der Adresse, und erlauben Sie sie dort.',
      insecure: 'Browser erlauben Mitteilungen nur auf https://-Seiten und auf diesem Gerät selbst.',
      closed:
        'Solange das Handy gesperrt oder keine Seite von Lookout offen ist, erscheint davon nichts: Dann kann es Ihnen ein anderes Programm sagen, etwa ntfy oder Home Assistant.',
      turnOn: 'Einschalten',
    },
    testReason: 'Das ist ein Test.',
    programs: {
      title: 'Andere Programme',
      text: 'Lookout sendet jedes Ereignis signiert an diese Adressen und versucht es einen Tag lang immer wieder.',
      add: 'Einem anderen Programm melden',
      url: 'Adresse',
      urlHint: 'Eine http://- oder https://-Adresse, die JSON annimmt, etwa ein Webhook von Home Assistant oder ntfy.',
      severity: 'Welche Ereignisse',
      severities: { info: 'Alle', warning: 'Warnungen und kritische', critical: 'Nur kritische' },
      save: 'Hinzufügen',
      secret: 'Geheimnis zum Prüfen der Signaturen, nur jetzt zu sehen',
      status: (waiting, failed, deliveredAt) =>
        [
          deliveredAt === null ? 'Noch nichts zugestellt' : `Zuletzt zugestellt: ${clock(deliveredAt)}`,
          waiting > 0 && `${waiting} ${waiting === 1 ? 'wartet' : 'warten'}`,
          failed > 0 && `${failed} aufgegeben`,
        ]
          .filter(Boolean)
          .join(', '),
      worked: (status) => `Antwort: ${status ?? ''}`.trim(),
      remove: 'Entfernen',
      removeTitle: 'Diesem Programm nichts mehr melden?',
      removeText: 'Was noch auf Zustellung wartet, wird verworfen.',
      on: (url) => `An ${url} melden`,
    },
  },
  notification: (camera, reason) => `${camera}: ${reason}`,
  object: (name) => capital(objectName(name)),
};
