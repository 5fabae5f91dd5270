import { openSegmenter } from '@lookout/vision/tasks';
import { expect, it } from 'vitest';
import { byBox, byClick, segmentQuality, TINYSEG, YOLOV8N_SEG } from './segment-trial.js';

it.each([
  { what: 'real objects by boxes', model: TINYSEG, prompt: byBox, every: 6 },
  { what: 'real objects by clicks', model: YOLOV8N_SEG, prompt: byClick, every: 8 },
])('segments $what, also at the border', async ({ model, prompt, every }) => {
  const segmenter = await openSegmenter(model, {});
  const quality = await segmentQuality(segmenter, prompt, every);
  await segmenter.close();
  expect(quality.objects).toBeGreaterThan(50);
  expect(quality.atBorder).toBeGreaterThan(10);
  expect(quality.meanIou).toBeGreaterThanOrEqual(0.5);
  expect(quality.meanIouAtBorder).toBeGreaterThanOrEqual(0.5);
});
