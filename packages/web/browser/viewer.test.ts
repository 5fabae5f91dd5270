import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { cameraOf, FRAME, pushCameraOf, tokensOf } from './contract-server.js';
import { browserForFile, live, open, PHONE } from './open-page.js';

browserForFile();

const link = `/view/${tokensOf('yard', 'pull').view_token}`;

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const pressed = (page: Page, name: string) => button(page, name).getAttribute('aria-pressed');

/** Pixels that are drawn over the picture. */
const drawn = (page: Page) =>
  page.evaluate(() => {
    const canvas = [...document.querySelectorAll('canvas')][1]!;
    if (canvas.width === 0 || canvas.height === 0) return -1;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) count++;
    return count;
  });

/** As a hidden tab: the page is told, and does not paint. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

describe('viewer', () => {
  it('does by key what it does by button, and remembers it', async () => {
    const { page, complaints } = await open(link);
    await live(page);
    await expect.poll(() => drawn(page)).toBeGreaterThan(500);
    const all = await drawn(page);
    await page.keyboard.press('l');
    await expect.poll(() => drawn(page)).toBeLessThan(all);
    expect(await pressed(page, 'Labels')).toBe('false');
    await button(page, 'Boxes').click();
    await expect.poll(() => drawn(page)).toBe(0);
    await page.reload();
    await live(page);
    expect(await drawn(page)).toBe(0);
    await page.keyboard.press('b');
    await expect.poll(() => drawn(page)).toBeGreaterThan(500);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    // A dialog has its own keys.
    await page.keyboard.press('b');
    await page.keyboard.press('Escape');
    expect(await pressed(page, 'Boxes')).toBe('true');
    expect(complaints).toEqual([]);
  });

  it('has the boxes drawn by the server when asked to, and draws none itself', async () => {
    const { page, server, complaints } = await open(link);
    await live(page);
    expect(server.views.at(-1)?.get('mode')).toBe('overlay');
    await button(page, 'Boxes in the picture').click();
    await expect.poll(() => server.views.at(-1)?.get('mode')).toBe('annotated');
    await expect.poll(() => drawn(page)).toBe(0);
    expect(await button(page, 'Boxes').isDisabled()).toBe(true);
    await page.keyboard.press('a');
    await expect.poll(() => server.views.at(-1)?.get('mode')).toBe('overlay');
    await expect.poll(() => drawn(page)).toBeGreaterThan(500);
    expect(server.viewers.size).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('tells its figures over the picture', async () => {
    const { page, server } = await open(link);
    server.clockSkewMs = 3_600_000;
    await live(page);
    await page.keyboard.press('i');
    const figures = page.getByRole('region', { name: 'Figures' });
    await figures.getByText('640 × 360').waitFor();
    const fact = async (name: string) => {
      const text = await figures.innerText();
      return new RegExp(`${name}\\s+([\\d.]+)`).exec(text)?.[1];
    };
    await expect.poll(async () => Number(await fact('Frames per second'))).toBeGreaterThan(2);
    await expect.poll(async () => Number(await fact('Jitter'))).toBeGreaterThanOrEqual(0);
    // The clock of this server is an hour fast: only a corrected age is below a second, and no frame is younger than the wire made it.
    await expect.poll(async () => Number(await fact('Delay'))).toBeGreaterThanOrEqual(20);
    expect(await figures.innerText()).toMatch(/Delay\s+\d+ ms/);
    expect(Number(await fact('Camera’s quality'))).toBeGreaterThan(50);
    expect(await fact('Inference')).toBe('11');
    expect(await fact('Input size')).toBe('416');
    await expect.poll(() => server.performanceStats.at(-1)).toMatchObject({ queueSize: expect.any(Number) });
  });

  it('goes on in a small window while the page is hidden, and only then', async () => {
    const { page, server, complaints } = await open(link);
    await live(page);
    await page.keyboard.press('p');
    await page.waitForFunction(() => document.pictureInPictureElement !== null);
    const frames = () =>
      page.evaluate(() => {
        const video = document.pictureInPictureElement as HTMLVideoElement;
        return { width: video.videoWidth, count: video.getVideoPlaybackQuality().totalVideoFrames };
      });
    await expect.poll(async () => (await frames()).width).toBe(FRAME.width);
    await setHidden(page, true);
    const before = (await frames()).count;
    await expect.poll(async () => (await frames()).count).toBeGreaterThan(before + 10);
    expect(server.viewers.size).toBe(1);
    // Closed from the window itself, by its owner.
    await page.evaluate(() => document.exitPictureInPicture());
    await expect.poll(() => server.viewers.size).toBe(0);
    await setHidden(page, false);
    await expect.poll(() => server.viewers.size).toBe(1);
    expect(await pressed(page, 'Small window')).toBe('false');
    expect(complaints).toEqual([]);
  });

  it('hides its controls in full screen until somebody moves', async () => {
    const { page } = await open(link);
    await live(page);
    await page.keyboard.press('f');
    await page.waitForFunction(() => document.fullscreenElement !== null);
    const opacity = () =>
      button(page, 'Boxes').evaluate((element) => {
        let least = 1;
        for (let at: Element | null = element; at; at = at.parentElement)
          least = Math.min(least, Number(getComputedStyle(at).opacity));
        return least;
      });
    await expect.poll(opacity, { timeout: 10_000 }).toBe(0);
    await page.mouse.move(200, 200);
    await expect.poll(opacity).toBe(1);
    await page.keyboard.press('f');
    await page.waitForFunction(() => document.fullscreenElement === null);
  });

  it('saves the picture with and without its boxes, and tells nothing of the link', async () => {
    const { page } = await open(link);
    await live(page);
    await expect.poll(() => drawn(page)).toBeGreaterThan(500);
    const save = async (act: () => Promise<void>) => {
      const downloading = page.waitForEvent('download');
      await act();
      const download = await downloading;
      expect(download.suggestedFilename()).toMatch(/^yard-[\dTZ-]+\.jpg$/);
      return (await readFile(await download.path())).toString('base64');
    };
    // The lower edge of the car's box, which stands still, is violet on a ground that is not.
    const violetness = (jpeg: string) =>
      page.evaluate(async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext('2d')!;
        context.drawImage(bitmap, 0, 0);
        const { data } = context.getImageData(550, 126, 1, 9);
        let most = 0;
        for (let i = 0; i < data.length; i += 4) most = Math.max(most, data[i + 2]! - data[i + 1]!);
        return { width: bitmap.width, colour: most };
      }, jpeg);
    const withBoxes = await violetness(await save(() => button(page, 'Save this picture').click()));
    const without = await violetness(await save(() => page.keyboard.press('S')));
    expect(withBoxes.width).toBe(FRAME.width);
    expect(without.width).toBe(FRAME.width);
    // Thin lines of colour lose most of it in a JPEG.
    expect(withBoxes.colour - without.colour).toBeGreaterThan(15);
  });

  it('has the same words for every link that opens nothing, and asks no more', async () => {
    const { page, server } = await open('/view/lv_wrongwrongwrongwrongwrongwrong');
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
    expect(server.viewers.size).toBe(0);
    // A link that is taken back while somebody watches.
    await page.goto(page.url().replace(/\/view\/.*/, link));
    await live(page);
    Object.assign(server.cameras[0]!, tokensOf('other', 'pull'));
    for (const socket of server.viewers.keys()) socket.close(4003, 'this link was revoked');
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
    expect(await page.locator('canvas').count()).toBe(0);
  });

  it('waits for a camera that is away, and shows it when it comes', async () => {
    const camera = pushCameraOf('phone', 'Phone');
    const { page, server, complaints } = await open(`/view/${camera.view_token}`, [camera]);
    await page.getByText('Waiting for the camera').waitFor();
    camera.state = 'live';
    await live(page);
    await page.getByText('Waiting for the camera').waitFor({ state: 'detached' });
    camera.state = 'off';
    await page.getByText('Waiting for the camera').waitFor();
    camera.state = 'live';
    await page.getByText('Waiting for the camera').waitFor({ state: 'detached' });
    expect(server.views).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it('moves nothing when the picture comes and its figures change', async () => {
    const { page } = await open('/', [cameraOf('yard', 'Yard')], { viewport: PHONE, hasTouch: true });
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(page.url().replace(/\/$/, link));
    await live(page);
    await page.getByText(/1 person/).waitFor();
    const shift = await page.evaluate(() =>
      (window as unknown as { shifts: number[] }).shifts.reduce((sum, value) => sum + value, 0),
    );
    expect(shift).toBeLessThan(0.01);
  });
});

