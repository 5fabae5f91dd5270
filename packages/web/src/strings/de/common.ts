import type { common as en } from '../en/common.js';
import { locale, number, objectName, objectNamed, objectWord } from './words.js';

export const common: typeof en = {
  locale,
  number,
  product: 'Lookout',
  title: (page) => `${page} · Lookout`,
  pages: {
    label: 'Seiten',
    cameras: 'Kameras',
    wall: 'Wand',
    events: 'Ereignisse',
    rules: 'Regeln',
    tryIt: 'Ausprobieren',
    settings: 'Einstellungen',
    more: 'Mehr',
    unseen: (count) => `${count} neu`,
  },
  skip: 'Zum Inhalt springen',
  signOut: (name) => (name ? `Abmelden (${name})` : 'Abmelden'),
  actions: {
    close: 'Schließen',
    done: 'Fertig',
    keepIt: 'Behalten',
    keepThem: 'Behalten',
    saving: 'Wird gespeichert',
    tryAgain: 'Erneut versuchen',
    signIn: 'Anmelden',
  },
  copy: {
    word: 'Kopieren',
    copied: 'Kopiert',
    refused: 'Der Browser hat das Kopieren verweigert',
    label: (what) => `Kopieren: ${what}`,
  },
  language: { label: 'Sprache', browser: 'Sprache des Browsers' },
  theme: {
    label: (now, next) => `Farben: ${now}. Wechseln zu ${next}`,
    system: 'System',
    light: 'Hell',
    dark: 'Dunkel',
  },
  form: {
    required: 'Bitte ausfüllen.',
    number: 'Bitte eine Zahl eingeben.',
    atLeast: (minimum) => `Mindestens ${minimum}.`,
    atMost: (maximum) => `Höchstens ${maximum}.`,
    tooLong: (maximum) => `Höchstens ${maximum} Zeichen.`,
    name: 'Name',
  },
  states: {
    live: 'Live',
    connecting: 'Verbindet',
    stalled: 'Kein neues Bild',
    unreachable: 'Nicht erreichbar',
    refused: 'Abgelehnt',
    unsupported: 'Nicht unterstützt',
    off: 'Aus',
    waiting: 'Wartet',
    not_connected: 'Nicht verbunden',
  },
  delay: {
    fresh: 'frisch: unter 100 ms von der Kamera bis zum Bildschirm',
    delayed: 'verzögert: 100 bis 300 ms von der Kamera bis zum Bildschirm',
    late: 'spät: mehr als 300 ms von der Kamera bis zum Bildschirm',
    none: 'Es kommt kein Bild an',
  },
  units: {
    fps: (rate) => `${rate} Bilder/s`,
    ms: (time) => `${time} ms`,
    percent: (share) => `${Math.round(share * 100)} %`,
    kB: (bytes) => `${Math.round(bytes / 1000)} kB`,
    kBps: (bytes) => `${Math.round(bytes / 1000)} kB/s`,
    none: '–',
  },
  times: {
    justNow: 'gerade eben',
    today: (clock) => `heute ${clock}`,
    tomorrow: 'morgen',
    lastNight: 'gestern Abend',
    yesterday: 'gestern',
    on: (day, clock) => `${day} ${clock}`,
  },
  object: objectName,
  objectNamed,
  objects: (name, count) => `${count} ${objectWord(name, count)}`,
  noObjects: 'nichts',
  notFound: {
    page: 'Nicht gefunden',
    title: 'Seite nicht gefunden',
    text: 'Vielleicht ist die Adresse vertippt, oder die Seite wurde entfernt.',
    back: 'Zurück zu den Kameras',
  },
  offline: {
    title: 'Lookout ist nicht erreichbar',
    text: 'Vielleicht ist es ausgeschaltet oder startet neu, oder dieses Gerät ist in einem anderen Netzwerk. Diese Seite versucht es von selbst weiter.',
    again: 'Jetzt versuchen',
  },
  closedLink: {
    title: 'Dieser Link gilt nicht mehr',
    text: 'Fragen Sie die Person, die ihn geschickt hat, nach einem neuen. Wurde er gerade erst geschickt, fehlt vielleicht ein Teil: Kopieren Sie ihn ganz.',
  },
  signIn: {
    /** Sign-in by an OpenID Connect provider. */
    provider: {
      signIn: (name) => `Mit ${name} anmelden`,
      or: 'oder',
      faults: {
        unreachable: (name) =>
          `${name} ist im Moment nicht erreichbar. Versuchen Sie es später noch einmal, oder melden Sie sich mit einem Konto dieses Servers an.`,
        failed: (name) =>
          `Die Antwort von ${name} war ungültig. Versuchen Sie es noch einmal. Passiert es wieder, steht der Grund im Protokoll des Servers.`,
        cancelled: (name) =>
          `${name} hat Sie nicht angemeldet. Versuchen Sie es noch einmal, oder nehmen Sie dort ein anderes Konto.`,
        expired: (name) =>
          `Die Anmeldung mit ${name} hat zu lange gedauert oder war schon abgeschlossen. Versuchen Sie es noch einmal.`,
        no_role: (name) =>
          `${name} hat Sie angemeldet, aber keine Ihrer Gruppen hat hier eine Rolle. Bitten Sie die Person, die Lookout betreibt, eine einzutragen.`,
        kept_out: (name) =>
          `${name} hat Sie angemeldet, aber Ihr Konto ist hier abgeschaltet. Wenden Sie sich an die Person, die Lookout betreibt.`,
      },
    },
    codeUsed:
      'Dieser Code wurde schon benutzt oder ist abgelaufen. Erzeugen Sie einen neuen auf einem Gerät, das angemeldet ist.',
    title: 'Bei Ihnen zu Hause anmelden',
    phone:
      'Ist ein anderes Gerät angemeldet? Dort zeigt „Einstellungen“, „Handys und HTTPS“ einen Code: Scannen Sie ihn mit der Kamera dieses Geräts.',
    key: 'API-Schlüssel',
    name: 'Benutzername',
    password: 'Passwort',
    withPassword: 'Mit Name und Passwort anmelden',
    withKey: 'Mit einem API-Schlüssel anmelden',
    keyHint: 'Lookout hat beim ersten Start einen ausgegeben.',
    show: 'Schlüssel zeigen',
    hide: 'Schlüssel verbergen',
    scan: 'Code scannen',
    signingIn: 'Anmeldung läuft',
    promise: 'Ihre Kameras werden auf Ihrem eigenen Rechner ausgewertet, in keiner Cloud.',
    passkey: {
      use: 'Passkey benutzen',
      /** Why there are none on this page. */
      obstacles: {
        address:
          'Passkeys brauchen einen Namen in der Adresszeile, keine IP-Adresse. Öffnen Sie Lookout unter seinem Namen, um einen zu benutzen.',
        https: 'Passkeys brauchen HTTPS. Öffnen Sie diese Seite mit https://, um einen zu benutzen.',
        browser: 'Dieser Browser kennt keine Passkeys.',
      },
    },
    scanner: {
      title: 'Code scannen',
      text: 'Halten Sie den Code eines Schlüssels, oder einen zum Anmelden, vor die Kamera.',
      picture: 'Was diese Kamera sieht',
      noCamera: 'Die Kamera konnte nicht geöffnet werden',
      noCameraAdvice:
        'Erlauben Sie sie für diese Seite in der Adresszeile des Browsers, oder geben Sie den Schlüssel ein.',
      otherCode: 'Dieser Code ist weder ein Schlüssel noch ein Code zum Anmelden bei Lookout.',
    },
    forgotten: {
      title: 'Vergessen?',
      password: 'Ein Admin kann unter „Einstellungen“, „Personen“ ein neues Passwort festlegen.',
      where: 'Auf dem Rechner, auf dem Lookout läuft, in dessen Ordner. Es läuft dabei weiter.',
      code: 'Gibt einen Code aus, der ein Gerät anmeldet, fünf Minuten lang:',
      key: 'Gibt einen neuen Admin-Schlüssel aus:',
      data: 'Wurde Lookout mit --data gestartet, geben Sie dasselbe hier an. Verlorene Schlüssel lassen sich unter „Einstellungen“, „API-Schlüssel“ sperren.',
    },
  },
  browserHasNoCanvas: 'Dieser Browser unterstützt keine 2D-Zeichenfläche',
};
