import { locale, number, objectWord } from './words.js';

/** Texts of several pages: states, actions, fields. */
export const common = {
  locale,
  number,
  product: 'Lookout',
  title: (page: string) => `${page} · Lookout`,
  pages: {
    label: 'Pages',
    cameras: 'Cameras',
    wall: 'Wall',
    events: 'Events',
    rules: 'Rules',
    tryIt: 'Try it',
    settings: 'Settings',
    more: 'More',
    unseen: (count: number) => `${count} new`,
  },
  skip: 'Skip to content',
  signOut: (name: string | undefined) => (name ? `Sign out (${name})` : 'Sign out'),
  actions: {
    close: 'Close',
    done: 'Done',
    keepIt: 'Keep it',
    keepThem: 'Keep them',
    saving: 'Saving',
    tryAgain: 'Try again',
    signIn: 'Sign in',
  },
  copy: {
    word: 'Copy',
    copied: 'Copied',
    refused: 'The browser refused to copy',
    label: (what: string) => `Copy: ${what}`,
  },
  language: { label: 'Language', browser: 'Language of the browser' },
  theme: {
    label: (now: string, next: string) => `Theme: ${now}. Change to ${next}`,
    system: 'system',
    light: 'light',
    dark: 'dark',
  },
  form: {
    required: 'Fill this in.',
    number: 'Enter a number.',
    atLeast: (minimum: number) => `At least ${minimum}.`,
    atMost: (maximum: number) => `At most ${maximum}.`,
    tooLong: (maximum: number) => `At most ${maximum} characters.`,
    name: 'Name',
  },
  /** States of a camera, as badges. */
  states: {
    live: 'Live',
    connecting: 'Connecting',
    stalled: 'Stalled',
    unreachable: 'Unreachable',
    refused: 'Refused',
    unsupported: 'Unsupported',
    off: 'Off',
    waiting: 'Waiting',
    not_connected: 'Not connected',
  },
  delay: {
    fresh: 'fresh: under 100 ms from camera to screen',
    delayed: 'delayed: 100 to 300 ms from camera to screen',
    late: 'late: more than 300 ms from camera to screen',
    none: 'No picture is arriving',
  },
  units: {
    fps: (rate: string) => `${rate} fps`,
    ms: (time: string) => `${time} ms`,
    percent: (share: number) => `${Math.round(share * 100)} %`,
    kB: (bytes: number) => `${Math.round(bytes / 1000)} kB`,
    kBps: (bytes: number) => `${Math.round(bytes / 1000)} kB/s`,
    /** For an unknown value. */
    none: '–',
  },
  times: {
    justNow: 'just now',
    today: (clock: string) => `today ${clock}`,
    tomorrow: 'tomorrow',
    lastNight: 'last night',
    yesterday: 'yesterday',
    on: (day: string, clock: string) => `${day} ${clock}`,
  },
  /** One kind of objects, by the name that the server has for it. */
  object: (name: string) => name,
  /** That name, from what people typed. */
  objectNamed: (words: string) => words,
  /** `3 people` */
  objects: (name: string, count: number) => `${count} ${objectWord(name, count)}`,
  noObjects: 'nothing',
  notFound: {
    page: 'Not found',
    title: 'Page not found',
    text: 'The address may be mistyped, or the page was removed.',
    back: 'Back to cameras',
  },
  /** While the server is away. */
  offline: {
    title: 'Lookout can’t be reached',
    text: 'It may be switched off or restarting, or this device is in another network. This page tries again by itself.',
    again: 'Try now',
  },
  closedLink: {
    title: 'This link has ended',
    text: 'Ask whoever sent it for a new one. If it has only just been sent, a part of it may be missing: copy all of it.',
  },
  signIn: {
    /** Sign-in by an OpenID Connect provider. */
    provider: {
      signIn: (name: string) => `Sign in with ${name}`,
      or: 'or',
      faults: {
        unreachable: (name: string) =>
          `${name} can’t be reached at the moment. Try again later, or sign in with an account of this server.`,
        failed: (name: string) =>
          `The answer of ${name} was not valid. Try again. If it happens again, the server’s log says why.`,
        cancelled: (name: string) => `${name} did not sign you in. Try again, or use another account there.`,
        expired: (name: string) => `Signing in with ${name} took too long, or was already finished. Try again.`,
        no_role: (name: string) =>
          `${name} has signed you in, but none of your groups has a role here. Ask whoever runs Lookout to add one.`,
        kept_out: (name: string) =>
          `${name} has signed you in, but your account here is switched off. Ask whoever runs Lookout.`,
      },
    },
    codeUsed: 'This code was already used or has expired. Make a new one on a device that is signed in.',
    title: 'Sign in to your home',
    phone:
      'Is another device signed in? Settings, Phones and HTTPS shows a code there: scan it with this device’s camera.',
    key: 'API key',
    name: 'User name',
    password: 'Password',
    withPassword: 'Sign in with a name and a password',
    withKey: 'Sign in with an API key',
    keyHint: 'Lookout printed one when it first started.',
    show: 'Show the key',
    hide: 'Hide the key',
    scan: 'Scan a code',
    signingIn: 'Signing in',
    promise: 'Your cameras are watched on your own computer, not in anybody’s cloud.',
    passkey: {
      use: 'Use a passkey',
      /** Why there are none on this page. */
      obstacles: {
        address: 'Passkeys need a name in the address bar, not an IP address. Open Lookout by its name to use one.',
        https: 'Passkeys need HTTPS. Open this page with https:// to use one.',
        browser: 'This browser has no passkeys.',
      },
    },
    scanner: {
      title: 'Scan a code',
      text: 'Hold the code of a key, or one that signs a device in, before the camera.',
      picture: 'What this camera sees',
      noCamera: 'The camera could not be opened',
      noCameraAdvice: 'Allow the camera for this page in the browser’s address bar, or type the key.',
      otherCode: 'This code is neither a key nor a sign-in code of Lookout.',
    },
    forgotten: {
      title: 'Forgotten?',
      password: 'An admin can set a new password in Settings, People.',
      where: 'On the computer that runs Lookout, in its folder. It goes on running.',
      code: 'Prints a code that signs one device in, for five minutes:',
      key: 'Prints a new admin key:',
      data: 'If Lookout was started with --data, add the same to these. Keys that are lost can be revoked in Settings, Keys.',
    },
  },
  browserHasNoCanvas: 'This browser does not support the 2D canvas',
};
