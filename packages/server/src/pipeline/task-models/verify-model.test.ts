import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeColourSegmenter } from '@lookout/vision/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyModel } from './verify-model.js';

let models: string;
beforeAll(() => {
  models = mkdtempSync(join(tmpdir(), 'lookout-verify-'));
});
afterAll(() => rmSync(models, { recursive: true, force: true }));

it('reports where a detector finds the objects in the photos', async () => {
  const { isGood, findings, task, ms } = await verifyModel('nanodet-g', models);
  expect({ isGood, task }).toEqual({ isGood: true, task: 'detect' });
  expect(findings).toContainEqual(
    expect.stringMatching(/^Right: In the photo of a person, it finds a person \(0\.\d\d\) in the right place$/),
  );
  expect(ms).toBeGreaterThan(0);
});

it('reports how far a segmentation model agrees with an outline drawn by hand', async () => {
  // It masks everything of the colour at the centre of the box: the cup and more.
  writeColourSegmenter(join(models, 'colours'), 'picosam3');
  const { findings, task } = await verifyModel('colours', models);
  expect(task).toBe('segment');
  expect(findings).toEqual([
    expect.stringMatching(/: A box around the cup gives .* overlaps its outline drawn by hand with an IoU of \d+ %$/),
  ]);
});

it('rejects an unknown model', async () => {
  await expect(verifyModel('none', models)).rejects.toMatchObject({ code: 'model_not_found' });
});
