import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { TRIAL_PHOTOS } from '@lookout/vision/models';
import { writeConseModel } from '@lookout/vision/testing/conse-model';
import { expect, it } from 'vitest';
import { eachSecond, later } from '../../platform/threads/later.js';
import { EMBED_MODELS } from '../../testing/coco-crops.js';
import { TaskThread } from './task-thread.js';

it('compares texts with parts of an image in its own thread', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lookout-task-'));
  const model = await writeConseModel(directory, EMBED_MODELS);
  const thread = new TaskThread({
    choice: {
      of: (task) => (task === 'embed' ? model : undefined),
      whyNone: (task) => new LookoutError('no_model_for_this', `There is no model for ${task}`),
      onChange: () => () => undefined,
    },
    later,
    eachSecond,
  });
  try {
    const cup = readFileSync(TRIAL_PHOTOS.find(({ shows }) => shows[0]?.name === 'cup')!.url);
    // The cup in a photo of 600 × 400 pixels.
    const [crop] = await thread.embedCrops(cup, [[165, 19, 422, 273]]);
    const texts = await thread.embedTexts(['a cup of coffee', 'a bicycle']);
    const [like, unlike] = texts.map((text) => text.reduce((sum, value, i) => sum + value * crop![i]!, 0));
    expect(like).toBeGreaterThan(unlike! + 0.1);
    await expect(thread.embedPictures([new Uint8Array([1, 2, 3])])).rejects.toBeInstanceOf(LookoutError);
  } finally {
    await thread.close();
    rmSync(directory, { recursive: true });
  }
});
