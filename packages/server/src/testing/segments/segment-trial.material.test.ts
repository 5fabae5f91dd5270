import { openSegmenter } from '@lookout/vision/tasks';
import { expect, it } from 'vitest';
import { byBox, byClick, segmentQuality, TINYSEG, YOLOV8N_SEG } from './segment-trial.js';

it.each([
  { what: 'boxes around real objects', model: TINYSEG, prompt: byBox, every: 6 },
  { what: 'clicks on real objects', model: YOLOV8N_SEG, prompt: byClick, every: 8 },
])('cuts out $what, at the border too', async ({ model, prompt, every }) => {
  const segmenter = await openSegmenter(model, {});
  const quality = await segmentQuality(segmenter, prompt, every);
  await segmenter.close();
  expect(quality.objects).toBeGreaterThan(50);
  expect(quality.atBorder).toBeGreaterThan(10);
  expect(quality.meanIou).toBeGreaterThanOrEqual(0.5);
  expect(quality.meanIouAtBorder).toBeGreaterThanOrEqual(0.5);
});
