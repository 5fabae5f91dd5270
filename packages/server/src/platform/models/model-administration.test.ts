import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { expect, it } from 'vitest';
import { ModelAdministration, type ModelAdministrationOptions } from './model-administration.js';

/** With a model for words in a folder; only what removal needs. */
function setup(): { administration: ModelAdministration; removed: string[]; choose(name: string | undefined): void } {
  let chosen: string | undefined = 'words';
  const removed: string[] = [];
  const file = { name: 'words', source: '/models/words', stamp: '', bytes: 0, isFolder: true as const };
  const options: Partial<ModelAdministrationOptions> = {
    files: {
      list: async () => [],
      find: async () => file,
      findAny: async () => file,
      isRemovable: () => true,
      remove: async ({ name }) => void removed.push(name),
    },
    others: {
      list: () => [],
      of: (task: OtherTask) => (task === 'embed' && chosen ? ({ name: chosen } as TaskModelInfo) : undefined),
      choice: () => 'auto',
      isGiven: () => false,
      choose: async () => undefined,
      refresh: async () => undefined,
    },
  };
  return {
    administration: new ModelAdministration(options as ModelAdministrationOptions),
    removed,
    choose: (name) => {
      chosen = name;
    },
  };
}

it('keeps a model that rules use, until another or none is chosen', async () => {
  const { administration, removed, choose } = setup();
  administration.phraseRules = () => 2;
  await expect(administration.remove('words')).rejects.toMatchObject({
    code: 'conflict',
    message: 'words is in use: 2 rules look for a description',
  });
  choose(undefined);
  await administration.remove('words');
  expect(removed).toEqual(['words']);
});

it('removes a model that no rule uses', async () => {
  const { administration, removed } = setup();
  await administration.remove('words');
  expect(removed).toEqual(['words']);
});
