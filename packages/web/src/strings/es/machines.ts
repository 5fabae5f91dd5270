import type { machines as en } from '../en/machines.js';

export const machines: typeof en = {
  intro:
    'Estas máquinas se reparten las cámaras: a cada cámara la lee una de ellas. Si una falla, las demás se hacen cargo de sus cámaras.',
  states: { up: 'En marcha', draining: 'Cediendo cámaras', away: 'Sin conexión' },
  load: (percent) => `ocupada al ${percent}`,
  version: (version) => `versión ${version}`,
  since: (when) => `en marcha desde: ${when}`,
  labels: (labels) => `Etiquetas: ${labels}`,
  cameras: (count) => (count === 1 ? '1 cámara' : `${count} cámaras`),
  why: {
    share: 'su parte',
    label: (labels) => `por ${labels}`,
    handOver: 'se está cediendo',
    arriving: 'viene hacia aquí',
  },
  drain: 'Ceder sus cámaras',
  drainNode: (name) => `Ceder las cámaras de ${name}`,
  resume: 'Dejar que vuelva a leer cámaras',
  resumeNode: (name) => `Dejar que ${name} vuelva a leer cámaras`,
  stuck: 'Las cámaras que ninguna otra máquina puede tener se quedan aquí.',
};
