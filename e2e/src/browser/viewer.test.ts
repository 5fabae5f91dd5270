import type { Camera, CameraTokens } from '@lookout/protocol';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { download, openPage, PHONE } from '../support/browser.js';
import { isJpeg } from '../support/jpeg.js';
import { drawnBoxPixels, pictureHash, pictureShown, readAge, watchLayoutShift } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { publishStreet } from '../support/publish.js';
import { startLookout } from '../support/start.js';
import { until } from '../support/until.js';

let lookout: LookoutProcess;
let origin: string;

// A server on an address others reach: nobody is let in without a key or a link, as in a LAN.
beforeAll(async () => {
  lookout = await startLookout({ host: '0.0.0.0', demo: true }, 'file');
  origin = `http://127.0.0.1:${lookout.port}`;
});

/** A camera that waits for somebody to publish to it, with its links. */
async function pushCamera(name: string): Promise<{ id: string; publish: string; view: string }> {
  const { id, publish_token, view_token } = await lookout.callAsAdmin<Camera>('POST', '/api/cameras', {
    kind: 'push',
    name,
  });
  return { id, publish: publish_token!, view: view_token! };
}

const signIn = async (page: Page) => {
  await page.getByLabel('API key').fill(await lookout.adminKey());
  await page.keyboard.press('Enter');
};

const closed = (page: Page) => page.getByRole('heading', { name: 'This link has ended' }).waitFor();

describe('whoever has a link to watch', () => {
  it('waits for the camera, sees it without signing in, and waits for it again', async () => {
    const camera = await pushCamera('Porch');
    const { page, complaints } = await openPage(`${origin}/view/${camera.view}`);
    await page.getByText('Waiting for the camera').waitFor();
    const publishing = await publishStreet(origin, camera.publish);
    await pictureShown(page);
    await until('boxes', async () => (await drawnBoxPixels(page)) > 300);
    const seen = new Set<number>();
    await until('five different pictures', async () => seen.add(await pictureHash(page)).size >= 5);
    publishing.close();
    await page.getByText('Waiting for the camera').waitFor();
    const last = await pictureHash(page);
    await publishStreet(origin, camera.publish);
    await page.getByText('Waiting for the camera').waitFor({ state: 'detached' });
    await until('another picture', async () => (await pictureHash(page)) !== last);
    expect(complaints).toEqual([]);
    // And nothing else: the dashboard wants a key.
    await page.goto(`${origin}/`);
    await page.getByLabel('API key').waitFor();
  });

  it('has the figures of the picture, by the server’s clock', async () => {
    const camera = await pushCamera('Figures');
    await publishStreet(origin, camera.publish);
    const { page } = await openPage();
    // The clock of this computer is an hour slow: only a corrected age is below two seconds.
    await page.addInitScript(() => {
      const [now, timeOrigin] = [Date.now, performance.timeOrigin];
      Date.now = () => now() - 3_600_000;
      Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin - 3_600_000 });
    });
    await page.goto(`${origin}/view/${camera.view}`);
    await pictureShown(page);
    await page.keyboard.press('i');
    const figures = page.getByRole('region', { name: 'Figures' });
    await figures.getByText('640 × 480').waitFor();
    const line = async (name: string) => new RegExp(`${name}\\s+(.*)`).exec(await figures.innerText())?.[1] ?? '';
    await until('frames a second', async () => Number(await line('Pictures a second')) > 1);
    await until('an age under two seconds', async () => (readAge(await line('Delay')) ?? 9999) < 2000);
    await until('jitter', async () => readAge(await line('Jitter')) !== undefined);
    // The figure is that of pictures with their own boxes; a machine that is busy shows others, and says so.
    await until('inference', async () => /^(–|\d.* ms)$/.test(await line('Looked at in')));
    await until('a round trip', async () => readAge(await line('Round trip')) !== undefined);
    expect(Number(await line('Camera’s quality'))).toBeGreaterThan(20);
    expect(Number(await line('Looked at in pixels'))).toBeGreaterThanOrEqual(320);
  });

  it('can have the server draw the boxes, and saves what it sees', async () => {
    const camera = await pushCamera('Burnt');
    await publishStreet(origin, camera.publish);
    const { page, complaints } = await openPage(`${origin}/view/${camera.view}`);
    await pictureShown(page);
    await until('boxes', async () => (await drawnBoxPixels(page)) > 300);
    await page.getByRole('button', { name: 'What is shown' }).click();
    await page.getByRole('switch', { name: 'Boxes in the picture' }).click();
    await page.keyboard.press('Escape');
    await until('no boxes over the picture', async () => (await drawnBoxPixels(page)) === 0);
    const before = await pictureHash(page);
    await until('another picture', async () => (await pictureHash(page)) !== before);
    expect(await page.getByRole('button', { name: 'Boxes', exact: true }).isDisabled()).toBe(true);
    const { name, bytes } = await download(page, () => page.keyboard.press('s'));
    expect(name).toMatch(/^burnt-.*\.jpg$/);
    expect(isJpeg(bytes)).toBe(true);
    await page.keyboard.press('a');
    await until('boxes over the picture again', async () => (await drawnBoxPixels(page)) > 300);
    expect(complaints).toEqual([]);
  });

  it('gets the same words for a link that never was, one of another server and one taken back', async () => {
    const camera = await pushCamera('Taken');
    await publishStreet(origin, camera.publish);
    const watching = await openPage(`${origin}/view/${camera.view}`);
    await pictureShown(watching.page);
    await lookout.callAsAdmin<CameraTokens>('POST', `/api/cameras/${camera.id}/tokens`);
    await closed(watching.page);
    expect(await watching.page.locator('canvas').count()).toBe(0);
    const words = await watching.page.locator('main').innerText();
    for (const token of [camera.view, `lv_${'x'.repeat(32)}`, 'no-such-camera', 'demo-street']) {
      const { page } = await openPage(`${origin}/view/${token}`);
      await closed(page);
      expect(await page.locator('main').innerText()).toBe(words);
    }
  });

  it('sees a pulled camera by its link too, on a phone, with nothing that scrolls or jumps', async () => {
    const { view_token } = await lookout.callAsAdmin<Camera>('POST', '/api/cameras', {
      name: 'Street',
      url: 'demo:street',
    });
    const { page, complaints } = await openPage(undefined, { viewport: PHONE, hasTouch: true });
    const shift = await watchLayoutShift(page);
    await page.goto(`${origin}/view/${view_token}`);
    await pictureShown(page);
    expect(await shift()).toBeLessThan(0.01);
    const [wide, high] = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth - window.innerWidth, scrollHeight - window.innerHeight];
    });
    expect([wide, high]).toEqual([0, 0]);
    expect(complaints).toEqual([]);
  });
});

