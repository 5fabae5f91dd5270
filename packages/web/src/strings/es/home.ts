import type { home as en } from '../en/home.js';
import { capital } from '../shared/intl.js';
import { and, since } from './words.js';

const NUMBERS = 'cero una dos tres cuatro cinco seis siete ocho nueve diez once doce'.split(' ');
/** In letters up to twelve, of feminine nouns. */
const number = (n: number) => NUMBERS[n] ?? String(n);
/** As many are counted. */
const MOST_UNSEEN = 100;

const minutes = (n: number) => `${n} min`;

export const home: typeof en = {
  label: 'Lo que ha pasado',
  happened: (start, count) => {
    if (count >= MOST_UNSEEN) return `${count} cosas o más que nadie ha visto`;
    const things = `${capital(number(count))} ${count === 1 ? 'cosa' : 'cosas'}`;
    return start === undefined ? `${things} que nadie ha visto` : `${things} desde ${since(start)}`;
  },
  quiet: (start) => (start === undefined ? 'Todavía no ha pasado nada' : `No ha pasado nada desde ${since(start)}`),
  noRules: 'Todavía no te avisa nada',
  noRule: 'Todavía no hay ninguna regla.',
  now: (day, clock) => `${capital(day)}, ${clock}.`,
  rules: (watching, all) => {
    if (watching === 0) return 'Ninguna regla está vigilando.';
    if (watching === all && all === 1) return 'Tu regla está vigilando.';
    if (watching === all) {
      return all === 2 ? 'Las dos reglas están vigilando.' : `Las ${number(all)} reglas están vigilando.`;
    }
    return `${capital(number(watching))} de ${number(all)} reglas ${watching === 1 ? 'está' : 'están'} vigilando.`;
  },
  blind: (blind, all) => {
    if (blind === 0) return '';
    if (blind === all) return all === 1 ? 'Tu cámara no muestra imagen.' : 'Ninguna cámara muestra imagen.';
    return `${capital(number(blind))} de ${number(all)} cámaras no ${blind === 1 ? 'muestra' : 'muestran'} imagen.`;
  },
  away: {
    title: 'Lookout no responde',
    text: 'Lo que ves aquí es de antes. Sigue por sí solo en cuanto responda el servidor.',
  },
  noneForKey: 'Tu clave no da acceso a ninguna cámara.',
  lead: {
    watchClip: 'Ver el clip',
    fromRule: (sentence) => `por tu regla «${sentence}»`,
  },
  latest: 'Lo último',
  allEvents: 'Todos los eventos',
  cameras: 'Cámaras',
  demo: {
    goes: 'La calle de la demo desaparece, con lo que vio, en cuanto añades una cámara propia.',
    stays: 'La calle de la demo se queda hasta que la quites.',
    remove: 'Quitarla en sus ajustes',
    goesNow: 'La calle de la demo desaparece en cuanto se añada esta cámara.',
  },
  tile: {
    delay: (time) => `Retraso ${time}`,
    old: (time) => `de hace ${time}`,
    now: (found) => `Ahora: ${found}`,
    last: (name, time) => `Última vez: ${name}, ${time}`,
    pictureOf: (time) => `Imagen de ${since(time)}`,
    noneSince: (time) => `Sin imagen desde ${since(time)}`,
    states: {
      connecting: 'Conectando',
      moving: 'Cambia de máquina',
      stalled: 'Sin imagen nueva',
      unreachable: 'Inaccesible',
      refused: 'No deja entrar a Lookout',
      unsupported: 'No se puede mostrar',
      off: 'Apagada',
      waiting: 'Esperando',
      not_connected: 'Sin conexión',
      paused: 'En pausa desde el móvil',
      silent: 'No envía imágenes',
    },
  },
  strip: {
    now: 'ahora',
    label: ({ person, vehicle, animal, thing }, warned, gap) => {
      const parts = [
        person > 0 && `personas en ${minutes(person)}`,
        vehicle > 0 && `vehículos en ${minutes(vehicle)}`,
        animal > 0 && `animales en ${minutes(animal)}`,
        thing > 0 && `otros objetos en ${minutes(thing)}`,
        warned > 0 && `avisos en ${minutes(warned)}`,
        gap > 0 && `sin imagen durante ${minutes(gap)}`,
      ].filter((part) => part !== false);
      return `En la última hora: ${parts.length > 0 ? and(parts) : 'no se ha visto nada'}`;
    },
    legend: 'Lo que muestran las barras',
    families: { person: 'Personas', vehicle: 'Vehículos', animal: 'Animales', thing: 'Otros objetos' },
    warned: 'Hubo un aviso',
    gap: 'Sin imagen',
  },
  firstRule: {
    title: 'Di de qué quieres que te avise',
    text: 'Con una frase tuya en inglés, como “warn me when someone is at the door at night”. Lookout muestra lo que ha entendido antes de vigilar.',
    button: 'Escribir la primera regla',
    operators: 'Quien puede escribir reglas lo dice aquí con una frase.',
  },
  empty: {
    title: 'Vamos a buscar tu primera cámara',
    text: 'Lookout vigila tus cámaras en este ordenador, no en la nube de nadie, y te avisa con palabras sencillas.',
    add: 'Añadir una cámara',
    addNote: 'Busca en tu red o usa una dirección',
    phone: 'Usar un móvil',
    phoneNote: 'O un portátil: escanea un código, sin instalar nada',
    demo: 'Probar la calle de la demo',
    demoNote: 'Personas y coches en un momento, sin cámara',
    startingDemo: 'Arrancando la demo',
    demoName: 'Calle de la demo',
    scene: 'Una calle como la ve Lookout, con una persona y un coche recuadrados',
    example: 'A person came to the door.',
    exampleNote: 'Así es un aviso',
  },
};
