import type { Camera } from '@lookout/protocol';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { cameraOf, pushCameraOf, tokensOf } from './contract-server.js';
import { browserForFile, live, open, PHONE } from './open-page.js';

browserForFile();

const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true };
const SIDEWAYS = { ...TOUCH, viewport: { width: 844, height: 390 } };

const yard = () => cameraOf('yard', 'Yard');
const phone = () => pushCameraOf('phone', 'Phone');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Controls that a finger can't hit 21 px beside their centre. Links within a text are not controls. */
const missedByFingers = (page: Page) =>
  page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>('button, input, select, summary, a, [role="menuitem"]');
    const missed: string[] = [];
    for (const control of controls) {
      const isTextLink = control instanceof HTMLAnchorElement && getComputedStyle(control).display === 'inline';
      if (isTextLink || !control.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
      control.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const { left, top, width, height } = (control.closest('label') ?? control).getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const isHit = (dx: number, dy: number) => {
        const target = document.elementFromPoint(x + dx, y + dy);
        const label = target?.closest('label');
        return control.contains(target) || (label !== null && label !== undefined && label.control === control);
      };
      // Covered, by a dialog say, or for screen readers alone.
      if (!isHit(0, 0) || width < 2) continue;
      if (
        ![
          [-21, 0],
          [21, 0],
          [0, -21],
          [0, 21],
        ].every(([dx, dy]) => isHit(dx!, dy!))
      ) {
        const name = control.getAttribute('aria-label') ?? control.textContent ?? '';
        missed.push(`${control.tagName} ${name || control.id} ${Math.round(width)}×${Math.round(height)}`);
      }
    }
    return missed;
  });

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);

describe('fingers', () => {
  type Place = [path: string, cameras: Camera[], shown: (page: Page) => Promise<unknown>];
  const text = (words: string) => (page: Page) => page.getByText(words).first().waitFor();
  const dialog = (opener: string) => async (page: Page) => {
    await button(page, opener).first().click();
    await page.getByRole('dialog').waitFor();
  };
  const PLACES: Record<string, Place> = {
    dashboard: ['/', [yard(), phone()], live],
    'no cameras': ['/', [], text('No cameras yet')],
    camera: ['/cameras/yard', [yard()], text('What happened')],
    settings: ['/cameras/yard', [yard()], dialog('Settings')],
    'a camera’s address': ['/', [yard()], dialog('Add a camera')],
    'a phone as a camera': ['/', [], dialog('Use a phone')],
    system: ['/system', [yard()], text('nanodet-g')],
    'a new key': ['/system', [yard()], dialog('New key')],
    'try it': ['/try', [yard()], text('Minimum confidence')],
    'view link': [`/view/${tokensOf('yard', 'pull').view_token}`, [yard()], live],
    'shared view': ['/shared/yard', [yard()], text('Adapt to the connection')],
    publish: [`/camera/${tokensOf('phone', 'push').publish_token}`, [phone()], text('Start camera')],
    'closed link': ['/view/lv_wrong', [yard()], text('This link does not work')],
    'page not found': ['/nothing', [yard()], text('Page not found')],
  };
  it.each(Object.entries(PLACES))('have 44 px of every control: %s', async (_name, [path, cameras, shown]) => {
    const { page } = await open(path, cameras, TOUCH);
    await shown(page);
    expect(await missedByFingers(page)).toEqual([]);
  });
});

describe('labels', () => {
  it('come to an object that is tapped, and go with a tap beside it', async () => {
    const { page } = await open('/cameras/yard', [yard()], TOUCH);
    await live(page);
    const view = (await page.getByRole('img', { name: /^Live picture/ }).boundingBox())!;
    const tap = (x: number, y: number) => page.touchscreen.tap(view.x + x * view.width, view.y + y * view.height);
    // Beside the box of the car, which has been there for long.
    const isLabelled = () =>
      page.evaluate(() => {
        const canvas = [...document.querySelectorAll('canvas')][1]!;
        const { width, height } = canvas;
        return canvas.getContext('2d')!.getImageData(0.57 * width, 0.15 * height, 1, 1).data[3]! > 0;
      });
    expect(await isLabelled()).toBe(false);
    await tap(0.9, 0.25);
    await expect.poll(isLabelled).toBe(true);
    await tap(0.2, 0.9);
    await expect.poll(isLabelled).toBe(false);
  });
});

