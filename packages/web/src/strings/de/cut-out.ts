import type { cutOut as en } from '../en/cut-out.js';

/** Cutting an object out of a camera's picture. */
export const cutOut: typeof en = {
  page: 'Ausschneiden',
  back: 'Zurück zur Kamera',
  stage:
    'Eingefrorenes Bild. Klicken Sie auf etwas oder ziehen Sie einen Rahmen darum. Pfeiltasten bewegen einen Zeiger, die Eingabetaste klickt.',
  freezing: 'Das Bild wird eingefroren …',
  looking: 'Das Bild wird angesehen. Die erste Antwort kann einige Sekunden dauern.',
  again: 'Neues Bild',
  tips: {
    both: 'Klicken Sie auf etwas oder ziehen Sie einen Rahmen darum.',
    points: 'Klicken Sie auf etwas.',
    box: 'Ziehen Sie einen Rahmen um etwas. Dieses Modell versteht keine Klicks.',
    more: 'Klicken Sie, um einen Teil hinzuzunehmen. Mit Umschalt-Klick oder „Wegnehmen“ entfernen Sie einen.',
  },
  mode: { label: 'Was ein Klick tut', add: 'Hinzunehmen', away: 'Wegnehmen' },
  undo: 'Rückgängig',
  clear: 'Von vorn',
  nothing: 'Dort wurde nichts gefunden. Klicken Sie woanders hin oder ziehen Sie einen Rahmen.',
  candidate: (number: number, of: number) => `Vorschlag ${number} von ${of}`,
  next: 'Nächster Vorschlag',
  actions: {
    title: 'Was damit geschehen soll',
    zone: 'Als Bereich verwenden',
    zoneKeeps: (percent: string) => `Ein Bereich aus geraden Linien, der ${percent} % der Form behält.`,
    noZone: 'Die Form ist zu dünn für einen Bereich.',
    cutOut: 'Als Bild speichern',
    cutOutText: 'Ein PNG, in dem alles andere durchsichtig ist.',
    ignore: 'Hier ignorieren',
    ignoreText: 'An dieser Stelle wird nichts mehr erkannt.',
    watch: 'Darauf achten',
    watchText: 'Ein Beispiel für eine Regel, die etwas in Ihren eigenen Worten sucht.',
    watchRule: 'Regel',
    watched: 'Die Regel hat ihr Beispiel.',
    noRule: 'Es gibt noch keine Regel, die etwas in Ihren eigenen Worten sucht.',
  },
  noModel: {
    title: 'Dafür ist ein Modell nötig, das Objekte ausschneidet',
    link: 'Modell holen',
    askAdmin: 'Ein Admin kann eines unter Einstellungen, „Modelle“ holen.',
  },
  fixed: 'Die Bereiche dieser Kamera stehen in lookout.yaml.',
};
