import { IdentityServer } from '@lookout/server/identity-testing';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { keep } from '../support/keep.js';
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

it('leads to the provider of another site and back to the page that was asked for, and out of both', async () => {
  const identity = keep(await IdentityServer.start(), (provider) => provider.close());
  identity.groups.set('ann', ['family']);
  const oidc = {
    ...{ issuer: identity.issuer, client_id: identity.client.id, client_secret: identity.client.secret },
    ...{ name: 'Home', roles: { family: 'viewer' } },
  };
  const lookout = await startLookout({ args: ['--sign-in', 'always'], yaml: JSON.stringify({ auth: { oidc } }) });
  const home = `http://phone.test:${lookout.port}`;
  identity.register([`${home}/oidc/callback`], [`${home}/`]);
  const { page } = await openPage(`${home}/settings/account?sign-in=cancelled`);
  await page.getByText('Home did not sign you in.').waitFor();
  await page.getByRole('link', { name: 'Sign in with Home' }).click();
  // The provider's own pages.
  await page.getByPlaceholder('Enter any login').fill('ann');
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('You are signed in as The ann.').waitFor();
  expect(page.url()).toBe(`${home}/settings/account`);
  await page.getByRole('button', { name: 'Sign out (The ann)' }).click();
  // It asks whether to sign out there too.
  await page.waitForURL(`${identity.issuer}/**`);
  await page.getByRole('button', { name: /Yes/ }).click();
  await page.getByRole('link', { name: 'Sign in with Home' }).waitFor();
});
