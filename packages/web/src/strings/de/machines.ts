import type { machines as en } from '../en/machines.js';

export const machines: typeof en = {
  intro:
    'Diese Maschinen teilen sich die Kameras: Jede Kamera wird von einer gelesen. Fällt eine aus, übernehmen die anderen ihre Kameras.',
  states: { up: 'Läuft', draining: 'Gibt ab', away: 'Nicht erreichbar' },
  load: (percent) => `zu ${percent} ausgelastet`,
  version: (version) => `Version ${version}`,
  since: (when) => `gestartet: ${when}`,
  labels: (labels) => `Etiketten: ${labels}`,
  cameras: (count) => (count === 1 ? '1 Kamera' : `${count} Kameras`),
  why: {
    share: 'ihr Anteil',
    label: (labels) => `wegen ${labels}`,
    handOver: 'wird abgegeben',
    arriving: 'kommt hierher',
  },
  drain: 'Kameras abgeben',
  drainNode: (name) => `Kameras von ${name} abgeben`,
  resume: 'Wieder Kameras übernehmen lassen',
  resumeNode: (name) => `${name} wieder Kameras übernehmen lassen`,
  stuck: 'Kameras, die keine andere Maschine haben darf, bleiben hier.',
};
