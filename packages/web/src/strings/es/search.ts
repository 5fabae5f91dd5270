import type { search as en } from '../en/search.js';
import { many, quoted } from './words.js';

export const search: typeof en = {
  page: 'Muéstrame …',
  note: 'Describa en inglés lo que busca. Se busca entre todos los objetos de la última hora y los de los eventos del último día.',
  back: 'Eventos',
  field: 'Muéstrame',
  example: 'a red car',
  submit: 'Buscar',
  searching: 'Buscando …',
  certainty: {
    likely: 'Probable',
    possible: 'Posible',
    guess: 'Una suposición',
  },
  meaning:
    'Lo mejor primero. «Probable» destaca entre todo lo que han mostrado las cámaras. «Una suposición» es solo lo más parecido que hay. Nada es seguro: compruébelo usted.',
  doubt: (text) => `Puede que esto no tenga nada que ver con ${quoted(text)}`,
  searched: (objects) => `${many(objects, 'objeto', 'objetos')} comparados`,
  since: (time) => `desde las ${time}`,
  picture: (name, camera) => `${name}, ${camera}`,
  noPicture: 'La imagen ya no se conserva',
  empty: {
    title: 'Todavía no hay nada que buscar',
    text: 'A partir de ahora los objetos se miran más de cerca. Vuelva a intentarlo cuando haya pasado algo.',
  },
  noModel: {
    title: 'Falta un modelo que entienda descripciones',
    settings: 'Modelos',
  },
};
