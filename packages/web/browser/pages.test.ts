import type { Camera } from '@lookout/protocol';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { cameraOf, FRAME, objectBox, pushCameraOf } from './contract-server.js';
import { browserForFile, DESKTOP, live, open, PHONE, shots } from './open-page.js';

browserForFile();

const yard = () => cameraOf('yard', 'Yard');
const several = () => [
  yard(),
  cameraOf('gate', 'Front gate'),
  cameraOf('garage', 'Garage', {
    state: 'unreachable',
    state_reason: 'Nothing answers at 192.168.1.31:81 (connection refused)',
  }),
  cameraOf('lab', 'Lab bench', { state: 'off', state_reason: 'switched off', enabled: false }),
  cameraOf('dock', 'Loading dock with a rather long name for a tile', { origin: 'config' }),
];

/** Grey level of the picture canvas at a point, 0..255. */
function greyAt(page: Page, x: number, y: number): Promise<number> {
  return page.evaluate(
    ([px, py]) => {
      const canvas = document.querySelector('canvas')!;
      const [r, g, b] = canvas.getContext('2d')!.getImageData(px!, py!, 1, 1).data;
      return (r! + g! + b!) / 3;
    },
    [x, y],
  );
}

/** Left edge of the box of class 0 and of the white object beneath it, both in pixels of the frame, taken in one go. */
function boxAndObject(page: Page): Promise<{ box: number; object: number }> {
  return page.evaluate(
    ({ width, height }) => {
      const [picture, boxes] = [...document.querySelectorAll('canvas')] as [HTMLCanvasElement, HTMLCanvasElement];
      const line = picture.getContext('2d')!.getImageData(0, 210, width, 1).data;
      let object = -1;
      for (let x = 0; x < width && object < 0; x++) if (line[x * 4]! > 200) object = x;
      const y = Math.round((230 / height) * boxes.height);
      const overlay = boxes.getContext('2d')!.getImageData(0, y, boxes.width, 1).data;
      let first = -1;
      for (let x = 0; x < boxes.width && first < 0; x++) if (overlay[x * 4 + 3]! > 200) first = x;
      return { object, box: ((first + 1) / boxes.width) * width };
    },
    { width: FRAME.width, height: FRAME.height },
  );
}

describe('live picture', () => {
  it('draws each box on the very frame it belongs to, and acknowledges what it drew', async () => {
    const { page, complaints, server } = await open('/cameras/yard');
    await live(page);
    await page.getByRole('radio', { name: 'Exact' }).click();
    await page.getByText('boxes of this very frame').waitFor();
    for (let i = 0; i < 12; i++) {
      const { box, object } = await boxAndObject(page);
      expect(object).toBeGreaterThanOrEqual(0);
      expect(Math.abs(box - object)).toBeLessThan(3);
      await page.waitForTimeout(130);
    }
    expect(server.acked.length).toBeGreaterThan(10);
    expect(objectBox(0)[0]).toBe(40);
    expect(await greyAt(page, 5, 5)).toBeLessThan(128);
    expect(server.performanceStats.at(-1)).toMatchObject({ type: 'performance_stats', queueSize: expect.any(Number) });
    expect(complaints).toEqual([]);
  });

  it('moves older boxes forward to where the object is in a newer picture', async () => {
    const { page, complaints } = await open('/cameras/yard');
    await live(page);
    await page.getByRole('radio', { name: 'Smooth' }).click();
    await page.getByText('behind, moved forward').waitFor();
    await page.waitForTimeout(600);
    for (let i = 0; i < 12; i++) {
      const { box, object } = await boxAndObject(page);
      // Unmoved, a box would be up to 3 frames of 4.8 px behind.
      expect(Math.abs(box - object)).toBeLessThan(3);
      await page.waitForTimeout(130);
    }
    expect(complaints).toEqual([]);
  });

  it('shows true ages though the server’s clock is an hour off', async () => {
    const { page, server } = await open('/');
    server.clockSkewMs = 3_600_000;
    await live(page);
    await page.reload();
    await live(page);
    // A second is said as "1.0 s": what is told in milliseconds is less.
    const age = async () => Number(/(\d+) ms/.exec(await page.locator('article').first().innerText())?.[1]);
    await expect.poll(age).toBeGreaterThanOrEqual(20);
  });

  it('keeps the last picture, says why it is old, and goes on by itself', async () => {
    const { page, server } = await open('/cameras/yard');
    await live(page);
    server.restarting = true;
    for (const socket of server.viewers.keys()) socket.close(1012, 'the server restarts');
    await page.getByText('the server restarts').waitFor();
    expect(await page.evaluate(() => document.querySelector('canvas')!.width)).toBe(FRAME.width);
    server.restarting = false;
    await page.getByText('the server restarts').waitFor({ state: 'detached' });
  });

  it('watches only what can be seen', async () => {
    const cameras = Array.from({ length: 12 }, (_, i) => cameraOf(`c${i}`, `Camera ${i}`));
    const { page, server } = await open('/', cameras, { viewport: PHONE });
    await live(page);
    await expect.poll(() => server.viewers.size).toBeGreaterThan(1);
    expect(server.viewers.size).toBeLessThan(7);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await expect.poll(() => server.watched().has('c11')).toBe(true);
    await expect.poll(() => server.watched().has('c0')).toBe(false);
    expect(server.viewers.size).toBeLessThan(7);
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect.poll(() => server.viewers.size).toBe(0);
  });
});

