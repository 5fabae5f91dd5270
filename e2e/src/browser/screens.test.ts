import type { Camera } from '@lookout/protocol';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { barriers, expectNoBarriers } from '../support/accessibility.js';
import { DESKTOP, type OpenedPage, openPage, PHONE, walkTo } from '../support/browser.js';
import { pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { startCamera } from '../support/start.js';

// What fits on screens, what fingers can hit on them, and what keeps people out.

let lookout: LookoutProcess;

beforeAll(async () => {
  lookout = await sharedLookout('file');
});

const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: 'light' } as const;
const SIDEWAYS = { ...TOUCH, viewport: { width: 844, height: 390 } };

interface Place {
  path: string | (() => string);
  isShown: (page: Page) => Promise<unknown>;
  /** Name of the button of a dialog there. */
  opener?: string;
}

const text = (words: string) => (page: Page) => page.getByText(words).first().waitFor();

async function writeRule(page: Page): Promise<void> {
  await page.getByLabel('Your sentence').fill('warn me when someone is seen on the Yard at night');
  await page.getByRole('button', { name: 'Change', exact: true }).waitFor();
}

async function openPlace({ path, isShown }: Place, options: Parameters<typeof openPage>[1]) {
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

/** Without the browser's own report that a link is not known. */
const isFault = (complaint: string) => !complaint.includes('status of 404');

/** A phone that goes from place to place. */
let walker: Promise<OpenedPage> | undefined;

async function walkToPlace({ path, isShown }: Place): Promise<OpenedPage> {
  walker ??= openPage(lookout.url, TOUCH, undefined, 'file');
  const opened = await walker;
  await walkTo(opened.page, typeof path === 'string' ? path : path());
  await isShown(opened.page);
  return opened;
}

async function fitsPhone(place: Place): Promise<void> {
  // What a dialog leaves behind does not concern other places.
  const { page, complaints } = await (place.opener === undefined ? walkToPlace(place) : openPlace(place, TOUCH));
  expect(await missedByFingers(page)).toEqual([]);
  expect(await excessWidth(page)).toBeLessThanOrEqual(0);
  await expectNoBarriers(page);
  if (place.opener !== undefined) {
    await page.getByRole('button', { name: place.opener }).first().click();
    await page.getByRole('dialog').waitFor();
    expect(await missedByFingers(page)).toEqual([]);
    expect(await barriers(page), 'dialog').toEqual([]);
  }
  expect(complaints.filter(isFault)).toEqual([]);
}

it('the home page without cameras fits a phone, and fingers', async () => {
  await fitsPhone({ path: '/', isShown: text('Let’s find your first camera') });
});

describe('with cameras', () => {
  let view: string;
  let publish: string;

  beforeAll(async () => {
    const camera = await startCamera({ fps: 5 }, 'file');
    const detect = { enabled: false } as never;
    ({ view_token: view = '' } = await lookout.addCamera({ id: 'yard', name: 'Yard', url: camera.url, detect }));
    const phone = { kind: 'push', id: 'phone', name: 'Phone' };
    ({ publish_token: publish = '' } = await lookout.send<Camera>('POST', '/api/cameras', phone));
    const name = 'Loading dock with a rather long name for a tile';
    await lookout.addCamera({ id: 'dock', name, url: 'http://127.0.0.1:9/stream' });
    await lookout.addCamera({ id: 'lab', name: 'Lab bench', url: camera.url, enabled: false });
    await lookout.send('POST', '/api/rules', { prompt: 'warn me when someone is seen on the Yard at night' });
    await lookout.cameraIs('dock', 'unreachable');
    await lookout.cameraIs('yard', 'live');
  });

  const PLACES: Record<string, Place> = {
    'home page': { path: '/', isShown: pictureShown },
    'add a camera': { path: '/add', isShown: text('Cameras that answer are listed here') },
    'add by address': { path: '/add?step=connect&way=address', isShown: text('Examples, to change') },
    'add a phone': { path: '/add?step=connect&way=phone', isShown: text('Bags and parcels') },
    camera: { path: '/cameras/yard', isShown: text('In the picture now') },
    'its settings': { path: '/cameras/yard/settings', isShown: text('Look for') },
    'its diagnostics': { path: '/cameras/yard/diagnostics', isShown: text('State history') },
    'areas and lines': { path: '/cameras/yard/areas', isShown: pictureShown },
    'push camera': { path: '/cameras/phone/share', isShown: text('Link to publish') },
    rules: { path: '/rules', isShown: text('Has not warned yet.') },
    'written rule': { path: '/rules/new', isShown: writeRule, opener: 'Who A person “someone”' },
    'new rule': { path: '/rules/new', isShown: text('Or start from one'), opener: 'What can be said' },
    events: { path: '/events', isShown: (page) => page.getByLabel('Camera', { exact: true }).waitFor() },
    warnings: { path: '/warnings', isShown: text('Tell another program') },
    wall: { path: '/wall', isShown: pictureShown, opener: 'New group' },
    'screen with a wall': { path: '/wall?kiosk=1', isShown: pictureShown },
    'wall of a group that is not there': { path: '/wall?group=none', isShown: text('has no group “none”') },
    settings: { path: '/settings', isShown: text('Set at the start') },
    'time and storage': { path: '/settings/general', isShown: text('Events and pictures') },
    models: { path: '/settings/models', isShown: text('nanodet-g') },
    'phones and HTTPS': { path: '/settings/network', isShown: text('HTTPS is off') },
    people: { path: '/settings/people', isShown: text('Nobody has an account yet'), opener: 'Add person' },
    'my account': { path: '/settings/account', isShown: text('nobody has to sign in') },
    keys: { path: '/settings/keys', isShown: text('On this machine, no key is needed'), opener: 'New key' },
    backup: { path: '/settings/backup', isShown: text('Choose a backup') },
    log: { path: '/settings/log', isShown: text('Follow new lines') },
    system: { path: '/settings/system', isShown: text('Healthy') },
    'settings of the start': { path: '/settings/start', isShown: text('Only those that are set') },
    'try it': { path: '/try', isShown: (page) => page.getByRole('slider').first().waitFor() },
    'view link': { path: () => `/view/${view}`, isShown: pictureShown },
    'shared view': { path: '/shared/yard', isShown: text('Adapt to the connection') },
    publish: { path: () => `/camera/${publish}`, isShown: text('Start camera') },
    'closed link': { path: '/view/lv_wrong', isShown: text('This link has ended') },
    'page not found': { path: '/nothing', isShown: text('Page not found') },
  };
  const places = Object.entries(PLACES);

  it.each(places)('%s fits a phone, with 44 px for every control and no barriers', async (_name, place) =>
    fitsPhone(place),
  );

  it.each(places.filter(([, { opener }]) => opener !== undefined))('%s fits a desktop', async (_name, place) => {
    const { page, complaints } = await openPlace(place, { viewport: DESKTOP, colorScheme: 'dark' });
    expect(await excessWidth(page)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
  });

  /** Brightness of an element's text, 0..255. */
  const textBrightness = (page: Page, selector: string) =>
    page.locator(selector).evaluate((element) => {
      const [r = 0, g = 0, b = 0] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? []).map(Number);
      return (r + g + b) / 3;
    });

  it.each([
    ['camera page', () => '/cameras/yard', 'section[aria-label="Live picture"] > div:last-of-type'],
    ['view link', () => `/view/${view}`, 'main'],
  ])(
    'a phone held sideways shows a picture as high as the screen, with dark bars over it by day: %s',
    async (_name, path, bar) => {
      const { page } = await openPlace({ path, isShown: pictureShown }, SIDEWAYS);
      const box = await page.getByRole('img', { name: /^Live picture/ }).boundingBox();
      expect(box!.y).toBe(0);
      expect(box!.height).toBeGreaterThanOrEqual(389);
      expect(await textBrightness(page, bar)).toBeGreaterThan(180);
    },
  );
});
