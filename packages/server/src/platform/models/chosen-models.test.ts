import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { ChosenModels } from './chosen-models.js';
import type { ReadTaskModel } from './read-task-models.js';

function model(name: string, task: OtherTask = 'embed'): ReadTaskModel {
  const info: TaskModelInfo = { name, task, family: 'any', graphs: {}, sha256: `sum of ${name}`, bytes: 1 };
  return { ok: true, name, info };
}

async function setup(models: ReadTaskModel[], given = {}, stored: Record<string, string> = {}) {
  const problems: string[] = [];
  const chosen = await ChosenModels.open({
    given: { open_vocabulary: { crops_per_second: 'auto', false_alarms_per_day: 1, ...given } },
    store: { all: async () => ({ ...stored }), change: async (changes) => void Object.assign(stored, changes) },
    read: async () => models,
    preferred: ['best', 'good'],
    onInvalid: ({ name, message }) => problems.push(`${name}: ${message}`),
  });
  return { chosen, problems, stored };
}

describe('ChosenModels', () => {
  it('takes the preferred model of a task that is there, or else the first by name', async () => {
    const { chosen } = await setup([model('aaa'), model('good'), model('zzz'), model('cutter', 'segment')]);
    expect([chosen.of('embed')?.name, chosen.of('segment')?.name]).toEqual(['good', 'cutter']);
    expect((await setup([model('zzz'), model('aaa')])).chosen.of('embed')?.name).toBe('aaa');
  });

  it('says what is missing, and what to get', async () => {
    const { chosen } = await setup([]);
    expect(chosen.of('segment')).toBeUndefined();
    expect(chosen.whyNone('segment')).toMatchObject({
      code: 'no_model_for_this',
      message: 'No model that cuts out shapes is installed',
      hint: expect.stringContaining('lookout models pull'),
    });
  });

  it('keeps what was chosen', async () => {
    const models = [model('good'), model('other')];
    const { chosen, stored } = await setup(models);
    const changed: OtherTask[] = [];
    chosen.onChange((task) => changed.push(task));
    await chosen.choose('embed', 'other');
    expect(chosen.of('embed')?.name).toBe('other');
    await chosen.choose('embed', 'off');
    expect(chosen.whyNone('embed').message).toContain('switched off');
    expect(changed).toEqual(['embed', 'embed']);
    const later = await setup(models, {}, { ...stored, 'models.embed': 'other' });
    expect(later.chosen.of('embed')?.name).toBe('other');
  });

  it('refuses a model that is not there, or is for something else', async () => {
    const broken: ReadTaskModel = { ok: false, name: 'broken', message: 'lacks its text part', hint: 'Get it' };
    const { chosen, problems } = await setup([model('cutter', 'segment'), broken]);
    expect(problems).toEqual(['broken: lacks its text part']);
    await expect(chosen.choose('embed', 'none')).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(chosen.choose('embed', 'cutter')).rejects.toThrow('cutter is for something else: it cuts out shapes');
    await expect(chosen.choose('embed', 'broken')).rejects.toMatchObject({ code: 'model_unsupported', hint: 'Get it' });
  });

  it('prefers the settings to what was chosen', async () => {
    const { chosen } = await setup([model('good')], { embed_model: 'off' }, { 'models.embed': 'good' });
    expect(chosen.of('embed')).toBeUndefined();
    await expect(chosen.choose('embed', 'good')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('notices models that were added, changed or removed', async () => {
    const models: ReadTaskModel[] = [];
    const { chosen } = await setup(models);
    const changed: OtherTask[] = [];
    chosen.onChange((task) => changed.push(task));
    models.push(model('good'));
    await chosen.refresh();
    await chosen.refresh();
    models.pop();
    await chosen.refresh();
    expect(changed).toEqual(['embed', 'embed']);
  });
});
