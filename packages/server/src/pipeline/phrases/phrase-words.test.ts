import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { expect, it } from 'vitest';
import { PhraseWordsReader } from './phrase-words.js';

function model(task: OtherTask): TaskModelInfo {
  return { name: task, task, family: 'clip', graphs: {}, sha256: `sum of ${task}`, bytes: 1 };
}

function setup(...tasks: OtherTask[]) {
  let embedded = 0;
  const embed = async (texts: readonly string[]) => {
    embedded += texts.length;
    return texts.map((_, i) => new Float32Array([Math.cos(i), Math.sin(i)]));
  };
  const words = new PhraseWordsReader({
    models: {
      model: (task) => (tasks.includes(task) ? model(task) : undefined),
      require: model,
      logit: async () => ({ scale: 100, bias: 0 }),
      embedTexts: embed,
    },
    captions: embed,
  });
  return { words, embedded: () => embedded };
}

const SMOKE = { classes: ['*'], phrase: 'smoke' };

it('leaves phrases for whole frames to an open-vocabulary detector', async () => {
  const { words, embedded } = setup('embed', 'open-detect');
  expect(await words.readForRule(SMOKE)).toMatchObject({ model: 'sum of open-detect', byDetector: true, reasons: [] });
  expect(embedded()).toBe(0);
});

it('refuses negations, which a detector would misread', async () => {
  const { words } = setup('open-detect');
  const { reasons } = await words.readForRule({ classes: ['*'], phrase: 'a street without cars' });
  expect(reasons.map(({ kind }) => kind)).toEqual(['negation']);
});

it('embeds phrases about objects of a class, and those for whole frames if there is no detector', async () => {
  const { words } = setup('embed', 'open-detect');
  const jacket = await words.readForRule({ classes: ['person'], phrase: 'person in a red jacket' });
  expect(jacket).toMatchObject({ model: 'sum of embed', vectors: { wanted: [expect.any(Float32Array)] } });
  expect((await setup('embed').words.readForRule(SMOKE)).model).toBe('sum of embed');
});
