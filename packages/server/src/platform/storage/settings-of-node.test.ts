import { expect, it } from 'vitest';
import { settingsOfNode } from './settings-of-node.js';

it('gives each node its own settings, and until it has them those that were there before', async () => {
  const stored: Record<string, string> = { 'models.default': '"before"' };
  const store = {
    all: async () => ({ ...stored }),
    change: async (changes: Readonly<Record<string, string | null>>) => void Object.assign(stored, changes),
  };
  const [a, b] = [settingsOfNode(store, 'a'), settingsOfNode(store, 'b')];
  await a.change({ 'models.default': '"of a"' });
  expect((await a.all())['models.default']).toBe('"of a"');
  expect((await b.all())['models.default']).toBe('"before"');
  await b.change({ 'models.default': '"of b"' });
  expect((await a.all())['models.default']).toBe('"of a"');
  expect(stored['models.default']).toBe('"before"');
});
