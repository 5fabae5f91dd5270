import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { openApp, openPage, PHONE } from '../support/browser.js';
import { drawnBoxPixels, pictureHash, pictureShown, readAge, watchLayoutShift } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { demoClip } from '../support/paths.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { startCamera } from '../support/start.js';
import { until } from '../support/until.js';

let lookout: LookoutProcess;
let visit: Awaited<ReturnType<typeof openApp>>;

beforeAll(async () => {
  const camera = await startCamera({ fps: 8 }, 'file');
  lookout = await sharedLookout('file');
  visit = await openApp(lookout.url);
  await lookout.addCamera({ id: 'yard', name: 'Yard', url: camera.url });
  await lookout.cameraIs('yard', 'live');
});

const yard = () => `${lookout.url}/cameras/yard`;

/** The rows of the waterfall in ms, and the sum it tells. */
function waterfall(page: Page): Promise<{ rows: Record<string, number>; total: number } | undefined> {
  return page.evaluate(() => {
    const table = [...document.querySelectorAll('table')].find((candidate) =>
      candidate.caption?.textContent?.startsWith('Milliseconds by step'),
    );
    const panel = table?.closest('section');
    const total = Number(/A picture, step by step\s*([\d.]+) ms/.exec(panel?.textContent ?? '')?.[1]);
    if (!table || Number.isNaN(total)) return undefined;
    const rows = [...table.rows].map((row) => [row.cells[0]?.textContent ?? '', Number(row.cells[2]?.textContent)]);
    return { rows: Object.fromEntries(rows) as Record<string, number>, total };
  });
}

describe('a camera’s page', () => {
  it('shows the live picture, its age, what is in it, where each millisecond went, and every picture at once when asked to', async () => {
    const { page, complaints } = await visit('/cameras/yard/diagnostics');
    await pictureShown(page);
    const seen = new Set<number>();
    await until('five different pictures', async () => seen.add(await pictureHash(page)).size >= 5);
    await page.getByRole('heading', { name: 'Yard' }).waitFor();
    await page.getByText('640 × 480').waitFor();
    await page.getByRole('radio', { name: 'Exact' }).click();
    await page.getByText('of this picture').waitFor();
    const panel = page.locator('section', { hasText: 'Delay, from the camera' }).last();
    await until('an age under a second', async () => (readAge(await panel.innerText()) ?? 9999) < 1000);
    await page.getByText('Receiving frames').first().waitFor();
    for (const fact of [
      'From the camera',
      'Shown here',
      'Skipped for a newer one',
      'Damaged',
      'Looks at pictures of',
      'Runs on',
    ]) {
      await page.getByText(fact, { exact: true }).first().waitFor();
    }
    const { rows, total } = await until('a waterfall with inference in it', async () => {
      const found = await waterfall(page);
      return found && (found.rows['Looked at'] ?? 0) > 0 && found;
    });
    const sum = Object.values(rows).reduce((a, b) => a + b, 0);
    // Each of the ten rows is rounded to what can be read.
    expect(Math.abs(sum - total)).toBeLessThan(5);

    // Every picture at once, and how far the boxes are behind.
    await page.getByRole('radio', { name: 'Smooth' }).click();
    await page.getByText(/\d+ ms old, moved ahead/).waitFor();
    const before = await pictureHash(page);
    await until('another picture', async () => (await pictureHash(page)) !== before);
    await page.getByRole('radio', { name: 'Exact' }).click();
    await page.getByText('of this picture').waitFor();
    expect(complaints).toEqual([]);
  });

  it('shows and hides what is drawn on the picture by button and by key, and remembers it', async () => {
    const { page, complaints } = await visit('/cameras/yard');
    const pressed = (name: string) => page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed');
    await pictureShown(page);
    await until('boxes', async () => (await drawnBoxPixels(page)) > 500);
    await page.getByText(/In the picture now.*[1-9](person|people)/).waitFor();
    await page.keyboard.press('l');
    await until('boxes alone', async () => (await drawnBoxPixels(page)) > 0);
    expect(await pressed('Labels')).toBe('false');
    await page.getByRole('button', { name: 'Boxes', exact: true }).click();
    await until('nothing drawn', async () => (await drawnBoxPixels(page)) === 0);
    await page.reload();
    await pictureShown(page);
    expect(await drawnBoxPixels(page)).toBe(0);
    expect(await pressed('Boxes')).toBe('false');
    await page.keyboard.press('b');
    await until('boxes again', async () => (await drawnBoxPixels(page)) > 300);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    // A dialog has its own keys.
    await page.keyboard.press('b');
    await page.keyboard.press('Escape');
    expect(await pressed('Boxes')).toBe('true');
    expect(complaints).toEqual([]);
  });

  it('gives the focus back to what opened a dialog', async () => {
    const { page } = await openPage();
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
    for (const [name, part] of [
      ['Delete this camera', 'settings'],
      ['Make new links', 'share'],
    ] as const) {
      await page.goto(`${yard()}/${part}`);
      if (part === 'share') await page.getByText('More links and addresses').click();
      await page.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('alertdialog').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(focused).toBe(name);
    }
  });

  it('can be used by keyboard alone', async () => {
    const { page } = await openPage(lookout.url);
    await pictureShown(page);
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    const tabTo = async (text: string) => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab');
        if ((await focused()).trim() === text) return;
      }
      throw new Error(`Tab never reaches ${text}`);
    };
    await tabTo('Yard');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/cameras/yard');
    await pictureShown(page);
    await tabTo('Diagnostics');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/cameras/yard/diagnostics');
    // Beyond the picture's buttons, at the part that was chosen.
    await page.getByRole('region', { name: 'Diagnostics' }).and(page.locator(':focus')).waitFor();
    await tabTo('Auto');
    await page.keyboard.press('ArrowRight');
    await until('the focus has moved', async () => (await focused()) === 'Smooth');
    await page.keyboard.press('Enter');
    await page.getByText('moved ahead').waitFor();
    // What has the focus can be seen.
    const outline = await page.evaluate(() => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement as Element);
      return { outline: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0, shadow: boxShadow !== 'none' };
    });
    expect(outline.outline || outline.shadow).toBe(true);
  });

  it('is dark or light as the system is, or as one chooses', async () => {
    const ground = (page: Page) =>
      page.evaluate(() => {
        // Any CSS colour as 8-bit channels.
        const context = document.createElement('canvas').getContext('2d')!;
        context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
        context.fillRect(0, 0, 1, 1);
        return context.getImageData(0, 0, 1, 1).data[0]!;
      });
    const dark = await openPage(yard(), { colorScheme: 'dark' });
    await pictureShown(dark.page);
    expect(await ground(dark.page)).toBeLessThan(60);
    const light = await openPage(yard(), { colorScheme: 'light' });
    await pictureShown(light.page);
    expect(await ground(light.page)).toBeGreaterThan(200);
    await light.page.getByRole('button', { name: /Theme: system/ }).click();
    await light.page.getByRole('button', { name: /Theme: light/ }).click();
    await until('a dark page', async () => (await ground(light.page)) < 60);
    await light.page.reload();
    await pictureShown(light.page);
    expect(await ground(light.page)).toBeLessThan(60);
  });

  it('fits a phone, and does not jump when the picture comes', async () => {
    const { page, complaints } = await openPage(undefined, { viewport: PHONE, hasTouch: true });
    const shift = await watchLayoutShift(page);
    await page.goto(yard());
    await pictureShown(page);
    await page.getByText(/In the picture now.*\d(person|people)/).waitFor();
    await page.getByText('Areas and lines').waitFor();
    // "Good" by the Core Web Vitals is 0.1.
    expect(await shift()).toBeLessThan(0.1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });
});

