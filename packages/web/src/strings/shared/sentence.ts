// Words for the sentence of a rule, which the server reads: English in every language. Only the languages import them.

const article = (name: string) => `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
const either = new Intl.ListFormat('en-GB', { type: 'disjunction' });

export const sentence = {
  placeholder: 'Warn me when …',
  atLeast: (n: number) => `at least ${n}`,
  between: (from: string, to: string) => `between ${from} and ${to}`,
  seconds: (seconds: number) => `at least ${seconds} seconds`,
  someObject: article,
  someObjects: (names: readonly string[]) => (names.includes('*') ? 'anything' : either.format(names.map(article))),
  onCamera: (name: string, phrase: string) =>
    /\bcam(?:era)?$/i.test(phrase) && !/\bcam(?:era)?$/i.test(name) ? `${name} camera` : name,
  inDirection: (direction: string) =>
    ({
      forward: 'in the forward direction',
      backward: 'in the backward direction',
      any: 'in any direction',
      left: 'to the left',
      right: 'to the right',
      up: 'upward',
      down: 'downward',
      toward: 'toward the camera',
      away: 'away from the camera',
    })[direction] ?? direction,
  /** What the first rule of a camera is about. */
  families: { person: 'a person', vehicle: 'a vehicle', animal: 'an animal', parcel: 'a bag' },
  firstRule: (what: string, place: string | undefined) =>
    `Tell me when ${what} is seen${place === undefined ? '' : ` on ${place}`} at night`,
  /** Example sentences; the name is an area, a line or a camera. */
  examples: {
    hangsAround: { before: 'Warn me if someone hangs around', after: ' at night' },
    twoStay: { before: 'Tell me when two people stay in', after: '' },
    crosses: { before: 'Warn me when a person crosses', after: ' after 22:00' },
    dogLeaves: { before: 'Let me know when a dog comes into view on', after: '' },
    carStops: { before: 'Warn me if a car stops on', after: ' for two minutes' },
    nobody: { before: 'Tell me if nobody is seen on', after: ' for an hour on weekdays' },
    anyone: { before: 'Warn me when someone is seen on', after: ' at night' },
  },
};
