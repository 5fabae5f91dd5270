import { describe, expect, it, vi } from 'vitest';
import type { Picture } from './picture-file.js';
import { MAX_PICTURES, type OpenSource, PictureShelf, type Source } from './picture-shelf.js';

const source = (name: string): Source => ({ name, blob: new Blob([name]) });
const sources = (n: number) => Array.from({ length: n }, (_, i) => source(`${i}`));
const picture = (name: string) => ({ name, url: `blob:${name}` }) as Picture;

/** Each source gives a picture; one called `clip` as many as there is room for; one called `broken` none. */
const open: OpenSource = async function* ({ name }, most) {
  if (name === 'broken') throw new Error('It is broken');
  if (name === 'clip') for (let i = 0; i < most; i++) yield picture(`clip ${i}`);
  else yield picture(name);
};

function shelfOf(opener = open) {
  const release = vi.fn<(picture: Picture) => void>();
  const shelf = new PictureShelf(opener, release);
  const names = () => shelf.snapshot().pictures.map(({ name }) => name);
  const released = () => release.mock.calls.map(([{ name }]) => name);
  return { shelf, names, released };
}

describe('the shelf', () => {
  it('keeps pictures in order and chooses the first of the last files', async () => {
    const { shelf, names } = shelfOf();
    await shelf.add([source('a'), source('b')]);
    expect(shelf.snapshot().chosen?.name).toBe('a');
    await shelf.add([source('c'), source('d')]);
    expect(shelf.snapshot()).toMatchObject({ chosen: { name: 'c' }, opening: false, problem: undefined });
    expect(names()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('keeps no more than its bound, and says how many were left out', async () => {
    const { shelf, names } = shelfOf();
    await shelf.add(sources(MAX_PICTURES + 3));
    expect(names()).toHaveLength(MAX_PICTURES);
    expect(shelf.snapshot().problem).toEqual({
      title: 'At most 12 pictures are kept',
      advice: '3 were left out. Remove some first.',
    });
    await shelf.add([source('late')]);
    expect(names()).not.toContain('late');
    expect(shelf.snapshot().problem?.advice).toBe('1 was left out. Remove some first.');
  });

  it('keeps its bound when files arrive while others are being opened', async () => {
    const { shelf, names } = shelfOf();
    const first = shelf.add([source('clip')]);
    await Promise.all([first, shelf.add(sources(4)), shelf.add(sources(40))]);
    expect(names()).toHaveLength(MAX_PICTURES);
  });

  it('leaves a clip only the room that is left', async () => {
    const { shelf, names } = shelfOf();
    await shelf.add([...sources(3), source('clip')]);
    expect(names()).toHaveLength(MAX_PICTURES);
    expect(names().at(-1)).toBe('clip 8');
  });

  it('says what can’t be opened and keeps the others', async () => {
    const { shelf, names } = shelfOf();
    await shelf.add([source('a'), source('broken'), source('b')]);
    expect(names()).toEqual(['a', 'b']);
    expect(shelf.snapshot().problem?.advice).toBe('It is broken');
    await shelf.add([source('c')]);
    expect(shelf.snapshot().problem).toBeUndefined();
  });

  it('releases what is removed, and chooses its neighbour', async () => {
    const { shelf, names, released } = shelfOf();
    await shelf.add(['a', 'b', 'c'].map(source));
    shelf.remove(shelf.snapshot().pictures[0]!);
    expect(shelf.snapshot().chosen?.name).toBe('b');
    shelf.choose(shelf.snapshot().pictures[1]!);
    shelf.remove(shelf.snapshot().pictures[1]!);
    expect(shelf.snapshot().chosen?.name).toBe('b');
    expect([names(), released()]).toEqual([['b'], ['a', 'c']]);
    shelf.removeAll();
    expect([names(), released()]).toEqual([[], ['a', 'c', 'b']]);
    expect(shelf.snapshot().chosen).toBeUndefined();
  });

  it('releases what was still being opened when everything was removed', async () => {
    let letIn = () => {};
    const gate = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const { shelf, names, released } = shelfOf(async function* ({ name }) {
      await gate;
      yield picture(name);
    });
    const adding = shelf.add([source('a'), source('b')]);
    shelf.removeAll();
    letIn();
    await adding;
    expect([names(), released()]).toEqual([[], ['a']]);
    await shelf.add([source('c')]);
    expect(names()).toEqual(['c']);
  });
});