describe('links', () => {
  it('makes a camera of a phone: a name, a link, and a word on what the phone needs', async () => {
    const { page, server, complaints } = await open('/', []);
    await button(page, 'Use a phone').click();
    const dialog = page.getByRole('dialog', { name: 'Add a camera' });
    await dialog.getByLabel('Name').fill('Porch phone');
    await dialog.getByRole('button', { name: 'Create link' }).click();
    const { publish_token } = tokensOf('porch-phone', 'push');
    await dialog.getByText('These links open on this computer only').waitFor();
    await dialog.getByRole('link', { name: `/camera/${publish_token}` }).waitFor();
    // A phone that scans a link to localhost would look for the server on itself.
    expect(await dialog.getByRole('img', { name: /^QR code/ }).count()).toBe(0);
    expect(await dialog.getByRole('link', { name: 'Open here' }).getAttribute('href')).toBe(`/camera/${publish_token}`);
    server.cameras[0]!.state = 'live';
    await dialog.getByRole('button', { name: 'See it' }).click();
    await page.waitForURL('**/cameras/porch-phone');
    await live(page);
    expect(complaints).toEqual([]);
  });

  it('leads to the address others reach, and takes links back when asked to', async () => {
    const camera = pushCameraOf('phone', 'Phone');
    const old = camera.publish_token!;
    const { page, server } = await open('/cameras/phone', [camera]);
    server.system = { ...server.system, https: true, lan_urls: ['https://192.168.1.7:8080'] };
    await page.reload();
    const publish = page.getByRole('link', { name: `https://192.168.1.7:8080/camera/${old}` });
    await publish.waitFor();
    await page.getByRole('img', { name: /^QR code.*Link to publish/ }).waitFor();
    await page.getByRole('link', { name: `https://192.168.1.7:8080/view/${camera.view_token}` }).waitFor();
    expect(await page.getByText('These links open on this computer only').count()).toBe(0);
    await button(page, 'Make new links').click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('stop working at once').waitFor();
    await dialog.getByRole('button', { name: 'Keep them' }).click();
    await publish.waitFor();
    await button(page, 'Make new links').click();
    await dialog.getByRole('button', { name: 'Make new links' }).click();
    await publish.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: tokensOf('phone-new', 'push').publish_token! }).waitFor();
    expect(camera.publish_token).not.toBe(old);
  });

  it('shows who waits for its publisher as waiting, not as off', async () => {
    const { page } = await open('/', [pushCameraOf('phone', 'Phone')]);
    const tile = page.getByRole('article');
    await tile.getByText('Waiting', { exact: true }).waitFor();
    await tile.getByText('Waiting for the camera').waitFor();
    const { publish_token } = tokensOf('phone', 'push');
    expect(await tile.getByRole('link', { name: 'Publish from here' }).getAttribute('href')).toBe(
      `/camera/${publish_token}`,
    );
    await page.getByText('0 live, 1 waiting').waitFor();
  });
});
