import { capital } from '../shared/intl.js';
import { times } from './rule-words.js';

/** The list of rules. */
export const rules = {
  page: 'Rules',
  text: 'What Lookout warns you about',
  newRule: 'New rule',
  timezone: (zone: string) => `Schedules are in the time of ${zone}.`,
  howWarned: 'How you are warned',
  empty: {
    title: 'No rules yet',
    text: 'Say in a sentence what you want to be warned about. These would fit your cameras:',
    noCameras: 'A rule watches what a camera sees. Add a camera first.',
    addCamera: 'Add a camera',
  },
  noneForKey: 'Your key may not see rules.',
  mode: {
    label: 'Who is in',
    home: 'Home',
    away: 'Away',
    onlyHome: (count: number) =>
      count === 0
        ? 'No rule warns: none is marked “also at home”'
        : count === 1
          ? 'Only the rule marked “also at home” warns'
          : `Only the ${count} rules marked “also at home” warn`,
    onlyAway: (count: number) =>
      count === 0
        ? 'No rule warns: all are for home only'
        : `${count === 1 ? 'One rule warns' : `${count} rules warn`}; the others are for home only`,
    all: (count: number): string => (count === 0 ? 'No rule is on' : 'All rules that are on warn'),
  },
  chips: {
    everyCamera: 'every camera',
    always: 'always',
    alsoAtHome: 'also at home',
    onlyAtHome: 'only at home',
    info: 'only noted, no sound',
    critical: 'critical',
  },
  last: {
    at: (time: string, isNote: boolean) => `Last ${isNote ? 'noted' : 'warned'} ${time}.`,
    never: (isNote: boolean): string => (isNote ? 'Has not noted anything yet.' : 'Has not warned yet.'),
    in24h: (count: number) => `${capital(times(count))} in 24 hours`,
    wrong: (count: number) => `${count} marked wrong`,
    ignored: (count: number) => (count === 1 ? '1 spot ignored' : `${count} spots ignored`),
    off: 'Off.',
    silent: { home: 'Silent while somebody is home.', away: 'Silent while everybody is away.' },
    blind: (camera: string, state: string) => `${camera}: ${state.toLowerCase()}.`,
  },
  on: (summary: string) => `On: ${summary}`,
  snooze: {
    button: 'Snooze',
    for: { hour: 'For 1 hour', tomorrow: 'Until tomorrow 08:00', off: 'Until I turn it on' },
    until: (time: string) => `Until ${time}`,
    wake: 'Warn again now',
    label: (summary: string, until: string | undefined) =>
      until === undefined ? `Snooze: ${summary}` : `Until ${until}: ${summary}`,
  },
  menu: {
    label: (summary: string) => `More: ${summary}`,
    edit: 'Change',
    duplicate: 'Duplicate',
    alsoAtHome: 'Also at home',
    events: 'Its events',
    remove: 'Delete',
  },
  remove: {
    title: 'Delete this rule?',
    text: (summary: string) => `Lookout no longer does this: ${summary} Its events stay under Events.`,
    confirm: 'Delete rule',
  },
  ignored: {
    title: 'Ignored spots',
    text: 'What looks like this, at this place, is ignored, since an event was marked wrong.',
    item: (name: string, camera: string) => `${capital(name)} on ${camera}`,
    since: (time: string) => `since ${time}`,
    undo: 'Watch it again',
    none: 'Nothing is ignored any more.',
  },
};
