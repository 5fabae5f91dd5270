import type { wall as en } from '../en/wall.js';
import { many, quoted } from './words.js';

export const wall: typeof en = {
  page: 'Mural',
  kept: 'Este navegador recuerda el orden, los grupos y el tamaño.',
  groups: 'Grupos',
  all: 'Todas las cámaras',
  newGroup: 'Nuevo grupo',
  editGroup: (name) => `Cambiar ${quoted(name)}`,
  size: 'Tamaño',
  sizes: { small: 'Pequeño', medium: 'Mediano', large: 'Grande' },
  arrange: 'Ordenar',
  arrangeDone: 'Listo',
  arrangeHint: 'Arrastra una cámara por su asa, o selecciona el asa y usa las flechas del teclado.',
  move: (name) => `Mover ${name}`,
  moved: (name, place, of) => `${name} está ahora en el puesto ${place} de ${of}`,
  fullscreen: 'Pantalla completa',
  leaveFullscreen: 'Salir de pantalla completa',
  backToAll: 'Ver todas las cámaras',
  why: { object: 'Algo nuevo', warning: 'Aviso' },
  empty: {
    title: 'Todavía no hay cámaras',
    text: 'Las cámaras aparecen aquí en cuanto se añaden.',
    home: 'Añadir una cámara',
    group: (name) => `No hay ninguna cámara en ${quoted(name)}`,
    groupText: 'Añádele cámaras o mira todas.',
    unknown: (name) => `Este navegador no tiene ningún grupo ${quoted(name)}`,
    unknownText:
      'Los grupos se quedan en el navegador que los creó. Abre allí Pantalla y copia la dirección de este grupo.',
    chosen: 'Ninguna de las cámaras elegidas está aquí',
    chosenText: 'Se han eliminado, o esta sesión no las muestra. Vuelve a copiar la dirección en Mural, Pantalla.',
  },
  group: {
    title: 'Nuevo grupo',
    change: 'Cambiar el grupo',
    name: 'Nombre',
    namePlaceholder: 'Exterior',
    cameras: 'Sus cámaras',
    save: 'Guardar grupo',
    remove: 'Eliminar grupo',
    nameMissing: 'Ponle un nombre.',
    nameTaken: 'Ya hay un grupo con este nombre.',
    camerasMissing: 'Elige al menos una cámara.',
    tooMany: (most) => `Se guardan como máximo ${most} grupos. Elimina uno primero.`,
  },
  screen: {
    button: 'Pantalla',
    title: 'Una pantalla aparte',
    description: 'Pantalla completa, u otro dispositivo que solo muestra el mural.',
    wake: 'Mostrar una cámara en grande cuando algo se mueva en ella',
    wakeText:
      'Con algo nuevo o un aviso: 8 s, como mucho 30 s, y después todas las cámaras durante al menos 5 s. Solo en pantalla completa y en la dirección de abajo.',
    address: 'Dirección para la pantalla',
    addressOf: (name, count) => `${name}, ${many(count, 'cámara', 'cámaras')}`,
    addressText:
      'Ábrela en el navegador de la pantalla. No tiene botones, y vuelve a conectarse por sí sola cuando se reinicia Lookout o la pantalla. Donde haga falta iniciar sesión, la pantalla pregunta una vez: dale una clave para ver, creada en Ajustes.',
    awake: 'La pantalla sigue encendida mientras se muestra el mural, si el navegador lo permite: por HTTPS.',
    thisMachine:
      'Esta dirección solo se abre en este ordenador. Para otra pantalla, arranca el servidor con `npm start -- --https` y abre la dirección https que muestra.',
  },
};
