import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { pictureHash, pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { restartShared, sharedLookout } from '../support/shared-lookout.js';
import { startCamera } from '../support/start.js';
import { until } from '../support/until.js';

let lookout: LookoutProcess;

/** Three cameras that deliver the same street. */
async function threeCameras(): Promise<void> {
  lookout = await sharedLookout();
  const camera = await startCamera({ fps: 10 });
  for (const [id, name] of [
    ['yard', 'Yard'],
    ['hall', 'Hall'],
    ['gate', 'Gate'],
  ] as const) {
    await lookout.addCamera({ id, name, url: camera.url, detect: { enabled: false } as never });
    await lookout.cameraIs(id, 'live');
  }
}

const names = (page: Page) => page.getByRole('article').getByRole('heading').allInnerTexts();
const namesAre = (page: Page, expected: string[]) => expect.poll(() => names(page)).toEqual(expected);

describe('the wall', () => {
  it('keeps the order that keys and the mouse give it, and groups, in this browser', async () => {
    await threeCameras();
    const { page, complaints } = await openPage(`${lookout.url}/wall`);
    await pictureShown(page);
    await page.getByRole('button', { name: 'Arrange' }).click();
    await page.getByRole('button', { name: 'Move Yard' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Yard is now 2 of 3').waitFor();
    await page.keyboard.press('End');
    await namesAre(page, ['Hall', 'Gate', 'Yard']);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Move Yard');

    const from = (await page.getByRole('button', { name: 'Move Gate' }).boundingBox())!;
    const hall = (await page.getByRole('article').filter({ hasText: 'Hall' }).boundingBox())!;
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(hall.x + 20, hall.y + 40, { steps: 4 });
    await page.mouse.up();
    await namesAre(page, ['Gate', 'Hall', 'Yard']);
    await page.getByRole('button', { name: 'Done' }).click();

    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Outside');
    for (const name of ['Yard', 'Gate']) await page.getByRole('switch', { name }).click();
    await page.getByRole('button', { name: 'Save group' }).click();
    await namesAre(page, ['Gate', 'Yard']);
    await page.reload();
    await namesAre(page, ['Gate', 'Yard']);
    await page.getByRole('link', { name: 'All cameras' }).click();
    await namesAre(page, ['Gate', 'Hall', 'Yard']);
    await page.getByRole('radio', { name: 'Large' }).click();
    await pictureShown(page);
    expect(complaints).toEqual([]);
  });

  it('requests pictures only of cameras that can be seen', async () => {
    await threeCameras();
    const { page } = await openPage(undefined, { viewport: { width: 390, height: 400 } });
    await page.addInitScript(`localStorage.setItem('lookout.wall', '{"size":"large"}')`);
    await page.goto(`${lookout.url}/wall`);
    await pictureShown(page);
    const viewers = async (id: string) => (await lookout.stats(id)).viewer_count;
    expect([await viewers('yard'), await viewers('gate')]).toEqual([1, 0]);
    await page.getByRole('article').last().scrollIntoViewIfNeeded();
    await until('the last is requested, the first no more', async () => {
      return (await viewers('gate')) === 1 && (await viewers('yard')) === 0;
    });
  });
});

describe('a screen of its own', () => {
  it('shows the cameras of its address and nothing else, and goes on after a restart of the server', async () => {
    await threeCameras();
    const { page } = await openPage(`${lookout.url}/wall?kiosk=1&cameras=gate,nowhere,yard`);
    await pictureShown(page);
    expect(await names(page)).toEqual(['Gate', 'Yard']);
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('link').count()).toBe(0);
    const { scrollHeight, clientHeight } = await page.evaluate(() => document.documentElement);
    expect(scrollHeight).toBe(clientHeight);

    await lookout.end();
    await page.getByText('Not connected').first().waitFor();
    const before = await pictureHash(page);
    await restartShared(lookout);
    await pictureShown(page);
    await until('a new picture', async () => (await pictureHash(page)) !== before);
  });

  it('shows a camera large when something new is there, and can be sent back', async () => {
    lookout = await sharedLookout();
    for (const id of ['street', 'road']) await lookout.addCamera({ id, name: id, url: 'demo:street' });
    const { page } = await openPage(`${lookout.url}/wall?kiosk=1`);
    await page.getByText('Something new').waitFor({ timeout: 60_000 });
    const large = page.getByRole('article').filter({ hasText: 'Something new' });
    const screen = page.viewportSize()!;
    expect(await large.boundingBox()).toMatchObject({ x: 0, y: 0, ...screen });
    await page.getByRole('button', { name: 'Show all cameras' }).click();
    await expect
      .poll(async () => (await page.getByRole('article').first().boundingBox())?.width)
      .toBeLessThan(screen.width);
  });
});
