import { capital } from '../shared/intl.js';
import { article, locale, quoted } from './words.js';

const clock = (timeMs: number, withSeconds = false) =>
  new Date(timeMs).toLocaleTimeString(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(withSeconds && { second: '2-digit' }),
  });
const date = (timeMs: number) =>
  new Date(timeMs).toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long' });

/** “Not a person” */
const isNone = (name: string) => `Not ${article(name)}`;

/** The list of events, one event, warnings, and how one is warned. */
export const events = {
  page: 'Events',
  /** @param daysAgo the day that is shown */
  note: (count: number, unseen: number, daysAgo: number, dayMs: number) => {
    const day = daysAgo === 0 ? 'today' : daysAgo === 1 ? 'yesterday' : `on ${date(dayMs)}`;
    return `${count === 0 ? 'Nothing' : count} ${day}${unseen === 0 ? '' : `, ${unseen} not seen yet`}`;
  },
  markAll: 'Mark all as seen',
  search: 'Show me …',
  filters: {
    label: 'Which events',
    all: 'All',
    unseen: 'New',
    kept: 'Kept',
    wrong: 'Marked wrong',
    camera: 'Camera',
    everyCamera: 'Every camera',
    object: 'Object',
    anything: 'Anything',
    rule: 'Rule',
    everyRule: 'Every rule',
  },
  clock,
  date,
  day: {
    label: 'Day',
    today: 'Today',
    yesterday: 'Yesterday',
    before: 'The day before',
    after: 'The day after',
    strip: 'What was seen on this day',
    part: (fromMs: number, untilMs: number, warnings: number) =>
      `${clock(fromMs)} to ${clock(untilMs)}, ${warnings === 0 ? 'no warning' : warnings === 1 ? 'one warning' : `${warnings} warnings`}`,
  },
  group: (daysAgo: number, part: 'night' | 'morning' | 'afternoon' | 'evening', dayMs: number) => {
    if (daysAgo === 0) return part === 'night' ? 'Tonight' : `This ${part}`;
    if (daysAgo === 1) return part === 'night' ? 'The night before' : `Yesterday ${part}`;
    return `${date(dayMs)}, ${part}`;
  },
  more: 'Show older ones',
  none: {
    title: 'Nothing here',
    filtered: 'No event is like this. Take a filter off.',
    onDay: 'Nothing is kept of this day.',
    yet: 'When a rule warns, you see it here, with the picture and the reason.',
    newRule: 'Say what to watch for',
  },
  /** While the database of several machines is away. */
  storageAway:
    'The database can’t be reached. Live cameras go on, and warnings appear as usual; they are stored once it is back. Until then, nothing can be changed and the list of events can’t be read again.',
  card: {
    unconfirmed: 'not stored yet',
    untested: 'not tested',
    unseen: 'not seen yet',
    kept: 'Kept',
    verdicts: {
      right: 'Marked right',
      wrong_object: isNone,
      wrong_place: 'Wrong place',
      not_interesting: 'Not interesting',
    },
  },
  severities: { info: 'Note', warning: 'Warning', critical: 'Critical' },
  one: {
    page: 'Event',
    back: 'Events',
    newer: 'Newer',
    older: 'Older',
    picture: (reason: string) => `Picture: ${reason}`,
    play: 'Play the clip',
    playAgain: 'Play again',
    noPicture: 'The picture is no longer kept.',
    noClip: 'The clip is no longer kept.',
    away: (machine: string) => `On ${machine}, away`,
    download: 'Save the clip',
    keep: 'Keep',
    isKept: 'Kept',
    remove: 'Delete',
    removeTitle: 'Delete this event?',
    removeText: 'Its picture and its clip go with it.',
    going: 'it still goes on',
    measured: { seconds: 'Longest at a stretch', count: 'At once', speed: 'Speed' } as Record<string, string>,
    from: 'Whole event from',
    until: (time: string) => `until ${time}`,
    warned: 'Warned',
    withPicture: 'with this picture',
    late: 'found afterwards',
    seen: 'In all',
    sure: (percent: number) => `${percent} % sure`,
    rule: 'The rule behind it',
    noRule: 'The rule has been deleted.',
  },
  verdict: {
    question: 'Was this right?',
    yes: 'Yes',
    wrong: 'This was wrong',
    falseAlarm: 'A false alarm? Say what was wrong with it.',
    choices: {
      wrong_object: {
        title: isNone,
        text: 'From now on Lookout ignores what looks like this, at this spot and this size. The camera goes on watching everything else. Undo it under Rules.',
        act: (name: string) => `${isNone(name)}: ignore it here`,
      },
      wrong_place: {
        title: () => 'Not here',
        text: 'Lookout proposes a place to ignore on this camera. You see it first; nothing changes until you save it.',
        act: () => 'Not here: show the place',
      },
      not_interesting: {
        title: () => 'Not interesting',
        text: 'Lookout proposes to warn less often. You decide.',
        act: () => 'Not interesting: show the proposal',
      },
    },
    cancel: 'Cancel',
    thanks: 'Thank you. It is marked as right.',
    ignored: 'What looks like this is ignored at this spot from now on. “Undo” lets it warn again.',
    undo: 'Undo',
    undone: 'Undone: it warns at this spot again.',
    mask: (name: string, camera: string) => `Ignore everything in this place on ${quoted(camera)} (${quoted(name)})?`,
    saveMask: 'Save the place',
    maskSaved: 'The place is ignored from now on. Change it under Areas.',
    cooldown: (minutes: number) => `Warn at most once in ${minutes} min?`,
    saveCooldown: 'Warn less often',
    cooldownSaved: 'The rule warns less often now.',
  },
  banner: {
    look: 'Look',
    snooze: 'Snooze 1 h',
    close: 'Close',
    /** Read out for each of these. */
    about: (act: string, warning: string) => `${act}: ${warning}`,
    more: (count: number) => `and ${count} more`,
    times: (count: number, sinceMs: number) => `${count} times since ${clock(sinceMs)}`,
    label: 'Warnings',
  },
  warn: {
    page: 'How you are warned',
    note: 'Rules marked as notes are only listed under Events.',
    test: 'Test',
    banner: { title: 'In Lookout', text: 'A banner with the picture, on every open page, until you look or close it.' },
    sound: { title: 'Sound', text: 'One soft chime for a warning, three for a critical one. Nothing for notes.' },
    count: { title: 'Count in the tab', text: 'The tab reads (4) Lookout until you have seen the events.' },
    notification: {
      title: 'This browser',
      text: 'Shows even while Lookout is in the background. The browser asks you once.',
      refused:
        'The browser blocks notifications of this page. Press the icon left of the address and allow them there.',
      insecure: 'Browsers allow notifications only on https:// pages and on this machine itself.',
      closed:
        'While the phone is locked or no page of Lookout is open, nothing of this appears: let another program tell you then, such as ntfy or Home Assistant.',
      turnOn: 'Turn on',
    },
    testReason: 'This is a test.',
    programs: {
      title: 'Other programs',
      text: 'Lookout sends each event to these addresses, signed, and tries again for a day.',
      add: 'Tell another program',
      url: 'Address',
      urlHint: 'An http:// or https:// address that takes JSON, such as a webhook of Home Assistant or ntfy.',
      severity: 'Which events',
      severities: { info: 'All', warning: 'Warnings and critical ones', critical: 'Critical ones only' },
      save: 'Add',
      secret: 'Secret for checking signatures, shown only now',
      status: (waiting: number, failed: number, deliveredAt: number | null) =>
        [
          deliveredAt === null ? 'Nothing delivered yet' : `Last delivered ${clock(deliveredAt)}`,
          waiting > 0 && `${waiting} waiting`,
          failed > 0 && `${failed} given up`,
        ]
          .filter(Boolean)
          .join(', '),
      worked: (status: number | undefined) => `It answered ${status ?? ''}`.trim(),
      remove: 'Remove',
      removeTitle: 'Tell this program nothing more?',
      removeText: 'What still waits for it is dropped.',
      on: (url: string) => `Tell ${url}`,
    },
  },
  notification: (camera: string, reason: string) => `${camera}: ${reason}`,
  object: (name: string) => capital(name),
};
