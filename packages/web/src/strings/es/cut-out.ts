import type { cutOut as en } from '../en/cut-out.js';

/** Cutting an object out of a camera's picture. */
export const cutOut: typeof en = {
  page: 'Recortar',
  back: 'Volver a la cámara',
  stage:
    'Imagen congelada. Haz clic en algo o arrastra un marco a su alrededor. Las flechas mueven un puntero; Intro hace clic.',
  freezing: 'Congelando la imagen …',
  looking: 'Mirando la imagen. La primera respuesta puede tardar unos segundos.',
  again: 'Otra imagen',
  tips: {
    both: 'Haz clic en algo o arrastra un marco a su alrededor.',
    points: 'Haz clic en algo.',
    box: 'Arrastra un marco alrededor de algo. Este modelo no entiende clics.',
    more: 'Haz clic para añadir una parte. Con Mayús-clic, o con «Quitar», la quitas.',
  },
  mode: { label: 'Qué hace un clic', add: 'Añadir', away: 'Quitar' },
  undo: 'Deshacer',
  clear: 'Empezar de nuevo',
  nothing: 'Ahí no se encontró nada. Haz clic en otro sitio o arrastra un marco.',
  candidate: (number: number, of: number) => `Propuesta ${number} de ${of}`,
  next: 'Siguiente propuesta',
  actions: {
    title: 'Qué hacer con esto',
    zone: 'Usar como zona',
    zoneKeeps: (percent: string) => `Una zona de líneas rectas que conserva el ${percent} % de la forma.`,
    noZone: 'La forma es demasiado fina para una zona.',
    cutOut: 'Guardar como imagen',
    cutOutText: 'Un PNG en el que todo lo demás es transparente.',
    ignore: 'Ignorar aquí',
    ignoreText: 'En este lugar ya no se detectará nada.',
    watch: 'Vigilar esto',
    watchText: 'Un ejemplo para una regla que busca algo con tus propias palabras.',
    watchRule: 'Regla',
    watched: 'La regla ya tiene su ejemplo.',
    noRule: 'Todavía no hay ninguna regla que busque algo con tus propias palabras.',
  },
  noModel: {
    title: 'Para esto hace falta un modelo que recorte objetos',
    link: 'Conseguir uno',
    askAdmin: 'Un administrador puede conseguirlo en Ajustes, «Modelos».',
  },
  fixed: 'Las zonas de esta cámara están en lookout.yaml.',
};
