import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { startLookout } from '../support/start.js';

it('can be installed, keeps only its own files, and says in the browser’s language when the server is away', async () => {
  const lookout = await startLookout();
  const { page } = await openPage(undefined, { serviceWorkers: 'allow', locale: 'de-DE' });
  // The app's chunk arrives last: chunks that import it must not be evaluated first.
  const others = page.waitForEvent('requestfinished', (request) => request.url().includes('/assets/first-'));
  await page.route('**/assets/start-*.js', (route) => others.then(() => route.continue()));
  await page.goto(lookout.url);
  const isKept = () =>
    page.evaluate(async () => navigator.serviceWorker.controller !== null && (await caches.has('lookout-pages')));
  await expect.poll(isKept).toBe(true);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');

  const devtools = await page.context().newCDPSession(page);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // Every context of a test is one.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  expect((await devtools.send('Page.getAppManifest')).errors).toEqual([]);

  // Now by way of the service worker.
  await page.goto(`${lookout.url}/events`);
  await page.getByRole('heading', { name: 'Ereignisse' }).waitFor();
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept.length).toBeGreaterThan(1);
  expect(kept.filter((path) => !path.startsWith('/assets/'))).toEqual(['/offline']);

  await lookout.end();
  await page.reload();
  await page.getByRole('heading', { name: 'Lookout ist nicht erreichbar' }).waitFor();
  await startLookout({ port: lookout.port });
  await page.getByRole('heading', { name: 'Ereignisse' }).waitFor();
});
