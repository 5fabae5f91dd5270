import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeClip } from '@lookout/media/testing';
import type { ImageDetections } from '@lookout/protocol';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type OpenedPage, openApp, openPage, PHONE } from '../support/browser.js';
import { keep } from '../support/keep.js';
import { launchBrowser } from '../support/launch-browser.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { addModels, roadModel } from '../support/models.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { streetJpegs } from '../support/start.js';

const python = '/usr/bin/python3';
const run = promisify(execFile);
let lookout: LookoutProcess;
let visit: Awaited<ReturnType<typeof openApp>>;
let street: Buffer;

beforeAll(async () => {
  street = Buffer.from((await streetJpegs())[0] as Uint8Array);
  lookout = await sharedLookout('file');
  visit = await openApp(lookout.url);
});

const tryPage = (options?: BrowserContextOptions): Promise<OpenedPage> =>
  options ? openPage(`${lookout.url}/try`, options) : visit('/try');

/** As from the dialog of files. */
async function choose(page: Page, buffer: Buffer, name = 'photo.jpg', mimeType = 'image/jpeg'): Promise<void> {
  await page.getByLabel('Picture file').setInputFiles({ name, mimeType, buffer });
}

async function answerOf(page: Page): Promise<ImageDetections> {
  return JSON.parse(await page.getByRole('region', { name: 'Answer as JSON' }).innerText()) as ImageDetections;
}

const picture = (page: Page) => page.getByRole('img', { name: /person|people/ });

/** Pixels of the layer of boxes in the exact colour of the first class. */
function personPixels(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('canvas:not([role=img])')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const colour = getComputedStyle(document.querySelector<HTMLElement>('li span[style]')!).backgroundColor;
    const [r, g, b] = colour.match(/\d+/g)!.map(Number);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) count++;
    return count;
  });
}

describe('a picture', () => {
  it('that is chosen is shown with its boxes, the answer and where the time went', async () => {
    const { page, complaints } = await tryPage();
    await choose(page, street);
    await picture(page).waitFor();
    const answer = await answerOf(page);
    expect(answer.image_size).toEqual([640, 480]);
    expect(answer.detections.filter(({ class_name }) => class_name === 'person').length).toBeGreaterThanOrEqual(2);
    expect(await personPixels(page)).toBeGreaterThan(500);
    const timing = page.getByRole('region', { name: 'Timing' });
    for (const part of ['Upload', 'Wait', 'Inference']) await timing.getByText(part, { exact: true }).waitFor();
    expect(await timing.innerText()).toMatch(/\d ms/);
    expect(complaints).toEqual([]);
  });

  it('may be pasted or dropped', async () => {
    const { page } = await tryPage();
    await page.getByText('No picture yet').waitFor();
    for (const kind of ['paste', 'drop'] as const) {
      await page.evaluate(
        ({ event, base64 }) => {
          const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], `${event}.jpg`, { type: 'image/jpeg' }));
          if (event === 'paste') document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
          else {
            const stage = document.querySelector('[aria-label=Picture]')!;
            stage.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
          }
        },
        { event: kind, base64: street.toString('base64') },
      );
      await page.getByRole('img', { name: new RegExp(`^${kind}.jpg: .*(person|people)`) }).waitFor();
    }
  });

  it('is given to the device to share, with its boxes', async () => {
    const { page, complaints } = await tryPage();
    // Chromium on Linux shares nothing: the test stands where the list of targets would.
    await page.evaluate(() => {
      const answers = [undefined, new DOMException('closed', 'AbortError'), new Error('no target')];
      const given: File[] = [];
      Object.assign(window, { given });
      const share = async ({ files = [] }: ShareData) => {
        given.push(...files);
        const answer = answers[given.length - 1];
        if (answer) throw answer;
      };
      Object.defineProperty(navigator, 'canShare', {
        value: ({ files }: ShareData) => files?.[0]?.type === 'image/jpeg',
      });
      Object.defineProperty(navigator, 'share', { value: share });
    });
    await choose(page, street);
    await picture(page).waitFor();
    const given = () =>
      page.evaluate(async () => {
        const { given: files } = window as unknown as { given: File[] };
        return Promise.all(files.map(async (file) => `${file.name} ${(await createImageBitmap(file)).width}`));
      });
    const failure = page.getByText('The browser did not do it');
    const button = page.getByRole('button', { name: 'Share picture' });
    for (const times of [1, 2]) {
      await button.click();
      await expect.poll(given).toHaveLength(times);
    }
    expect((await given())[0]).toMatch(/^photo-.*\.jpg 640$/);
    expect(await failure.count()).toBe(0);
    await button.click();
    await page.getByText('The browser did not do it: no target').waitFor();
    expect(complaints).toEqual([]);
  });

  it('is looked at again when settings change, and the code follows', async () => {
    const { page } = await tryPage();
    await choose(page, street);
    await picture(page).waitFor();
    await page.getByLabel('Look for').fill('zebra crossing');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('The model does not know “zebra crossing”').waitFor();
    await page.getByLabel('Look for').fill('car');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove car' }).waitFor();
    await expect
      .poll(async () => (await answerOf(page)).detections.every(({ class_name }) => class_name === 'car'))
      .toBe(true);
    await page.getByLabel('Minimum confidence').press('Home');
    const code = page.getByRole('region', { name: 'Code' });
    await expect.poll(() => code.innerText()).toContain('confidence_threshold=0.05&classes=car');
    await page.getByRole('button', { name: 'Reset' }).click();
    await picture(page).waitFor();
    await expect.poll(() => code.innerText()).toContain('confidence_threshold=0.4');
  });

  it('says which model to download to find something by words', async () => {
    const { page } = await tryPage();
    await choose(page, street);
    await picture(page).waitFor();
    await page.getByLabel('Find by words').fill('a red car');
    await page.keyboard.press('Enter');
    await page.getByText('lookout models pull').first().waitFor();
    await page.getByRole('button', { name: 'Remove a red car' }).click();
    await picture(page).waitFor();
  });
});

