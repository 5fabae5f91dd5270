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

it('says where a detector finds what the photos show', async () => {
  const { isGood, findings, task, ms } = await verifyModel('nanodet-g', models);
  expect({ isGood, task }).toEqual({ isGood: true, task: 'detect' });
  expect(findings).toContainEqual(
    expect.stringMatching(/^Right: In the photo of a person, it finds a person \(0\.\d\d\) where it is$/),
  );
  expect(ms).toBeGreaterThan(0);
});

it('says what a model that cuts out shapes has in common with an outline drawn by hand', async () => {
  // Whatever has the colour in the middle of the box, which is the cup and more.
  writeColourSegmenter(join(models, 'colours'), 'picosam3');
  const { findings, task } = await verifyModel('colours', models);
  expect(task).toBe('segment');
  expect(findings).toEqual([
    expect.stringMatching(/: A box around the cup gives .* has \d+ % in common with its outline drawn by hand$/),
  ]);
});

it('does not try what is no model', async () => {
  await expect(verifyModel('none', models)).rejects.toMatchObject({ code: 'model_not_found' });
});
