import type { Camera, CreatedRules } from '@lookout/protocol';
import type { CDPSession, Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPage, PHONE } from '../support/browser.js';
import { drawnBoxPixels, pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { startCamera } from '../support/start.js';
import { until } from '../support/until.js';

// Areas, lines and ignored places: drawn on a camera's page, by mouse, keyboard and finger.

let lookout: LookoutProcess;

beforeAll(async () => {
  const camera = await startCamera({ fps: 5 }, 'file');
  lookout = await sharedLookout('file');
  await lookout.addCamera({ id: 'yard', name: 'Yard', url: camera.url, detect: { enabled: false } as never });
  await lookout.cameraIs('yard', 'live');
});

const lawn = {
  name: 'lawn',
  points: [
    [0.2, 0.5],
    [0.8, 0.5],
    [0.8, 0.9],
    [0.2, 0.9],
  ],
  color: '#33e6a0',
};

const draw = (regions: object) =>
  lookout.send<Camera>('PATCH', '/api/cameras/yard?force=true', { zones: [], lines: [], masks: [], ...regions });
beforeEach(async () => {
  await draw({ zones: [lawn] });
});

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) });
const corner = (page: Page, number: number, name = 'lawn') =>
  page.getByRole('button', { name: new RegExp(`^Corner ${number} of ${name},`) });

async function openEditor(options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(`${lookout.url}/cameras/yard/areas`, options);
  await pictureShown(opened.page);
  return opened;
}