describe('memory', () => {
  // LOOKOUT_SOAK_S=600 for a long look
  const seconds = Number(process.env.LOOKOUT_SOAK_S ?? 9);
  it('stays where it was while frames come', { timeout: (seconds + 60) * 1000 }, async () => {
    const { page, server } = await open('/view/yard');
    await live(page);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    const measure = async () => {
      await devtools.send('HeapProfiler.collectGarbage');
      const { metrics } = await devtools.send('Performance.getMetrics');
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value])) as Record<string, number>;
    };
    await page.waitForTimeout(3000);
    const before = await measure();
    const drawnBefore = server.acked.length;
    let after = before;
    for (let part = 1; part <= 3; part++) {
      await page.waitForTimeout((seconds / 3) * 1000);
      after = await measure();
      console.log(`after ${Math.round((seconds / 3) * part)} s: heap ${(after.JSHeapUsedSize! / 1e6).toFixed(2)} MB`);
    }
    const drawn = server.acked.length - drawnBefore;
    const spent = (name: string) => (((after[name]! - before[name]!) * 1000) / drawn).toFixed(2);
    const grownKb = (after.JSHeapUsedSize! - before.JSHeapUsedSize!) / 1024;
    console.log(
      `${drawn} frames in ${seconds} s, heap ${(after.JSHeapUsedSize! / 1e6).toFixed(1)} MB, ${grownKb.toFixed(0)} KB more; ` +
        `main thread ${spent('TaskDuration')} ms a frame, ${spent('ScriptDuration')} of it script`,
    );
    expect(drawn).toBeGreaterThan(10);
    // A frame is some 10 KB and its bitmap 900 KB: leaking one in a hundred would show.
    expect(grownKb).toBeLessThan(1500);
    expect(after.JSEventListeners!).toBeLessThanOrEqual(before.JSEventListeners! + 5);
    expect(after.Nodes!).toBeLessThanOrEqual(before.Nodes! + 50);
  });
});

