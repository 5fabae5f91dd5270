import type { common as en } from '../en/common.js';
import { locale, many, number, objectName, objectNamed, objectWord } from './words.js';

export const common: typeof en = {
  locale,
  number,
  product: 'Lookout',
  title: (page) => `${page} · Lookout`,
  pages: {
    label: 'Páginas',
    cameras: 'Cámaras',
    wall: 'Mural',
    events: 'Eventos',
    rules: 'Reglas',
    tryIt: 'Probar',
    settings: 'Ajustes',
    more: 'Más',
    unseen: (count) => many(count, 'nuevo', 'nuevos'),
  },
  skip: 'Saltar al contenido',
  signOut: (name) => (name ? `Cerrar sesión (${name})` : 'Cerrar sesión'),
  actions: {
    close: 'Cerrar',
    done: 'Listo',
    keepIt: 'Conservar',
    keepThem: 'Conservar',
    saving: 'Guardando',
    tryAgain: 'Reintentar',
    signIn: 'Iniciar sesión',
  },
  copy: {
    copied: 'Copiado',
    refused: 'El navegador no ha dejado copiar',
    label: (what) => `Copiar: ${what}`,
  },
  language: { label: 'Idioma', browser: 'Idioma del navegador' },
  theme: {
    label: (now, next) => `Tema: ${now}. Cambiar a ${next}`,
    system: 'sistema',
    light: 'claro',
    dark: 'oscuro',
  },
  form: {
    required: 'Rellena este campo.',
    number: 'Escribe un número.',
    atLeast: (minimum) => `Como mínimo ${minimum}.`,
    atMost: (maximum) => `Como máximo ${maximum}.`,
    tooLong: (maximum) => `Como máximo ${maximum} caracteres.`,
    name: 'Nombre',
  },
  states: {
    live: 'En directo',
    connecting: 'Conectando',
    stalled: 'Sin imagen nueva',
    unreachable: 'Inaccesible',
    refused: 'Rechazada',
    unsupported: 'No compatible',
    off: 'Apagada',
    waiting: 'Esperando',
    not_connected: 'Sin conexión',
  },
  delay: {
    fresh: 'al momento: menos de 100 ms de la cámara a la pantalla',
    delayed: 'con retraso: de 100 a 300 ms de la cámara a la pantalla',
    late: 'tarde: más de 300 ms de la cámara a la pantalla',
    none: 'No llega ninguna imagen',
  },
  units: {
    fps: (rate) => `${rate} imágenes/s`,
    ms: (time) => `${time} ms`,
    percent: (share) => `${Math.round(share * 100)} %`,
    kB: (bytes) => `${Math.round(bytes / 1000)} kB`,
    kBps: (bytes) => `${Math.round(bytes / 1000)} kB/s`,
    none: '–',
  },
  times: {
    justNow: 'ahora mismo',
    today: (clock) => `hoy ${clock}`,
    tomorrow: 'mañana',
    lastNight: 'anoche',
    yesterday: 'ayer',
    on: (day, clock) => `${day} ${clock}`,
  },
  object: objectName,
  objectNamed,
  objects: (name, count) => `${count} ${objectWord(name, count)}`,
  noObjects: 'nada',
  notFound: {
    page: 'No encontrada',
    title: 'Página no encontrada',
    text: 'Puede que la dirección esté mal escrita o que la página ya no exista.',
    back: 'Volver a las cámaras',
  },
  offline: {
    title: 'No se puede acceder a Lookout',
    text: 'Puede que esté apagado o reiniciándose, o que este dispositivo esté en otra red. Esta página lo vuelve a intentar por sí sola.',
    again: 'Probar ahora',
  },
  closedLink: {
    title: 'Este enlace ya no vale',
    text: 'Pide otro a quien te lo envió. Si lo acaba de enviar, puede que falte una parte: cópialo entero.',
  },
  signIn: {
    /** Sign-in by an OpenID Connect provider. */
    provider: {
      signIn: (name) => `Iniciar sesión con ${name}`,
      or: 'o',
      faults: {
        unreachable: (name) =>
          `Ahora no se puede acceder a ${name}. Inténtalo más tarde o inicia sesión con una cuenta de este servidor.`,
        failed: (name) =>
          `La respuesta de ${name} no era válida. Inténtalo otra vez. Si vuelve a pasar, el registro del servidor dice por qué.`,
        cancelled: (name) => `${name} no ha iniciado tu sesión. Inténtalo otra vez o usa allí otra cuenta.`,
        expired: (name) => `El inicio de sesión con ${name} tardó demasiado o ya había terminado. Inténtalo otra vez.`,
        no_role: (name) =>
          `${name} ha iniciado tu sesión, pero ninguno de tus grupos tiene aquí un rol. Pide a quien lleva Lookout que añada uno.`,
        kept_out: (name) =>
          `${name} ha iniciado tu sesión, pero aquí tu cuenta está desactivada. Pregunta a quien lleva Lookout.`,
      },
    },
    codeUsed: 'Este código ya se ha usado o ha caducado. Crea otro en un dispositivo en el que hayas iniciado sesión.',
    title: 'Inicia sesión en tu casa',
    phone:
      '¿Has iniciado sesión en otro dispositivo? Allí, «Ajustes», «Móviles y HTTPS» muestra un código: escanéalo con la cámara de este dispositivo.',
    key: 'Clave de API',
    name: 'Nombre de usuario',
    password: 'Contraseña',
    withPassword: 'Iniciar sesión con nombre y contraseña',
    withKey: 'Iniciar sesión con una clave de API',
    keyHint: 'Lookout mostró una la primera vez que arrancó.',
    show: 'Mostrar la clave',
    hide: 'Ocultar la clave',
    scan: 'Escanear un código',
    signingIn: 'Iniciando sesión',
    promise: 'Tus cámaras se vigilan en tu propio equipo, no en la nube de nadie.',
    passkey: {
      use: 'Usar una llave de acceso',
      /** Why there are none on this page. */
      obstacles: {
        address:
          'Las llaves de acceso necesitan un nombre en la barra de direcciones, no una dirección IP. Abre Lookout por su nombre para usar una.',
        https: 'Las llaves de acceso necesitan HTTPS. Abre esta página con https:// para usar una.',
        browser: 'Este navegador no admite llaves de acceso.',
      },
    },
    scanner: {
      title: 'Escanear un código',
      text: 'Pon delante de la cámara el código de una clave, o uno para iniciar sesión.',
      picture: 'Lo que ve esta cámara',
      noCamera: 'No se pudo abrir la cámara',
      noCameraAdvice: 'Permítela para esta página en la barra de direcciones del navegador, o escribe la clave.',
      otherCode: 'Este código no es una clave ni un código de inicio de sesión de Lookout.',
    },
    forgotten: {
      title: '¿La has olvidado?',
      password: 'Quien administra puede fijar otra contraseña en «Ajustes», «Personas».',
      where: 'En el equipo que ejecuta Lookout, en su carpeta. Sigue funcionando mientras tanto.',
      code: 'Muestra un código que inicia sesión en un dispositivo, durante cinco minutos:',
      key: 'Muestra una clave de administración nueva:',
      data: 'Si Lookout se arrancó con --data, añade lo mismo aquí. Las claves perdidas se pueden revocar en «Ajustes», «Claves de API».',
    },
  },
  browserHasNoCanvas: 'Este navegador no es compatible con el lienzo 2D',
};
