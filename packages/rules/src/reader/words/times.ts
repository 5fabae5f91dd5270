import { DAYS, type Day } from '@lookout/protocol';

/** Words for days, parts of the day and hours that everyone knows, and for times that only the user knows. */

const FULL_NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const SHORT_NAMES: Readonly<Record<Day, readonly string[]>> = {
  mon: ['mon'],
  tue: ['tue', 'tues'],
  wed: ['wed', 'weds'],
  thu: ['thu', 'thur', 'thurs'],
  fri: ['fri'],
  sat: ['sat'],
  sun: ['sun'],
};

/** Names of a day; a short one is a day only beside other words of time ("sat" and "sun" are words too). */
export const DAY_NAMES: ReadonlyMap<string, { day: Day; short: boolean }> = new Map(
  DAYS.flatMap((day, i) =>
    [FULL_NAMES[i] ?? '', ...SHORT_NAMES[day]].flatMap(
      (name, short): Array<[string, { day: Day; short: boolean }]> => [
        [name, { day, short: short > 0 }],
        [`${name}s`, { day, short: short > 0 }],
      ],
    ),
  ),
);

export const WEEKDAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
export const WEEKEND: readonly Day[] = ['sat', 'sun'];

/** Groups of days. */
export const DAY_GROUPS: ReadonlyArray<readonly [pattern: string, days: readonly Day[]]> = [
  ['weekday|weekdays|workday|workdays', WEEKDAYS],
  ['week days', WEEKDAYS],
  ['working|work|business|school day|days', WEEKDAYS],
  ['the week', WEEKDAYS],
  ['weekend|weekends', WEEKEND],
  ['week end|ends', WEEKEND],
];

/** Every day and all day: no condition. */
export const ALWAYS: readonly string[] = [
  '[on] every|each|any day',
  'every day of the week',
  'all week [long]',
  'all year [round]',
  'seven days a week',
  '7 days a week',
  'daily',
  'always',
  'at all times|hours',
  'at any time [of day] [or night]',
  'any time [of day] [or night]',
  'anytime',
  'round|around the clock',
  'day and night',
  'day or night',
  'night and day',
  'all the time',
  'all day and night',
  'all day [long] [every day]',
  'the whole|entire day',
  'every time',
  'the whole time',
  '24 / 7',
  '24 hours a day',
];

const HOUR = 60;
/** Parts of the day, in minutes after midnight. */
export const DAY_PARTS: ReadonlyArray<readonly [pattern: string, part: { name: string; from: number; to: number }]> = [
  ['night|nights|nighttime|nighttimes', { name: 'night', from: 22 * HOUR, to: 6 * HOUR }],
  ['night time|times|hours', { name: 'night', from: 22 * HOUR, to: 6 * HOUR }],
  ['day|daytime|days', { name: 'day', from: 6 * HOUR, to: 22 * HOUR }],
  ['day time|times', { name: 'day', from: 6 * HOUR, to: 22 * HOUR }],
  ['daytime hours', { name: 'day', from: 6 * HOUR, to: 22 * HOUR }],
  ['morning|mornings', { name: 'morning', from: 6 * HOUR, to: 12 * HOUR }],
  ['afternoon|afternoons', { name: 'afternoon', from: 12 * HOUR, to: 18 * HOUR }],
  ['evening|evenings', { name: 'evening', from: 18 * HOUR, to: 22 * HOUR }],
];

/** Hours of work, Monday to Friday. */
export const WORK_HOURS: readonly string[] = [
  '[the] [normal|usual|regular|standard] working|work|office|business hours',
  '[the] working|office|business time|times',
];
export const WORK_DAY = { from: 9 * HOUR, to: 17 * HOUR };

/** Times that only the user knows: a question. */
export const UNKNOWN_TIMES: readonly string[] = [
  '[the] [shop|store|office|school] closing|opening|close|open time|times|hours',
  'closing',
  '[the] school|class|lesson|lessons|term time|times|hours',
  '[the] lunch [time|times|break|breaks|hour|hours]',
  'lunchtime|lunchtimes',
  '[the] breakfast|dinner|supper [time|times]',
  '[the] tea|meal|nap|bed|play|feeding|milking|prayer|story|visiting|delivery|quiet time|times',
  'bedtime|dinnertime|mealtimes|mealtime|playtime|teatime|curfew|siesta',
  '[the] rush|peak|off|busy|quiet|happy|opening|visiting|delivery|trading|consulting|surgery|service|store|shop|reception|teaching|club|market|shift|production|library hour|hours',
  '[the] rush hours|hour [traffic]',
  '[the] break|breaks [time|times]',
  'breaktime|playtime',
  '[the] night|day|late|early|morning|evening|afternoon shift|shifts',
  'shift|shifts',
  'dark|dusk|dawn|sunset|sunrise|sundown|sunup|nightfall|daybreak|daylight|twilight',
  'the dark',
  'daylight hours',
  'the hours of darkness',
  'hours of darkness',
  'hours',
  'mass|service|recess|assembly|practice|training|lessons|classes',
];

