import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LookoutError } from '@lookout/protocol';
import { readTaskModel, TRIAL_PHOTOS } from '@lookout/vision/models';
import { expect, it } from 'vitest';
import { eachSecond, later } from '../../platform/threads/later.js';
import { TaskThread } from './task-thread.js';

const OWL = fileURLToPath(new URL('../../../../vision/fixtures/open-detection/owlvit', import.meta.url));

it('finds prompts in an image in its own thread', async () => {
  const model = await readTaskModel(OWL, '/nowhere');
  const thread = new TaskThread({
    choice: {
      of: (task) => (task === 'open-detect' ? model : undefined),
      whyNone: (task) => new LookoutError('no_model_for_this', `There is no model for ${task}`),
      onChange: () => () => undefined,
    },
    later,
    eachSecond,
  });
  try {
    const photo = readFileSync(TRIAL_PHOTOS[0]!.url);
    const queries = await thread.encodeQueries(['a red car', 'smoke']);
    const found = await thread.openDetect(photo, queries, { confidence: 0.05, iou: 0.5, maxDetections: 5 });
    expect(found).toMatchObject({ width: 320, height: 320 });
    // The weights are random, so it finds something in every image.
    expect(found.detections).toHaveLength(5);
    for (const { query, score } of found.detections) {
      expect([0, 1]).toContain(query);
      expect(score).toBeGreaterThan(0.05);
    }
    await expect(thread.embedTexts(['smoke'])).rejects.toMatchObject({ code: 'no_model_for_this' });
  } finally {
    await thread.close();
  }
});
