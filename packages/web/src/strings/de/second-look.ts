import type { secondLook as en } from '../en/second-look.js';
import { quoted } from './words.js';

export const secondLook: typeof en = {
  title: 'Zweiter Blick',
  states: {
    pending: 'Wird geprüft',
    confirmed: (model) => (model === undefined ? 'Bestätigt' : `Bestätigt von ${model}`),
    rejected: 'Der zweite Blick sagt Nein',
    unsure: 'Der zweite Blick ist nicht sicher',
    timed_out: 'Nicht rechtzeitig geprüft',
    failed: 'Konnte nicht geprüft werden',
  },
  event: {
    asked: (question) => `Gefragt: ${quoted(question)}`,
    says: (evidence) => `Antwort: ${quoted(evidence)}`,
    byModel: 'Das schrieb ein Modell über das Bild. Es kann falsch sein.',
    took: (seconds) => `Nach ${seconds} s beantwortet.`,
    held: 'Vor der Antwort wurde niemand benachrichtigt.',
    lowered: {
      warning: 'Es war eine Warnung und ist jetzt nur noch eine Notiz.',
      critical: 'Es war kritisch und ist jetzt nur noch eine Notiz.',
    },
    why: (reason) => `Grund: ${reason}.`,
    control: {
      yes: 'Auch zu einer leeren Stelle dieses Bildes sagte es Ja: Verlassen Sie sich nicht darauf.',
      no: 'Zu einer leeren Stelle dieses Bildes sagte es Nein, wie es sein soll.',
      unsure: 'Bei einer leeren Stelle dieses Bildes war es nicht sicher, wie es sein soll.',
    },
  },
  rule: {
    answers: (confirmed, of) => `Zweiter Blick: ${confirmed} der letzten ${of} bestätigt.`,
    problems: {
      not_set_up: 'Der zweite Blick fragt niemanden: Es ist kein Modell eingerichtet.',
      not_allowed:
        'Der zweite Blick fragt niemanden: Sein Modell liegt außerhalb Ihres Heimnetzes, und niemand mit Verwaltungsrechten hat erlaubt, Bilder dorthin zu senden.',
      not_found: 'Der zweite Blick fragt niemanden: Die Adresse seines Modells führt nirgendwohin.',
      always_yes: 'Auf den zweiten Blick ist kein Verlass: Er sagte auch zu leeren Stellen des Bildes Ja.',
    },
  },
  edit: {
    ask: 'Zweite Meinung einholen',
    text: 'Ein Modell sieht sich jedes Ereignis an und beantwortet eine Frage. Sagt es Nein, wird das Ereignis zur Notiz. Gelöscht wird nichts.',
    question: 'Frage, die sich mit Ja oder Nein beantworten lässt',
    example: 'Ist das wirklich ein Mensch?',
    wait: 'So lange auf die Antwort warten',
    seconds: (seconds) => `${seconds} s`,
    without: 'Ohne Antwort',
    onTimeout: { pass: 'Trotzdem warnen', lower: 'Nur notieren' },
    hold: 'Vor der Antwort niemanden benachrichtigen',
    sent: (host) => `Von jedem Ereignis gehen zwei Bilder an ${host}.`,
    notSetUp: 'Es ist kein Modell eingerichtet, das gefragt werden könnte.',
    setUp: 'Eines einrichten',
    askAdmin: 'Wer Lookout verwaltet, kann das unter Einstellungen, „Zweiter Blick“, tun.',
  },
  camera: {
    title: 'Was diese Kamera verlässt',
    local: (host) =>
      `Von jedem Ereignis einer Regel mit zweiter Meinung gehen zwei Bilder an das Modell bei ${host}. Es läuft auf diesem Rechner oder in Ihrem Heimnetz.`,
    outside: (host, when, by) =>
      `Von jedem Ereignis einer Regel mit zweiter Meinung verlassen zwei Bilder Ihr Heimnetz: Sie gehen an ${host}. Erlaubt ${when} von ${by}.`,
    somebody: 'jemandem an diesem Rechner',
    nothing: (host) => `Nichts verlässt sie: Niemand hat erlaubt, dass Bilder von ihr an ${host} gehen.`,
    noHost: 'Nichts verlässt sie: Es ist kein Modell eingerichtet, das gefragt werden könnte.',
    notFound: (host) => `Zurzeit verlässt sie nichts: ${host} ist nicht zu finden.`,
    rules: (count) => (count === 1 ? 'Eine Regel bittet darum.' : `${count} Regeln bitten darum.`),
  },
};