describe('focus', () => {
  it('comes back to what opened a dialog', async () => {
    const { page } = await open('/cameras/yard');
    await live(page);
    const openers = ['Settings', 'Delete this camera', 'Make new links'];
    for (const name of openers) {
      await button(page, name).focus();
      await page.keyboard.press('Enter');
      await page.getByRole(name === 'Settings' ? 'dialog' : 'alertdialog').waitFor();
      await page.keyboard.press('Escape');
      await expect.poll(() => focused(page)).toBe(name);
    }
  });

  it('is on the page after what had it is gone', async () => {
    const { page } = await open('/cameras/yard');
    await button(page, 'Delete this camera').focus();
    await page.keyboard.press('Enter');
    await button(page, 'Delete').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
  });
});

describe('a phone held sideways', () => {
  it.each([
    ['camera page', '/cameras/yard', [yard()]],
    ['view link', `/view/${tokensOf('yard', 'pull').view_token}`, [yard()]],
  ])('shows a picture as high as the screen: %s', async (_name, path, cameras) => {
    const { page } = await open(path, cameras, SIDEWAYS);
    await live(page);
    const box = await page.getByRole('img', { name: /^Live picture/ }).boundingBox();
    expect(box!.y).toBe(0);
    expect(box!.height).toBeGreaterThanOrEqual(389);
  });
});

describe('the state of a camera', () => {
  it('is not live while the server is away', async () => {
    const { page, server } = await open('/', [yard()]);
    await live(page);
    await page.getByText('Live', { exact: true }).waitFor();
    await server.stop();
    await page.getByText('Not connected').first().waitFor();
    await page.getByText('Live', { exact: true }).waitFor({ state: 'detached' });
  });

  it('is not live over a picture that stands still', async () => {
    const { page, server } = await open('/cameras/yard', [yard()]);
    await live(page);
    const badge = page.getByRole('status').first();
    await expect.poll(() => badge.innerText()).toBe('Live');
    server.silent = true;
    await expect.poll(() => badge.innerText()).toBe('Stalled');
    await page.getByText(/^\d+ s old$/).waitFor();
    server.silent = false;
    await expect.poll(() => badge.innerText()).toBe('Live');
  });

  it('comes with no figures of before while it is off', async () => {
    const { page } = await open('/cameras/yard', [yard()]);
    await live(page);
    await page
      .getByText(/, \d+ fps/)
      .first()
      .waitFor();
    await page.getByRole('switch', { name: 'On' }).click();
    await page.getByText('Switched off').waitFor();
    await expect.poll(() => page.getByText(/\d (ms|fps)/).count()).toBe(0);
  });
});

describe('by day', () => {
  /** Of an element's text, 0..255. */
  const textBrightness = (page: Page, selector: string) =>
    page.locator(selector).evaluate((element) => {
      const [r, g, b] = getComputedStyle(element)
        .color.match(/[\d.]+/g)!
        .map(Number) as [number, number, number];
      return (r + g + b) / 3;
    });

  it.each([
    ['the whole-window view', '/view/yard', 'main'],
    ['a phone held sideways', '/cameras/yard', 'section[aria-label="Live picture"] > div:nth-child(2)'],
  ])('bars over the picture of %s are dark all the same', async (_name, path, selector) => {
    const { page } = await open(path, [yard()], { ...SIDEWAYS, colorScheme: 'light' });
    await live(page);
    expect(await textBrightness(page, selector)).toBeGreaterThan(180);
  });
});
