import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { startLookout } from '../support/start.js';

it('a person adds a passkey in the settings, signs out, and signs in with it alone', async () => {
  const lookout = await startLookout({ args: ['--sign-in', 'always'] });
  await lookout.callAsAdmin('POST', '/api/users', { name: 'ann', role: 'viewer', password: 'correct horse' });
  const url = `http://localhost:${lookout.port}`;
  const { page } = await openPage();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${url}/settings/account`);

  await page.getByLabel('User name').fill('ann');
  await page.getByLabel('Password').fill('correct horse');
  await page.keyboard.press('Enter');

  await page.getByLabel('Name of the passkey').fill('Laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('listitem', { name: 'Laptop' }).getByText('never used').waitFor();
  await page.context().clearCookies();
  await page.goto(`${url}/settings/account`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  const row = page.getByRole('listitem', { name: 'Laptop' });
  await row.getByText('last used').waitFor();
  await row.getByRole('button', { name: 'Remove Laptop' }).click();
  await row.waitFor({ state: 'detached' });

  await page.context().clearCookies();
  await page.goto(`http://127.0.0.1:${lookout.port}/`);
  await page.getByText('Passkeys need a name').waitFor();
  expect(await page.getByRole('button', { name: 'Use a passkey' }).count()).toBe(0);
});
