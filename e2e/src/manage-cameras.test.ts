import type { ProbeResult } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { openPage } from './support/browser.js';
import { pictureShown } from './support/live-picture.js';
import { startCamera, startLookout } from './support/start.js';
import { until } from './support/until.js';

describe('adding a camera in the page', () => {
  it('tries the address, shows what it found, saves it and shows it live', async () => {
    const camera = await startCamera();
    const lookout = await startLookout();
    const { page, complaints } = await openPage(lookout.url);
    await page.getByRole('button', { name: 'Add a camera' }).click();
    await page.getByLabel('Address').fill(camera.url);
    await page.keyboard.press('Enter');
    await page.getByAltText('What the camera sees now').waitFor();
    await page.getByText(/640 × 480 · M?JPEG/i).waitFor();
    await page.getByLabel('Name').fill('Porch');
    await page.getByRole('button', { name: 'Save camera' }).click();
    await page.waitForURL('**/cameras/porch');
    await pictureShown(page);
    expect(complaints).toEqual([]);
    // Nothing of the trial stays open.
    await until('one client of the camera', () => camera.clientCount === 1);
  });

  it('says exactly why an address gives no picture, and what to try', async () => {
    const camera = await startCamera();
    const lookout = await startLookout();
    const { page } = await openPage(lookout.url);
    await page.getByRole('button', { name: 'Add a camera' }).click();
    for (const [address, reason, hint] of [
      ['http://127.0.0.1:9/stream', 'connection was refused', 'ESP32-CAM streams on port 81'],
      [`${camera.origin}/video`, 'nothing at /video (404)', 'manual'],
      ['127.0.0.1/stream', 'does not say how to open it', 'Did you mean http://127.0.0.1/stream?'],
      ['http://nowhere.invalid/stream', "can't be resolved", 'Check the spelling'],
    ] as const) {
      await page.getByLabel('Address').fill(address);
      await page.keyboard.press('Enter');
      await page.getByText(reason).waitFor();
      await page.getByText(hint).waitFor();
    }
    camera.faults = { auth: { scheme: 'basic', username: 'admin', password: '50%@home' } };
    await page.getByLabel('Address').fill(camera.url);
    await page.keyboard.press('Enter');
    await page.getByText('asks for a user name and a password').waitFor();
    await page.getByLabel('User').fill('admin');
    await page.getByLabel('Password').fill('50%@home');
    await page.keyboard.press('Enter');
    await page.getByAltText('What the camera sees now').waitFor();
  });

  it('takes what the page of an ESP32-CAM needs: its stream is elsewhere', async () => {
    const camera = await startCamera();
    const lookout = await startLookout();
    const result = await lookout.send<ProbeResult>('POST', '/api/cameras/probe', { url: camera.origin });
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.hint).toMatch(/81\/stream/);
  });
});

describe('cameras that were added', () => {
  it('are there again after a restart, in the state they were left', async () => {
    const camera = await startCamera();
    const first = await startLookout();
    await first.addCamera({ id: 'yard', name: 'Yard', url: camera.url, detect: { fps: 7 } as never });
    await first.addCamera({ id: 'shed', name: 'Shed', url: camera.url, enabled: false });
    await first.cameraIs('yard', 'live');
    expect((await first.end()).code).toBe(0);

    const second = await startLookout({ data: first.data });
    await second.cameraIs('yard', 'live');
    expect(await second.camera('yard')).toMatchObject({ name: 'Yard', origin: 'api', detect: { fps: 7 } });
    expect(await second.camera('shed')).toMatchObject({ enabled: false, state: 'off' });
  });

  it('do not keep the server from starting when their address has become useless', async () => {
    const first = await startLookout();
    await first.addCamera({ id: 'demo', url: 'demo:street' });
    await first.cameraIs('demo', 'live');
    await first.end();
    const second = await startLookout({ data: first.data, demoClip: '/nowhere/clip.avi' });
    const camera = await second.cameraIs('demo', 'unsupported');
    expect(camera.state_reason).toContain('clip of demo:street is not installed');
  });

  it('can be changed, switched off and on, and deleted in the page', async () => {
    const camera = await startCamera();
    const lookout = await startLookout();
    await lookout.addCamera({ id: 'yard', name: 'Yard', url: camera.url });
    const { page, complaints } = await openPage(`${lookout.url}/cameras/yard`);
    await pictureShown(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Name').fill('Garden');
    await page.getByLabel('Look for').fill('person, dog');
    await page.getByLabel('Analysed frames per second').fill('4');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Garden' }).waitFor();
    expect(await lookout.camera('yard')).toMatchObject({
      name: 'Garden',
      detect: { fps: 4, classes: ['person', 'dog'] },
    });

    await page.getByRole('switch', { name: 'On' }).click();
    await page.getByText('Switched off').first().waitFor();
    await until('the camera is let go', () => camera.clientCount === 0);
    await page.getByRole('switch', { name: 'On' }).click();
    await pictureShown(page);

    await page.getByRole('button', { name: 'Delete this camera' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
    expect(await lookout.json('/api/cameras')).toEqual([]);
    expect((await lookout.fetch('/api/cameras/yard')).status).toBe(404);
    await until('the camera is let go', () => camera.clientCount === 0);
    expect(complaints).toEqual([]);
  });

  it('cannot be changed where a file or a flag owns them, and say so', async () => {
    const camera = await startCamera();
    const lookout = await startLookout({ sources: [camera.url] });
    const [given] = await lookout.json<Array<{ id: string }>>('/api/cameras');
    const response = await lookout.fetch(`/api/cameras/${given?.id}`, { method: 'DELETE' });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('--source');
    const { page } = await openPage(`${lookout.url}/cameras/${given?.id}`);
    await page.getByText('Set on the command line').waitFor();
  });
});
