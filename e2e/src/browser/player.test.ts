import { type Esp32Camera, paintStill } from '@lookout/media/testing';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { download, openPage, PHONE } from '../support/browser.js';
import { drawnBoxPixels, pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { RawSocket } from '../support/socket.js';
import { startCamera, streetJpegs } from '../support/start.js';
import { until } from '../support/until.js';

let lookout: LookoutProcess;

let people: Uint8Array;
const nobody = paintStill('mjpeg', 640, 480);
let changing: Esp32Camera;

// `still` and `changing` show always the same people at the same places, until a test gives `changing` other pictures.
// `moving` is the whole street, not analysed.
beforeAll(async () => {
  people = (await streetJpegs())[0]!;
  const still = await startCamera({ fps: 5, jpegs: [people] }, 'file');
  changing = await startCamera({ fps: 6, jpegs: [people] }, 'file');
  const moving = await startCamera({ fps: 12 }, 'file');
  lookout = await sharedLookout('file');
  const detect = { inference_size: 320 } as never;
  await lookout.addCamera({ id: 'still', name: 'Still', url: still.url, detect });
  await lookout.addCamera({ id: 'changing', name: 'Changing', url: changing.url, detect });
  await lookout.addCamera({ id: 'moving', name: 'Moving', url: moving.url, detect: { enabled: false } as never });
  await lookout.cameraIs('still', 'live');
});

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const pressed = (page: Page, name: string) => button(page, name).getAttribute('aria-pressed');

/** A page, and the sockets by which it watches cameras now. */
async function openWatching(path: string, options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(undefined, options);
  const watched = new Map<unknown, string>();
  let framesAcknowledged = 0;
  opened.page.on('websocket', (socket) => {
    const camera = /\/ws\/view\/([\w-]+)/.exec(socket.url())?.[1];
    if (camera === undefined) return;
    watched.set(socket, camera);
    socket.on('close', () => watched.delete(socket));
    socket.on('framesent', ({ payload }) => {
      if (String(payload).includes('"ack"')) framesAcknowledged++;
    });
  });
  await opened.page.goto(lookout.url + path, { waitUntil: 'commit' });
  return { ...opened, watched: () => [...watched.values()], acknowledged: () => framesAcknowledged };
}

/** As a hidden tab: the page is notified, but still painted. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

it('boxes are drawn on the very frame they belong to', async () => {
  const { page, complaints } = await openPage(`${lookout.url}/cameras/changing/diagnostics`);
  await pictureShown(page);
  await page.getByRole('radio', { name: 'Exact' }).click();
  await page.getByText('of this picture').waitFor();
  // Looks at every refresh of the screen.
  await page.evaluate(() => {
    const [picture, boxes] = [...document.querySelectorAll('canvas')] as [HTMLCanvasElement, HTMLCanvasElement];
    const pixels = (canvas: HTMLCanvasElement, width: number, height: number) =>
      canvas.getContext('2d')!.getImageData(0, 0, width, height).data;
    const seen = { people: 0, boxedPeople: 0, nobody: 0, boxedNobody: 0 };
    Object.assign(window, { seen });
    const look = () => {
      const [red = 0, green = 0] = pixels(picture, 1, 1);
      const isBoxed = pixels(boxes, boxes.width, boxes.height).some((value, i) => i % 4 === 3 && value > 0);
      const scene = red > 200 && green < 80 ? 'nobody' : 'people';
      seen[scene]++;
      if (isBoxed) seen[scene === 'nobody' ? 'boxedNobody' : 'boxedPeople']++;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const count = (kind: string) =>
    page.evaluate((key) => (window as unknown as { seen: Record<string, number> }).seen[key]!, kind);
  for (let round = 0; round < 4; round++) {
    for (const [jpeg, kind] of [
      [people, 'boxedPeople'],
      [nobody, 'nobody'],
    ] as const) {
      const before = await count(kind);
      changing.setJpegs([jpeg]);
      await until(kind, async () => (await count(kind)) > before + 5);
    }
  }
  expect(await count('boxedNobody')).toBe(0);
  expect(complaints).toEqual([]);
});

it('a label comes to an object that is tapped, and goes with a tap beside it', async () => {
  const touch = { viewport: PHONE, hasTouch: true, isMobile: true };
  const { page } = await openPage(`${lookout.url}/cameras/still`, touch);
  await pictureShown(page);
  const socket = await RawSocket.open(`${lookout.wsUrl}/ws/view/still?mode=overlay`);
  // New objects have labels for a while.
  const isOld = ({ since = Infinity }, now: number) => now - since > 3000;
  const frame = await until('only objects known for long', () => {
    const meta = socket.frames.at(-1)?.meta;
    const { detections = [], timestamp = 0 } = meta ?? {};
    return detections.length > 0 && detections.every((object) => isOld(object, timestamp)) && meta;
  });
  const contains = ([x1, y1, x2, y2]: readonly number[], x: number, y: number) =>
    x > x1! - 20 && x < x2! + 20 && y > y1! - 20 && y < y2! + 20;
  const places = Array.from({ length: 100 }, (_, i) => [32 + 64 * (i % 10), 24 + 48 * Math.floor(i / 10)] as const);
  const beside = places.find(([x, y]) => frame.detections.every(({ bbox }) => !contains(bbox, x, y)))!;
  const [x1, y1, x2, y2] = frame.detections[0]!.bbox;
  const view = (await page.getByRole('img', { name: /^Live picture/ }).boundingBox())!;
  const tap = (x: number, y: number) =>
    page.touchscreen.tap(view.x + (x / frame.width) * view.width, view.y + (y / frame.height) * view.height);
  const boxesAlone = await drawnBoxPixels(page);
  await tap((x1 + x2) / 2, (y1 + y2) / 2);
  await until('a label', async () => (await drawnBoxPixels(page)) > boxesAlone + 200);
  await tap(...beside);
  await until('no label', async () => (await drawnBoxPixels(page)) < boxesAlone + 100);
});

it('the small window goes on while the page is hidden, and only then', async () => {
  const { page, watched, complaints } = await openWatching('/view/moving');
  await pictureShown(page);
  await page.keyboard.press('p');
  await page.waitForFunction(() => document.pictureInPictureElement !== null);
  const frames = () =>
    page.evaluate(() => {
      const video = document.pictureInPictureElement as HTMLVideoElement;
      return { width: video.videoWidth, count: video.getVideoPlaybackQuality().totalVideoFrames };
    });
  await expect.poll(async () => (await frames()).width).toBe(640);
  await setHidden(page, true);
  const before = (await frames()).count;
  await expect.poll(async () => (await frames()).count).toBeGreaterThan(before + 10);
  expect(watched()).toEqual(['moving']);
  // Closed from the window itself, by its owner.
  await page.evaluate(() => document.exitPictureInPicture());
  await expect.poll(watched).toEqual([]);
  await setHidden(page, false);
  await expect.poll(watched).toEqual(['moving']);
  expect(await pressed(page, 'Small window')).toBe('false');
  expect(complaints).toEqual([]);
});

it('full screen has the boxes, and hides the controls until somebody moves', async () => {
  const { page } = await openPage(`${lookout.url}/view/still`);
  await pictureShown(page);
  await button(page, 'Full screen').click();
  await page.waitForFunction(() => document.fullscreenElement !== null);
  await until('boxes', async () => (await drawnBoxPixels(page)) > 300);
  const opacity = () =>
    button(page, 'Boxes').evaluate((element) => {
      let lowest = 1;
      for (let at: Element | null = element; at; at = at.parentElement)
        lowest = Math.min(lowest, Number(getComputedStyle(at).opacity));
      return lowest;
    });
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await expect.poll(opacity).toBe(0);
  await page.mouse.move(200, 200);
  await expect.poll(opacity).toBe(1);
  await page.keyboard.press('f');
  await page.waitForFunction(() => document.fullscreenElement === null);
});

it('the picture is saved with and without its boxes', async () => {
  const { page } = await openPage(`${lookout.url}/view/still`);
  await pictureShown(page);
  await until('boxes', async () => (await drawnBoxPixels(page)) > 500);
  const withBoxes = await download(page, () => button(page, 'Save this picture').click());
  const bare = await download(page, () => page.keyboard.press('S'));
  const again = await download(page, () => page.keyboard.press('S'));
  expect(withBoxes.name).toMatch(/^still-[\dTZ-]+\.jpg$/);
  /** Pixels in which two pictures differ clearly. */
  const difference = (a: Buffer, b: Buffer) =>
    page.evaluate(
      async (pictures) => {
        const decode = async (base64: string) => {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
          context.drawImage(bitmap, 0, 0);
          return context.getImageData(0, 0, 640, 480).data;
        };
        const [one, other] = await Promise.all(pictures.map(decode));
        return one!.reduce((sum, value, i) => sum + (Math.abs(value - other![i]!) > 40 ? 1 : 0), 0);
      },
      [a, b].map((jpeg) => jpeg.toString('base64')),
    );
  expect(await difference(bare.bytes, again.bytes)).toBe(0);
  expect(await difference(withBoxes.bytes, bare.bytes)).toBeGreaterThan(500);
});

