import { Interpretation } from '@lookout/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpret } from './interpret.js';
import { cases, isExpected } from './testing/cases.js';
import { CLASS_CASES } from './testing/class-cases.js';
import { HOME, SITE, WAREHOUSE } from './testing/contexts.js';
import { SEVERAL_CASES } from './testing/several-cases.js';

const ALL = { phrases: { track: true, open: true } };
const PULL = '`lookout models pull tinyclip-8m` (MIT, 25 MB) would let it be tried';

/** The summary without “Warn when” and the full stop, or the questions or refusals. */
function told(answer: Interpretation): string {
  if (answer.status === 'ok') return answer.summary.replace(/Warn when (.*?)\.(?= Warn|$)/g, '$1;').replace(/;$/, '');
  if (answer.status === 'needs_input') return answer.questions.map(({ about }) => `? ${about}`).join('; ');
  return answer.reasons.map(({ phrase }) => `! ${phrase}`).join('; ');
}

const HOME_SENTENCES = cases(
  HOME,
  `
  # A class with an attribute.
  a red car => a red car is seen
  warn me if a red car enters the driveway => a red car enters “driveway”
  two red cars in the driveway => at least 2 red cars are seen in “driveway”
  a red and white truck => a red and white truck is seen
  no red car in the driveway for 10 minutes => no red car is seen in “driveway” for 10 min or longer
  a red car crosses the front gate => a red car crosses “front gate”
  a red car that is not moving => a red car stops for 5 s or longer
  the red car is gone => a red car goes out of view
  my red car leaves the driveway => a red car leaves “driveway”
  a delivery van in the driveway for more than 5 minutes => a delivery van stays in “driveway” for 5 min or longer
  a police car => a police car is seen
  any red vehicle => a red vehicle is seen
  the red fire hydrant => a red fire hydrant is seen
  a red sports car => a red sports car is seen
  unattended red suitcase => a red suitcase is without a person near for 30 s or longer
  a red suitcase without a person => a red suitcase is without a person near for 30 s or longer
  a car with a roof box in the driveway => a car with a roof box is seen in “driveway”
  a dog without a leash => a dog without a leash is seen
  a car without a number plate => a car without a number plate is seen
  a burning car => a burning car is seen
  # What people wear and carry.
  a man in a red jacket in the garden => a person wearing a red jacket is seen in “garden”
  somebody enters the garden wearing a red hat => a person wearing a red hat enters “garden”
  someone stays in the garden for 2 minutes holding a gun => a person holding a gun stays in “garden” for 2 min or longer
  a woman with a red handbag in the garden => a person with a red handbag is seen in “garden”
  someone carrying a ladder in the garden => a person carrying a ladder is seen in “garden”
  a person with a red umbrella => a person with a red umbrella is seen
  a person who has a beard => a person with a beard is seen
  # What has no class.
  smoke in the garden => smoke is seen in “garden”
  when you see smoke => smoke is seen
  alert me if there is smoke or fire in the garden => smoke is seen in “garden”; fire is seen in “garden”
  a red car or a blue van in the driveway => a red car is seen in “driveway”; a blue van is seen in “driveway”
  graffiti => graffiti is seen
  a raccoon in the garden => a raccoon is seen in “garden”
  a wheelchair in the garden => a wheelchair is seen in “garden”
  a full shopping cart in the driveway => a full shopping cart is seen in “driveway”
  an open gate => an open gate is seen
  the gate is open for more than 10 minutes => an open gate stays in view for 10 min or longer
  warn me when the window is open => an open window is seen
  # What rules know already stays as it is.
  a person with a dog => a person is near a dog
  a dog without a person => a dog is without a person near for 30 s or longer
  a fire hydrant => a fire hydrant is seen
  a person wearing a backpack => a person is near a backpack
  # Who somebody is, what they intend, sizes, and what takes time.
  my neighbour in a red jacket => ! neighbour
  the stranger in a red jacket => ! stranger
  a suspicious person => ! suspicious
  someone suspicious in a red jacket => ! suspicious
  a drunk man => ! drunk
  a tall man => ! tall
  a person fighting with a stick => ! fighting
  someone throws a bottle => ! throws
  someone smoking a cigarette => ! smoking
  an electric car => ! electric
  a Tesla => ! Tesla
  an accident in the driveway => ! accident
  someone cold in the garden => ! cold
  someone with a limp => ! limp
  a red car faster than 50 km/h => ! faster than
  a smoke detector in the garden => ! smoke detector
  someone smokes => ! smokes
  anything red in the garden => ! red
  a red car park => ! red car
  🚒 in the driveway => ! 🚒
  # Descriptions in a place that no rule has for them.
  a person near a red car => ! red car
  a red car near a forklift => ! forklift
  a red car or a dog in the garden => ! red car
  if a red car or truck enters the driveway => ! red car
  a person near a car with a broken window => ! broken window
  someone lying on a red car => ! lying
  a person wearing a red helmet or a blue vest => ! red helmet
  a person wearing a helmet, jacket and gloves => ! helmet
  a person walking a dog without a leash => ! leash
  # One answer is missing.
  a red bag is left in the garden => ? behavior
  smoke coming from the garden => ? behavior
  `,
);

