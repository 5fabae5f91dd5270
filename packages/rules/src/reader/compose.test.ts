import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from './interpret.js';
import { notation } from './testing/cases.js';
import { WAREHOUSE } from './testing/contexts.js';

/** Parts of sentences, with what each becomes in the notation of the cases. */
const ASKS = [
  '',
  'alert me ',
  'let me know ',
  'please notify us ',
  'I want to know ',
  'can you warn me ',
  'ping me ',
  'Send me an alert ',
];
const OPENERS = ['when ', 'if ', 'whenever ', 'as soon as ', 'in case '];
const SUBJECTS = [
  ['a person', 'person', 's'],
  ['someone', 'person', 's'],
  ['any truck', 'truck', 's'],
  ['a car or a truck', 'car,truck', 's'],
  ['workers', 'person', 'p'],
  ['a lorry', 'truck', 's'],
  ['dogs', 'dog', 'p'],
  ['an unattended bag', 'backpack,handbag,suitcase', 's'],
] as const;
const VERBS = [
  ['is', 'are', 'appear'],
  ['stops', 'stop', 'stop'],
  ['waits', 'wait', 'stay'],
  ['is seen', 'are seen', 'appear'],
  ['enters', 'enter', 'enter'],
  ['leaves', 'leave', 'leave'],
] as const;
const ZONES = ['loading bay', 'aisle 3', 'cold store', 'packing area'];
const DURATIONS = [
  ['for 5 minutes', '300s'],
  ['for more than 30 seconds', '30s'],
  ['for at least a minute and a half', '90s'],
  ['longer than half an hour', '1800s'],
] as const;
const TIMES = [
  ['at night', '22:00-06:00'],
  ['after 8pm', '20:00-06:00'],
  ['between 22:00 and 6:00', '22:00-06:00'],
  ['on weekends', '00:00-24:00/sat,sun'],
  ['on weekdays from 9am to 5pm', '09:00-17:00/mon,tue,wed,thu,fri'],
  ['outside business hours', '17:00-09:00+09:00-17:00/sat,sun'],
  ['every Friday night', '22:00-06:00/fri'],
] as const;
const COOLDOWNS = [
  ['at most one alert per hour', 'cool:3600'],
  ['but not more than once every 10 minutes', 'cool:600'],
] as const;

const DEFAULT_SECONDS: Record<string, string> = { stay: '30s', stop: '5s', without: '30s' };
const maybe = <T>(items: readonly T[]) => fc.option(fc.constantFrom(...items), { nil: undefined, freq: 2 });

const sentence = fc.record({
  ask: fc.constantFrom(...ASKS),
  opener: fc.constantFrom(...OPENERS),
  subject: fc.constantFrom(...SUBJECTS),
  verb: fc.constantFrom(...VERBS),
  zone: fc.constantFrom(...ZONES),
  duration: maybe(DURATIONS),
  time: maybe(TIMES),
  cooldown: maybe(COOLDOWNS),
  order: fc.constantFrom('time last', 'time first', 'time before the length', 'time before the request'),
});

describe('a sentence of known parts', () => {
  it('is read as their composition, in every order', () => {
    fc.assert(
      fc.property(sentence, (parts) => {
        const { prompt, expected } = compose(parts);
        expect(`${prompt} => ${notation(interpret(prompt, WAREHOUSE))}`).toBe(`${prompt} => ${expected}`);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

type Parts = typeof sentence extends fc.Arbitrary<infer T> ? T : never;

function compose({ ask, opener, subject, verb, zone, duration, time, cooldown, order }: Parts): {
  prompt: string;
  expected: string;
} {
  const [subjectText, classes, number] = subject;
  const [singular, plural, kind] = verb;
  const alone = subjectText.includes('unattended') && kind === 'appear';
  const behavior = alone ? 'without' : kind === 'appear' && duration ? 'stay' : kind;
  const length = ['stay', 'stop', 'without'].includes(behavior) ? duration : undefined;
  const what = subjectText.includes('unattended') && !alone ? subjectText.replace('an unattended', 'a') : subjectText;
  const place = kind === 'enter' || kind === 'leave' ? `the ${zone}` : `in the ${zone}`;
  const action = `${what} ${number === 's' ? singular : plural} ${place}`;
  const when = time?.[0];
  const tail = cooldown ? `, ${cooldown[0]}` : '';
  const condition = {
    'time last': [action, length?.[0], when],
    'time first': [when && `${when}`, action, length?.[0]],
    'time before the length': [action, when, length?.[0]],
    'time before the request': [action, length?.[0]],
  }[order].filter((part) => part !== undefined && part !== '');
  const lead = order === 'time before the request' && when ? `${when}, ` : '';
  const prompt = `${lead}${ask}${opener}${condition.join(' ')}${tail}`;
  const other = alone ? '/person' : '';
  const seconds = length?.[1] ?? DEFAULT_SECONDS[behavior];
  const expected = [`${behavior} ${classes}${other}`, `@${zone}`, seconds, time?.[1], cooldown?.[1]].filter(
    (part) => part !== undefined,
  );
  return { prompt, expected: expected.join(' ') };
}
