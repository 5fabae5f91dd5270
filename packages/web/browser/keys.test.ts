import { expect, it } from 'vitest';
import { cameraOf } from './contract-server.js';
import { browserForFile, live, open, PHONE } from './open-page.js';

browserForFile();

const cameras = () => [cameraOf('yard', 'Yard'), cameraOf('gate', 'Front gate')];

it('makes a key for a camera, shows it once, and revokes it', async () => {
  const { page, server, complaints } = await open('/system', cameras(), { viewport: PHONE });
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Door tablet');
  await dialog.getByLabel('May do').selectOption('Viewer');
  await dialog.getByLabel('Front gate').check();
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await dialog.getByText('lk_k2', { exact: true }).waitFor();
  expect(server.keys.at(-1)).toMatchObject({ name: 'Door tablet', scope: 'viewer', cameras: ['gate'] });
  await dialog.getByRole('button', { name: 'Done' }).click();
  const key = page.getByRole('listitem', { name: 'Door tablet' });
  await key.getByText('Viewer of Front gate').waitFor();
  expect(await page.getByText('lk_k2').count()).toBe(0);
  await key.getByRole('button', { name: 'Revoke Door tablet' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await key.waitFor({ state: 'detached' });
  expect(server.keys.map(({ name }) => name)).toEqual(['admin']);
  expect(complaints).toEqual([]);
});

it('says why a key can’t be revoked, and takes cameras for viewers and operators alone', async () => {
  const { page } = await open('/system', cameras());
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

it('offers a viewer nothing that the server would refuse', async () => {
  const { page, server } = await open('/', cameras());
  await live(page);
  await page.getByRole('button', { name: 'Add a camera' }).waitFor();
  server.scope = 'viewer';
  await page.reload();
  await live(page);
  const offered = (name: string) => page.getByRole('button', { name }).count();
  await expect.poll(() => offered('Add a camera')).toBe(0);
  expect(await page.getByRole('link', { name: 'Try it' }).count()).toBe(0);
  await page.goto(`${new URL(page.url()).origin}/cameras/yard`);
  await live(page);
  await expect.poll(() => offered('Settings')).toBe(0);
  expect([await offered('Delete this camera'), await page.getByRole('switch', { name: 'On' }).count()]).toEqual([0, 0]);
  expect(await page.getByRole('heading', { name: 'API keys' }).count()).toBe(0);
  await page.goto(`${new URL(page.url()).origin}/system`);
  await page.getByRole('listitem', { name: 'nanodet-g' }).waitFor();
  expect(await page.getByRole('heading', { name: 'API keys' }).count()).toBe(0);
});

it('signs a phone in by a code, at an address that the phone reaches', async () => {
  const { page, server, complaints } = await open('/system', cameras());
  await page.getByText('it listens to this machine only').waitFor();
  server.system.lan_urls.push('https://192.168.1.7:8080');
  await page.reload();
  await page.getByRole('button', { name: 'Sign in a phone' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('img', { name: 'Code that signs a phone in' }).waitFor();
  await dialog.getByText('https://192.168.1.7:8080/join/c0de').waitFor();
  expect(complaints).toEqual([]);
});

it('says on the sign-in page that a code was of no use', async () => {
  const { page, server } = await open('/', cameras());
  server.locked = true;
  await page.goto(`${new URL(page.url()).origin}/?join=failed`);
  await page.getByText('This code was used already').waitFor();
});
