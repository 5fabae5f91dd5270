import type { Camera } from '@lookout/protocol';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { openPage, PHONE } from '../support/browser.js';
import { ALLOW_CAMERA } from '../support/fake-camera.js';
import { keep } from '../support/keep.js';
import { launchBrowser } from '../support/launch-browser.js';
import { drawnBoxPixels, pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { restartShared, sharedLookout } from '../support/shared-lookout.js';
import { RawSocket } from '../support/socket.js';
import { until } from '../support/until.js';

type PushCamera = Camera & { publish_token: string; view_token: string };

let lookout: LookoutProcess;

beforeAll(async () => {
  lookout = await sharedLookout('file');
});

const PHONE_LOOK: BrowserContextOptions = { viewport: PHONE, isMobile: true, hasTouch: true };

function makeCamera(name: string): Promise<PushCamera> {
  return lookout.send<PushCamera>('POST', '/api/cameras', { kind: 'push', name });
}

/** A browser of the test's own, with these flags. */
const launch = async (...flags: string[]) => keep(await launchBrowser(flags), (browser) => browser.close());

const startOf = (page: Page) => page.getByRole('button', { name: 'Start camera' });
const status = (page: Page) => page.getByRole('status').first().innerText();
const isLive = (page: Page) =>
  until('the page is live', async () => (await status(page)) === 'Live', { timeoutMs: 30_000 });

async function publishing(camera: PushCamera, options: BrowserContextOptions = {}) {
  const opened = await openPage(`${lookout.url}/camera/${camera.publish_token}`, options);
  await startOf(opened.page).click();
  await isLive(opened.page);
  return opened;
}

const viewing = (camera: PushCamera) =>
  RawSocket.open(`${lookout.wsUrl}/ws/view/${camera.view_token}?mode=overlay&every=all`);

describe('a page that publishes its camera', { timeout: 180_000 }, () => {
  it('is seen on another page, with who is in the picture', async () => {
    const camera = await makeCamera('Phone');
    const { complaints } = await publishing(camera, PHONE_LOOK);
    await lookout.cameraIs(camera.id, 'live');
    const viewer = await viewing(camera);
    const frames = await viewer.framesAtLeast(30, 60_000);
    for (const { meta } of frames) {
      // Narrower where the machine hardly keeps up, never of another shape.
      expect(meta.width / meta.height).toBeCloseTo(4 / 3, 1);
      // By the server's clock, from the camera's stamp: neither in the future nor of another day.
      expect(meta.age_ms).toBeGreaterThanOrEqual(0);
      expect(meta.age_ms).toBeLessThan(10_000);
    }
    await until('people in the picture', () =>
      viewer.frames.some(({ meta }) => meta.detections.some(({ class_name }) => class_name === 'person')),
    );
    const watching = await openPage(`${lookout.url}/view/${camera.view_token}`);
    await pictureShown(watching.page, 60_000);
    await until('boxes on it', async () => (await drawnBoxPixels(watching.page)) > 100, { timeoutMs: 60_000 });
    expect(watching.complaints).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('sends video where that is chosen, and pictures again where there is no way for it', async () => {
    const camera = await makeCamera('Video');
    const { page, complaints } = await publishing(camera);
    await lookout.cameraIs(camera.id, 'live');
    await page.getByLabel('Send as').selectOption('video');
    await until('video arrives', async () => /h264|vp8/.test((await lookout.camera(camera.id)).codec ?? ''));
    await isLive(page);
    await page.getByLabel('Send as').selectOption('pictures');
    await until('pictures arrive', async () => (await lookout.camera(camera.id)).codec === 'mjpeg');
    await page.route('**/whip/*', (route) => route.abort());
    await page.getByLabel('Send as').selectOption('video');
    await page.getByText("Video can't be sent (The server cannot be reached), so pictures are").waitFor();
    await isLive(page);
    expect(complaints.filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
  });

  it('tells how it goes, and shows what the server sees', async () => {
    const camera = await makeCamera('Tablet');
    const { page, complaints } = await publishing(camera, PHONE_LOOK);
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByText(/^\d{3} × \d{3}$/).waitFor();
    await page
      .getByText(/\d fps, quality \d+ %/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Boxes' }).click();
    await pictureShown(page, 60_000);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    const tools = await page.locator('main button:visible').all();
    for (const tool of tools) {
      const box = await tool.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(36);
    }
    expect(complaints).toEqual([]);
  });

  it('pauses and goes on, stops and starts, with frame numbers that only rise', async () => {
    const camera = await makeCamera('Desk');
    const { page } = await publishing(camera);
    const viewer = await viewing(camera);
    await viewer.framesAtLeast(5, 60_000);
    await page.getByRole('button', { name: 'Pause' }).click();
    await until('it says so', async () => (await status(page)) === 'Paused');
    await page.getByText('nothing leaves this device').waitFor();
    const paused = viewer.frames.length;
    await page.getByRole('button', { name: 'Resume' }).last().click();
    await isLive(page);
    await viewer.framesAtLeast(paused + 5, 60_000);
    await page.getByRole('button', { name: 'Stop' }).click();
    await startOf(page).waitFor();
    await until('the camera has no publisher', async () => (await lookout.camera(camera.id)).state !== 'live');
    expect(await page.evaluate(() => document.querySelector('video')?.srcObject)).toBe(null);
    await startOf(page).click();
    await lookout.cameraIs(camera.id, 'live', 30_000);
    const numbers = viewer.frames.map(({ meta }) => meta.frameNumber);
    expect(numbers.every((n, i) => i === 0 || n > (numbers[i - 1] as number))).toBe(true);
  });

  it('goes on by itself after the server was started anew, counting on', async () => {
    const camera = await makeCamera('Hall');
    const { page } = await publishing(camera);
    const before = await (await viewing(camera)).framesAtLeast(10, 60_000);
    const last = before.at(-1)?.meta.frameNumber as number;
    await lookout.end();
    await until('the page notices', async () => (await status(page)) === 'Reconnecting');
    lookout = await restartShared(lookout);
    await isLive(page);
    const after = await (await viewing(camera)).framesAtLeast(3, 60_000);
    expect(after[0]?.meta.frameNumber).toBeGreaterThan(last);
  });

  it('gives way to a newer publisher, says so, and can take back', async () => {
    const camera = await makeCamera('Door');
    const { page: older } = await publishing(camera);
    const { page: newer } = await publishing(camera);
    await older.getByText('Another device is now this camera').waitFor();
    expect(await status(older)).toBe('Taken over');
    expect(await status(newer)).toBe('Live');
    await older.getByRole('button', { name: 'Use this device again' }).click();
    await isLive(older);
    await newer.getByText('Another device is now this camera').waitFor();
  });

  it('follows a phone that is turned, on the same connection', async () => {
    const camera = await makeCamera('Turned');
    const { page } = await openPage();
    await page.addInitScript(() => {
      const devices = navigator.mediaDevices;
      const ask = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (constraints) => {
        const stream = await ask(constraints);
        Object.assign(window, { track: stream.getVideoTracks()[0] });
        return stream;
      };
    });
    await page.goto(`${lookout.url}/camera/${camera.publish_token}`);
    await startOf(page).click();
    await isLive(page);
    const viewer = await viewing(camera);
    await viewer.framesAtLeast(3, 60_000);
    const isWide = () => (viewer.frames.at(-1)?.meta.width ?? 0) > (viewer.frames.at(-1)?.meta.height ?? 0);
    expect(isWide()).toBe(true);
    await page.evaluate(() =>
      (window as unknown as { track: MediaStreamTrack }).track.applyConstraints({
        width: { exact: 360 },
        height: { exact: 480 },
      }),
    );
    await until('pictures of the other shape', () => !isWide(), { timeoutMs: 60_000 });
    expect((await lookout.stats(camera.id)).frames.dropped.invalid).toBe(0);
  });

  it('shares a screen, and goes back to the camera', async () => {
    const camera = await makeCamera('Screen');
    const { page, complaints } = await openPage(`${lookout.url}/camera/${camera.publish_token}`);
    await page.getByRole('button', { name: 'Share a screen instead' }).click();
    await isLive(page);
    const frames = await (await viewing(camera)).framesAtLeast(5, 60_000);
    expect(frames[0]?.meta.width).toBeGreaterThan(0);
    // Back to the camera, on the same connection.
    await page.getByRole('button', { name: 'Camera', exact: true }).click();
    await isLive(page);
    const isCamera = ({ width = 0, height = 1 }: Camera) => Math.abs(width / height - 4 / 3) < 0.05;
    await until('the camera again', async () => isCamera(await lookout.camera(camera.id)), { timeoutMs: 60_000 });
    expect(complaints).toEqual([]);
  });

  it('works where frames cannot be read from the track', async () => {
    const camera = await makeCamera('Without track processor');
    const { page } = await openPage();
    await page.addInitScript(() => Reflect.deleteProperty(window, 'MediaStreamTrackProcessor'));
    await page.goto(`${lookout.url}/camera/${camera.publish_token}`);
    await startOf(page).click();
    await isLive(page);
    const frames = await (await viewing(camera)).framesAtLeast(10, 60_000);
    expect(frames[9]!.meta.width / frames[9]!.meta.height).toBeCloseTo(4 / 3, 1);
  });

  it('works where workers cannot encode', async () => {
    const camera = await makeCamera('Without worker canvas');
    const { page } = await openPage();
    await page.addInitScript(() => {
      // What the worker of a browser without OffscreenCanvas says of itself.
      window.Worker = class extends window.Worker {
        override set onmessage(listener: (event: MessageEvent) => void) {
          this.addEventListener('message', (event) => {
            if (event.data.type === 'abilities') event.data.abilities.encoder = false;
            listener.call(this, event);
          });
        }
      };
    });
    await page.goto(`${lookout.url}/camera/${camera.publish_token}`);
    await startOf(page).click();
    await isLive(page);
    const frames = await (await viewing(camera)).framesAtLeast(10, 60_000);
    expect(frames[9]!.meta.width / frames[9]!.meta.height).toBeCloseTo(4 / 3, 1);
  });
});

describe('a page that cannot publish', { timeout: 180_000 }, () => {
  it('says what to do where the camera is not allowed', async () => {
    const strict = await launch(...inject('cameraFlags'));
    const camera = await makeCamera('Denied');
    const { page } = await openPage(`${lookout.url}/camera/${camera.publish_token}`, {}, strict);
    await startOf(page).click();
    await page.getByText('The camera is blocked for this page').waitFor();
    await page.getByText('allow the camera there').waitFor();
    await page.context().grantPermissions(['camera']);
    await page.getByRole('button', { name: 'Try again' }).click();
    await isLive(page);
  });

  it('says so where there is no camera', async () => {
    const blind = await launch(ALLOW_CAMERA, '--use-fake-device-for-media-stream=device-count=0');
    const camera = await makeCamera('Blind');
    const { page } = await openPage(`${lookout.url}/camera/${camera.publish_token}`, {}, blind);
    await startOf(page).click();
    await page.getByText('No camera was found').waitFor();
  });

  it('says how to come by HTTPS on a page without it', async () => {
    const camera = await makeCamera('Plain');
    const { page } = await openPage(`http://lookout.test:${lookout.port}/camera/${camera.publish_token}`);
    await startOf(page).click();
    await page.getByText('only on HTTPS pages').waitFor();
    await page.getByText('npm start -- --https').waitFor();
  });

  it('says so of a wrong link, a link for watching and one that was taken back', async () => {
    const camera = await makeCamera('Closed');
    const { page: wrong } = await openPage(`${lookout.url}/camera/lp_nonsense`);
    await wrong.getByRole('heading', { name: 'This link has ended' }).waitFor();

    const { page: watching } = await openPage(`${lookout.url}/camera/${camera.view_token}`);
    await startOf(watching).click();
    await watching.getByText('is it a link for watching?').waitFor();

    const { page: taken } = await publishing(camera);
    await lookout.json(`/api/cameras/${camera.id}/tokens`, { method: 'POST' });
    await taken.getByText('This link no longer works').waitFor();

    const { page: again } = await openPage(`${lookout.url}/camera/${camera.publish_token}`);
    await again.getByRole('heading', { name: 'This link has ended' }).waitFor();
  });
});
