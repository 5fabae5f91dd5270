import { number, quoted } from './words.js';

/** Rules with a description. */
export const phrases = {
  states: {
    learning: (done: number, of: number) => `Learning what is normal here: ${number(done)} of ${number(of)} pictures.`,
    calibrating: 'Learning what is normal here.',
    armed: 'Watching.',
    untested: 'Watching, but untested: it has no example.',
    refused: 'Can’t be told apart here.',
  },
  lanes: {
    frame: 'Checks every frame.',
    track: (seconds: number) => `Takes a closer look at each object, about every ${number(seconds)} s.`,
    open: (seconds: number) => `Checks the whole frame while something moves, about every ${number(seconds)} s.`,
  },
  details: 'How well it is recognised',
  why: 'Why?',
  title: (phrase: string) => `How well ${quoted(phrase)} is recognised`,
  model: (name: string) => `Model: ${name}.`,
  camera: 'Camera',
  threshold: {
    label: 'Scores of what this camera shows, and the threshold for warnings',
    usual: 'Usual',
    rare: 'One in 100',
    limit: 'Warning threshold',
    example: 'Your example',
    counter: 'Not meant',
    none: 'Nothing has been compared yet.',
  },
  compared: (count: number) => `${number(count)} pictures compared.`,
  fewExpected: 'Fewer than one false alarm in ten days expected.',
  expected: (perDay: string) => `Expected false alarms: about ${perDay} a day.`,
  recall: (percent: number) => `It would find ${number(percent)} % of your examples.`,
  needs: (crops: number, minutes: number) =>
    `It still needs ${number(crops)} pictures or ${number(minutes)} minutes, and does not warn until then.`,
  untested: 'It has not seen an example of what you mean, so it may miss it. Its events say so. One example is enough.',
  refused: {
    title: 'It does not warn, because:',
    crops: 'It would have warned about these:',
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
    size: 'A picture of just the object, at most 256 kB.',
    alt: 'The example',
  },
  event: {
    untested: 'Its rule has no example yet: this may be something else.',
    example: 'Yes, this is what I mean',
    thanks: 'Thank you, it has learned from this.',
  },
  compose: {
    text: (phrase: string) =>
      `${quoted(phrase)} is not a kind of object that the detector knows, so a second model looks for it. It first learns what is normal here, and does not warn until then.`,
    needs: (crops: number, minutes: number) => `That takes ${number(crops)} pictures, or ${number(minutes)} minutes.`,
  },
};
