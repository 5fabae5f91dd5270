import type { ViewedFrameMetadata } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { openPage } from './support/browser.js';
import { drawnBoxPixels, pictureHash, pictureShown, readAge } from './support/live-picture.js';
import { RawSocket } from './support/socket.js';
import { startLookout } from './support/start.js';
import { until } from './support/until.js';

describe('the dashboard', () => {
  it('leads from nothing to a live street in one click', async () => {
    const lookout = await startLookout();
    const { page, complaints } = await openPage(lookout.url);
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    await page.getByRole('button', { name: 'Try the demo street' }).click();
    await page.waitForURL('**/cameras/demo-street');
    await pictureShown(page);
    await page.getByRole('link', { name: 'Cameras', exact: true }).click();
    await page.locator('article', { hasText: 'Demo street' }).waitFor();
    await pictureShown(page);
    expect(complaints).toEqual([]);
  });

  it('shows moving pictures, their age, their rate and the camera’s state', async () => {
    const lookout = await startLookout({ demo: true });
    const { page, complaints } = await openPage(lookout.url);
    await pictureShown(page);
    const seen = new Set<number>();
    await until('five different pictures', async () => seen.add(await pictureHash(page)).size >= 5);
    const tile = page.locator('article', { hasText: 'Demo street' });
    await tile.getByText('Live', { exact: true }).waitFor();
    await tile.getByText(/\d fps/).waitFor();
    const age = await until('an age under a second', async () => {
      const ms = readAge(await tile.innerText());
      return ms !== undefined && ms < 1000 && ms;
    });
    expect(age).toBeGreaterThan(0);
    await page.getByText('1 live').waitFor();
    expect(complaints).toEqual([]);
  });

  it('draws boxes on the people in the picture', async () => {
    const lookout = await startLookout({ demo: true });
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/demo-street?mode=overlay`);
    const person = await until('a person found in the street', () =>
      viewer.frames
        .flatMap(({ meta }: { meta: ViewedFrameMetadata }) => meta.detections)
        .find(({ class_name, confidence }) => class_name === 'person' && confidence > 0.5),
    );
    const [x1, y1, x2, y2] = person.bbox;
    expect(x2 - x1).toBeGreaterThan(10);
    // People walk upright.
    expect(y2 - y1).toBeGreaterThan(x2 - x1);

    const { page } = await openPage(`${lookout.url}/cameras/demo-street`);
    await pictureShown(page);
    await until('boxes on the picture', async () => (await drawnBoxPixels(page)) > 200);
    await page.getByText(/In the picture.*(person|people)/).waitFor();
    for (const name of ['Boxes', 'Labels']) {
      await page.getByRole('button', { name, exact: true }).click();
    }
    await until('a picture without boxes', async () => (await drawnBoxPixels(page)) === 0);
    await page.getByRole('button', { name: 'Boxes', exact: true }).click();
    await until('boxes again', async () => (await drawnBoxPixels(page)) > 200);
  });
});