describe('cameras', () => {
  it('leads from nothing to a first picture in one click', async () => {
    const { page } = await open('/', []);
    await page.getByRole('button', { name: 'Try the demo street' }).click();
    await page.waitForURL('**/cameras/demo-street');
    await live(page);
    await page.getByRole('heading', { name: 'Demo street' }).waitFor();
  });

  it('tries an address before it saves it, and says exactly why not', async () => {
    const { page, server } = await open('/');
    await page.getByRole('button', { name: 'Add a camera' }).click();
    await page.getByLabel('Address').fill('http://unreachable:81/stream');
    await page.keyboard.press('Enter');
    await page.getByText('connection refused').waitFor();
    await page.screenshot({ path: `${shots}/probe-failed.png` });
    await page.getByLabel('Address').fill('http://192.168.1.77:81/stream');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByAltText('What the camera sees now').waitFor();
    await page.getByLabel('Name').fill('Porch');
    await page.screenshot({ path: `${shots}/probe-ok.png` });
    await page.getByRole('button', { name: 'Save camera' }).click();
    await page.waitForURL('**/cameras/porch');
    expect(server.cameras.map(({ id }) => id)).toEqual(['yard', 'porch']);
  });

  it('changes, switches off and deletes a camera', async () => {
    const { page, server } = await open('/cameras/yard');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Name').fill('Garden');
    await page.getByLabel('Look for').fill('person, dog');
    await page.screenshot({ path: `${shots}/settings.png` });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Garden' }).waitFor();
    expect(server.cameras[0]).toMatchObject({ name: 'Garden', detect: { classes: ['person', 'dog'], fps: 30 } });
    await page.getByRole('switch', { name: 'On' }).click();
    await page.getByText('Switched off').waitFor();
    await page.getByRole('button', { name: 'Delete this camera' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('heading', { name: 'No cameras yet' }).waitFor();
  });

  it('asks for a key when the server wants one', async () => {
    const { page, server } = await open('/system');
    await page.getByText('nanodet-g').waitFor();
    server.locked = true;
    await page.goto(page.url().replace('/system', '/'));
    await page.getByLabel('API key').fill('lk_wrong');
    await page.keyboard.press('Enter');
    await page.getByText('This key is not known').waitFor();
    await page.screenshot({ path: `${shots}/sign-in.png` });
    await page.getByLabel('API key').fill('lk_right');
    await page.keyboard.press('Enter');
    await page.locator('article').first().waitFor();
    server.locked = true;
    await page.goto(page.url().replace(/\/$/, '/view/yard'));
    // A camera's name opens its viewer to whoever is signed in.
    await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByLabel('API key').fill('lk_right');
    await page.keyboard.press('Enter');
    await live(page);
  });

  it('fills the screen, boxes and figures included', async () => {
    const { page, complaints } = await open('/cameras/yard');
    await live(page);
    await page.getByRole('button', { name: 'Full screen' }).click();
    await page.waitForFunction(() => document.fullscreenElement !== null);
    // The view is wider or narrower than the picture now; what is measured over the whole view is off by the bars at its sides.
    await expect.poll(async () => (await boxAndObject(page)).box).toBeGreaterThan(0);
    expect((await boxAndObject(page)).object).toBeGreaterThan(0);
    await page.screenshot({ path: `${shots}/fullscreen.png` });
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });

  it('saves the picture with its boxes', async () => {
    const { page } = await open('/cameras/yard');
    await live(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save this picture' }).click();
    expect((await download).suggestedFilename()).toMatch(/^yard-.*\.jpg$/);
  });
});

describe('looks', () => {
  const PAGES: ReadonlyArray<[name: string, path: string, cameras: Camera[], shown: (page: Page) => Promise<unknown>]> =
    [
      ['dashboard', '/', several(), live],
      ['empty', '/', [], (page) => page.getByText('No cameras yet').waitFor()],
      ['camera', '/cameras/yard', [yard()], (page) => live(page).then(() => page.getByText('What happened').waitFor())],
      ['system', '/system', several(), (page) => page.getByText('nanodet-g').waitFor()],
      ['view', '/view/yard', [yard()], live],
      [
        'phone',
        '/cameras/phone',
        [pushCameraOf('phone', 'Phone')],
        (page) => page.getByText('What happened').waitFor(),
      ],
      ['closed-link', '/view/lv_wrong', [yard()], (page) => page.getByText('This link does not work').waitFor()],
    ];

  // Pictures for people to look at, in both themes: LOOKOUT_SHOTS=1.
  const withShots = process.env.LOOKOUT_SHOTS === '1';
  const LOOKS = [
    ['desktop', 'dark'],
    ['phone', 'light'],
    ['desktop', 'light'],
    ['phone', 'dark'],
  ] as const;
  for (const [size, colorScheme] of withShots ? LOOKS : LOOKS.slice(0, 2)) {
    it(`fits a ${size} in ${colorScheme}, with nothing to scroll sideways`, async () => {
      const look = { viewport: size === 'phone' ? PHONE : DESKTOP, deviceScaleFactor: size === 'phone' ? 2 : 1 };
      for (const [name, path, cameras, shown] of PAGES) {
        const { page, complaints } = await open(path, [...cameras], { ...look, colorScheme });
        await shown(page);
        if (withShots) {
          // Figures and graphs come a moment after the picture.
          await page.waitForTimeout(1500);
          await page.screenshot({ path: `${shots}/${name}-${size}-${colorScheme}.png`, fullPage: name !== 'view' });
        }
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${name} is too wide`).toBeLessThanOrEqual(0);
        // That a link is refused is told by the browser too.
        expect(
          complaints.filter((text) => name !== 'closed-link' || !text.includes('401')),
          name,
        ).toEqual([]);
        await page.context().close();
      }
    });
  }
});