/** Where fractions of the picture are in the window, CSS pixels. */
async function positions(page: Page) {
  const box = (await page.getByRole('region', { name: /^Picture of Yard/ }).boundingBox())!;
  return (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
}

/** Saves, and waits until the page is left. */
async function save(page: Page): Promise<Camera> {
  await button(page, 'Save').click();
  await page.waitForURL(/\/cameras\/yard$/);
  return lookout.camera('yard');
}

/** Points to a hundredth, as a mouse can hit them. */
const roughly = (points: ReadonlyArray<readonly number[]> | undefined) =>
  points?.map((point) => point.map((value) => Math.round(value * 100) / 100));

async function drag(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  await page.mouse.move(...to);
  await page.mouse.up();
}

describe('with a mouse', () => {
  it('an area is drawn corner by corner, named and saved, and is there on the camera’s page', async () => {
    await draw({});
    const { page } = await openEditor();
    const at = await positions(page);
    await button(page, 'Area').click();
    const corners: Array<[number, number]> = [
      [0.1, 0.2],
      [0.5, 0.2],
      [0.5, 0.7],
    ];
    for (const point of corners) await page.mouse.click(...at(...point));
    // Back to the first.
    await page.mouse.click(...at(0.1, 0.2));
    await page.keyboard.type('back door');
    expect(await page.getByLabel('Name').inputValue()).toBe('back door');
    const { zones } = await save(page);
    expect(zones).toEqual([{ name: 'back door', points: expect.anything(), color: '#33e6a0' }]);
    expect(roughly(zones[0]?.points)).toEqual(corners);
    await page.getByText('back door').waitFor();
  });

  it('a whole area is one movement, also up to the edge of the picture', async () => {
    await draw({});
    const { page } = await openEditor();
    const at = await positions(page);
    await button(page, 'Ignore').click();
    await drag(page, at(0.6, 0.3), at(0.998, 0.002));
    const { masks } = await save(page);
    expect(masks.map(({ name }) => name)).toEqual(['Ignored place 1']);
    expect(roughly(masks[0]?.points)).toEqual([
      [0.6, 0.3],
      [1, 0.3],
      [1, 0],
      [0.6, 0],
    ]);
  });

  it('a line has an arrow that can be turned, and names for its sides', async () => {
    await draw({});
    const { page } = await openEditor();
    const at = await positions(page);
    await button(page, 'Line').click();
    await page.mouse.click(...at(0.2, 0.8));
    await page.mouse.click(...at(0.7, 0.8));
    await page.getByLabel('Behind the arrow').fill('street');
    await page.getByText('Name both sides, or none.').waitFor();
    await page.getByLabel('Where it points').fill('yard');
    await page.getByText('The arrow points from street to yard.').waitFor();
    await button(page, 'Turn the arrow').click();
    await page.getByText('The arrow points from yard to street.').waitFor();
    const { lines } = await save(page);
    expect(lines).toMatchObject([{ name: 'Line 1', sides: ['yard', 'street'] }]);
    expect(roughly([lines[0]!.from, lines[0]!.to])).toEqual([
      [0.7, 0.8],
      [0.2, 0.8],
    ]);
  });

  it('corners are dragged and added, whole areas moved, and all of it undone and redone', async () => {
    const { page } = await openEditor();
    const at = await positions(page);
    await page.mouse.click(...at(0.5, 0.7));
    await drag(page, at(0.2, 0.5), at(0.1, 0.4));
    await drag(page, at(0.5, 0.9), at(0.5, 0.95));
    await drag(page, at(0.6, 0.6), at(0.65, 0.5));
    await page.getByText('1 change', { exact: true }).waitFor();
    for (let i = 0; i < 3; i++) await button(page, 'Undo').click();
    expect(await button(page, 'Undo').getAttribute('aria-disabled')).toBe('true');
    expect(await button(page, 'Save').getAttribute('aria-disabled')).toBe('true');
    for (let i = 0; i < 3; i++) await button(page, 'Redo').click();
    const { zones } = await save(page);
    expect(roughly(zones[0]?.points)).toEqual([
      [0.15, 0.3],
      [0.85, 0.4],
      [0.85, 0.8],
      [0.55, 0.85],
      [0.25, 0.8],
    ]);
  });
});

describe('with the keyboard alone', () => {
  it('points are moved by 1 % and 5 %, removed and brought back', async () => {
    const { page } = await openEditor();
    await button(page, /^lawn/).focus();
    await page.keyboard.press('Enter');
    await corner(page, 1).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowUp');
    await button(page, 'Corner 1 of lawn, 21 % from the left, 45 % from the top').waitFor();
    await page.keyboard.press('Delete');
    expect(await corner(page, 4).count()).toBe(0);
    // The focus stays on a corner, so that the next key works.
    await button(page, 'Corner 1 of lawn, 80 % from the left, 50 % from the top').waitFor();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await button(page, 'Corner 1 of lawn, 20 % from the left, 50 % from the top').waitFor();
    await page.keyboard.press('Control+Shift+z');
    expect(roughly((await save(page)).zones[0]?.points)?.[0]).toEqual([0.21, 0.45]);
  });

  it('an area is made, given a corner and a name', async () => {
    await draw({});
    const { page } = await openEditor();
    await button(page, 'Area').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('porch');
    await button(page, 'Add a corner after corner 1 of porch').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+ArrowUp');
    await button(page, 'Corner 2 of porch, 50 % from the left, 30 % from the top').waitFor();
    const { zones } = await save(page);
    expect(zones[0]).toMatchObject({ name: 'porch', points: { length: 5 } });
  });

  it('a shape is deleted', async () => {
    const { page } = await openEditor();
    await button(page, /^lawn/).press('Enter');
    await page.keyboard.press('Delete');
    expect((await save(page)).zones).toEqual([]);
  });
});

describe('with a finger', () => {
  const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true } as const;

  async function touch(session: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', at?: [number, number]) {
    const touchPoints = at ? [{ x: at[0], y: at[1] }] : [];
    await session.send('Input.dispatchTouchEvent', { type, touchPoints });
  }

  it('an area is drawn by taps', async () => {
    await draw({});
    const { page } = await openEditor(TOUCH);
    const at = await positions(page);
    await button(page, 'Area').tap();
    for (const [x, y] of [
      [0.1, 0.2],
      [0.9, 0.2],
      [0.5, 0.8],
    ] as const) {
      await page.touchscreen.tap(...at(x, y));
    }
    await button(page, 'Finish').tap();
    const { zones } = await save(page);
    expect(roughly(zones[0]?.points)).toEqual([
      [0.1, 0.2],
      [0.9, 0.2],
      [0.5, 0.8],
    ]);
  });

  it('a corner is dragged under a loupe, without scrolling the page', async () => {
    const { page } = await openEditor(TOUCH);
    const at = await positions(page);
    await button(page, /^lawn/).tap();
    const session = await page.context().newCDPSession(page);
    const layers = page.locator('section canvas');
    const before = await layers.count();
    await touch(session, 'touchStart', at(0.8, 0.5));
    await touch(session, 'touchMove', at(0.7, 0.3));
    await touch(session, 'touchMove', at(0.6, 0.25));
    expect(await layers.count()).toBe(before + 1);
    await touch(session, 'touchEnd');
    expect(await layers.count()).toBe(before);
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
    expect(roughly((await save(page)).zones[0]?.points)?.[1]).toEqual([0.6, 0.25]);
  });
});

