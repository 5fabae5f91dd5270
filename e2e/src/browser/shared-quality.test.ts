import { setTimeout as sleep } from 'node:timers/promises';
import { LookoutClient, type QualityChange } from '@lookout/client';
import type { Esp32Camera } from '@lookout/media/testing';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { isJpeg } from '../support/jpeg.js';
import { keep } from '../support/keep.js';
import { pictureHash, pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { startCamera } from '../support/start.js';
import { until } from '../support/until.js';

let camera: Esp32Camera;
let lookout: LookoutProcess;

beforeAll(async () => {
  camera = await startCamera({ fps: 15 }, 'file');
  lookout = await sharedLookout('file');
  await lookout.addCamera({ id: 'street', url: camera.url });
  await lookout.cameraIs('street', 'live');
});

const encodes = (quality: number) => lookout.metric('lookout_encodes_total', `quality="${quality}",mode="overlay"`);

/** Looks at every refresh of the screen whether the picture has gone black. */
async function watchForBlack(page: Page): Promise<() => Promise<{ looked: number; black: number }>> {
  await page.evaluate(() => {
    const seen = { looked: 0, black: 0 };
    Object.assign(window, { seen });
    const look = () => {
      const canvas = document.querySelector<HTMLCanvasElement>('canvas[role=img]')!;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let brightest = 0;
      for (let i = 0; i < data.length; i += 4000) brightest = Math.max(brightest, data[i]!);
      seen.looked++;
      if (brightest < 30) seen.black++;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return () => page.evaluate(() => (window as unknown as { seen: { looked: number; black: number } }).seen);
}

/**
 * Counts the page's connections in the page itself, since reports of their opening and closing reach the test late.
 * @returns most open at once since the last call, and open now
 */
async function countConnections(page: Page): Promise<() => Promise<{ most: number; open: number }>> {
  await page.addInitScript(() => {
    const sockets = new Set<WebSocket>();
    const open = () => [...sockets].filter(({ readyState }) => readyState <= WebSocket.OPEN).length;
    let most = 0;
    window.WebSocket = class extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        sockets.add(this);
        most = Math.max(most, open());
      }
    };
    const connections = () => {
      const counted = { most, open: open() };
      most = counted.open;
      return counted;
    };
    Object.assign(window, { connections });
  });
  type Counting = { connections(): { most: number; open: number } };
  return () => page.evaluate(() => (window as unknown as Counting).connections());
}

describe('the page of shared qualities', () => {
  it('shows the picture, and changes its quality without a gap', async () => {
    const { page, complaints } = await openPage();
    const connections = await countConnections(page);
    const paths: string[] = [];
    page.on('websocket', (socket) => paths.push(new URL(socket.url()).pathname));
    await page.goto(`${lookout.url}/shared/street`);
    await pictureShown(page);
    await page.getByText('Quality 80').waitFor();
    expect(paths).toEqual(['/websocket/80']);
    const seen = await watchForBlack(page);
    // The line is judged by itself: this camera gives 15 pictures a second, and whatever comes of them decides.
    await page.getByText(/^80 → (75|85)/).waitFor({ timeout: 45_000 });
    expect((await connections()).most).toBe(2);
    // Another watch, at the quality reached: it begins when the last one has ended.
    await page.getByRole('switch', { name: 'Adapt to the connection' }).click();
    await until('one connection is left', async () => (await connections()).open === 1, { last: () => paths });
    await pictureShown(page);
    await page.getByRole('slider').focus();
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowLeft');
    await page.getByText('chosen').first().waitFor();
    const hash = await pictureHash(page);
    await until('the picture goes on', async () => (await pictureHash(page)) !== hash);
    expect((await connections()).most).toBeLessThanOrEqual(2);
    await until('one connection is left', async () => (await connections()).open === 1, { last: () => paths });
    const { looked, black } = await seen();
    expect(looked).toBeGreaterThan(20);
    expect(black).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is led to from the camera’s page', async () => {
    const { page } = await openPage(`${lookout.url}/cameras/street/share`);
    await page.getByText('More links and addresses').click();
    const link = page.getByRole('link', { name: `${lookout.url}/shared/street` });
    expect(await link.getAttribute('href')).toBe(`${lookout.url}/shared/street`);
  });

  it('says so of a link that opens nothing', async () => {
    const { page } = await openPage(`${lookout.url}/shared/nowhere`);
    await page.getByText('This link has ended').waitFor();
  });
});

describe('watchShared of the SDK', () => {
  it('goes down for a consumer that takes too long', async () => {
    const client = new LookoutClient({ baseUrl: lookout.url });
    const changes: QualityChange[] = [];
    const before = await encodes(75);
    const watch = keep(
      client.watchShared({
        camera: 'street',
        onFrame: async ({ jpeg }) => {
          if (!isJpeg(jpeg)) throw new Error('no JPEG');
          await sleep(150);
        },
        onQuality: (change) => changes.push(change),
      }),
      (opened) => opened.close(),
    );
    await until('it goes down', () => changes.find(({ from, to }) => from === 80 && to === 75), { timeoutMs: 40_000 });
    expect(changes[0]?.reason).toMatch(/^[\d.]+ fps, below \d/);
    expect(await encodes(75)).toBeGreaterThan(before);
    watch.close();
    await until('nobody watches', async () => (await lookout.stats('street')).viewer_count === 0);
  });
});
