import { expect, it } from 'vitest';
import { TextVectors } from './text-vectors.js';

it('keeps the most recently used vectors, by model and text', async () => {
  const encoded: string[][] = [];
  const vectors = new TextVectors(2);
  const of = (model: string, ...texts: string[]) =>
    vectors.of(model, texts, async (missing) => {
      encoded.push([...missing]);
      return missing.map((text) => Float32Array.of(text.length));
    });
  expect(await of('m', 'a', 'bb', 'a')).toEqual([Float32Array.of(1), Float32Array.of(2), Float32Array.of(1)]);
  await of('m', 'a');
  await of('m', 'ccc');
  await of('m', 'a', 'bb');
  await of('n', 'bb');
  expect(encoded).toEqual([['a', 'bb'], ['ccc'], ['bb'], ['bb']]);
});