const WAREHOUSE_SENTENCES = cases(
  WAREHOUSE,
  `
  # “without a helmet” is the absence of a helmet.
  a person without a helmet => a person without a helmet is seen
  tell me when somebody enters the loading bay without a helmet => a person without a helmet enters “loading bay”
  someone without a helmet in the loading bay for 10 seconds => a person without a helmet stays in “loading bay” for 10 s or longer
  a person not wearing a helmet in the loading bay => a person without a helmet is seen in “loading bay”
  somebody isn't wearing a helmet => a person without a helmet is seen
  if someone doesn't wear a helmet in the loading bay => a person without a helmet is seen in “loading bay”
  people without helmets in the loading bay => a person without a helmet is seen in “loading bay”
  a person with no helmet => a person without a helmet is seen
  a person who has no helmet => a person without a helmet is seen
  no helmet in the loading bay => a person without a helmet is seen in “loading bay”
  three people without helmets in aisle 3 => at least 3 people without a helmet are seen in “aisle 3”
  nobody without a helmet in the loading bay => a person without a helmet is seen in “loading bay”
  nobody may enter the loading bay without a helmet => a person without a helmet enters “loading bay”
  workers who are not wearing hi-vis vests in aisle 3 => a person without a hi vis vest is seen in “aisle 3”
  a person falls without a helmet => a person without a helmet falls
  a person without gloves in the packing area => a person without gloves is seen in “packing area”
  a person wearing a helmet near a truck => a person wearing a helmet is near a truck
  not without a helmet => ! without a helmet
  a person without a helmet or vest => ! helmet
  a person without a helmet and without a vest => ! helmet
  a dog or a person without a helmet => ! helmet
  everyone must wear a helmet => ! helmet
  # A forklift is neither a fork nor a truck.
  a forklift in the loading bay => a forklift is seen in “loading bay”
  more than 2 forklifts in the loading bay => more than 2 forklifts are seen in “loading bay”
  a red forklift => a red forklift is seen
  a person near a forklift => ! forklift
  `,
);

describe('descriptions', () => {
  it.each([...HOME_SENTENCES, ...WAREHOUSE_SENTENCES])('$prompt → $expected', ({ prompt, context, expected }) => {
    const answer = interpret(prompt, context, ALL);
    expect(Interpretation.parse(answer)).toEqual(answer);
    if (answer.status === 'ok') expect(told(answer)).toBe(expected);
    else
      expect(isExpected(answer, /^[?]/.test(expected) ? `${expected}: ` : expected) ? expected : told(answer)).toBe(
        expected,
      );
  });

  it.each([
    ['a red car', { classes: ['car'], phrase: 'a red car' }],
    ['someone without a helmet', { classes: ['person'], phrase: 'person wearing a helmet', polarity: 'absent' }],
    ['a worker in a hi-vis vest', { classes: ['person'], phrase: 'person wearing a hi vis vest' }],
    ['forklifts', { classes: ['*'], phrase: 'a forklift' }],
    ['smoke', { classes: ['*'], phrase: 'smoke' }],
    ['a dog without a leash', { classes: ['dog'], phrase: 'a dog with a leash', polarity: 'absent' }],
  ])('of %s become positive captions for a model', (prompt, subject) => {
    expect(interpret(prompt, HOME, ALL)).toMatchObject({ rules: [{ trigger: { subject } }] });
  });

  it('name a widened class in the assumptions', () => {
    expect(interpret('a worker in a red jacket', HOME, ALL)).toMatchObject({
      assumptions: ['“worker” is widened to person'],
    });
  });

  it('are marked in the sentence', () => {
    const prompt = 'two people enter the garden without helmets';
    const answer = interpret('people enter the garden without helmets', HOME, ALL);
    const words = answer.spans.map(({ start, end, key }) => [prompt.slice(4).slice(start, end), key]);
    expect(words).toEqual([
      ['people', 'subject'],
      ['enter', 'behavior'],
      ['the garden', 'zone'],
      ['without helmets', 'phrase'],
    ]);
  });

  it('are kept in the partial rule of a question', () => {
    expect(interpret('a red car in the shed', HOME, ALL)).toMatchObject({
      status: 'needs_input',
      questions: [{ about: 'zone', phrase: 'shed' }],
      partial: { rules: [{ trigger: { subject: { classes: ['car'], phrase: 'a red car' } } }] },
    });
  });

  it('are not read if a pronoun refers to them', () => {
    const answer = interpret('A person without a helmet enters the garden. Also when they leave it.', HOME, ALL);
    expect(answer.status).not.toBe('ok');
  });
});

