import type { Detection } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { WordModels } from '../../testing/word-models.js';
import { distinctPrompts, PromptFinder, type PromptQuestion } from './prompt-finder.js';

const bytes = new Uint8Array();
const QUESTION = { iou: 0.5, maxDetections: 100 };

function object(class_name: string, confidence = 0.9, side = 100): Detection {
  return { bbox: [10, 20, 10 + side, 20 + side], confidence, class_id: 0, class_name };
}

function ask(models: WordModels, prompts: string[], detections: Detection[], more: Partial<PromptQuestion> = {}) {
  const finder = new PromptFinder({ models, captions: (texts) => models.embedTexts(texts) });
  return finder.find({ bytes, detections, classCount: 80 }, { ...QUESTION, prompts, ...more }, {});
}

describe('with an embedding model', () => {
  it('labels objects with the closest prompt, if it is closer than their contrasts', async () => {
    const models = new WordModels('embed');
    models.crops = ['person with helmet', 'person', 'red car'];
    const objects = [object('person'), object('person', 0.8), object('car', 0.7)];
    const { detections, ...about } = await ask(models, ['a person wearing a helmet', 'a red car'], objects);
    expect(about).toEqual({ task: 'embed', model: 'embed-model' });
    expect(detections).toEqual([
      {
        ...objects[0],
        label: 'a person wearing a helmet',
        score: 1,
        margin: expect.any(Number),
        calibrated: false,
      },
      objects[1],
      { ...objects[2], label: 'a red car', score: 1, margin: expect.any(Number), calibrated: false },
    ]);
    for (const { margin } of detections) if (margin !== undefined) expect(margin).toBeGreaterThan(0);
  });

  it('compares the most confident objects, without those that are too small', async () => {
    const models = new WordModels('embed');
    await ask(models, ['a helmet'], [object('person', 0.9, 31), ...Array.from({ length: 40 }, () => object('person'))]);
    expect(models.calls).toContain('crops 32');
  });

  it('runs no model on an image without objects', async () => {
    const models = new WordModels('embed');
    expect((await ask(models, ['a helmet'], [])).detections).toEqual([]);
    expect(models.calls).toEqual([]);
  });
});

describe('with an open-vocabulary detector', () => {
  it('adds its finds to the objects, even beside an embedding model', async () => {
    const models = new WordModels('embed', 'open-detect');
    models.finds = [{ bbox: [1.26, 2, 30, 40], score: 0.23456, query: 1 }];
    const { detections, ...about } = await ask(models, ['smoke', 'a red car'], [object('person')]);
    expect(about).toEqual({ task: 'open-detect', model: 'open-detect-model' });
    expect(detections).toEqual([
      object('person'),
      {
        bbox: [1.3, 2, 30, 40],
        confidence: 0.235,
        class_id: 81,
        class_name: 'a red car',
        label: 'a red car',
        score: 0.235,
        margin: null,
        calibrated: false,
      },
    ]);
  });

  it('encodes a prompt once', async () => {
    const models = new WordModels('open-detect');
    const finder = new PromptFinder({ models, captions: (texts) => models.embedTexts(texts) });
    const image = { bytes, detections: [], classCount: 80 };
    await finder.find(image, { ...QUESTION, prompts: ['smoke'] }, {});
    await finder.find(image, { ...QUESTION, prompts: ['smoke', 'a red car'] }, {});
    await finder.find(image, { ...QUESTION, prompts: ['a red car', 'smoke'] }, {});
    expect(models.calls).toEqual(['queries smoke', 'look', 'queries a red car', 'look', 'look']);
  });
});

it('names a model to download if none is installed', async () => {
  await expect(ask(new WordModels('segment'), ['smoke'], [])).rejects.toMatchObject({
    code: 'no_model_for_this',
    hint: 'lookout models pull tiny',
  });
});

describe('distinctPrompts', () => {
  it('keeps the first of prompts that differ only in case or composition', () => {
    expect(distinctPrompts(['A red car', 'smoke', 'a red car', 'Käfig', 'ka\u0308fig'])).toEqual([
      'A red car',
      'smoke',
      'Käfig',
    ]);
  });
});
