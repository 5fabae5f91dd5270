import { many, quoted } from './words.js';

/** Looking for what a description says. */
export const search = {
  page: 'Show me …',
  note: 'Describe what you are looking for, in English. This searches all objects of the last hour, and those of events of the last day.',
  back: 'Events',
  field: 'Show me',
  example: 'a red car',
  submit: 'Search',
  searching: 'Searching …',
  certainty: {
    likely: 'Likely',
    possible: 'Possible',
    guess: 'A guess',
  },
  meaning:
    'Best match first. A likely one stands out from everything else that the cameras have shown; a guess is only the most similar there is. No result is certain: check for yourself.',
  doubt: (text: string) => `These may have nothing to do with ${quoted(text)}`,
  searched: (objects: number) => `${many(objects, 'object', 'objects')} compared`,
  since: (time: string) => `since ${time}`,
  picture: (name: string, camera: string) => `${name}, ${camera}`,
  noPicture: 'The picture is no longer kept',
  empty: {
    title: 'Nothing to search yet',
    text: 'Objects are looked at more closely from now on. Try again when something has passed by.',
  },
  noModel: {
    title: 'A model is missing that understands descriptions',
    settings: 'Models',
  },
};
