import { join } from 'node:path';
import type { Calibration, CreatedRules, StoredRule } from '@lookout/protocol';
import { writeConseModel } from '@lookout/vision/testing/conse-model';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { root } from '../support/paths.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { startLookout } from '../support/start.js';
import { until } from '../support/until.js';

// Rules with phrases, with a real but weak model: all the way from a sentence to the state that the page shows.

/** Models beside detection run at the lowest priority: on busy cores, a second of work can take a minute. */
const PATIENCE_MS = 120_000;

it('refuses phrases that the model can’t recognise, learns the rest from the street, and finds people by words', {
  timeout: 4 * PATIENCE_MS,
}, async () => {
  const data = scratchFolder();
  await writeConseModel(join(data, 'models/words'), join(root, '../shared/models/embed'));
  const lookout = await startLookout({ data });
  await lookout.addCamera({ id: 'street', name: 'Street', url: 'demo:street' });
  const say = async (prompt: string): Promise<StoredRule> => {
    const { rules } = await lookout.send<CreatedRules>('POST', '/api/rules', { prompt });
    return rules[0]!;
  };
  const learned = ({ id }: StoredRule) => lookout.json<Calibration>(`/api/rules/${id}/calibration`);
  const smoke = await say('warn me about smoke');
  expect(smoke).toMatchObject({ looking: { lane: 'open', model: 'words' } });
  const hat = await say('warn me when a person wearing a cowboy hat appears');
  expect(hat).toMatchObject({ looking: { lane: 'track', model: 'words' } });
  await until('smoke is refused', async () => (await learned(smoke)).state === 'refused', { timeoutMs: PATIENCE_MS });
  expect((await learned(smoke)).reasons).toMatchObject([{ kind: 'no_support', phrase: 'smoke' }]);
  await until('people are looked at', async () => (await learned(hat)).background.n > 0, { timeoutMs: PATIENCE_MS });

  const { page } = await openPage(`${lookout.url}/rules`);
  const card = page.locator('li, article, section').filter({ hasText: 'Warn when smoke is seen' }).last();
  await card.getByRole('button', { name: 'Why?' }).click();
  await page.getByText('The model knows nothing like “smoke”').waitFor();
  await page.goto(`${lookout.url}/events/search`);
  await page.getByLabel('Show me').fill('a person walking');
  await page.keyboard.press('Enter');
  await page.getByText(/compared since/).waitFor({ timeout: PATIENCE_MS });
});
