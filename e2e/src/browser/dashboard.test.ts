import { startOnvifDevice, startRtspServer, syntheticJpeg } from '@lookout/media/testing';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { keep } from '../support/keep.js';
import { pictureHash, pictureShown, readAge, watchLayoutShift } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { startCamera, startLookout } from '../support/start.js';
import { until } from '../support/until.js';

let lookout: LookoutProcess;

beforeAll(async () => {
  lookout = await sharedLookout('file');
});
afterEach(() => lookout.removeCameras());

describe('the home page', () => {
  it('leads from nothing to a live street in one click', async () => {
    const { page, complaints } = await openPage(lookout.url);
    await page.getByRole('heading', { name: 'Let’s find your first camera' }).waitFor();
    await page.getByRole('button', { name: 'Try the demo street' }).click();
    await page.waitForURL('**/cameras/demo-street');
    await pictureShown(page);
    await page.getByRole('link', { name: 'Cameras', exact: true }).click();
    await page.locator('article', { hasText: 'Demo street' }).waitFor();
    await pictureShown(page);
    expect(complaints).toEqual([]);
  });

  it('shows moving pictures, how late they are, who is there and the last hour', async () => {
    await lookout.addCamera({ id: 'demo-street', name: 'Demo street', url: 'demo:street' });
    const { page, complaints } = await openPage(lookout.url);
    const layoutShift = await watchLayoutShift(page);
    await page.reload();
    await pictureShown(page);
    const seen = new Set<number>();
    await until('five different pictures', async () => seen.add(await pictureHash(page)).size >= 5);
    const tile = page.locator('article', { hasText: 'Demo street' });
    await tile.getByText(/^Delay \d/).waitFor();
    const age = await until('an age under a second', async () => {
      const ms = readAge(await tile.innerText());
      return ms !== undefined && ms < 1000 && ms;
    });
    expect(age).toBeGreaterThan(0);
    await tile.getByText(/\d (person|people|car).* now$/).waitFor();
    await tile.getByRole('img', { name: /^In the last hour: / }).waitFor();
    await page.getByRole('heading', { name: 'Nothing warns you yet' }).waitFor();
    await page.getByRole('link', { name: 'Write the first rule' }).waitFor();
    expect(await layoutShift()).toBeLessThan(0.02);
    expect(complaints).toEqual([]);
  });
});

