import { Esp32Camera } from '@lookout/media/testing';
import { describe, expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { keep } from '../support/keep.js';
import { pictureHash, pictureShown } from '../support/live-picture.js';
import { restartShared, sharedLookout } from '../support/shared-lookout.js';
import { RawSocket } from '../support/socket.js';
import { startCamera, streetJpegs } from '../support/start.js';
import { until } from '../support/until.js';

describe('a camera that dies and returns', () => {
  it('says what is wrong, keeps its last picture, and goes on by itself', async () => {
    const camera = await startCamera();
    const { port } = camera;
    const lookout = await sharedLookout();
    await lookout.addCamera({ id: 'yard', name: 'Yard', url: camera.url });
    const { page, complaints } = await openPage(`${lookout.url}/cameras/yard`);
    await pictureShown(page);
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/yard?mode=overlay`);
    await viewer.framesAtLeast(5);

    await camera.close();
    const dead = await until('another state', async () => {
      const view = await lookout.camera('yard');
      return view.state !== 'live' && view.state !== 'connecting' && view;
    });
    expect(dead.state).toBe('unreachable');
    expect(dead.state_reason).toContain(`127.0.0.1:${port}`);
    await page.getByText('The camera cannot be reached').waitFor();
    await page.getByText('the connection was refused').first().waitFor();
    const look = () =>
      page.evaluate(() => getComputedStyle(document.querySelector('canvas[role=img]') as Element).filter);
    await expect.poll(look).toBe('brightness(0.48) grayscale(0.5)');
    const kept = await pictureHash(page);
    expect(kept).not.toBe(0);
    const { received } = (await lookout.stats('yard')).frames;
    const snapshot = await lookout.fetch('/api/cameras/yard/snapshot.jpg');
    expect(snapshot.status).toBe(502);
    expect(await snapshot.text()).toContain('camera_unreachable');

    // It takes pictures only when told to, so that the first one is not overtaken by the next.
    const back = keep(await Esp32Camera.start({ port, fps: 0, jpegs: await streetJpegs() }), (camera) =>
      camera.close(),
    );
    await until('the camera is opened again', () => back.clientCount === 1, { timeoutMs: 45_000 });
    const before = viewer.frames.length;
    back.capture();
    await viewer.framesAtLeast(before + 1);
    // Numbers count from 0 and go on where they were.
    expect(viewer.frames[before]?.meta.frameNumber).toBe(received);
    keep(
      setInterval(() => back.capture(), 66),
      (timer) => clearInterval(timer),
    );
    await viewer.framesAtLeast(before + 5);
    expect(viewer.closed).toBeUndefined();
    await pictureShown(page);
    await until('a new picture', async () => (await pictureHash(page)) !== kept);
    const stats = await lookout.stats('yard');
    expect(stats.reconnects).toBe(1);
    const states = stats.state_history.map(({ state }) => state);
    expect(states[0]).toBe('live');
    expect(states).toContain('unreachable');
    await page.getByRole('link', { name: 'Diagnostics' }).click();
    await page.getByText('1 reconnect', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('comes back to those who watch when the server itself was started anew', async () => {
    const camera = await startCamera();
    const first = await sharedLookout();
    await first.addCamera({ id: 'yard', name: 'Yard', url: camera.url });
    const { page } = await openPage(`${first.url}/cameras/yard`);
    await pictureShown(page);
    const badge = page.getByRole('main').getByRole('status').first();
    await expect.poll(() => badge.textContent()).toBe('Live');
    await first.end();
    await page
      .getByText(/Reconnecting|Connecting/)
      .first()
      .waitFor();
    await expect.poll(() => badge.textContent()).toBe('Not connected');
    expect(await pictureHash(page)).not.toBe(0);
    await restartShared(first);
    await pictureShown(page, 30_000);
    await expect.poll(() => badge.textContent()).toBe('Live');
  });

  it('is not shown as live over a picture that stands still', async () => {
    const camera = await startCamera({ fps: 8 });
    const lookout = await sharedLookout();
    await lookout.addCamera({ id: 'yard', url: camera.url });
    const { page } = await openPage(`${lookout.url}/cameras/yard`);
    await pictureShown(page);
    const badge = page.getByRole('main').getByRole('status').first();
    camera.faults = { stallAfterFrames: 0 };
    await expect.poll(() => badge.textContent()).toBe('No new picture');
    await page.getByText(/^\d+ s old$/).waitFor();
    camera.faults = {};
    camera.dropClients();
    await expect.poll(() => badge.textContent()).toBe('Live');
  });
});

describe('eight dead cameras', () => {
  it('do not slow down the one that lives', async () => {
    const camera = await startCamera({ fps: 20 });
    const lookout = await sharedLookout();
    await lookout.addCamera({ id: 'street', url: camera.url, detect: { enabled: false } as never });
    await lookout.cameraIs('street', 'live');
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/street?mode=overlay&every=all`);
    // Some refuse, one takes the request and never answers.
    const mute = await startCamera({ faults: { mute: true } });
    for (let i = 0; i < 8; i++) {
      await lookout.addCamera({ id: `dead-${i}`, url: i % 4 ? `http://127.0.0.1:9/${i}` : mute.url });
    }
    await lookout.cameraIs('dead-1', 'unreachable');
    const from = viewer.frames.length;
    const frames = (await viewer.framesAtLeast(from + 60)).slice(from);
    // Counted by the camera, not by the viewer, to whom a busy machine drops frames.
    const made = camera.stats.sent + camera.stats.skipped;
    const { received } = (await lookout.stats('street')).frames;
    expect(made - received).toBeLessThan(6);
    const ages = frames.map(({ meta }) => meta.age_ms).sort((a, b) => a - b);
    expect(ages[ages.length >> 1]).toBeLessThan(200);
    const { page } = await openPage(lookout.url);
    await page.getByText('Eight of nine cameras show no picture.').waitFor();
    expect(await page.locator('article').count()).toBe(9);
  });
});
