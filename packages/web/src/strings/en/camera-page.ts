import type { ObjectFamily } from '@lookout/protocol';
import { plural } from './words.js';

const FAMILIES: Record<ObjectFamily, readonly [string, string]> = {
  person: ['person', 'people'],
  vehicle: ['vehicle', 'vehicles'],
  animal: ['animal', 'animals'],
  thing: ['other thing', 'other things'],
};

/** A camera's page: the parts of it, and what stands beside the live picture. */
export const cameraPage = {
  tabs: {
    label: 'About this camera',
    live: 'Live',
    events: 'Events',
    rules: 'Rules',
    share: 'Share',
    settings: 'Settings',
    diagnostics: 'Diagnostics',
  },
  delay: (time: string) => `Delay ${time}`,
  noPictureYet: 'Waiting for a picture',
  showFigures: 'Show where the time goes',
  turnOn: 'Turn on',
  present: {
    title: 'In the picture now',
    family: (family: ObjectFamily, count: number) => plural(count, ...FAMILIES[family]),
    guesses: (count: number) =>
      count === 1 ? 'One guess is not counted and never warns.' : `${count} guesses are not counted and never warn.`,
    nothing: 'No picture is arriving',
  },
  lastHour: { title: 'Last hour', wholeDay: 'Whole day' },
  latest: {
    title: 'Latest here',
    all: 'All events',
    none: 'No rule has warned here yet.',
    older: 'Show older ones',
    search: 'Search all events',
  },
  rules: {
    title: 'Rules here',
    new: 'New rule',
    none: 'No rule watches this camera yet.',
    all: 'All rules',
    lastWarned: (time: string) => `Last warned ${time}`,
    never: 'Has not warned yet',
  },
  settings: {
    title: 'Settings',
    model: 'Model',
    looks: (name: string) => `The model ${name} looks at the pictures of all cameras.`,
    models: 'Settings, Models',
    state: 'This camera',
    on: 'On',
    /** Why a camera cannot be changed here. */
    origins: {
      config: 'Set in the configuration file',
      cli: 'Set on the command line',
      demo: 'Part of the demo',
    },
    fixed: 'It is changed there, not here.',
    demo: 'It goes away with the first camera of your own.',
    remove: 'Delete',
    removeText: 'Its settings and its events are lost. The camera itself is not changed.',
  },
};
