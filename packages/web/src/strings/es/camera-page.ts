import type { ObjectFamily } from '@lookout/protocol';
import type { cameraPage as en } from '../en/camera-page.js';
import { plural } from './words.js';

const FAMILIES: Record<ObjectFamily, readonly [string, string]> = {
  person: ['persona', 'personas'],
  vehicle: ['vehículo', 'vehículos'],
  animal: ['animal', 'animales'],
  thing: ['otro objeto', 'otros objetos'],
};

export const cameraPage: typeof en = {
  tabs: {
    label: 'Sobre esta cámara',
    live: 'En directo',
    events: 'Eventos',
    rules: 'Reglas',
    share: 'Compartir',
    settings: 'Ajustes',
    diagnostics: 'Diagnóstico',
  },
  delay: (time) => `Retraso ${time}`,
  noPictureYet: 'Esperando una imagen',
  showFigures: 'Ver en qué se va el tiempo',
  turnOn: 'Encender',
  present: {
    title: 'Ahora en la imagen',
    family: (family, count) => plural(count, ...FAMILIES[family]),
    guesses: (count) =>
      count === 1
        ? 'Una suposición no se cuenta y nunca avisa.'
        : `${count} suposiciones no se cuentan y nunca avisan.`,
    nothing: 'No llega ninguna imagen.',
  },
  lastHour: { title: 'Última hora', wholeDay: 'Todo el día' },
  latest: {
    title: 'Lo último aquí',
    all: 'Todos los eventos',
    none: 'Ninguna regla ha avisado aquí todavía.',
    older: 'Ver anteriores',
    search: 'Buscar en todos los eventos',
  },
  rules: {
    title: 'Reglas aquí',
    new: 'Nueva regla',
    none: 'Ninguna regla vigila esta cámara todavía.',
    all: 'Todas las reglas',
    lastWarned: (time) => `Último aviso: ${time}`,
    never: 'Aún no ha avisado',
  },
  settings: {
    title: 'Ajustes',
    model: 'Modelo',
    looks: (name) => `El modelo ${name} mira las imágenes de todas las cámaras.`,
    models: 'Ajustes, Modelos',
    state: 'Esta cámara',
    on: 'Encendida',
    origins: {
      config: 'Definida en el archivo de configuración',
      cli: 'Definida en la línea de órdenes',
      demo: 'Parte de la demo',
    },
    fixed: 'Se cambia allí, no aquí.',
    demo: 'Desaparece con la primera cámara tuya.',
    remove: 'Eliminar',
    removeText: 'Sus ajustes y sus eventos se pierden. La cámara en sí no cambia.',
  },
};