it('only what can be seen is watched', async () => {
  const camera = await startCamera({ fps: 2 });
  for (let i = 0; i < 9; i++)
    await lookout.addCamera({ id: `c${i}`, url: camera.url, detect: { enabled: false } as never });
  const { page, watched } = await openWatching('/', { viewport: PHONE });
  await pictureShown(page);
  await page.locator('article').nth(11).waitFor();
  const hrefs = await page
    .locator('article a[href*="/cameras/"]')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  const [first, last] = [hrefs.at(0), hrefs.at(-1)].map((href) => href!.split('/').at(-1)!);
  await expect.poll(watched).toContain(first);
  expect(watched().length).toBeLessThan(7);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await expect.poll(watched).toContain(last);
  await expect.poll(watched).not.toContain(first);
  expect(watched().length).toBeLessThan(7);
  await setHidden(page, true);
  await expect.poll(watched).toEqual([]);
  for (let i = 0; i < 9; i++) await lookout.fetch(`/api/cameras/c${i}`, { method: 'DELETE' });
});

it('memory stays where it was while frames come', async () => {
  const { page, acknowledged } = await openWatching('/view/moving');
  await pictureShown(page);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const measure = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value])) as Record<string, number>;
  };
  await until('the page has warmed up', () => acknowledged() > 20);
  const [before, drawnBefore] = [await measure(), acknowledged()];
  await until('a hundred more frames', () => acknowledged() > drawnBefore + 100, { timeoutMs: 60_000 });
  const after = await measure();
  const grown = (name: string) => after[name]! - before[name]!;
  // A frame is some 40 KB and its bitmap 1.2 MB.
  expect(grown('JSHeapUsedSize') / 1024).toBeLessThan(1000);
  expect(grown('JSEventListeners')).toBeLessThanOrEqual(5);
  expect(grown('Nodes')).toBeLessThanOrEqual(50);
});

it('arrow keys name one object after another, once the picture is focused', async () => {
  const { page } = await openPage(`${lookout.url}/cameras/still`);
  await pictureShown(page);
  await until('boxes', async () => (await drawnBoxPixels(page)) > 0);
  const picture = page.getByRole('img', { name: /^Live picture/ });
  await picture.focus();
  await page.keyboard.press('ArrowRight');
  await page
    .getByRole('status')
    .getByText(/^Person, here \d+ (s|min)$/)
    .waitFor({ state: 'attached' });
  await page.keyboard.press('Escape');
  expect(await page.getByText(/^Person, here/).count()).toBe(0);
});