describe('several pictures', () => {
  it('are frames of a clip and files, each with its own objects, and can be removed', async () => {
    const { page, complaints } = await tryPage();
    const clip = makeClip(scratchFolder(), 'street.webm', '320x240', '-c:v', 'libvpx');
    await page.getByLabel('Picture file').setInputFiles(clip);
    const shown = page.getByRole('button', { name: /^Show / });
    await expect.poll(() => shown.count()).toBe(4);
    await choose(page, street);
    await picture(page).waitFor();
    await page.getByRole('button', { name: 'Show street.webm at 0.3 s' }).click();
    await page.getByRole('img', { name: /^street.webm at 0.3 s: / }).waitFor();
    await page.getByRole('button', { name: 'Remove street.webm at 0.3 s' }).click();
    await expect.poll(() => shown.count()).toBe(4);
    await page.getByLabel('Picture file').setInputFiles({
      name: 'cut.mp4',
      mimeType: 'video/mp4',
      buffer: Buffer.from('no clip'),
    });
    await page.getByRole('alert').getByText('This browser can’t read cut.mp4 as a clip').waitFor();
    await page.getByRole('button', { name: 'Remove all' }).click();
    await page.getByText('No picture yet').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('two models', () => {
  it('are asked once each, filtered without another call, and named by the link', async () => {
    addModels(lookout, { roads: roadModel() });
    const { page, complaints } = await visit('/try?compare=roads&confidence_threshold=0.85');
    const calls: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && calls.push(new URL(request.url()).search));
    await page.getByRole('button', { name: 'Picture of Astronaut' }).click();
    await page.getByRole('img', { name: 'Astronaut: 1 crack', exact: true }).waitFor();
    await page.getByLabel('Minimum confidence').press('Home');
    await page.getByRole('img', { name: 'Astronaut: 1 crack, 1 pothole' }).waitFor();
    await page.getByRole('img', { name: /^Astronaut: .*(person|people)/ }).waitFor();
    expect(calls.sort()).toEqual(['?confidence_threshold=0.05', '?confidence_threshold=0.05&model=roads']);
    await page.getByRole('radio', { name: 'roads' }).click();
    await page.getByRole('region', { name: 'Code' }).getByText('model=roads').waitFor();
    await page.getByRole('link', { name: '/try?confidence_threshold=0.05&compare=roads' }).waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save picture' }).click();
    expect((await saving).suggestedFilename()).toMatch(/^astronaut-.*\.jpg$/);
    expect(complaints).toEqual([]);
  });
});

describe('the code of the call', () => {
  const open = async (language: string) => {
    const { page } = await tryPage({ permissions: ['clipboard-read', 'clipboard-write'] });
    await choose(page, street);
    await picture(page).waitFor();
    await page.getByRole('radio', { name: language }).click();
    await page.getByRole('button', { name: 'Copy: the code' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const folder = scratchFolder();
    writeFileSync(join(folder, 'photo.jpg'), street);
    const found = (await answerOf(page)).detections.length;
    return { page, folder, found, code: await page.evaluate(() => navigator.clipboard.readText()) };
  };

  it('runs as it is in a shell', async () => {
    const { code, folder, found } = await open('curl');
    const { stdout } = await run('bash', ['-c', code], { cwd: folder });
    expect((JSON.parse(stdout) as ImageDetections).detections).toHaveLength(found);
  });

  it('runs as it is in Node', async () => {
    const { code, folder, found } = await open('Node');
    writeFileSync(join(folder, 'detect.mjs'), code);
    const { stdout } = await run(process.execPath, ['detect.mjs', 'photo.jpg'], { cwd: folder });
    expect(stdout.match(/^\w+ 0\.\d+ \[/gm)).toHaveLength(found);
  });

  it('runs as it is in Python', async () => {
    const { code, folder, found } = await open('Python');
    writeFileSync(join(folder, 'detect.py'), code);
    const { stdout } = await run(python, ['detect.py', 'photo.jpg'], { cwd: folder });
    expect(stdout.match(/^\w+ 0\.\d+ \[/gm)).toHaveLength(found);
  });

  it('runs as it is on a page of the server', async () => {
    const { code, page, found } = await open('Browser');
    const bytes = `Uint8Array.from(atob('${street.toString('base64')}'), (char) => char.charCodeAt(0))`;
    const printed = await page.evaluate<number>(`(async () => {
      let lines = 0;
      const console = { log: () => lines++ };
      const picture = new Blob([${bytes}], { type: 'image/jpeg' });
      ${code}
      return lines;
    })()`);
    expect(printed).toBe(found);
  });
});

describe('what goes wrong', () => {
  it('is said in words: no picture, a broken one, one that is too large', async () => {
    const { page } = await tryPage();
    await choose(page, Buffer.from('hello'), 'notes.txt', 'text/plain');
    const alert = page.getByRole('alert');
    await alert.getByText('This browser can’t open notes.txt as a picture').waitFor();
    // A picture for the browser, with a tail that makes it larger than the server takes.
    await choose(page, Buffer.concat([street, Buffer.alloc(11_000_000)]));
    await alert.getByText('The picture is too large').waitFor();
    await choose(page, street);
    await picture(page).waitFor();
    await expect.poll(() => alert.count()).toBe(0);
  });

  it('is said of a server that does not answer', async () => {
    const { page } = await tryPage();
    await page.getByText('No picture yet').waitFor();
    await page.context().setOffline(true);
    await choose(page, street);
    await page.getByRole('alert').getByText('The server does not answer').waitFor();
  });
});

describe('the camera', () => {
  it('is shown with the boxes of each frame, with rates and delays, takes new settings, and is stopped', async () => {
    const { page } = await tryPage({ viewport: PHONE });
    await page.getByRole('button', { name: 'Use camera' }).click();
    await page.getByRole('img', { name: /^The camera: .*(person|people)/ }).waitFor();
    await page.getByText('Answers per second').waitFor();
    expect(await personPixels(page)).toBeGreaterThan(100);
    const { frames } = await lookout.json<{ frames: { processed: number } }>('/stream/stats');
    expect(frames.processed).toBeGreaterThan(0);
    // Tracks: objects have numbers from frame to frame.
    await expect.poll(() => page.getByRole('region', { name: 'Found' }).innerText()).toMatch(/#\d/);
    // Settings count from the next frame on.
    await page.getByLabel('Look for').fill('car');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('canvas[role=img]').getAttribute('aria-label')).not.toMatch(/person|people/);
    await page.getByRole('button', { name: 'Stop camera' }).click();
    await page.getByText('No picture yet').waitFor();
    await expect
      .poll(async () => (await lookout.json<{ sessions: { open: number } }>('/stream/stats')).sessions.open)
      .toBe(0);
  });

  it('says why there is none', async () => {
    const strict = keep(await launchBrowser(inject('cameraFlags')), (opened) => opened.close());
    const { page } = await openPage(`${lookout.url}/try`, {}, strict);
    await page.getByRole('button', { name: 'Use camera' }).click();
    await page.getByText('The camera is blocked for this page').waitFor();
  });
});

it('fits a phone, and is reached by the keyboard', async () => {
  const { page } = await openPage(lookout.url, { viewport: PHONE });
  await page.getByRole('button', { name: 'More' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Try it' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('No picture yet').waitFor();
  await choose(page, street);
  await picture(page).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  const code = page.getByRole('region', { name: 'Code' });
  await code.focus();
  expect(await code.evaluate((element) => document.activeElement === element)).toBe(true);
});
