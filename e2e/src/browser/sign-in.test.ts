import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { pictureShown } from '../support/live-picture.js';
import { startLookout } from '../support/start.js';

it('a page over HTTPS, under another name, signs in with a Secure cookie, shows live pictures, and has the camera', async () => {
  const lookout = await startLookout({ demo: true, args: ['--https'] });
  // As a phone sees it: another origin than loopback, which browsers trust anyway.
  const { page } = await openPage(undefined, { ignoreHTTPSErrors: true });
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  // Typed without a scheme, as people do.
  await page.goto(`http://phone.test:${lookout.port}/cameras/demo-street`);
  expect(page.url()).toBe(`https://phone.test:${lookout.port}/cameras/demo-street`);
  await page.getByLabel('API key').fill(await lookout.adminKey());
  await page.keyboard.press('Enter');
  await pictureShown(page, 40_000);
  expect(sockets.every((url) => url.startsWith(`wss://phone.test:${lookout.port}/`))).toBe(true);
  expect(await page.context().cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict', secure: true }]);
  const camera = await page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    const [track] = stream.getVideoTracks();
    const state = track?.readyState;
    track?.stop();
    return { isSecureContext, state };
  });
  expect(camera).toEqual({ isSecureContext: true, state: 'live' });
});
