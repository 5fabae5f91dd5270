import { capital } from '../shared/intl.js';

const NUMBERS = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');
/** `no`, `three`, `12`: in letters up to twelve. */
const number = (n: number) => NUMBERS[n] ?? String(n);
/** As many are counted. */
const MOST_UNSEEN = 100;

const many = (n: number, one: string, more: string) => `${number(n)} ${n === 1 ? one : more}`;
const minutes = (n: number) => `${n} min`;

/** The start page: what happened, and the cameras. */
export const home = {
  label: 'What happened',
  /** Since when, or for what nobody knows since when. */
  happened: (since: string | undefined, count: number) => {
    if (count >= MOST_UNSEEN) return `${count} things or more that nobody has seen`;
    const things = capital(many(count, 'thing', 'things'));
    return since === undefined ? `${things} that nobody has seen` : `${things} since ${since}`;
  },
  quiet: (since: string | undefined) =>
    since === undefined ? 'Nothing has happened yet' : `Nothing happened since ${since}`,
  noRules: 'Nothing warns you yet',
  noRule: 'There is no rule yet.',
  /** `Saturday, 14:10.` */
  now: (day: string, clock: string) => `${day}, ${clock}.`,
  rules: (watching: number, all: number) => {
    if (watching === 0) return 'No rule is watching.';
    if (watching === all && all === 1) return 'Your rule is watching.';
    if (watching === all) return `${all === 2 ? 'Both' : `All ${number(all)}`} rules are watching.`;
    return `${capital(number(watching))} of ${number(all)} rules ${watching === 1 ? 'is' : 'are'} watching.`;
  },
  blind: (blind: number, all: number) => {
    if (blind === 0) return '';
    if (blind === all) return all === 1 ? 'Your camera shows no picture.' : 'No camera shows a picture.';
    return `${capital(number(blind))} of ${number(all)} cameras ${blind === 1 ? 'shows' : 'show'} no picture.`;
  },
  away: {
    title: 'Lookout does not answer',
    text: 'What you see here is from before. It goes on by itself as soon as the server answers.',
  },
  noneForKey: 'Your key gives access to no cameras.',
  lead: {
    watchClip: 'Watch clip',
    fromRule: (sentence: string) => `from your rule “${sentence}”`,
  },
  latest: 'Latest',
  allEvents: 'All events',
  cameras: 'Cameras',
  /** Beside the cameras, while the demo is one of them. */
  demo: {
    goes: 'The demo street goes away, with what it saw, when you add a camera of your own.',
    stays: 'The demo street stays until you remove it.',
    remove: 'Remove it in its settings',
    goesNow: 'The demo street goes away once this camera is added.',
  },
  tile: {
    delay: (time: string) => `Delay ${time}`,
    old: (time: string) => `${time} old`,
    now: (found: string) => `${found} now`,
    last: (name: string, time: string, isToday: boolean) => `Last ${name}${isToday ? '' : ','} ${time}`,
    pictureOf: (time: string) => `Picture of ${time}`,
    noneSince: (time: string) => `No picture since ${time}`,
    /** Why a picture is not live. */
    states: {
      connecting: 'Connecting',
      moving: 'Moving',
      stalled: 'No new picture',
      unreachable: 'Cannot be reached',
      refused: 'Does not let Lookout in',
      unsupported: 'Cannot be shown',
      off: 'Off',
      waiting: 'Waiting',
      not_connected: 'Not connected',
      paused: 'Paused by the phone',
      silent: 'Sends no pictures',
    },
  },
  strip: {
    now: 'now',
    label: (
      { person, vehicle, animal, thing }: Record<'person' | 'vehicle' | 'animal' | 'thing', number>,
      warned: number,
      gap: number,
    ) => {
      const parts = [
        person > 0 && `people in ${minutes(person)}`,
        vehicle > 0 && `vehicles in ${minutes(vehicle)}`,
        animal > 0 && `animals in ${minutes(animal)}`,
        thing > 0 && `other things in ${minutes(thing)}`,
        warned > 0 && `warnings in ${minutes(warned)}`,
        gap > 0 && `no picture for ${minutes(gap)}`,
      ].filter(Boolean);
      return `In the last hour: ${parts.length > 0 ? parts.join(', ') : 'nothing seen'}`;
    },
    legend: 'What the bars show',
    families: { person: 'People', vehicle: 'Vehicles', animal: 'Animals', thing: 'Other things' },
    warned: 'You were warned',
    gap: 'No picture',
  },
  firstRule: {
    title: 'Say what you want to be warned about',
    text: 'In a sentence of your own, such as “warn me when someone is at the door at night”. Lookout shows what it understood before it watches.',
    button: 'Write the first rule',
    operators: 'Whoever may write rules can say so here in a sentence.',
  },
  empty: {
    title: 'Let’s find your first camera',
    text: 'Lookout watches your cameras on this computer, not in anybody’s cloud, and warns you in plain words.',
    add: 'Add a camera',
    addNote: 'Searches your network, or takes an address',
    phone: 'Use a phone',
    phoneNote: 'Or a laptop: scan a code, nothing to install',
    demo: 'Try the demo street',
    demoNote: 'People and cars in a moment, without a camera',
    startingDemo: 'Starting the demo',
    demoName: 'Demo street',
    scene: 'A street as Lookout sees it, with a person and a car outlined',
    example: 'A person came to the door.',
    exampleNote: 'This is how a warning looks',
  },
};
