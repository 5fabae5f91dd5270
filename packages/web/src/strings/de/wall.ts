import type { wall as en } from '../en/wall.js';
import { many, quoted } from './words.js';

export const wall: typeof en = {
  page: 'Wand',
  kept: 'Reihenfolge, Gruppen und Größe merkt sich dieser Browser.',
  groups: 'Gruppen',
  all: 'Alle Kameras',
  newGroup: 'Neue Gruppe',
  editGroup: (name) => `${quoted(name)} ändern`,
  size: 'Größe',
  sizes: { small: 'Klein', medium: 'Mittel', large: 'Groß' },
  arrange: 'Anordnen',
  arrangeDone: 'Fertig',
  arrangeHint: 'Ziehen Sie eine Kamera am Griff, oder wählen Sie den Griff aus, und nehmen Sie die Pfeiltasten.',
  move: (name) => `${name} verschieben`,
  moved: (name, place, of) => `${name} ist jetzt ${place} von ${of}`,
  fullscreen: 'Vollbild',
  leaveFullscreen: 'Vollbild verlassen',
  backToAll: 'Alle Kameras zeigen',
  why: { object: 'Etwas Neues', warning: 'Warnung' },
  empty: {
    title: 'Noch keine Kamera',
    text: 'Kameras erscheinen hier, sobald sie hinzugefügt sind.',
    home: 'Kamera hinzufügen',
    group: (name) => `In ${quoted(name)} ist keine Kamera`,
    groupText: 'Nehmen Sie Kameras hinein, oder zeigen Sie alle.',
    unknown: (name) => `Dieser Browser hat keine Gruppe ${quoted(name)}`,
    unknownText:
      'Gruppen bleiben in dem Browser, in dem sie angelegt wurden. Öffnen Sie dort Bildschirm, und kopieren Sie die Adresse für diese Gruppe.',
    chosen: 'Keine der gewählten Kameras ist hier',
    chosenText:
      'Sie wurden entfernt, oder diese Anmeldung zeigt sie nicht. Kopieren Sie die Adresse neu unter Wand, Bildschirm.',
  },
  group: {
    title: 'Neue Gruppe',
    change: 'Gruppe ändern',
    name: 'Name',
    namePlaceholder: 'Draußen',
    cameras: 'Kameras darin',
    save: 'Gruppe speichern',
    remove: 'Gruppe löschen',
    nameMissing: 'Geben Sie einen Namen ein.',
    nameTaken: 'Eine Gruppe dieses Namens gibt es schon.',
    camerasMissing: 'Wählen Sie mindestens eine Kamera.',
    tooMany: (most) => `Höchstens ${most} Gruppen werden gespeichert. Löschen Sie zuerst eine.`,
  },
  screen: {
    button: 'Bildschirm',
    title: 'Ein eigener Bildschirm',
    description: 'Vollbild, oder ein anderes Gerät, das nur die Wand zeigt.',
    wake: 'Eine Kamera groß zeigen, wenn sich dort etwas bewegt',
    wakeText:
      'Bei etwas Neuem oder einer Warnung: 8 s, höchstens 30 s, und danach mindestens 5 s alle Kameras. Nur im Vollbild und unter der Adresse unten.',
    address: 'Adresse für den Bildschirm',
    addressOf: (name, count) => `${name}, ${many(count, 'Kamera', 'Kameras')}`,
    addressText:
      'Öffnen Sie sie im Browser des Bildschirms. Dort gibt es keine Knöpfe, und nach einem Neustart von Lookout oder des Bildschirms verbindet sich die Seite von selbst. Wo eine Anmeldung nötig ist, fragt der Bildschirm einmal: Geben Sie ihm einen Schlüssel zum Ansehen, erzeugt unter Einstellungen.',
    awake: 'Der Bildschirm bleibt an, solange die Wand zu sehen ist, wenn der Browser das erlaubt: über HTTPS.',
    thisMachine:
      'Diese Adresse lässt sich nur auf diesem Computer öffnen. Für einen anderen Bildschirm starten Sie den Server mit `npm start -- --https` und öffnen die https-Adresse, die er ausgibt.',
  },
};
