import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { makeTurnedClip } from '@lookout/media/testing';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { keep } from '../support/keep.js';
import { drawnBoxPixels, pictureHash, pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { demoClip } from '../support/paths.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { until } from '../support/until.js';

let lookout: LookoutProcess;

// A minute of the street as H.264, which plays over and over.
beforeAll(async () => {
  const path = join(scratchFolder('file'), 'street.mp4');
  const input = ['-i', demoClip(), '-an', '-vf', 'scale=640:480', '-r', '15'];
  const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15', '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...output, path]);
  lookout = await sharedLookout('file');
  await lookout.addCamera({
    id: 'gate',
    name: 'Gate',
    url: `file://${path}`,
    detect: { inference_size: 320 } as never,
  });
  await lookout.cameraIs('gate', 'live');
  await until('its codec', async () => (await lookout.camera('gate')).video);
});

/** The ways by which a page watches now. */
function watchWays(page: Page): Set<string> {
  const open = new Set<string>();
  page.on('websocket', (socket) => {
    const way = /\/ws\/(view|mse)\//.exec(socket.url())?.[1];
    if (way === undefined) return;
    open.add(way);
    socket.on('close', () => open.delete(way));
  });
  page.on('response', (response) => {
    const method = response.request().method();
    if (!response.url().includes('/whep/') || !response.ok()) return;
    if (method === 'POST') open.add('whep');
    if (method === 'DELETE') open.delete('whep');
  });
  return open;
}

const watches = (ways: Set<string>, only: string) => until(only, () => ways.has(only) && ways.size === 1);
const choose = (page: Page, name: string) =>
  page.getByRole('radiogroup', { name: 'Video or pictures' }).getByRole('radio', { name, exact: true }).click();
const viewers = async () => {
  const stats = await (await lookout.fetch('/api/cameras/gate/stats')).json();
  return stats.viewer_count;
};

/** Waits until the picture has changed five times. */
async function moves(page: Page): Promise<void> {
  const seen = new Set<number>();
  await until('five pictures', async () => seen.add(await pictureHash(page)).size > 5);
}

it('shows the camera’s own video by WebRTC with its boxes, and frees the session when the page is left', async () => {
  const { page, complaints } = await openPage();
  const ways = watchWays(page);
  await page.goto(`${lookout.url}/cameras/gate/diagnostics`, { waitUntil: 'commit' });
  await pictureShown(page);
  await watches(ways, 'whep');
  await moves(page);
  await expect.poll(() => drawnBoxPixels(page)).toBeGreaterThan(100);
  await page.locator('dd', { hasText: 'WebRTC' }).waitFor();
  await page.getByText(/of this picture|\d+ ms old/).waitFor();
  expect(await viewers()).toBe(1);
  await choose(page, 'MSE');
  await watches(ways, 'mse');
  await moves(page);
  await page.locator('dd', { hasText: 'MSE' }).waitFor();
  expect(await viewers()).toBe(1);
  await choose(page, 'Pictures');
  await watches(ways, 'view');
  await choose(page, 'Auto');
  await watches(ways, 'whep');
  expect(complaints).toEqual([]);
  await page.goto('about:blank');
  await expect.poll(viewers).toBe(0);
});

it('does so for who has the link only', async () => {
  const { view_token } = await lookout.camera('gate');
  const { page, complaints } = await openPage();
  const ways = watchWays(page);
  await page.goto(`${lookout.url}/view/${view_token}`, { waitUntil: 'commit' });
  await pictureShown(page);
  await watches(ways, 'whep');
  await moves(page);
  await expect.poll(() => drawnBoxPixels(page)).toBeGreaterThan(100);
  expect(complaints).toEqual([]);
});

it('falls back to MSE where UDP is blocked and to pictures when that stands still, and says why', async () => {
  const { page } = await openPage();
  await page.addInitScript(() => {
    // Candidates that lead nowhere, as behind a firewall.
    const set = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = function (description) {
      const sdp = description?.sdp?.replace(/ 127\.0\.0\.1 \d+ typ/g, ' 127.0.0.1 9 typ') ?? '';
      return Reflect.apply(set, this, [{ type: 'answer', sdp }]);
    };
  });
  let forwards = true;
  await page.routeWebSocket(/\/ws\/mse\//, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (forwards) socket.send(message);
    });
  });
  const ways = watchWays(page);
  await page.goto(`${lookout.url}/cameras/gate/diagnostics`, { waitUntil: 'commit' });
  await pictureShown(page);
  await watches(ways, 'mse');
  await page.getByText('Not by WebRTC: no connection').waitFor();
  forwards = false;
  await watches(ways, 'view');
  await page.getByText('Not by MSE: the video stood still').waitFor();
  await moves(page);
});

/** Width and height of the picture, and the colours near its top and its bottom. */
function shownPicture(page: Page): Promise<{ size: [number, number]; colors: string[] } | undefined> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas[role=img]');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return undefined;
    const { width, height } = canvas;
    const colors = [0.05, 0.95].map((y) => {
      const [red = 0, , blue = 0] = context.getImageData(width / 2, height * y, 1, 1).data;
      return red > 180 && blue < 80 ? 'red' : blue > 180 && red < 80 ? 'blue' : 'other';
    });
    return { size: [width, height], colors };
  });
}

it('shows a phone’s recording upright by all ways', async () => {
  const path = makeTurnedClip(scratchFolder(), 'phone.mp4', 90);
  await lookout.addCamera({ id: 'phone', name: 'Phone', url: `file://${path}` });
  keep('phone', (id) => lookout.fetch(`/api/cameras/${id}`, { method: 'DELETE' }));
  expect(await lookout.cameraIs('phone', 'live')).toMatchObject({ width: 240, height: 320 });
  const { page } = await openPage();
  const ways = watchWays(page);
  await page.goto(`${lookout.url}/cameras/phone/diagnostics`, { waitUntil: 'commit' });
  const upright = { size: [240, 320], colors: ['red', 'blue'] };
  for (const [way, name] of [
    ['whep', 'WebRTC'],
    ['mse', 'MSE'],
    ['view', 'Pictures'],
  ] as const) {
    await choose(page, name);
    await watches(ways, way);
    await expect.poll(() => shownPicture(page)).toEqual(upright);
  }
});
