import type { phrases as en } from '../en/phrases.js';
import { number, quoted } from './words.js';

/** Rules with a description. */
export const phrases: typeof en = {
  states: {
    learning: (done, of) => `Lernt, was hier normal ist: ${number(done)} von ${number(of)} Bildern.`,
    calibrating: 'Lernt, was hier normal ist.',
    armed: 'Passt auf.',
    untested: 'Passt auf, hat aber noch nie ein Beispiel gesehen.',
    refused: 'Lässt sich hier nicht unterscheiden.',
  },
  lanes: {
    frame: 'Sieht sich jedes Bild an.',
    track: (seconds) => `Sieht jedes Objekt genauer an, etwa alle ${number(seconds)} s.`,
    open: (seconds) => `Sieht das ganze Bild an, solange sich etwas bewegt, etwa alle ${number(seconds)} s.`,
  },
  details: 'Wie gut es erkannt wird',
  why: 'Warum?',
  title: (phrase) => `Wie gut ${quoted(phrase)} erkannt wird`,
  model: (name) => `Modell: ${name}.`,
  camera: 'Kamera',
  threshold: {
    label: 'Was diese Kamera zeigt, und ab wo gewarnt wird',
    usual: 'Üblich',
    rare: 'Eins von 100',
    limit: 'Ab hier wird gewarnt',
    example: 'Ihr Beispiel',
    counter: 'Nicht gemeint',
    none: 'Noch wurde nichts verglichen.',
  },
  compared: (count) => `${number(count)} Bilder verglichen.`,
  fewExpected: 'Zu erwarten ist weniger als ein Fehlalarm in zehn Tagen.',
  expected: (perDay) => `Zu erwartende Fehlalarme: etwa ${perDay} am Tag.`,
  recall: (percent) => `Es würde ${number(percent)} % Ihrer Beispiele finden.`,
  needs: (crops, minutes) =>
    `Es braucht noch ${number(crops)} Bilder oder ${number(minutes)} Minuten, und warnt bis dahin vor nichts.`,
  untested:
    'Niemand hat gezeigt, was gemeint ist. Es kann übersehen werden, und die Ereignisse sagen das. Ein Beispiel genügt.',
  refused: {
    title: 'Es wird vor nichts gewarnt:',
    crops: 'Davor wäre gewarnt worden:',
    gone: 'Nicht mehr gespeichert',
  },
  score: (score) => `Wert ${score}`,
  examples: {
    title: 'Beispiele',
    text: 'Zeigen Sie, was gemeint ist und was nicht.',
    meant: 'Gemeint',
    notMeant: 'Nicht gemeint',
    isMeant: 'Das ist gemeint',
    isNotMeant: 'Das ist nicht gemeint',
    upload: 'Bild hochladen',
    fromEvents: 'Oder wählen Sie eins der letzten Ereignisse:',
    remove: 'Dieses Beispiel entfernen',
    size: 'Ein Bild nur vom Objekt, höchstens 256 kB groß.',
    alt: 'Das Beispiel',
  },
  event: {
    untested: 'Die Regel hat noch nie ein Beispiel gesehen: Das kann auch etwas anderes sein.',
    example: 'Ja, das ist gemeint',
    thanks: 'Danke, daraus wurde gelernt.',
  },
  compose: {
    text: (phrase) =>
      `${quoted(phrase)} ist keine Art von Objekt, die der Detektor kennt, deshalb sucht ein zweites Modell danach. Es lernt zuerst, was hier normal ist, und warnt bis dahin vor nichts.`,
    needs: (crops, minutes) => `Das dauert ${number(crops)} Bilder oder ${number(minutes)} Minuten.`,
  },
};