describe('the picture', () => {
  const placeOf = (page: Page) => page.locator('canvas[role=img]').boundingBox();

  it('comes closer by wheel, keys and a double click, is moved, and shows all of it again', async () => {
    const { page, complaints } = await visit('/cameras/yard');
    await pictureShown(page);
    const whole = (await placeOf(page))!;
    const scale = async () => ((await placeOf(page))!.width / whole.width).toFixed(1);
    const [x, y] = [whole.x + whole.width / 2, whole.y + whole.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -350);
    await expect.poll(scale).toBe('1.5');
    const before = (await placeOf(page))!;
    await page.mouse.down();
    await page.mouse.move(x + 40, y + 30, { steps: 3 });
    await page.mouse.up();
    expect((await placeOf(page))!.x).toBeCloseTo(before.x + 40, 0);
    await page.keyboard.press('+');
    await expect.poll(scale).toBe('2.2');
    await page.getByRole('button', { name: 'Show the whole picture' }).click();
    await expect.poll(scale).toBe('1.0');
    await page.mouse.dblclick(x, y);
    await expect.poll(scale).toBe('2.5');
    await page.mouse.dblclick(x, y);
    await expect.poll(scale).toBe('1.0');
    expect(complaints).toEqual([]);
  });
});

it('a feed is shown by an <img> of a page', async () => {
  const { page } = await openPage(`${lookout.url}/api/cameras/yard/mjpeg?mode=overlay`);
  await page.waitForFunction(() => document.querySelector('img')?.naturalWidth === 640);
});

it('a video that has played to its end is played again', async () => {
  const path = join(scratchFolder(), 'street.mp4');
  const input = ['-i', demoClip(), '-t', '1', '-an', '-vf', 'scale=320:240'];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...input, '-c:v', 'libx264', '-preset', 'ultrafast', path]);
  await lookout.addCamera({ id: 'clip', url: `file://${path}`, loop: false });
  await lookout.cameraIs('clip', 'off');
  const received = async () => (await lookout.stats('clip')).frames.received;
  const once = await received();
  const { page } = await visit('/cameras/clip');
  await page.getByText('Played to the end').first().waitFor();
  await page.getByRole('button', { name: 'Play again' }).click();
  await until('it plays again', async () => (await received()) > once);
});

it('the password of a camera is on no page', async () => {
  const password = 'Gehe1m-4711';
  const locked = await startCamera({ faults: { auth: { scheme: 'basic', username: 'admin', password } } });
  await lookout.addCamera({ id: 'locked', url: locked.url.replace('://', `://admin:${password}@`) });
  const { page } = await visit('/cameras/locked');
  await pictureShown(page);
  await page.getByLabel('About this camera').getByRole('link', { name: 'Settings' }).click();
  await expect.poll(() => page.getByLabel('Address', { exact: true }).inputValue()).toContain('***');
  expect(await page.content()).not.toContain(password);
});
