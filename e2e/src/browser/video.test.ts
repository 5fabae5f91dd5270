import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { drawnBoxPixels, pictureHash, pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { demoClip } from '../support/paths.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { startLookout } from '../support/start.js';
import { until } from '../support/until.js';

let lookout: LookoutProcess;

// A minute of the street as H.264, which plays over and over.
beforeAll(async () => {
  const path = join(scratchFolder('file'), 'street.mp4');
  const input = ['-i', demoClip(), '-an', '-vf', 'scale=640:480', '-r', '15'];
  const output = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15', '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...output, path]);
  lookout = await startLookout({}, 'file');
  await lookout.addCamera({
    id: 'gate',
    name: 'Gate',
    url: `file://${path}`,
    detect: { inference_size: 320 } as never,
  });
  await lookout.cameraIs('gate', 'live');
  await until('its codec', async () => (await lookout.camera('gate')).video);
});

/** The sockets by which a page watches now. */
function watchSockets(page: Page): Set<string> {
  const open = new Set<string>();
  page.on('websocket', (socket) => {
    const way = /\/ws\/(view|mse)\//.exec(socket.url())?.[1];
    if (way === undefined) return;
    open.add(way);
    socket.on('close', () => open.delete(way));
  });
  return open;
}

const choose = (page: Page, name: string) =>
  page.getByRole('radiogroup', { name: 'Video or pictures' }).getByRole('radio', { name, exact: true }).click();

/** Waits until the picture has changed five times. */
async function moves(page: Page): Promise<void> {
  const seen = new Set<number>();
  await until('five pictures', async () => seen.add(await pictureHash(page)).size > 5);
}

it('shows the camera’s own video with its boxes, and goes back to pictures', async () => {
  const { page, complaints } = await openPage();
  const sockets = watchSockets(page);
  await page.goto(`${lookout.url}/cameras/gate`, { waitUntil: 'commit' });
  await pictureShown(page);
  expect([...sockets]).toEqual(['view']);
  await choose(page, 'Video');
  await until('video alone', () => sockets.has('mse') && !sockets.has('view'));
  await moves(page);
  await expect.poll(() => drawnBoxPixels(page)).toBeGreaterThan(100);
  await page.getByText(/boxes (of this frame|\d+ ms behind)/).waitFor();
  await choose(page, 'Pictures');
  await until('pictures alone', () => sockets.has('view') && !sockets.has('mse'));
  expect(complaints).toEqual([]);
});

it('falls back to pictures when video stands still', async () => {
  const { page } = await openPage();
  let forwards = true;
  await page.routeWebSocket(/\/ws\/mse\//, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (forwards) socket.send(message);
    });
  });
  const sockets = watchSockets(page);
  await page.goto(`${lookout.url}/cameras/gate`, { waitUntil: 'commit' });
  await pictureShown(page);
  await choose(page, 'Video');
  await until('video alone', () => !sockets.has('view'));
  forwards = false;
  await until('pictures', () => sockets.has('view'));
  await moves(page);
});
