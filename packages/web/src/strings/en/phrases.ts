import { number, quoted } from './words.js';

/** Rules about what only a description says. */
export const phrases = {
  states: {
    learning: (done: number, of: number) => `Learning what is normal here: ${number(done)} of ${number(of)} pictures.`,
    calibrating: 'Learning what is normal here.',
    armed: 'Watching.',
    untested: 'Watching, but it never saw an example.',
    refused: 'Can’t be told apart here.',
  },
  lanes: {
    frame: 'Looks at every picture.',
    track: (seconds: number) => `Looks closer at each object, about every ${number(seconds)} s.`,
    open: (seconds: number) => `Looks at the whole picture while something moves, about every ${number(seconds)} s.`,
  },
  details: 'How well it is recognised',
  why: 'Why?',
  title: (phrase: string) => `How well ${quoted(phrase)} is recognised`,
  model: (name: string) => `Model: ${name}.`,
  camera: 'Camera',
  threshold: {
    label: 'What this camera shows, and from where on it warns',
    usual: 'Usual',
    rare: 'One in 100',
    limit: 'Warns from here',
    example: 'Your example',
    counter: 'Not meant',
    none: 'Nothing was compared yet.',
  },
  compared: (count: number) => `${number(count)} pictures compared.`,
  fewExpected: 'Fewer than one false alarm in ten days is expected.',
  expected: (perDay: string) => `False alarms to be expected: about ${perDay} a day.`,
  recall: (percent: number) => `It would find ${number(percent)} % of your examples.`,
  needs: (crops: number, minutes: number) =>
    `It still needs ${number(crops)} pictures or ${number(minutes)} minutes, and warns of nothing until then.`,
  untested: 'Nobody has shown it what you mean. It may miss it, and its events say so. One example is enough.',
  refused: {
    title: 'It warns of nothing, because:',
    crops: 'It would have warned of these:',
    gone: 'No longer kept',
  },
  score: (score: string) => `Score ${score}`,
  examples: {
    title: 'Examples',
    text: 'Show it what you mean, or what you don’t.',
    meant: 'Meant',
    notMeant: 'Not meant',
    isMeant: 'This is meant',
    isNotMeant: 'This is not meant',
    upload: 'Upload a picture',
    fromEvents: 'Or choose one of its last events:',
    remove: 'Remove this example',
    size: 'A picture of the object alone, of 256 kB at most.',
    alt: 'The example',
  },
  event: {
    untested: 'Its rule never saw an example: this may be something else.',
    example: 'Yes, this is what I mean',
    thanks: 'Thank you, it has learned from this.',
  },
  compose: {
    text: (phrase: string) =>
      `${quoted(phrase)} is no kind of object that the detector knows, so a second model looks for it. It first learns what is normal here, and warns of nothing until then.`,
    needs: (crops: number, minutes: number) => `That takes ${number(crops)} pictures, or ${number(minutes)} minutes.`,
  },
};
