import type { ObjectFamily } from '@lookout/protocol';
import type { cameraPage as en } from '../en/camera-page.js';
import { plural } from './words.js';

const FAMILIES: Record<ObjectFamily, readonly [string, string]> = {
  person: ['Person', 'Personen'],
  vehicle: ['Fahrzeug', 'Fahrzeuge'],
  animal: ['Tier', 'Tiere'],
  thing: ['anderes Objekt', 'andere Objekte'],
};

export const cameraPage: typeof en = {
  tabs: {
    label: 'Über diese Kamera',
    live: 'Live',
    events: 'Ereignisse',
    rules: 'Regeln',
    share: 'Teilen',
    settings: 'Einstellungen',
    diagnostics: 'Diagnose',
  },
  delay: (time) => `Verzögerung ${time}`,
  noPictureYet: 'Warten auf ein Bild',
  showFigures: 'Zeigen, wo die Zeit bleibt',
  turnOn: 'Einschalten',
  present: {
    title: 'Jetzt im Bild',
    family: (family, count) => plural(count, ...FAMILIES[family]),
    guesses: (count) =>
      count === 1
        ? 'Eine Vermutung wird nicht gezählt und warnt nie.'
        : `${count} Vermutungen werden nicht gezählt und warnen nie.`,
    nothing: 'Es kommt kein Bild an.',
  },
  lastHour: { title: 'Letzte Stunde', wholeDay: 'Ganzer Tag' },
  latest: {
    title: 'Zuletzt hier',
    all: 'Alle Ereignisse',
    none: 'Hier hat noch keine Regel gewarnt.',
    older: 'Ältere zeigen',
    search: 'Alle Ereignisse durchsuchen',
  },
  rules: {
    title: 'Regeln hier',
    new: 'Neue Regel',
    none: 'Noch achtet keine Regel auf diese Kamera.',
    all: 'Alle Regeln',
    lastWarned: (time) => `Letzte Warnung: ${time}`,
    never: 'Hat noch nicht gewarnt',
  },
  settings: {
    title: 'Einstellungen',
    model: 'Modell',
    looks: (name) => `Das Modell ${name} sieht sich die Bilder aller Kameras an.`,
    models: 'Einstellungen, Modelle',
    state: 'Diese Kamera',
    on: 'An',
    origins: {
      config: 'In der Konfigurationsdatei festgelegt',
      cli: 'Auf der Kommandozeile festgelegt',
      demo: 'Teil der Demo',
    },
    fixed: 'Ändern lässt sie sich nur dort, nicht hier.',
    demo: 'Sie verschwindet mit Ihrer ersten eigenen Kamera.',
    remove: 'Löschen',
    removeText: 'Ihre Einstellungen und ihre Ereignisse gehen verloren. An der Kamera selbst ändert sich nichts.',
  },
};
