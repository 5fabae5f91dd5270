import { SearchRequest } from '@lookout/protocol';
import type { RefusalReason, TaskModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { PhraseSearch } from './phrase-search.js';
import { TrackEmbeddings } from './track-embeddings.js';

const MODEL: TaskModelInfo = { name: 'tiny', task: 'embed', family: 'clip', graphs: {}, sha256: 'a', bytes: 1 };
/** Images and texts are two numbers: redness, and anything else. */
const RED = new Float32Array([1, 0]);
const OTHER = new Float32Array([0, 1]);

function setup({ reasons = [], count = 60 }: { reasons?: RefusalReason[]; count?: number } = {}) {
  const looks = new TrackEmbeddings();
  const search = new PhraseSearch({
    models: { require: () => MODEL, logit: async () => ({ scale: 10, bias: 0 }) },
    words: {
      read: async () => ({
        ...{ model: 'a', logit: { scale: 10, bias: 0 }, reasons },
        vectors: { wanted: [RED], contrasts: [], backgrounds: [OTHER] },
      }),
    },
    captions: async (texts) => texts.map(() => OTHER),
    looks,
    breathe: async () => undefined,
  });
  /** @param red redness, 0..1; near 0 for all other objects */
  const add = (track: number, red: number, camera = 'gate') => {
    const vector = new Float32Array([red, Math.sqrt(1 - red * red)]);
    looks.add({
      ...{ camera, track, className: 'car', bbox: [10, 10, 60, 60], frameSize: [640, 480] },
      ...{ timestampMs: track * 1000, vector },
    });
  };
  for (let track = 1; track <= count; track++) add(track, track / 1000);
  const ask = (given: Partial<SearchRequest> = {}, isVisible: (camera: string) => boolean = () => true) =>
    search.search(SearchRequest.parse({ text: 'a red car', ...given }), isVisible);
  return { add, ask, looks };
}

describe('a search', () => {
  it('returns the best matches first, each with its certainty', async () => {
    const { add, ask } = setup();
    add(100, 0.99);
    const { results, searched, since, model } = await ask({ limit: 3 });
    expect(results.map(({ track_id, certainty }) => [track_id, certainty])).toEqual([
      [100, 'likely'],
      [60, 'guess'],
      [59, 'guess'],
    ]);
    expect(results[0]).toMatchObject({ picture_url: '/api/cameras/gate/thumbnails/100000.jpg', event_id: null });
    expect([searched, since, model]).toEqual([61, 1000, 'tiny']);
  });

  it('is never certain among few objects', async () => {
    const { add, ask } = setup({ count: 10 });
    add(100, 0.99);
    expect((await ask()).results[0]?.certainty).toBe('possible');
  });

  it('only guesses where the words mean nothing to the model, and says why', async () => {
    const reason: RefusalReason = { kind: 'no_support', why: 'The model does not know it' };
    const { add, ask } = setup({ reasons: [reason] });
    add(100, 0.99);
    const { results, reasons } = await ask();
    expect(new Set(results.map(({ certainty }) => certainty))).toEqual(new Set(['guess']));
    expect(reasons).toEqual([{ ...reason, phrase: 'a red car' }]);
  });

  it('links the event that an object belongs to', async () => {
    const { ask, looks } = setup();
    looks.belongs('gate', 60, 'e1');
    expect((await ask({ limit: 1 })).results[0]).toMatchObject({
      event_id: 'e1',
      picture_url: '/api/events/e1/snapshot.jpg',
    });
  });

  it('searches only the given cameras, classes and times, and what the caller may see', async () => {
    const { add, ask } = setup();
    add(100, 0.9, 'yard');
    expect((await ask({ cameras: ['yard'] })).searched).toBe(1);
    expect((await ask({}, (camera) => camera === 'gate')).results[0]?.camera).toBe('gate');
    expect((await ask({ classes: ['dog'] })).results).toEqual([]);
    expect((await ask({ since: 59_000, until: 60_000 })).searched).toBe(2);
  });

  it('returns nothing while there are no looks', async () => {
    expect(await setup({ count: 0 }).ask()).toMatchObject({ results: [], searched: 0, since: null });
  });
});
