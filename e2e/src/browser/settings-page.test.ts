import type { Model } from '@lookout/protocol';
import { oddModel } from '@lookout/vision/testing';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { addModels, roadModel } from '../support/models.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { startLookout } from '../support/start.js';
import { until } from '../support/until.js';

it('a model is loaded and made the default in the settings, by keyboard', async () => {
  const lookout = await sharedLookout();
  addModels(lookout, { road: roadModel(), spoilt: oddModel({ score: 0 }) });
  const { page } = await openPage(`${lookout.url}/settings/models`);
  const row = (name: string) => page.getByRole('listitem', { name, exact: true });
  await row('road').getByRole('button', { name: 'Load road' }).press('Enter');
  await row('road').getByText('Loaded, cpu').waitFor();
  await row('road').getByRole('button', { name: 'Make default road' }).press('Enter');
  await row('road').getByText('Loaded, default').waitFor();
  await until('it is the default', async () => (await lookout.json<Model[]>('/api/models'))[0]?.name === 'road');
  await row('nanodet-g').getByRole('button', { name: 'Unload nanodet-g' }).press('Enter');
  await row('nanodet-g').getByRole('button', { name: 'Load nanodet-g' }).waitFor();
  expect((await lookout.json<Model[]>('/api/models')).find(({ name }) => name === 'nanodet-g')?.loaded).toBe(false);
  await page.getByText('the processor').first().waitFor();
  await row('spoilt').getByRole('button', { name: 'Load spoilt' }).press('Enter');
  await page.getByRole('alert').getByText('a score of exactly 0 to everything').waitFor();
});

it('the servers that run the model elsewhere are shown, with why one is left out', async () => {
  const far = await sharedLookout();
  const env = { KSERVE_URL: `${far.url},http://127.0.0.1:9`, KSERVE_MODEL: 'detect' };
  const near = await startLookout({ env });
  const { page } = await openPage(`${near.url}/settings/models`);
  const server = (url: string) => page.getByRole('listitem', { name: url, exact: true });
  await server(far.url).getByText('In use').waitFor();
  await server(far.url).getByText('of 2 requests at once').waitFor();
  await server('http://127.0.0.1:9').getByText('Left out').waitFor();
  await server('http://127.0.0.1:9').getByText('is not reachable: ECONNREFUSED').waitFor();
});