describe('without a model for them', () => {
  it.each([
    ['a red car', { track: false, open: true }, 'a red car'],
    ['smoke in the garden', { track: true, open: false }, 'smoke'],
    ['someone without a helmet', { track: false, open: false }, 'without a helmet'],
  ])('%s with %j is refused with the command that would let it be tried', (prompt, phrases, phrase) => {
    const plain = interpret(prompt, HOME);
    const answer = interpret(prompt, HOME, { phrases, pull: PULL });
    expect(answer.status).toBe('unsupported');
    if (answer.status !== 'unsupported' || plain.status !== 'unsupported') return;
    const hinted = answer.reasons.filter(({ suggestions }) => suggestions.includes(PULL));
    expect(hinted.map((reason) => reason.phrase).join()).toContain(phrase.replace(/^a /, ''));
    const without = answer.reasons.map((one) => ({ ...one, suggestions: one.suggestions.filter((s) => s !== PULL) }));
    expect({ ...answer, reasons: without }).toEqual(plain);
  });

  it('suggests no command where a model would not help', () => {
    const answer = interpret('my neighbour', HOME, { phrases: { track: false, open: false }, pull: PULL });
    expect(JSON.stringify(answer)).not.toContain('models pull');
  });
});

describe('every word still counts', () => {
  const sentences = [CLASS_CASES, SEVERAL_CASES].flat();

  it('a sentence that needs no description is read as without any model', () => {
    for (const { prompt, context } of sentences) {
      const plain = interpret(prompt, context);
      if (plain.status === 'ok') expect(interpret(prompt, context, ALL), prompt).toEqual(plain);
    }
  });

  it('no condition is lost beside a description', () => {
    const conditions = [
      'furious',
      'drunk',
      'twice',
      'who is lost',
      'unless it rains',
      'again',
      'from Germany',
      'in a hurry',
      'blorf',
      'per hour',
    ];
    const described = ['a red car', 'a person without a helmet', 'smoke', 'two forklifts', 'someone in a red jacket'];
    fc.assert(
      fc.property(
        fc.constantFrom(...described),
        fc.constantFrom(...conditions),
        fc.boolean(),
        (thing, more, before) => {
          const prompt = before ? `${more} ${thing} in the garden` : `${thing} in the garden ${more}`;
          expect(interpret(prompt, HOME, ALL).status, prompt).not.toBe('ok');
        },
      ),
      { seed: 7, numRuns: 100 },
    );
  });

  it('all words of a sentence with a description are part of a span', () => {
    for (const { prompt, context } of [...HOME_SENTENCES, ...WAREHOUSE_SENTENCES]) {
      const answer = interpret(prompt, context, ALL);
      if (answer.status !== 'ok') continue;
      const rest = answer.spans.reduce(
        (text, { start, end }) => text.slice(0, start) + ' '.repeat(end - start) + text.slice(end),
        prompt,
      );
      expect(rest.replace(/[\s\p{P}]/gu, ''), prompt).toBe('');
      expect(answer.spans.some(({ key }) => key === 'phrase') || !JSON.stringify(answer.rules).includes('phrase')).toBe(
        true,
      );
    }
  });

  it('a class of the model needs no description', () => {
    expect(interpret('a person without a helmet', SITE, ALL)).toEqual(interpret('a person without a helmet', SITE));
  });
});
