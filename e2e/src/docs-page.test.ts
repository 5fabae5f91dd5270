import { beforeAll, expect, it } from 'vitest';
import { openPage } from './support/browser.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { startLookout } from './support/start.js';

interface Description {
  paths: Record<string, Record<string, { summary?: string }>>;
}

let lookout: LookoutProcess;
beforeAll(async () => {
  lookout = await startLookout({}, 'file');
});

it('shows every call of the API, from this server alone', async () => {
  const { page, complaints } = await openPage('about:blank');
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(lookout.url) && !/^(data|blob):/.test(request.url())) elsewhere.push(request.url());
  });
  await page.goto(`${lookout.url}/docs`);
  const { paths } = await lookout.json<Description>('/openapi.json');
  await page.getByText('/api/cameras/probe').first().waitFor();
  const shown = await page.locator('.opblock-summary').allInnerTexts();
  const compact = (text: string) => text.replace(/[\s\u200b]/g, '');
  const texts = shown.map(compact);
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { summary = '' }] of Object.entries(methods)) {
      expect(texts).toContain(compact(`${method.toUpperCase()}${path}${summary}`));
    }
  }
  expect(elsewhere).toEqual([]);
  expect(complaints).toEqual([]);
});

it('tells which messages go over a WebSocket', async () => {
  const { page } = await openPage(`${lookout.url}/docs`);
  await page.locator('.opblock', { hasText: 'Frames in, detections out' }).getByRole('button').first().click();
  await page.getByText('x-messages').waitFor();
  await page.getByText('#/components/schemas/DetectionServerMessage').first().waitFor();
});
