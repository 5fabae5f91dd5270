import { many, quoted } from './words.js';

/** Search by description. */
export const search = {
  page: 'Show me …',
  note: 'Describe what you are looking for, in English. This searches all objects of the last hour, and objects in events of the last day.',
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
    'Best match first. A likely match stands out from everything else the cameras have shown; a guess is only the most similar object. No result is certain: check for yourself.',
  doubt: (text: string) => `These may have nothing to do with ${quoted(text)}`,
  searched: (objects: number) => `${many(objects, 'object', 'objects')} compared`,
  since: (time: string) => `since ${time}`,
  picture: (name: string, camera: string) => `${name}, ${camera}`,
  noPicture: 'The picture is no longer kept',
  empty: {
    title: 'Nothing to search yet',
    text: 'Lookout collects objects from now on. Try again after something has passed by.',
  },
  noModel: {
    title: 'No model that understands descriptions is installed',
    settings: 'Models',
  },
};
