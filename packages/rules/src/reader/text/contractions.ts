/** Contractions that can't be split by their apostrophe: the words, with the lengths of what is written for them. */
export const CONTRACTIONS: ReadonlyMap<string, Array<[word: string, length: number]>> = new Map(
  Object.entries({
    "can't": [
      ['can', 2],
      ['not', 3],
    ],
    "won't": [
      ['will', 2],
      ['not', 3],
    ],
    "shan't": [
      ['shall', 3],
      ['not', 3],
    ],
    cannot: [
      ['can', 3],
      ['not', 3],
    ],
    cant: [
      ['can', 2],
      ['not', 2],
    ],
    wont: [
      ['will', 2],
      ['not', 2],
    ],
    dont: [
      ['do', 2],
      ['not', 2],
    ],
    doesnt: [
      ['does', 4],
      ['not', 2],
    ],
    didnt: [
      ['did', 3],
      ['not', 2],
    ],
    isnt: [
      ['is', 2],
      ['not', 2],
    ],
    arent: [
      ['are', 3],
      ['not', 2],
    ],
    wasnt: [
      ['was', 3],
      ['not', 2],
    ],
    hasnt: [
      ['has', 3],
      ['not', 2],
    ],
    havent: [
      ['have', 4],
      ['not', 2],
    ],
    shouldnt: [
      ['should', 6],
      ['not', 2],
    ],
    mustnt: [
      ['must', 4],
      ['not', 2],
    ],
    theres: [
      ['there', 5],
      ["'s", 1],
    ],
    thats: [
      ['that', 4],
      ["'s", 1],
    ],
    whos: [
      ['who', 3],
      ["'s", 1],
    ],
    anyones: [
      ['anyone', 6],
      ["'s", 1],
    ],
    someones: [
      ['someone', 7],
      ["'s", 1],
    ],
    somebodys: [
      ['somebody', 8],
      ["'s", 1],
    ],
    anybodys: [
      ['anybody', 7],
      ["'s", 1],
    ],
    any1: [['anyone', 4]],
    some1: [['someone', 5]],
    sum1: [['someone', 4]],
    every1: [['everyone', 6]],
    no1: [['nobody', 3]],
    u: [['you', 1]],
    ur: [['your', 2]],
    r: [['are', 1]],
    b4: [['before', 2]],
    gonna: [
      ['going', 3],
      ['to', 2],
    ],
    wanna: [
      ['want', 3],
      ['to', 2],
    ],
    youre: [
      ['you', 3],
      ['are', 2],
    ],
    weve: [
      ['we', 2],
      ['have', 2],
    ],
    id: [
      ['i', 1],
      ['would', 1],
    ],
    im: [
      ['i', 1],
      ['am', 1],
    ],
    ive: [
      ['i', 1],
      ['have', 2],
    ],
  }) as Array<[string, Array<[string, number]>]>,
);

/** Short names of days, for telling `mon-fri` from `no-one`. */
export const DAY_WORDS: ReadonlySet<string> = new Set(
  ['mon', 'tue', 'tues', 'wed', 'thu', 'thur', 'thurs', 'fri', 'sat', 'sun']
    .flatMap((short) => [short, `${short}s`])
    .concat(['mon', 'tues', 'wednes', 'thurs', 'fri', 'satur', 'sun'].flatMap((day) => [`${day}day`, `${day}days`])),
);
