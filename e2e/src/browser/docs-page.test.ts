import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { sharedLookout } from '../support/shared-lookout.js';

interface Description {
  openapi: string;
  paths: Record<string, Record<string, { summary?: string }>>;
}

it('shows every call of the API and the messages of WebSockets, from this server alone', async () => {
  const lookout = await sharedLookout();
  const { page, complaints } = await openPage();
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(lookout.url) && !/^(data|blob):/.test(request.url())) elsewhere.push(request.url());
  });
  await page.goto(`${lookout.url}/docs`);
  const { openapi, paths } = await lookout.json<Description>('/openapi.json');
  expect(openapi).toMatch(/^3\.1/);
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/api/cameras',
      '/api/cameras/{id}',
      '/video_feed',
      '/ws/view/{token}',
      '/ws/stream/{camera}',
    ]),
  );
  await page.getByRole('heading', { name: /^Lookout/ }).waitFor();
  const shown: string[] = [];
  for (const topic of await page.locator('.opblock-tag').all()) {
    await topic.click();
    await page.locator('.opblock-summary').first().waitFor();
    shown.push(...(await page.locator('.opblock-summary').allInnerTexts()));
    await topic.click();
    await page.locator('.opblock-summary').first().waitFor({ state: 'detached' });
  }
  const compact = (text: string) => text.replace(/[\s\u200b]/g, '');
  const texts = shown.map(compact);
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { summary = '' }] of Object.entries(methods)) {
      expect(texts).toContain(compact(`${method.toUpperCase()}${path}${summary}`));
    }
  }

  // Messages that go over a WebSocket, too.
  await page.locator('.opblock-tag', { hasText: 'websocket' }).click();
  await page.locator('.opblock', { hasText: 'Send frames, get detections' }).getByRole('button').first().click();
  await page.getByText('x-messages').waitFor();
  await page.getByText('#/components/schemas/DetectionServerMessage').first().waitFor();
  expect(elsewhere).toEqual([]);
  expect(complaints).toEqual([]);
});
