import type { ApiKey, CreatedApiKey, Session, User } from '@lookout/protocol';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { expectNoBarriers } from '../support/accessibility.js';
import { openPage, PHONE } from '../support/browser.js';
import { pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { startCamera, startLookout } from '../support/start.js';

let lookout: LookoutProcess;
let adminKey: string;

// As others in a network see it: by a name that is not this machine's own.
const origin = () => `http://phone.test:${lookout.port}`;

beforeAll(async () => {
  const camera = await startCamera({ fps: 5 }, 'file');
  const rest = `url: '${camera.url}', detect: { enabled: false }`;
  const yaml = `cameras: [{ id: yard, name: Yard, ${rest} }, { id: gate, name: Front gate, ${rest} }]`;
  lookout = await startLookout({ host: '0.0.0.0', yaml }, 'file');
  adminKey = await lookout.adminKey();
});

/** A page of somebody who is signed in with this key. */
async function openAs(key: string, path: string, options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(`${origin()}/healthz`, options);
  const status = await opened.page.evaluate(
    async (body) =>
      (await fetch('/api/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status,
    JSON.stringify({ key }),
  );
  expect(status).toBe(200);
  opened.complaints.length = 0;
  await opened.page.goto(origin() + path, { waitUntil: 'commit' });
  return opened;
}

const dialogOf = (page: Page) => page.getByRole('dialog');

it('an admin makes a key for a camera, sees it once, and revokes it', async () => {
  const { page, complaints } = await openAs(adminKey, '/settings/keys', { viewport: PHONE });
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel('Name').fill('Door tablet');
  await dialog.getByLabel('May do').selectOption('Viewer');
  await dialog.getByLabel('Front gate').check();
  await dialog.getByLabel('Works for').selectOption('One week');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const secret = await dialog.getByText(/^lk_[\w-]{20,}$/).innerText();
  const keys = () => lookout.callAsAdmin<ApiKey[]>('GET', '/api/keys');
  expect(await keys()).toContainEqual(
    expect.objectContaining({
      name: 'Door tablet',
      scope: 'viewer',
      cameras: ['gate'],
      expires_at: expect.any(Number),
    }),
  );
  await dialog.getByRole('button', { name: 'Done' }).click();
  const key = page.getByRole('listitem', { name: 'Door tablet' });
  await key.getByText('Viewer for Front gate').waitFor();
  expect(await page.getByText(secret).count()).toBe(0);
  await key.getByRole('button', { name: 'Revoke Door tablet' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await expect.poll(async () => (await keys()).map(({ name }) => name)).toEqual(['admin']);
  await key.waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

it('the sign-in page shows what was typed, and tells whoever forgot the key what to run on the machine', async () => {
  const { page } = await openPage(origin(), { viewport: PHONE });
  await page.getByLabel('API key', { exact: true }).fill('lk_typed');
  await page.getByRole('button', { name: 'Show the key' }).click();
  expect(await page.getByLabel('API key', { exact: true }).getAttribute('type')).toBe('text');
  // Browsers have no camera on such pages.
  expect(await page.getByRole('button', { name: 'Scan a code' }).count()).toBe(0);
  await page.getByText('Forgotten?').click();
  await page.getByText(`npm start -- keys qr --host 0.0.0.0 --port ${lookout.port}`).waitFor();
  await expectNoBarriers(page);
});

it('the page says why a key can’t be revoked, and offers cameras for viewers and operators alone', async () => {
  const { page } = await openAs(adminKey, '/settings/keys');
  await page.getByRole('button', { name: 'Revoke admin' }).click();
  const ask = page.getByRole('alertdialog');
  await ask.getByRole('button', { name: 'Revoke' }).click();
  await ask.getByText('This is the last admin key').waitFor();
  await ask.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'New key' }).click();
  const choice = page.getByRole('group', { name: 'Only these cameras' });
  await choice.waitFor();
  await page.getByLabel('May do').selectOption('Detection API');
  expect(await choice.count()).toBe(0);
});

it('a viewer is offered nothing that the server would refuse', async () => {
  const admin = await openAs(adminKey, '/');
  await admin.page.getByRole('link', { name: 'Add a camera' }).waitFor();
  const { key } = await lookout.callAsAdmin<CreatedApiKey>('POST', '/api/keys', { name: 'Guest', scope: 'viewer' });
  const { page } = await openAs(key, '/');
  await pictureShown(page);
  const offered = (name: string) => page.getByRole('button', { name }).count();
  await expect.poll(() => page.getByRole('link', { name: 'Add a camera' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Try it' }).count()).toBe(0);
  await page.goto(`${origin()}/cameras/yard`);
  await pictureShown(page);
  await page.getByRole('link', { name: 'Diagnostics' }).waitFor();
  expect(await page.getByRole('main').getByRole('link', { name: 'Settings' }).count()).toBe(0);
  await page.goto(`${origin()}/cameras/yard/settings`);
  await pictureShown(page);
  expect([await offered('Delete this camera'), await page.getByRole('switch', { name: 'On' }).count()]).toEqual([0, 0]);
  await page.goto(`${origin()}/settings`);
  await page.getByRole('listitem', { name: 'nanodet-g' }).waitFor();
  expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0);
});

it('whoever may not set the mode for all cameras is offered no switch for it', async () => {
  const rule = { trigger: { behavior: 'appear', subject: { classes: ['person'] } } };
  await lookout.callAsAdmin('POST', '/api/rules', { rule });
  const switches = (page: Page) => page.getByLabel('Who is in');
  const admin = await openAs(adminKey, '/rules');
  await expect.poll(() => switches(admin.page).count()).toBe(2);
  for (const may of [{ scope: 'operator', cameras: ['gate'] }, { scope: 'viewer' }]) {
    const { key } = await lookout.callAsAdmin<CreatedApiKey>('POST', '/api/keys', {
      name: `Limited ${may.scope}`,
      ...may,
    });
    const { page } = await openAs(key, '/rules');
    await page.getByRole('article').first().waitFor();
    await expect.poll(() => switches(page).count()).toBe(0);
  }
});

it('a phone is signed in by a code, once, at an address that it reaches', async () => {
  const { page, complaints } = await openAs(adminKey, '/settings/network');
  await page.getByRole('button', { name: 'Sign in a phone' }).click();
  await dialogOf(page).getByRole('img', { name: 'Code that signs a phone in' }).waitFor();
  const link = await dialogOf(page).getByText(`${origin()}/join/`).innerText();
  expect(complaints).toEqual([]);
  const phone = await openPage(link, { viewport: PHONE });
  await pictureShown(phone.page);
  const late = await openPage(link, { viewport: PHONE });
  await late.page.getByText('This code was already used').waitFor();
});

it('the sign-in page takes the key, and forgets who signs out', async () => {
  const { page } = await openPage(`${origin()}/cameras/yard`);
  await page.getByLabel('API key').fill('lk_wrong');
  await page.keyboard.press('Enter');
  await page.getByText('The API key is not valid').waitFor();
  await expectNoBarriers(page);
  await page.getByLabel('API key').fill(adminKey);
  await page.keyboard.press('Enter');
  await pictureShown(page);
  const cookies = await page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
  expect(cookies[0]?.value).not.toContain(adminKey);
  await page.getByRole('button', { name: /^Sign out/ }).click();
  await page.getByLabel('API key').waitFor();
  const session = await page.evaluate(async () => (await fetch('/api/session')).json() as Promise<Session>);
  expect(session.signed_in).toBe(false);
});

it('whoever is signed in opens a viewer by the camera’s name', async () => {
  const { page } = await openPage(`${origin()}/view/yard`);
  await page.getByRole('heading', { name: 'This link has ended' }).waitFor();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('API key').fill(adminKey);
  await page.keyboard.press('Enter');
  await pictureShown(page);
});

it('an admin adds a person, who signs in with a name and a password and changes it', async () => {
  const { page: admin } = await openAs(adminKey, '/settings/people', { viewport: PHONE });
  await admin.getByRole('button', { name: 'Add person' }).click();
  const dialog = dialogOf(admin);
  await dialog.getByLabel('Name to sign in with').fill('anna');
  await dialog.getByLabel('Shown as').fill('Anna');
  await dialog.getByLabel('Yard').check();
  await dialog.getByLabel('Password').fill('correct horse');
  await expectNoBarriers(admin);
  await dialog.getByRole('button', { name: 'Add person' }).click();
  const person = admin.getByRole('listitem', { name: 'Anna', exact: true });
  await person.getByText('Viewer for Yard, not signed in').waitFor();
  expect(await lookout.callAsAdmin<User[]>('GET', '/api/users')).toEqual([
    expect.objectContaining({ name: 'anna', role: 'viewer', cameras: ['yard'] }),
  ]);

  const { page, complaints } = await openPage(`${origin()}/settings/account`, { viewport: PHONE });
  await page.getByLabel('User name').fill('Anna');
  await page.getByLabel('Password').fill('correct horse');
  await expectNoBarriers(page);
  complaints.length = 0;
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('You are signed in as Anna.').waitFor();
  await page.getByLabel('Present password').fill('correct horse');
  await page.getByLabel('New password').fill('a better one');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Changed. Your other devices are signed out.').waitFor();
  await page.getByText('This device').waitFor();
  await expectNoBarriers(page);
  expect(complaints).toEqual([]);

  await admin.reload();
  await admin.getByText('Changed the own password').waitFor();
  await expectNoBarriers(admin);
  await admin.getByRole('button', { name: 'Remove Anna' }).click();
  await admin.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await page.reload();
  await page.getByLabel('API key').waitFor();
});
