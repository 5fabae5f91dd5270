import type { secondLook as en } from '../en/second-look.js';
import { quoted } from './words.js';

export const secondLook: typeof en = {
  title: 'Segunda mirada',
  states: {
    pending: 'Comprobando',
    confirmed: (model) => (model === undefined ? 'Confirmado' : `Confirmado por ${model}`),
    rejected: 'La segunda mirada dice que no',
    unsure: 'La segunda mirada no está segura',
    timed_out: 'No se comprobó a tiempo',
    failed: 'No se pudo comprobar',
  },
  event: {
    asked: (question) => `Pregunta: ${quoted(question)}`,
    says: (evidence) => `Respuesta: ${quoted(evidence)}`,
    byModel: 'Lo escribió un modelo sobre la imagen. Puede equivocarse.',
    took: (seconds) => `Respondió a los ${seconds} s.`,
    held: 'No se avisó a nadie antes de la respuesta.',
    lowered: {
      warning: 'Era un aviso y ahora es solo una nota.',
      critical: 'Era crítico y ahora es solo una nota.',
    },
    why: (reason) => `Motivo: ${reason}.`,
    control: {
      yes: 'También dijo que sí a una parte vacía de esta imagen: no se fíe.',
      no: 'A una parte vacía de esta imagen dijo que no, como debe ser.',
      unsure: 'Ante una parte vacía de esta imagen no estuvo seguro, como debe ser.',
    },
  },
  rule: {
    answers: (confirmed, of) => `Segunda mirada: ${confirmed} de los últimos ${of} confirmados.`,
    problems: {
      not_set_up: 'La segunda mirada no pregunta a nadie: no hay ningún modelo configurado.',
      not_allowed:
        'La segunda mirada no pregunta a nadie: su modelo está fuera de su red doméstica y ningún administrador ha permitido enviar imágenes allí.',
      not_found: 'La segunda mirada no pregunta a nadie: la dirección de su modelo no lleva a ninguna parte.',
      always_yes: 'No se puede confiar en la segunda mirada: también dijo que sí a partes vacías de la imagen.',
    },
  },
  edit: {
    ask: 'Pedir una segunda opinión',
    text: 'Un modelo mira cada evento y responde a una pregunta. Si dice que no, el evento pasa a ser una nota. No se borra nada.',
    question: 'Pregunta que se responda con sí o no',
    example: '¿Es de verdad una persona?',
    wait: 'Cuánto esperar la respuesta',
    seconds: (seconds) => `${seconds} s`,
    without: 'Sin respuesta',
    onTimeout: { pass: 'Avisar igualmente', lower: 'Solo anotarlo' },
    hold: 'No avisar a nadie antes de la respuesta',
    sent: (host) => `De cada evento van dos imágenes a ${host}.`,
    notSetUp: 'No hay ningún modelo configurado al que preguntar.',
    setUp: 'Configurar uno',
    askAdmin: 'Un administrador puede hacerlo en Ajustes, «Segunda mirada».',
  },
  camera: {
    title: 'Qué sale de esta cámara',
    local: (host) =>
      `De cada evento de una regla con segunda opinión van dos imágenes al modelo en ${host}. Está en este equipo o en su red doméstica.`,
    outside: (host, when, by) =>
      `De cada evento de una regla con segunda opinión, dos imágenes salen de su red doméstica: van a ${host}. Permitido ${when} por ${by}.`,
    somebody: 'alguien en este equipo',
    nothing: (host) => `No sale nada: nadie ha permitido que sus imágenes vayan a ${host}.`,
    noHost: 'No sale nada: no hay ningún modelo configurado al que preguntar.',
    notFound: (host) => `De momento no sale nada: no se encuentra ${host}.`,
    rules: (count) => (count === 1 ? 'Una regla lo pide.' : `${count} reglas lo piden.`),
  },
};
