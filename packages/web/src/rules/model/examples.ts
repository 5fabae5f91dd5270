import type { Camera } from '@lookout/protocol';
import { type Place, placesOf } from './places.js';

const MAX_EXAMPLES = 6;

/** An example sentence in three pieces: the middle one is the name of a place or a camera. */
export interface Example {
  before: string;
  name: string;
  after: string;
  camera: Camera;
  place?: Place;
}

export type ExampleKind = 'hangsAround' | 'twoStay' | 'crosses' | 'dogLeaves' | 'carStops' | 'nobody' | 'anyone';

/** The sentence as a person would type it. */
export function sentenceOf({ before, name, after }: Example): string {
  return `${before} ${name}${after}`;
}

/**
 * Sentences that fit a person's own cameras: they name areas and lines that exist and things that the model can see.
 * @param classes of the model
 * @param words of each sentence, around the name
 */
export function examplesFor(
  cameras: readonly Camera[],
  classes: readonly string[],
  words: Record<ExampleKind, { before: string; after: string }>,
): Example[] {
  const places = placesOf(cameras);
  const zones = places.filter(({ kind }) => kind === 'zone');
  const lines = places.filter(({ kind }) => kind === 'line');
  const sees = (name: string) => classes.includes(name);
  const example = (kind: ExampleKind, place: Place): Example => {
    return { ...withThe(words[kind], place.name), camera: place.camera, place };
  };
  const ofCamera = (kind: ExampleKind, camera: Camera | undefined): Example[] =>
    camera ? [{ ...withThe(words[kind], camera.name), camera }] : [];
  const at = (index: number) => cameras[index % cameras.length];
  const [first, second] = zones;
  return [
    ...(sees('person') && first ? [example('hangsAround', first)] : []),
    ...(sees('person') && second ? [example('twoStay', second)] : []),
    ...(sees('person') && lines[0] ? [example('crosses', lines[0])] : []),
    ...(sees('person') && !first ? ofCamera('anyone', at(0)) : []),
    ...(sees('dog') ? ofCamera('dogLeaves', at(0)) : []),
    ...(sees('car') ? ofCamera('carStops', at(1)) : []),
    ...(sees('person') ? ofCamera('nobody', at(2)) : []),
  ].slice(0, MAX_EXAMPLES);
}

/** `the back door`, unless the name has its own article. */
function withThe({ before, after }: { before: string; after: string }, name: string) {
  const hasArticle = /^(?:the|a|an|my|our)\s/i.test(name);
  return { before: hasArticle ? before : `${before} the`, name, after };
}