describe('adding a camera in the page', () => {
  it('tries the address, shows what it found, saves it and shows it live', async () => {
    const camera = await startCamera({ fps: 8 });
    const { page, complaints } = await openPage(lookout.url);
    await page.getByRole('link', { name: 'Add a camera' }).click();
    await page.getByLabel('Type an address').fill(camera.url);
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Address').inputValue()).toBe(camera.url);
    await page.keyboard.press('Enter');
    await page.getByAltText('What the camera sees now').waitFor();
    await page.getByText(/640 × 480 · M?JPEG/i).waitFor();
    await page.getByLabel('Name').fill('Porch');
    await page.getByRole('button', { name: 'Animals', pressed: true }).click();
    // Back, and on again: nothing that was typed is lost.
    await page.getByRole('button', { name: 'Back' }).click();
    expect(await page.getByLabel('Address').inputValue()).toBe(camera.url);
    await page.goForward();
    await page.getByRole('button', { name: 'Animals', pressed: false }).waitFor();
    await page.getByRole('button', { name: 'Add camera' }).click();

    await page.getByRole('heading', { name: 'Porch is added. Should Lookout warn you?' }).waitFor();
    await page.getByText('Warn when a person is seen on “Porch”, between 22:00 and 06:00.').waitFor();
    await page.getByRole('button', { name: 'Warn me' }).click();
    await page.waitForURL('**/cameras/porch');
    await pictureShown(page);
    const { detect } = await lookout.camera('porch');
    expect(detect.classes).toContain('person');
    expect(detect.classes).not.toContain('dog');
    expect(await lookout.json('/api/rules')).toMatchObject([
      { prompt: 'Tell me when a person is seen on Porch at night', rule: { cameras: ['porch'] } },
    ]);
    expect(complaints).toEqual([]);
    // Nothing of the trial stays open.
    await until('one client of the camera', () => camera.clientCount === 1);
  });

  it('says exactly why an address gives no picture, and what to try', async () => {
    const camera = await startCamera({ fps: 8 });
    const { page } = await openPage(lookout.url);
    await page.getByRole('link', { name: 'Add a camera' }).click();
    await page.getByRole('button', { name: 'Examples' }).click();
    for (const [address, reason, hint] of [
      ['http://127.0.0.1:9/stream', 'connection was refused', 'ESP32-CAM streams on port 81'],
      [`${camera.origin}/video`, 'nothing at /video (404)', 'manual'],
      ['127.0.0.1/stream', 'no scheme that says how to open it', 'Did you mean http://127.0.0.1/stream?'],
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
    await page.getByText('requires a user name and a password').waitFor();
    await page.getByLabel('User').fill('admin');
    await page.getByLabel('Password').fill('50%@home');
    await page.keyboard.press('Enter');
    await page.getByAltText('What the camera sees now').waitFor();
  });
});

describe('finding a camera in the page', () => {
  const credentials = { username: 'admin', password: 'p@ss/wörd' };

  it('lists it, asks for its password, shows its picture and streams, and adds both', async () => {
    const authentication = { kind: 'digest', ...credentials } as const;
    const [main, sub] = await Promise.all([
      startRtspServer({ width: 640, height: 480, fps: 10, authentication }),
      startRtspServer({ width: 320, height: 240, fps: 5, authentication }),
    ]);
    keep(main, (server) => server.stop());
    keep(sub, (server) => server.stop());
    const h264 = { encoding: 'H264' } as const;
    const device = await startOnvifDevice({
      ...{ discoveryPort: 3702, name: 'Front door', credentials, snapshot: syntheticJpeg({ width: 640, height: 480 }) },
      profiles: [
        {
          ...h264,
          token: 'main',
          name: 'Main',
          width: 640,
          height: 480,
          streamUri: `rtsp://{host}:${main.port}/camera`,
        },
        { ...h264, token: 'sub', name: 'Sub', width: 320, height: 240, streamUri: `rtsp://{host}:${sub.port}/camera` },
      ],
    });
    keep(device, (simulated) => simulated.stop());

    const { page, complaints } = await openPage(lookout.url);
    await page.getByRole('link', { name: 'Add a camera' }).click();
    await page.getByRole('button', { name: /^Front door/ }).click();
    await page.getByText('asks for a user and a password').waitFor();
    await page.getByLabel('User').fill('admin');
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('User or password not accepted').waitFor();
    await page.getByLabel('Password').fill(credentials.password);
    await page.keyboard.press('Enter');
    await page.getByAltText('What the camera sees now').waitFor();
    await page.getByText('640 × 480 · H264 · 25 fps').waitFor();
    await page.getByText('320 × 240 · H264 · 25 fps').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('Front door');
    await page.getByRole('button', { name: 'Add camera' }).click();
    await page.getByRole('link', { name: 'Not now' }).click();
    await page.waitForURL('**/cameras/front-door');
    await pictureShown(page);
    const { url, sub_url } = await lookout.camera('front-door');
    expect([url, sub_url].map((each) => new URL(each ?? '').port)).toEqual([String(main.port), String(sub.port)]);

    await page.goto(lookout.url);
    await page.getByRole('link', { name: 'Add a camera' }).click();
    await page.getByRole('button', { name: /^Front door.*Added/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('says why nothing may be found at a host, and makes addresses by maker', async () => {
    const { page } = await openPage(lookout.url);
    await page.getByRole('link', { name: 'Add a camera' }).click();
    await page.getByLabel('Type an address').fill('127.0.0.9:1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '127.0.0.9 did not answer the search' }).waitFor();
    await page.getByText('ONVIF may be switched off in the camera').waitFor();
    await page.getByRole('button', { name: /^Camera 127\.0\.0\.9/ }).click();
    await page.getByText('Nothing listens at 127.0.0.9:1').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();

    await page.getByRole('button', { name: 'By maker' }).click();
    await page.getByLabel('Maker').selectOption('TP-Link Tapo');
    await page.getByText('Make a camera account in the app first').waitFor();
    await page.getByLabel('Address of the camera').fill('127.0.0.9:1');
    await page.getByText('rtsp://127.0.0.9:1/stream2').waitFor();
    await page.getByLabel('User').fill('me');
    await page.getByLabel('Password').fill('p@ss/');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText('Nothing listens at 127.0.0.9:1').waitFor();
    await page.getByRole('button', { name: 'Continue anyway' }).click();
    await page.getByLabel('Name').fill('Tapo');
    await page.getByRole('button', { name: 'Add camera' }).click();
    await page.getByRole('heading', { name: 'Tapo is added' }).waitFor();
    expect(await lookout.camera('tapo')).toMatchObject({
      url: 'rtsp://***@127.0.0.9:1/stream1',
      sub_url: 'rtsp://***@127.0.0.9:1/stream2',
    });
  });
});

describe('a camera that was added', () => {
  it('is shown as it is changed elsewhere, without a request', async () => {
    const camera = await startCamera({ fps: 8 });
    await lookout.addCamera({ id: 'shed', name: 'Shed', url: camera.url });
    const { page } = await openPage(lookout.url);
    await pictureShown(page);
    const requested: string[] = [];
    page.on('request', (request) => requested.push(new URL(request.url()).pathname));
    await lookout.send('PATCH', '/api/cameras/shed', { name: 'Garden shed' });
    await page.getByRole('heading', { name: 'Garden shed' }).waitFor();
    await camera.close();
    await page.getByText('Cannot be reached', { exact: true }).waitFor();
    expect(requested.filter((path) => /^\/api\/cameras(\/shed)?$/.test(path))).toEqual([]);
    expect((await lookout.fetch('/api/cameras/shed', { method: 'DELETE' })).status).toBe(204);
    await page.getByRole('heading', { name: 'Let’s find your first camera' }).waitFor();
  });

  it('can be changed, switched off and on, and deleted in the page', async () => {
    const camera = await startCamera({ fps: 8 });
    await lookout.addCamera({ id: 'yard', name: 'Yard', url: camera.url });
    const { page, complaints } = await openPage(`${lookout.url}/cameras/yard`);
    await pictureShown(page);
    await page.getByRole('main').getByRole('link', { name: 'Settings' }).click();
    await page.getByLabel('Name').fill('Garden');
    await page.getByLabel('Look for').fill('person, dog');
    await page.getByLabel('Pictures a second').fill('4');
    await page.getByRole('button', { name: 'Save settings' }).click();
    await page.getByRole('heading', { name: 'Garden' }).waitFor();
    expect(await lookout.camera('yard')).toMatchObject({
      name: 'Garden',
      detect: { fps: 4, classes: ['person', 'dog'] },
    });

    await page.getByRole('switch', { name: 'On' }).click();
    await page.getByText('Switched off').first().waitFor();
    // No figures of before.
    await expect.poll(() => page.getByText(/\d (ms|fps)/).count()).toBe(0);
    await until('the camera is let go', () => camera.clientCount === 0);
    await page.getByRole('switch', { name: 'On' }).click();
    await pictureShown(page);
    // Once it is deleted, what the page asks of it meanwhile is answered 404, which browsers report.
    expect(complaints).toEqual([]);

    await page.getByRole('button', { name: 'Delete this camera' }).press('Enter');
    await page.getByRole('button', { name: 'Delete', exact: true }).press('Enter');
    await page.getByRole('heading', { name: 'Let’s find your first camera' }).waitFor();
    // What had the focus is gone.
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    expect(await lookout.json('/api/cameras')).toEqual([]);
    expect((await lookout.fetch('/api/cameras/yard')).status).toBe(404);
    await until('the camera is let go', () => camera.clientCount === 0);
  });

  it('cannot be changed where a file or a flag owns them, and say so', async () => {
    const camera = await startCamera({ fps: 8 });
    const lookout = await startLookout({ sources: [camera.url] });
    const [given] = await lookout.json<Array<{ id: string }>>('/api/cameras');
    const response = await lookout.fetch(`/api/cameras/${given?.id}`, { method: 'DELETE' });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('--source');
    const { page } = await openPage(`${lookout.url}/cameras/${given?.id}/settings`);
    await page.getByText('Set on the command line').waitFor();
  });
});

describe('a camera that is a phone', () => {
  it('is made by a name, with a link and a word on what the phone needs, and waits rather than being off', async () => {
    const { page, complaints } = await openPage(lookout.url);
    await page.getByRole('link', { name: 'Use a phone' }).click();
    await page.getByLabel('Name').fill('Porch phone');
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByText('These links open on this computer only').waitFor();
    const { publish_token } = await lookout.camera('porch-phone');
    const link = await page.getByRole('link', { name: 'Open here' }).getAttribute('href');
    expect(link).toBe(`/camera/${publish_token}`);
    // A phone that scans a link to localhost would look for the server on itself.
    expect(await page.getByRole('img', { name: /^QR code/ }).count()).toBe(0);
    await page.getByRole('link', { name: 'Cameras', exact: true }).click();

    const tile = page.getByRole('article');
    await tile.getByText('Waiting', { exact: true }).waitFor();
    await tile.getByText('Waiting for the camera').waitFor();
    expect(await tile.getByRole('link', { name: 'Publish from here' }).getAttribute('href')).toBe(link);
    await page.getByText('Your camera shows no picture.').waitFor();
    await page.goto(`${lookout.url}/settings/network`);
    await page.getByText('it listens to this machine only').waitFor();
    expect(complaints).toEqual([]);
  });
});
