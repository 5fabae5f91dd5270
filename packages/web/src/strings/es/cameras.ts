import type { cameras as en } from '../en/cameras.js';
import { since } from './words.js';

export const cameras: typeof en = {
  page: 'Cámaras',
  publishFromHere: 'Emitir desde aquí',

  settings: {
    address: 'Dirección',
    subAddress: 'Dirección del flujo secundario (opcional)',
    subAddressHint:
      'Un flujo más pequeño de la misma cámara, para la detección y las imágenes. La dirección de arriba solo se abre entonces mientras alguien reproduce su vídeo.',
    user: 'Usuario',
    password: 'Contraseña',
    hiddenCredentials: 'Vuelve a escribir usuario y contraseña si cambias la dirección.',
    credentialsHint: 'Déjalo vacío para conservar los de la dirección.',
    pin: 'Certificado aceptado',
    pinHint:
      'El pin del certificado propio de la cámara. Déjalo vacío para aceptar solo certificados en los que confía el servidor.',
    loop: 'Reproducir en bucle',
    detect: 'Detectar objetos',
    fps: 'Imágenes por segundo',
    fpsHint: 'Las que se analizan como máximo; menos si hay mucha carga.',
    idleFps: 'Mientras nadie mira',
    idleFpsHint: 'Imágenes por segundo; 0 para ninguna.',
    auto: 'Automático',
    size: 'Tamaño de la imagen',
    sizeHint: 'Los tamaños mayores encuentran objetos más pequeños, pero exigen más cálculo.',
    confidence: 'Confianza mínima',
    confidenceHint: 'Los valores bajos encuentran más objetos, pero también más falsos.',
    classes: 'Buscar',
    classesPlaceholder: 'persona, coche',
    classesHint: 'Solo estos tipos de objetos; vacío para todos.',
    needs: 'Etiquetas de su máquina',
    needsHint: 'Solo la leen las máquinas que las tienen todas; separadas por comas.',
    save: 'Guardar ajustes',
    saved: 'Guardado.',
  },

  remove: {
    button: 'Eliminar esta cámara',
    title: (name) => `¿Eliminar ${name}?`,
    text: 'Sus ajustes y sus eventos se pierden, y se desconecta a quienes la están viendo. La cámara en sí no cambia.',
    confirm: 'Eliminar',
  },
  mainAway: (reason) =>
    `El flujo principal no está: ${reason}. La detección y las imágenes siguen con el secundario; su vídeo no se puede reproducir.`,
  subAway: (reason) =>
    `El flujo secundario no está: ${reason}. No se detecta nada hasta que vuelva; el vídeo del principal sigue.`,
  back: 'Volver a todas las cámaras',
  playAgain: 'Reproducir otra vez',

  share: {
    timed: {
      title: 'Dejar que alguien mire',
      text: 'Quien tenga el enlace puede ver esta cámara sin iniciar sesión, pero nada más.',
      forHow: 'Durante cuánto tiempo',
      times: { hour: 'Una hora', day: 'Un día', week: 'Una semana', endless: 'Hasta que lo termine' },
      make: 'Crear enlace',
      making: 'Creando el enlace',
      list: 'Enlaces que funcionan ahora',
      link: (ends) => `Enlace que termina: ${ends}`,
      endless: 'Enlace hasta que lo termines',
      made: (time) => `Creado: ${time}.`,
      nobody: 'Nadie mira con él ahora.',
      watching: (count) => (count === 1 ? 'Ahora mira una persona' : `Ahora miran ${count}`),
      watcher: (start, family) => `desde ${since(start)} por ${family}`,
      families: { ipv4: 'IPv4', ipv6: 'IPv6' },
      more: (count) => `y ${count} más`,
      send: 'Enviar',
      end: 'Terminar',
      endLabel: (link) => `Terminar: ${link}`,
      endTitle: '¿Terminar este enlace?',
      endText: 'Deja de funcionar al instante y se desconecta a quien mira con él.',
      ended: 'El enlace ha terminado.',
    },
    publishTitle: 'Emitir y compartir',
    title: 'Compartir',
    publish: 'Enlace para emitir',
    publishNote:
      'Ábrelo en el móvil u ordenador que será la cámara. Quien tenga el enlace puede enviar la imagen de esta cámara.',
    encoder: 'Dirección para RTMP',
    encoderNote:
      'Para OBS, FFmpeg, cámaras de acción y drones. En OBS, lo que sigue a live/ es la clave de transmisión.',
    whip: 'Dirección para WHIP',
    whipNote: 'Para OBS 30 o posterior y otros que emiten por WebRTC. Necesita UDP y llega antes que RTMP.',
    watch: 'Enlace para ver',
    watchNote: 'Quien tenga el enlace puede ver esta cámara sin iniciar sesión, pero nada más.',
    hideCode: (label) => `Ocultar el código: ${label}`,
    showCode: (label) => `Mostrar como código: ${label}`,
    code: (label, url) => `Código QR. ${label}: ${url}`,
    thisMachine:
      'Estos enlaces solo se abren en este ordenador. Para un móvil, arranca el servidor con `npm start -- --https` y abre la dirección https que muestra.',
    http: 'Los móviles pueden ver con estos enlaces, pero los navegadores solo dejan usar la cámara en páginas HTTPS. Arranca el servidor con `npm start -- --https` y abre la dirección https que muestra.',
    renew: 'Crear enlaces nuevos',
    renewTitle: (name) => `¿Crear enlaces nuevos para ${name}?`,
    renewPush:
      'Los enlaces actuales dejan de funcionar al instante: el dispositivo que emite se detiene y se desconecta a quienes miran por enlace. Envía los nuevos a quienes todavía los necesiten. A quienes han iniciado sesión no les afecta.',
    renewPull:
      'El enlace actual deja de funcionar al instante y se desconecta a quienes miran con él. Envía el nuevo a quienes todavía lo necesiten. A quienes han iniciado sesión no les afecta.',
  },
  links: {
    title: 'Usar esta cámara en otro sitio',
    mjpeg: 'MJPEG con recuadros',
    snapshot: 'Última imagen',
    view: 'Página para ver',
    shared: 'Página que se adapta a la conexión',
    frames: 'Imágenes y detecciones, WebSocket',
    json: 'Imágenes en JSON, WebSocket',
    quality: 'JPEG de una sola calidad, WebSocket',
    detections: 'Solo detecciones, flujo de eventos',
  },
};
