import { startRtspServer } from '@lookout/media/testing';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { keep } from '../support/keep.js';
import { pictureShown } from '../support/live-picture.js';
import { sharedLookout } from '../support/shared-lookout.js';

const startRtsp = async (options: Parameters<typeof startRtspServer>[0]) =>
  keep(await startRtspServer({ keyframeInterval: 10, fps: 10, ...options }), (server) => server.stop());

const shownSize = (page: Page) =>
  page.evaluate(() => {
    const { width, height } = document.querySelector<HTMLCanvasElement>('canvas[role=img]')!;
    return `${width}×${height}`;
  });

it('shows the sub stream of a camera on its tile, and the main stream on its own page', async () => {
  const lookout = await sharedLookout();
  const [main, sub] = await Promise.all([
    startRtsp({ width: 640, height: 360 }),
    startRtsp({ width: 320, height: 240 }),
  ]);
  await lookout.addCamera({ id: 'yard', name: 'Yard', url: main.url, sub_url: sub.url });
  await lookout.cameraIs('yard', 'live');
  const { page, complaints } = await openPage(lookout.url);
  await pictureShown(page);
  expect(await shownSize(page)).toBe('320×240');
  await page.getByRole('link', { name: 'Yard' }).first().click();
  await page.waitForURL('**/cameras/yard');
  await expect.poll(() => shownSize(page), { timeout: 20_000 }).toBe('640×360');
  await page.goBack();
  await pictureShown(page);
  expect(await shownSize(page)).toBe('320×240');
  expect(complaints).toEqual([]);
});
