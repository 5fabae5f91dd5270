import type { zones as en } from '../en/zones.js';
import { many, quoted } from './words.js';

export const zones: typeof en = {
  page: 'Zonas y líneas',
  leave: 'Salir sin guardar',
  back: 'Volver a la cámara',
  changes: (count) => many(count, 'cambio', 'cambios'),
  save: 'Guardar',
  panel: {
    title: 'Zonas y líneas',
    none: 'Ninguna todavía. Dibuja una zona o una línea y usa su nombre en tus reglas.',
    ignored: (count) => many(count, 'sitio ignorado', 'sitios ignorados'),
    edit: 'Editar',
    draw: 'Dibujar',
    cutOut: 'Recortar',
    fixed: 'Están en lookout.yaml y solo se pueden cambiar allí.',
  },

  toolbar: 'Dibujar',
  tools: { zone: 'Zona', line: 'Línea', mask: 'Ignorar' },
  undo: 'Deshacer',
  redo: 'Rehacer',
  finish: 'Terminar',
  cancel: 'Cancelar',
  stage: (camera) => `Imagen de ${camera} con sus zonas y líneas`,
  tips: {
    none: 'Elige Zona, Línea o Ignorar y dibuja sobre la imagen.',
    first: { zone: 'Pulsa donde va la primera esquina.', line: 'Pulsa donde empieza la línea.' },
    next: {
      zone: 'Pulsa en cada esquina y, al final, otra vez en la primera.',
      line: 'Pulsa donde termina la línea.',
    },
    area: 'Arrastra un punto. Pulsa uno pequeño para añadir una esquina.',
    line: 'Arrastra un extremo o la línea entera.',
    byKeys: {
      area: 'Las flechas la mueven, con Mayús más lejos; Supr la borra; Intro en un punto pequeño añade una esquina.',
      line: 'Las flechas lo mueven, con Mayús más lejos.',
    },
  },
  corner: (number, name, place) => `Esquina ${number} de ${name}, ${place}`,
  end: (number, name, place) => `${number === 1 ? 'Inicio' : 'Final'} de ${name}, ${place}`,
  addCorner: (number, name) => `Añadir una esquina después de la esquina ${number} de ${name}`,
  place: (left, top) => `a ${left} % de la izquierda, a ${top} % de arriba`,

  list: 'En esta cámara',
  empty: 'Todavía no hay nada dibujado.',
  kinds: { zone: 'Zona', line: 'Línea', mask: 'Ignorado' },
  newNames: { zone: 'Zona', line: 'Línea', mask: 'Sitio ignorado' },
  name: 'Nombre',
  nameHint: {
    zone: 'La palabra que usarás en tus reglas.',
    line: 'La palabra que usarás en tus reglas.',
    mask: '',
  },
  colour: 'Color',
  colourNumber: (number) => `Color ${number}`,
  usedBy: (count, name) =>
    count === 1
      ? `Una regla usa ${quoted(name)}. Sigue su nueva forma; si cambias el nombre, te preguntará antes.`
      : `${count} reglas usan ${quoted(name)}. Siguen su nueva forma; si cambias el nombre, te preguntará antes.`,
  sides: {
    title: 'Sentido',
    text: (left, right, line) => `La flecha apunta de ${left} a ${right}. En una regla: “crosses ${line} forward”.`,
    left: 'un lado',
    right: 'el otro',
    leftLabel: 'Detrás de la flecha',
    rightLabel: 'Hacia donde apunta',
    hint: 'Nombres para los dos lados, como «calle» y «patio», o ninguno.',
    turn: 'Girar la flecha',
  },
  classes: {
    label: 'Ignorar solo',
    placeholder: 'persona, coche',
    hint: 'Tipos de objetos separados por comas; vacío para todos. Lo que esté aquí no se detecta.',
  },
  removeCorner: 'Quitar esquina',
  remove: { zone: 'Eliminar zona', line: 'Eliminar línea', mask: 'Eliminar sitio ignorado' },

  problems: {
    noName: 'Ponle un nombre.',
    longName: 'Un nombre tiene como máximo 60 caracteres.',
    sameName: (other) => `${quoted(other)} ya se llama así.`,
    crosses: 'El contorno se cruza consigo mismo. Mueve una esquina para evitarlo.',
    flat: 'La zona es demasiado estrecha. Separa sus esquinas.',
    noLength: 'La línea es demasiado corta. Separa sus extremos.',
    sameSides: 'Los dos lados tienen el mismo nombre.',
    oneSide: 'Pon nombre a los dos lados o a ninguno.',
    tooMany: (count) => `Una cámara tiene como máximo ${count} de cada tipo.`,
  },
  discard: {
    title: '¿Salir sin guardar?',
    text: 'Lo que has dibujado desde que abriste esta página se pierde.',
    stay: 'Quedarme aquí',
    leave: 'Salir',
  },
  conflict: {
    title: 'Hay reglas que usan estos nombres',
    text: 'Has cambiado el nombre o eliminado algo a lo que se refieren reglas. Si guardas, estas reglas dejan de avisar en esta cámara hasta que las cambies:',
    back: 'Volver',
    save: 'Guardar de todos modos',
  },
};
