import type { zones as en } from '../en/zones.js';
import { many, quoted } from './words.js';

export const zones: typeof en = {
  page: 'Bereiche und Linien',
  leave: 'Verlassen, ohne zu speichern',
  back: 'Zurück zur Kamera',
  changes: (count) => many(count, 'Änderung', 'Änderungen'),
  save: 'Speichern',
  panel: {
    title: 'Bereiche und Linien',
    none: 'Noch keine. Zeichnen Sie einen Bereich oder eine Linie, und nennen Sie den Namen in Ihren Regeln.',
    ignored: (count) => `${many(count, 'Stelle', 'Stellen')} ignoriert`,
    edit: 'Bearbeiten',
    draw: 'Zeichnen',
    cutOut: 'Ausschneiden',
    fixed: 'Sie stehen in lookout.yaml und lassen sich nur dort ändern.',
  },

  toolbar: 'Zeichnen',
  tools: { zone: 'Bereich', line: 'Linie', mask: 'Ignorieren' },
  undo: 'Rückgängig',
  redo: 'Wiederholen',
  finish: 'Abschließen',
  cancel: 'Abbrechen',
  stage: (camera) => `Bild von ${camera} mit Bereichen und Linien`,
  tips: {
    none: 'Wählen Sie Bereich, Linie oder Ignorieren, und zeichnen Sie dann ins Bild.',
    first: { zone: 'Tippen Sie auf die erste Ecke.', line: 'Tippen Sie auf den Anfang der Linie.' },
    next: {
      zone: 'Tippen Sie auf jede Ecke und dann wieder auf die erste.',
      line: 'Tippen Sie auf das Ende der Linie.',
    },
    area: 'Ziehen Sie einen Punkt. Tippen Sie auf einen kleinen, um eine Ecke einzufügen.',
    line: 'Ziehen Sie ein Ende oder die ganze Linie.',
    byKeys: {
      area: 'Pfeiltasten verschieben sie, mit Umschalt weiter; Entf löscht sie; Eingabe auf einem kleinen Punkt fügt eine Ecke ein.',
      line: 'Pfeiltasten verschieben es, mit Umschalt weiter.',
    },
  },
  corner: (number, name, place) => `Ecke ${number} von ${name}, ${place}`,
  end: (number, name, place) => `${number === 1 ? 'Anfang' : 'Ende'} von ${name}, ${place}`,
  addCorner: (number, name) => `Nach Ecke ${number} von ${name} eine Ecke einfügen`,
  place: (left, top) => `${left} % von links, ${top} % von oben`,

  list: 'Auf dieser Kamera',
  empty: 'Noch ist nichts gezeichnet.',
  kinds: { zone: 'Bereich', line: 'Linie', mask: 'Ignoriert' },
  newNames: { zone: 'Bereich', line: 'Linie', mask: 'Ignorierte Stelle' },
  name: 'Name',
  nameHint: {
    zone: 'Das Wort, das Sie in Ihren Regeln verwenden.',
    line: 'Das Wort, das Sie in Ihren Regeln verwenden.',
    mask: '',
  },
  colour: 'Farbe',
  colourNumber: (number) => `Farbe ${number}`,
  usedBy: (count, name) =>
    count === 1
      ? `Eine Regel verwendet ${quoted(name)}. Die neue Form gilt auch für sie; bei einem neuen Namen werden Sie gefragt.`
      : `${count} Regeln verwenden ${quoted(name)}. Die neue Form gilt auch für sie; bei einem neuen Namen werden Sie gefragt.`,
  sides: {
    title: 'Richtung',
    text: (left, right, line) =>
      `Der Pfeil zeigt von ${left} nach ${right}. In einer Regel: “crosses ${line} forward”.`,
    left: 'der einen Seite',
    right: 'der anderen',
    leftLabel: 'Hinter dem Pfeil',
    rightLabel: 'Wohin er zeigt',
    hint: 'Namen für beide Seiten, etwa „Straße“ und „Hof“, oder keine.',
    turn: 'Pfeil umdrehen',
  },
  classes: {
    label: 'Nur ignorieren',
    placeholder: 'Person, Auto',
    hint: 'Arten von Objekten, durch Kommas getrennt; leer für alle. Was hier steht, wird nicht erkannt.',
  },
  removeCorner: 'Ecke entfernen',
  remove: { zone: 'Bereich löschen', line: 'Linie löschen', mask: 'Ignorierte Stelle löschen' },

  problems: {
    noName: 'Geben Sie einen Namen ein.',
    longName: 'Ein Name hat höchstens 60 Zeichen.',
    sameName: (other) => `${quoted(other)} heißt schon so.`,
    crosses: 'Der Umriss kreuzt sich selbst. Verschieben Sie eine Ecke, bis er es nicht mehr tut.',
    flat: 'Der Bereich ist zu schmal. Ziehen Sie seine Ecken auseinander.',
    noLength: 'Die Linie ist zu kurz. Ziehen Sie ihre Enden auseinander.',
    sameSides: 'Beide Seiten haben denselben Namen.',
    oneSide: 'Benennen Sie beide Seiten oder keine.',
    tooMany: (count) => `Eine Kamera hat höchstens ${count} von jeder Art.`,
  },
  discard: {
    title: 'Verlassen, ohne zu speichern?',
    text: 'Was Sie gezeichnet haben, seit Sie diese Seite geöffnet haben, geht verloren.',
    stay: 'Hier bleiben',
    leave: 'Verlassen',
  },
  conflict: {
    title: 'Regeln verwenden diese Namen',
    text: 'Sie haben etwas umbenannt oder gelöscht, worauf sich Regeln beziehen. Wenn Sie speichern, warnen diese Regeln auf dieser Kamera nicht mehr, bis Sie sie ändern:',
    back: 'Zurück',
    save: 'Trotzdem speichern',
  },
};