it('says what is wrong before anything is sent', async () => {
  const { page } = await openEditor();
  const at = await positions(page);
  await page.mouse.click(...at(0.5, 0.7));
  // A bow tie.
  await drag(page, at(0.2, 0.5), at(0.9, 0.7));
  await page.getByText('The outline crosses itself.').waitFor();
  await page.getByLabel('Name').fill(' ');
  await page.getByText('Give it a name.').waitFor();
  await button(page, 'Save').click();
  expect((await lookout.camera('yard')).zones).toEqual([lawn]);
  expect(page.url()).toContain('/areas');
});

it('says which rules use a name before it is changed', async () => {
  const prompt = 'warn me when someone stays in the lawn for 20 seconds';
  const { rules } = await lookout.send<CreatedRules>('POST', '/api/rules', { prompt });
  const { page } = await openEditor();
  await button(page, /^lawn/).click();
  await page.getByText('One rule uses “lawn”.').waitFor();
  await page.getByLabel('Name').fill('meadow');
  await button(page, 'Save').click();
  const dialog = page.getByRole('dialog', { name: 'Rules use these names' });
  await dialog.getByText(rules[0]!.summary).waitFor();
  await dialog.getByRole('button', { name: 'Go back' }).click();
  expect((await lookout.camera('yard')).zones).toEqual([lawn]);
  await button(page, 'Save').click();
  await dialog.getByRole('button', { name: 'Save anyway' }).click();
  await page.waitForURL(/\/cameras\/yard$/);
  expect((await lookout.camera('yard')).zones).toMatchObject([{ name: 'meadow' }]);
  await lookout.fetch(`/api/rules/${rules[0]!.id}`, { method: 'DELETE' });
});

it('asks before changes are lost', async () => {
  const { page } = await openEditor();
  await button(page, /^lawn/).click();
  await button(page, 'Delete area').click();
  await button(page, 'Leave without saving').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Stay here' }).click();
  await button(page, 'Leave without saving').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
  await page.waitForURL(/\/cameras\/yard$/);
  expect((await lookout.camera('yard')).zones).toEqual([lawn]);
});

it('a page that needs a name leads to drawing it', async () => {
  await draw({});
  const { page } = await openPage(`${lookout.url}/cameras/yard/areas?kind=line&name=gate`);
  await pictureShown(page);
  const at = await positions(page);
  await page.mouse.click(...at(0.2, 0.3));
  await page.mouse.click(...at(0.6, 0.3));
  expect((await save(page)).lines.map(({ name }) => name)).toEqual(['gate']);
});

it('areas are shown over the live picture, unless they are switched off', async () => {
  const { page, complaints } = await openPage(`${lookout.url}/cameras/yard`);
  await pictureShown(page);
  const shown = await until('the area is drawn', () => drawnBoxPixels(page, 'regions'));
  // 60 % of the width by 40 % of the height.
  expect(shown).toBeGreaterThan(50_000);
  await button(page, 'Areas').click();
  await until('the area is gone', async () => (await drawnBoxPixels(page, 'regions')) === 0);
  await page.keyboard.press('z');
  await until('the area is back', async () => (await drawnBoxPixels(page, 'regions')) === shown);
  expect(complaints).toEqual([]);
});