describe('whoever may manage cameras', () => {
  it('makes a camera of a phone, gives its links away, and takes them back', async () => {
    const { page } = await openPage(`${origin}/`);
    await signIn(page);
    await page.getByRole('link', { name: 'Add a camera' }).click();
    await page.getByRole('button', { name: 'A phone or laptop' }).click();
    await page.getByLabel('Name').fill('My phone');
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByRole('img', { name: /^QR code/ }).waitFor();
    const href = await page.getByRole('link', { name: 'Open here' }).getAttribute('href');
    const token = href?.split('/').at(-1) ?? '';
    expect(token).toMatch(/^lp_[\w-]{22,}$/);
    await page.getByText('Waiting', { exact: true }).waitFor();

    // The device opens its link.
    const { states } = await publishStreet(origin, token);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Not now' }).click();
    await page.waitForURL('**/cameras/my-phone');
    await pictureShown(page);
    await page.getByRole('link', { name: 'Share' }).click();
    await page.getByText('More links and addresses').click();
    const watch = await page.getByRole('link', { name: /\/view\/lv_/ }).getAttribute('href');
    // The link has an address for others; whether this machine has one, and keeps it, is not the test's matter.
    const guest = await openPage(origin + new URL(watch ?? '').pathname);
    await pictureShown(guest.page);

    const renewal = page.getByRole('alertdialog');
    await page.getByRole('button', { name: 'Make new links' }).click();
    await renewal.getByText('stop working at once').waitFor();
    await renewal.getByRole('button', { name: 'Keep them' }).click();
    await page.getByRole('link', { name: `/camera/${token}` }).waitFor();
    await page.getByRole('button', { name: 'Make new links' }).click();
    await renewal.getByRole('button', { name: 'Make new links' }).click();
    await closed(guest.page);
    await until('the publisher is refused', () => states.at(-1) === 'refused');
    const renewed = await until('a new link', async () => {
      const now = await page.getByRole('link', { name: /\/camera\/lp_/ }).getAttribute('href');
      return now !== null && !now.endsWith(token) && now;
    });
    await publishStreet(origin, renewed.split('/').at(-1)!);
    // Whoever is signed in notices nothing but the pause.
    await page.getByText('Waiting for the camera').waitFor({ state: 'detached' });
    await pictureShown(page);
  });
});
