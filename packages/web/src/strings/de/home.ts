import type { home as en } from '../en/home.js';
import { capital } from '../shared/intl.js';
import { and } from './words.js';

const NUMBERS = 'null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf'.split(' ');
/** In letters up to twelve. */
const number = (n: number) => NUMBERS[n] ?? String(n);
/** As many are counted. */
const MOST_UNSEEN = 100;

const minutes = (n: number) => `${n} min`;

export const home: typeof en = {
  label: 'Was passiert ist',
  happened: (since, count) => {
    if (count >= MOST_UNSEEN) return `${count} Ereignisse oder mehr, die niemand gesehen hat`;
    const events = count === 1 ? 'Ein Ereignis' : `${capital(number(count))} Ereignisse`;
    if (since !== undefined) return `${events} seit ${since}`;
    return count === 1 ? `${events}, das niemand gesehen hat` : `${events}, die niemand gesehen hat`;
  },
  quiet: (since) => (since === undefined ? 'Noch ist nichts passiert' : `Nichts passiert seit ${since}`),
  noRules: 'Noch warnt Sie nichts',
  noRule: 'Es gibt noch keine Regel.',
  now: (day, clock) => `${day}, ${clock}.`,
  rules: (watching, all) => {
    if (watching === 0) return 'Keine Regel ist aktiv.';
    if (watching === all && all === 1) return 'Ihre Regel ist aktiv.';
    if (watching === all) return all === 2 ? 'Beide Regeln sind aktiv.' : `Alle ${number(all)} Regeln sind aktiv.`;
    return watching === 1
      ? `Eine von ${number(all)} Regeln ist aktiv.`
      : `${capital(number(watching))} von ${number(all)} Regeln sind aktiv.`;
  },
  blind: (blind, all) => {
    if (blind === 0) return '';
    if (blind === all) return all === 1 ? 'Ihre Kamera zeigt kein Bild.' : 'Keine Kamera zeigt ein Bild.';
    return blind === 1
      ? `Eine von ${number(all)} Kameras zeigt kein Bild.`
      : `${capital(number(blind))} von ${number(all)} Kameras zeigen kein Bild.`;
  },
  away: {
    title: 'Lookout antwortet nicht',
    text: 'Was Sie hier sehen, ist von vorher. Es geht von selbst weiter, sobald der Server antwortet.',
  },
  noneForKey: 'Ihr Schlüssel gilt für keine Kamera.',
  lead: {
    watchClip: 'Clip ansehen',
    fromRule: (sentence) => `aus Ihrer Regel „${sentence}“`,
  },
  latest: 'Zuletzt',
  allEvents: 'Alle Ereignisse',
  cameras: 'Kameras',
  demo: {
    goes: 'Die Demo-Straße verschwindet mit allem, was sie gesehen hat, sobald Sie eine eigene Kamera hinzufügen.',
    stays: 'Die Demo-Straße bleibt, bis Sie sie entfernen.',
    remove: 'In ihren Einstellungen entfernen',
    goesNow: 'Die Demo-Straße verschwindet, sobald diese Kamera hinzugefügt ist.',
  },
  tile: {
    delay: (time) => `Verzögerung ${time}`,
    old: (time) => `${time} alt`,
    now: (found) => `Jetzt: ${found}`,
    last: (name, time) => `Zuletzt ${name}, ${time}`,
    pictureOf: (time) => `Bild von ${time}`,
    noneSince: (time) => `Kein Bild seit ${time}`,
    states: {
      connecting: 'Verbindet',
      moving: 'Zieht um',
      stalled: 'Kein neues Bild',
      unreachable: 'Nicht erreichbar',
      refused: 'Lässt Lookout nicht hinein',
      unsupported: 'Nicht darstellbar',
      off: 'Aus',
      waiting: 'Wartet',
      not_connected: 'Nicht verbunden',
      paused: 'Vom Handy angehalten',
      silent: 'Sendet keine Bilder',
    },
  },
  strip: {
    now: 'jetzt',
    label: ({ person, vehicle, animal, thing }, warned, gap) => {
      const parts = [
        person > 0 && `Personen in ${minutes(person)}`,
        vehicle > 0 && `Fahrzeuge in ${minutes(vehicle)}`,
        animal > 0 && `Tiere in ${minutes(animal)}`,
        thing > 0 && `andere Objekte in ${minutes(thing)}`,
        warned > 0 && `Warnungen in ${minutes(warned)}`,
        gap > 0 && `kein Bild für ${minutes(gap)}`,
      ].filter((part) => part !== false);
      return `In der letzten Stunde: ${parts.length > 0 ? and(parts) : 'nichts gesehen'}`;
    },
    legend: 'Was die Balken zeigen',
    families: { person: 'Personen', vehicle: 'Fahrzeuge', animal: 'Tiere', thing: 'Andere Objekte' },
    warned: 'Sie wurden gewarnt',
    gap: 'Kein Bild',
  },
  firstRule: {
    title: 'Sagen Sie, wovor Lookout Sie warnen soll',
    text: 'In einem eigenen Satz auf Englisch, zum Beispiel “warn me when someone is at the door at night”. Bevor Lookout aufpasst, zeigt es, was es verstanden hat.',
    button: 'Die erste Regel schreiben',
    operators: 'Wer Regeln schreiben darf, kann das hier in einem Satz sagen.',
  },
  empty: {
    title: 'Finden wir Ihre erste Kamera',
    text: 'Lookout achtet auf Ihre Kameras, auf diesem Computer und nicht in irgendeiner Cloud, und warnt Sie in klaren Worten.',
    add: 'Kamera hinzufügen',
    addNote: 'Durchsucht Ihr Netzwerk oder nimmt eine Adresse',
    phone: 'Ein Handy nehmen',
    phoneNote: 'Oder ein Notebook: Code scannen, nichts installieren',
    demo: 'Die Demo-Straße ansehen',
    demoNote: 'Gleich Personen und Autos, ohne Kamera',
    startingDemo: 'Die Demo startet',
    demoName: 'Demo-Straße',
    scene: 'Eine Straße, wie Lookout sie sieht, mit umrahmter Person und umrahmtem Auto',
    example: 'A person came to the door.',
    exampleNote: 'So sieht eine Warnung aus',
  },
};