/** Times that need no word before them to be a time only the user knows. */
export const UNKNOWN_TIME_PHRASES: readonly string[] = [
  '(after/out of/outside/outside of) hours',
  'out of office|school|work',
  'during|in|over [the] [summer/school/christmas/easter/bank] holiday|holidays|vacation|vacations',
  'on bank|public|school holidays|holiday',
  'on holidays|holiday|vacation',
  'late at night',
  'in the middle|dead of the night|day',
  'in the dead of night',
  'first thing [in the morning]',
  'last thing [at night]',
  'at the crack of dawn',
  'late in the evening|day|afternoon|morning',
  'early in the morning|evening|day',
  '[in/during] [the] early morning|mornings|evening|evenings|hours',
  '[in/during] [the] late evening|evenings|night|nights|afternoon|afternoons|morning|mornings',
  'in the small|early|wee hours [of the morning]',
  'in the wee small hours',
  'from dusk till|until|to dawn',
  'from sunset|sundown till|until|to sunrise|sunup',
  'between dusk and dawn',
  'between sunset and sunrise',
  'at an unusual|odd|ungodly|unearthly hour|time',
  'at odd|unusual hours|times',
  'off hours',
  'afterhours',
];

/** Once, not weekly: refused. */
export const ONE_OFFS: readonly string[] = [
  'today|tonight|tomorrow|yesterday',
  'tomorrow|yesterday morning|afternoon|evening|night',
  'this|next|last morning|afternoon|evening|night|week|weekend|month|year|monday|tuesday|wednesday|thursday|friday|saturday|sunday',
  'the day after tomorrow',
  'for the next|coming [few/couple of] minutes|hours|days|weeks|week|month|hour|year',
  'in|during the next [few/couple of] minutes|hours|days|weeks|week|month|hour',
  'until further notice',
  '[on/at/over/during] [the] christmas|easter|halloween|thanksgiving|ramadan|diwali [eve|day]',
  '[on] new year [s] [eve|day]',
  '[on] new years [eve|day]',
  '[on] boxing day',
  '[on] valentine|valentines day',
  '[in/during] [the] summer|winter|spring|autumn|summertime|wintertime',
  'from now on until',
  'from tomorrow|today [on|onwards]',
  'starting|beginning today|tomorrow|tonight',
  '[only] once a week|month|year',
];

export const MONTHS: ReadonlySet<string> = new Set(
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec'.split(
    ' ',
  ),
);

/** "when we are closed": the user's states that are times nobody told. */
export const USER_STATES: readonly string[] = [
  "i|we|everyone|everybody|they|you are|am|is|'s|is|be [all] [not] closed|open|away|out|asleep|sleeping|gone|abroad|home|absent|shut|in|off",
  "i|we|everyone|everybody|they are|am|is|'s [all] [not] at home|work|school|lunch",
  "i|we|everyone|everybody|they are|am|is|'s [not] on holiday|vacation|holidays|duty|shift|break",
  "i|we|everyone|everybody|they are|am|is|'s [not] in bed|town",
  'i|we|they (go/have gone/went/have left for/leave for) [to] bed|sleep|work|school|home',
  'i|we have closed|left|gone',
  "the|our|my shop|store|office|school|restaurant|cafe|bar|pub|museum|gallery|gym|library|church|station|warehouse|factory|building|place|pool|site|market|bank|clinic|surgery|hotel|business|premises|farm|yard|gate|park is|'s [not] closed|open|shut",
  "(nobody/no one/noone/nobody else) is|'s [at] home|in|around|here",
  '(nobody/no one) is at work',
  'closed|open|shut|away',
  'i|we|they|everyone|staff open|opens|close|closes|shut|leave|leaves|finish|start|arrive|arrives [up/work/home]',
  'the|our|my shop|store|office|school|restaurant|cafe|bar|pub|gym|library|museum|pool opens|closes|shuts',
  'i|we|they get|come|am|are|is [back] home|back',
  "it is|'s dark|light|quiet|busy",
];
