import { join } from 'node:path';
import type { Camera } from '@lookout/protocol';
import { writeColourSegmenter } from '@lookout/vision/testing';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { startCamera, startLookout } from '../support/start.js';

// Cutting an object out of a camera's picture, with a small model that segments by box and colour.

it('turns an object in a drawn box into an area and a picture', async () => {
  const data = scratchFolder();
  writeColourSegmenter(join(data, 'models/colours'), 'sam');
  const lookout = await startLookout({ data });
  const camera = await startCamera({ fps: 5 });
  await lookout.addCamera({ id: 'yard', name: 'Yard', url: camera.url, detect: { enabled: false } as never });
  await lookout.cameraIs('yard', 'live');
  const { page } = await openPage(`${lookout.url}/cameras/yard/cut-out`);
  const stage = page.getByRole('application');
  await stage.waitFor();
  const { x, y, width, height } = (await stage.boundingBox())!;
  await page.mouse.move(x + 0.25 * width, y + 0.25 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.75 * width, y + 0.75 * height, { steps: 4 });
  await page.mouse.up();
  await page.getByText('Suggestion 1 of 3').waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as picture' }).click(),
  ]);
  expect(saved.suggestedFilename()).toMatch(/^yard-.*\.png$/);
  await page.getByRole('button', { name: 'Use as area' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect.poll(async () => (await lookout.json<Camera>('/api/cameras/yard')).zones.length).toBe(1);
  const [zone] = (await lookout.json<Camera>('/api/cameras/yard')).zones;
  for (const [px, py] of zone!.points) {
    expect(Math.abs(px - 0.5)).toBeCloseTo(0.25, 1);
    expect(Math.abs(py - 0.5)).toBeCloseTo(0.25, 1);
  }
});
