import type { phrases as en } from '../en/phrases.js';
import { number, quoted } from './words.js';

/** Rules with a description. */
export const phrases: typeof en = {
  states: {
    learning: (done, of) => `Aprende qué es normal aquí: ${number(done)} de ${number(of)} imágenes.`,
    calibrating: 'Aprende qué es normal aquí.',
    armed: 'Vigila.',
    untested: 'Vigila, pero nunca ha visto un ejemplo.',
    refused: 'Aquí no se puede distinguir.',
  },
  lanes: {
    frame: 'Mira cada imagen.',
    track: (seconds) => `Mira de cerca cada objeto, más o menos cada ${number(seconds)} s.`,
    open: (seconds) => `Mira la imagen entera mientras algo se mueve, más o menos cada ${number(seconds)} s.`,
  },
  details: 'Qué tal se reconoce',
  why: '¿Por qué?',
  title: (phrase) => `Qué tal se reconoce ${quoted(phrase)}`,
  model: (name) => `Modelo: ${name}.`,
  camera: 'Cámara',
  threshold: {
    label: 'Lo que muestra esta cámara, y desde dónde avisa',
    usual: 'Habitual',
    rare: 'Una de 100',
    limit: 'Avisa desde aquí',
    example: 'Su ejemplo',
    counter: 'No es eso',
    none: 'Aún no se ha comparado nada.',
  },
  compared: (count) => `${number(count)} imágenes comparadas.`,
  fewExpected: 'Se espera menos de una falsa alarma en diez días.',
  expected: (perDay) => `Falsas alarmas que se esperan: unas ${perDay} al día.`,
  recall: (percent) => `Encontraría el ${number(percent)} % de sus ejemplos.`,
  needs: (crops, minutes) =>
    `Aún necesita ${number(crops)} imágenes o ${number(minutes)} minutos, y hasta entonces no avisa de nada.`,
  untested: 'Nadie le ha mostrado lo que busca. Puede pasarlo por alto, y sus eventos lo dicen. Basta un ejemplo.',
  refused: {
    title: 'No avisa de nada:',
    crops: 'Habría avisado de esto:',
    gone: 'Ya no se guarda',
  },
  score: (score) => `Puntuación ${score}`,
  examples: {
    title: 'Ejemplos',
    text: 'Muéstrele lo que busca, o lo que no.',
    meant: 'Es esto',
    notMeant: 'No es esto',
    isMeant: 'Es lo que busco',
    isNotMeant: 'No es lo que busco',
    upload: 'Subir una imagen',
    fromEvents: 'O elija uno de sus últimos eventos:',
    remove: 'Quitar este ejemplo',
    size: 'Una imagen solo del objeto, de 256 kB como máximo.',
    alt: 'El ejemplo',
  },
  event: {
    untested: 'Su regla nunca ha visto un ejemplo: puede ser otra cosa.',
    example: 'Sí, es lo que busco',
    thanks: 'Gracias, ha aprendido de esto.',
  },
  compose: {
    text: (phrase) =>
      `${quoted(phrase)} no es una clase de objeto que conozca el detector, así que lo busca un segundo modelo. Primero aprende qué es normal aquí, y hasta entonces no avisa de nada.`,
    needs: (crops, minutes) => `Eso requiere ${number(crops)} imágenes, o ${number(minutes)} minutos.`,
  },
};
