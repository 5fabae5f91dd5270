import type { Camera } from '@lookout/protocol';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, openPage, PHONE } from '../support/browser.js';
import { pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { startCamera, startLookout } from '../support/start.js';

// What fits on screens, and what fingers can hit on them.

let lookout: LookoutProcess;

beforeAll(async () => {
  lookout = await startLookout({}, 'file');
});

const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true };
const SIDEWAYS = { ...TOUCH, viewport: { width: 844, height: 390 } };

type Place = [path: string | (() => string), isShown: (page: Page) => Promise<unknown>];
const text = (words: string) => (page: Page) => page.getByText(words).first().waitFor();
const dialog = (opener: string) => async (page: Page) => {
  await page.getByRole('button', { name: opener, exact: true }).first().click();
  await page.getByRole('dialog').waitFor();
};

async function openPlace([path, isShown]: Place, options: Parameters<typeof openPage>[1]) {
  const opened = await openPage(lookout.url + (typeof path === 'string' ? path : path()), options);
  await isShown(opened.page);
  return opened;
}

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
      if (!isHit(-21, 0) || !isHit(21, 0) || !isHit(0, -21) || !isHit(0, 21)) {
        const name = control.getAttribute('aria-label') ?? control.textContent ?? '';
        missed.push(`${control.tagName} ${name || control.id} ${Math.round(width)}×${Math.round(height)}`);
      }
    }
    return missed;
  });

/** How much wider the page is than the window, px. */
const excessWidth = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

describe('without cameras', () => {
  it.each<[string, ...Place]>([
    ['dashboard', '/', text('No cameras yet')],
    ['a phone as a camera', '/', dialog('Use a phone')],
  ])('%s has 44 px for every control', async (_name, ...place) => {
    const { page } = await openPlace(place, TOUCH);
    expect(await missedByFingers(page)).toEqual([]);
    expect(await excessWidth(page)).toBeLessThanOrEqual(0);
  });
});

describe('with cameras', () => {
  let view: string;
  let publish: string;

  beforeAll(async () => {
    const camera = await startCamera({ fps: 5 }, 'file');
    ({ view_token: view = '' } = await lookout.addCamera({ id: 'yard', name: 'Yard', url: camera.url }));
    const phone = { kind: 'push', id: 'phone', name: 'Phone' };
    ({ publish_token: publish = '' } = await lookout.send<Camera>('POST', '/api/cameras', phone));
    const name = 'Loading dock with a rather long name for a tile';
    await lookout.addCamera({ id: 'dock', name, url: 'http://127.0.0.1:9/stream' });
    await lookout.addCamera({ id: 'lab', name: 'Lab bench', url: camera.url, enabled: false });
    await lookout.cameraIs('dock', 'unreachable');
    await lookout.cameraIs('yard', 'live');
  });

  it.each<[string, ...Place]>([
    ['dashboard', '/', pictureShown],
    ['camera', '/cameras/yard', text('What happened')],
    ['settings', '/cameras/yard', dialog('Settings')],
    ['a camera’s address', '/', dialog('Add a camera')],
    ['system', '/system', text('nanodet-g')],
    ['a new key', '/system', dialog('New key')],
    ['try it', '/try', (page) => page.getByRole('slider').first().waitFor()],
    ['view link', () => `/view/${view}`, pictureShown],
    ['shared view', '/shared/yard', text('Adapt to the connection')],
    ['publish', () => `/camera/${publish}`, text('Start camera')],
    ['closed link', '/view/lv_wrong', text('This link does not work')],
    ['page not found', '/nothing', text('Page not found')],
  ])('%s has 44 px for every control', async (_name, ...place) => {
    const { page } = await openPlace(place, TOUCH);
    expect(await missedByFingers(page)).toEqual([]);
  });

  const PAGES: Record<string, Place> = {
    dashboard: ['/', pictureShown],
    camera: ['/cameras/yard', (page) => pictureShown(page).then(() => text('What happened')(page))],
    'push camera': ['/cameras/phone', text('What happened')],
    system: ['/system', text('nanodet-g')],
    view: [() => `/view/${view}`, pictureShown],
    'closed link': ['/view/lv_wrong', text('This link does not work')],
  };
  it.each([
    ['desktop in dark', { viewport: DESKTOP, colorScheme: 'dark' }],
    ['phone in light', { viewport: PHONE, deviceScaleFactor: 2, colorScheme: 'light' }],
  ] as const)('every page fits a %s', async (_name, look) => {
    for (const [name, place] of Object.entries(PAGES)) {
      const { page, complaints } = await openPlace(place, look);
      expect(await excessWidth(page), `${name} is too wide`).toBeLessThanOrEqual(0);
      // The browser too reports that a link is refused.
      expect(
        complaints.filter((complaint) => name !== 'closed link' || !complaint.includes('404')),
        name,
      ).toEqual([]);
      await page.context().close();
    }
  });

  /** Brightness of an element's text, 0..255. */
  const textBrightness = (page: Page, selector: string) =>
    page.locator(selector).evaluate((element) => {
      const [r = 0, g = 0, b = 0] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? []).map(Number);
      return (r + g + b) / 3;
    });

  it.each([
    ['camera page', () => '/cameras/yard', 'section[aria-label="Live picture"] > div:nth-child(2)'],
    ['view link', () => `/view/${view}`, 'main'],
  ])(
    'a phone held sideways shows a picture as high as the screen, with dark bars over it by day: %s',
    async (_name, path, bar) => {
      const { page } = await openPlace([path, pictureShown], { ...SIDEWAYS, colorScheme: 'light' });
      const box = await page.getByRole('img', { name: /^Live picture/ }).boundingBox();
      expect(box!.y).toBe(0);
      expect(box!.height).toBeGreaterThanOrEqual(389);
      expect(await textBrightness(page, bar)).toBeGreaterThan(180);
    },
  );
});
