import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { expect, it } from 'vitest';
import { RawModels } from './raw-models.js';

const preparation = { layout: 'RGB', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;

function setUp() {
  const said: string[] = [];
  const infos = new Map<string, ModelInfo>();
  let fails = false;
  let nowMs = 0;
  const put = (name: string, source = true) => {
    const info = { name, path: `/cache/${name}`, ...(source && { source: { path: `/models/${name}`, preparation } }) };
    infos.set(name, info as unknown as ModelInfo);
  };
  const raw = new RawModels(
    {
      acquire: async (name) => {
        said.push(`hold ${name}`);
        return { model: infos.get(name)!, release: () => said.push(`release ${name}`) };
      },
    },
    {
      load: async (model) => {
        said.push(`open ${model.path}`);
        if (fails) throw new LookoutError('model_invalid', 'it is broken');
        return { name: model.name, provider: 'cpu', inputs: [], outputs: [] };
      },
      unload: async (name) => void said.push(`close ${name}`),
      opened: () => undefined,
    },
    () => nowMs++,
  );
  const use = (name: string, work: () => Promise<unknown> = async () => undefined) => raw.use(name, work);
  return { said, put, use, break: () => (fails = true) };
}

it('serves a model from the session that detects where that runs the file itself', async () => {
  const { said, put, use } = setUp();
  put('plain', false);
  await use('plain');
  expect(said).toEqual(['hold plain', 'release plain']);
});

it('opens the file of others once, and anew when they were loaded anew', async () => {
  const { said, put, use } = setUp();
  put('a');
  await Promise.all([use('a'), use('a')]);
  await use('a');
  expect(said.filter((line) => line.startsWith('open'))).toEqual(['open /models/a']);
  said.length = 0;
  put('a');
  await use('a');
  expect(said).toEqual(['hold a', 'close a as its file', 'open /models/a', 'release a']);
});

it('refuses a file that does not come to an end until its model is loaded anew', async () => {
  const { said, put, use } = setUp();
  put('a');
  const endless = () => Promise.reject(new LookoutError('model_timeout', 'it did not finish'));
  await expect(use('a', endless)).rejects.toMatchObject({ code: 'model_timeout' });
  said.length = 0;
  await expect(use('a')).rejects.toMatchObject({ code: 'model_timeout' });
  expect(said).toEqual(['hold a', 'release a']);
  put('a');
  await use('a');
});

it('closes what was not used for longest, and never what is in use', async () => {
  const { said, put, use } = setUp();
  for (const name of ['a', 'b', 'c', 'd']) put(name);
  await use('a');
  await use('b');
  let finish: (() => void) | undefined;
  const running = use('a', () => new Promise<void>((resolve) => (finish = resolve)));
  await expect.poll(() => finish).toBeDefined();
  await use('c');
  expect(said.filter((line) => line.startsWith('close'))).toEqual(['close b as its file']);
  const both = use('c', () => use('d'));
  await expect(both).rejects.toThrow(/2 other raw models/);
  finish!();
  await running;
});

it('tries a file again that could not be opened', async () => {
  const { said, put, use, break: fail } = setUp();
  put('a');
  fail();
  await expect(use('a')).rejects.toThrow('it is broken');
  await expect(use('a')).rejects.toThrow('it is broken');
  expect(said).toEqual(['hold a', 'open /models/a', 'release a', 'hold a', 'open /models/a', 'release a']);
});
