import type { search as en } from '../en/search.js';
import { many, quoted } from './words.js';

export const search: typeof en = {
  page: 'Zeig mir …',
  note: 'Beschreiben Sie auf Englisch, was Sie suchen. Durchsucht werden alle Objekte der letzten Stunde und die der Ereignisse des letzten Tages.',
  back: 'Ereignisse',
  field: 'Zeig mir',
  example: 'a red car',
  submit: 'Suchen',
  searching: 'Suche läuft …',
  certainty: {
    likely: 'Wahrscheinlich',
    possible: 'Möglich',
    guess: 'Geraten',
  },
  meaning:
    'Der beste Treffer zuerst. Ein wahrscheinlicher hebt sich von allem anderen ab, was die Kameras gezeigt haben; ein geratener ist nur der ähnlichste. Sicher ist keiner: Sehen Sie selbst nach.',
  doubt: (text) => `Das hat vielleicht nichts mit ${quoted(text)} zu tun`,
  searched: (objects) => `${many(objects, 'Objekt', 'Objekte')} verglichen`,
  since: (time) => `seit ${time}`,
  picture: (name, camera) => `${name}, ${camera}`,
  noPicture: 'Das Bild ist nicht mehr aufbewahrt',
  empty: {
    title: 'Noch nichts zu durchsuchen',
    text: 'Objekte werden ab jetzt genauer angesehen. Versuchen Sie es noch einmal, wenn etwas vorbeigekommen ist.',
  },
  noModel: {
    title: 'Es fehlt ein Modell, das Beschreibungen versteht',
    settings: 'Modelle',
  },
};
