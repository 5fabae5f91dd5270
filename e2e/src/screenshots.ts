import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Camera, EventsPage, StoredRule } from '@lookout/protocol';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { ALLOW_CAMERA, streetAsCamera } from './support/fake-camera.js';
import { DESKTOP, launchBrowser, PHONE } from './support/launch-browser.js';
import { drawnBoxPixels, pictureShown } from './support/live-picture.js';
import { LookoutProcess } from './support/lookout-process.js';
import { root } from './support/paths.js';
import { until } from './support/until.js';

// Makes the pictures of the documents from the demo street, after a build: node e2e/dist/screenshots.js [NAME …]

/** GitHub and people on slow links load these. */
const MAX_BYTES = 400_000;
const FIGURES_MS = 5000;
/** People must walk by. */
const EVENTS_MS = 120_000;
/** Until all pictures are made. */
const SNOOZE_MS = 3_600_000;

interface Shot {
  name: string;
  path: string | (() => Promise<string>);
  look: BrowserContextOptions;
  /** Before the page is there. */
  before?: (page: Page) => Promise<void>;
  /** Until there is something to see; default: a live picture. */
  shown?: (page: Page) => Promise<unknown>;
  prepare?: (page: Page) => Promise<void>;
}

const DARK_DESKTOP: BrowserContextOptions = { viewport: DESKTOP, colorScheme: 'dark' };
const phone: BrowserContextOptions = { viewport: PHONE, colorScheme: 'dark', isMobile: true, hasTouch: true };

const SHOTS: readonly Shot[] = [
  {
    name: 'camera',
    path: busyStreet,
    // High enough for what is below the picture.
    look: { ...DARK_DESKTOP, viewport: { width: 1440, height: 1020 } },
    prepare: waitForPeople,
  },
  { name: 'add-camera', path: '/', look: DARK_DESKTOP, prepare: probeDemo },
  { name: 'camera-phone', path: busyStreet, look: phone, prepare: waitForPeople },
  {
    name: 'viewer',
    path: async () => `/view/${(await lookout.camera('demo-street')).view_token}`,
    look: { ...DARK_DESKTOP, viewport: { width: 1280, height: 800 } },
    prepare: showFigures,
  },
  {
    name: 'try-it',
    path: '/try',
    look: { ...DARK_DESKTOP, viewport: { width: 1280, height: 1190 } },
    shown: tryPicture,
  },
  {
    name: 'events',
    path: async () => {
      await somethingHappens();
      return '/events';
    },
    look: DARK_DESKTOP,
    shown: eventsShown,
  },
  {
    name: 'event',
    path: async () => {
      await somethingHappens();
      const { events } = await lookout.json<EventsPage>('/api/events');
      return `/events/${events.find(({ snapshot_url }) => snapshot_url !== null)?.id}`;
    },
    look: { ...DARK_DESKTOP, viewport: { width: 1280, height: 1000 } },
    shown: eventShown,
  },
  {
    name: 'area',
    path: async () => {
      await somethingHappens();
      return '/cameras/demo-street/areas';
    },
    look: DARK_DESKTOP,
  },
  { name: 'share', path: '/cameras/demo-street/share', look: DARK_DESKTOP },
  { name: 'models', path: '/settings/models', look: DARK_DESKTOP, shown: modelsShown },
  {
    name: 'compose',
    path: '/rules/new',
    look: { ...DARK_DESKTOP, viewport: { width: 1280, height: 1080 } },
    shown: typeSentence,
  },
  {
    name: 'dashboard',
    path: watchedHome,
    look: { ...DARK_DESKTOP, viewport: { width: 1280, height: 1490 } },
    before: withoutBanners,
    prepare: waitForTile,
  },
  { name: 'dashboard-phone', path: watchedHome, look: phone, before: withoutBanners, shown: leadShown },
  // The demo camera goes with the first of one's own.
  {
    name: 'add-phone',
    path: '/',
    look: { ...DARK_DESKTOP, viewport: { width: 1000, height: 760 } },
    before: atHome,
    shown: makePhoneLink,
  },
  { name: 'wall', path: threeCameras, look: DARK_DESKTOP, before: withoutBanners, prepare: wallShown },
  {
    name: 'publish-phone',
    path: async () => `/camera/${(await pushCamera('Porch')).publish_token}`,
    look: phone,
    shown: startCamera,
    prepare: showBoxes,
  },
];

const WALK = {
  name: 'walk',
  points: [
    [0.3, 0.35],
    [0.75, 0.35],
    [0.9, 0.75],
    [0.45, 0.75],
  ],
  color: '#ffab40',
};

let happening: Promise<void> | undefined;

/** An area, rules, and enough time for them to fire. */
function somethingHappens(): Promise<void> {
  happening ??= makeThingsHappen();
  return happening;
}

async function busyStreet(): Promise<string> {
  await somethingHappens();
  return '/cameras/demo-street';
}

async function makeThingsHappen(): Promise<void> {
  await lookout.send('PATCH', '/api/cameras/demo-street', { zones: [WALK] });
  for (const prompt of [
    'warn me when a person enters the walk, at most one alert per 10 seconds',
    'a person walks to the left',
  ]) {
    await lookout.send('POST', '/api/rules', { prompt });
  }
  const ask = async () => (await lookout.json<EventsPage>('/api/events')).events.length >= 4;
  await until('four events', ask, { timeoutMs: EVENTS_MS, everyMs: 1000 });
  // No banner covers the pictures.
  await snoozeRules(Date.now() + SNOOZE_MS);
}

async function snoozeRules(until: number | null): Promise<void> {
  for (const { id } of await lookout.json<StoredRule[]>('/api/rules'))
    await lookout.send('PATCH', `/api/rules/${id}`, { snoozed_until: until });
}

/** The home page, which tells how many rules watch. */
async function watchedHome(): Promise<string> {
  await somethingHappens();
  await snoozeRules(null);
  return '/';
}

/** Warnings go on meanwhile. */
async function withoutBanners(page: Page): Promise<void> {
  await page.addInitScript(() => localStorage.setItem('lookout.warn', '{"banner":false}'));
}

const imagesLoaded = (page: Page) => page.waitForFunction(() => [...document.images].every(({ complete }) => complete));

async function leadShown(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Watch clip' }).waitFor();
  await imagesLoaded(page);
}

async function waitForTile(page: Page): Promise<void> {
  await leadShown(page);
  await page.getByText(/^Delay \d/).waitFor();
  await page
    .getByRole('article')
    .getByText(/^[4-9] people.* now$/)
    .first()
    .waitFor();
}

async function eventsShown(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Events' }).waitFor();
  await page
    .getByRole('img', { name: /^Picture:/ })
    .nth(3)
    .waitFor();
  await imagesLoaded(page);
}

async function eventShown(page: Page): Promise<void> {
  await page.getByRole('img', { name: /^Picture:/ }).waitFor();
  await imagesLoaded(page);
}

async function modelsShown(page: Page): Promise<void> {
  await page.getByText('nanodet-g').first().waitFor();
}

async function typeSentence(page: Page): Promise<void> {
  await page
    .getByRole('textbox', { name: 'Your sentence' })
    .fill('warn me if someone hangs around the walk for more than 10 seconds during the day');
  await page.getByText(/It would have warned/).waitFor();
  await imagesLoaded(page);
}

/** Of one street: there is no other demo. */
async function threeCameras(): Promise<string> {
  for (const name of ['Front door', 'Street', 'Drive']) await lookout.addCamera({ name, url: 'demo:street' });
  return '/wall';
}

async function wallShown(page: Page): Promise<void> {
  const delays = page.getByText(/^Delay \d/);
  await until('three live pictures', async () => (await delays.count()) === 3);
  await page.waitForTimeout(FIGURES_MS);
}

const pushCamera = (name: string) => lookout.send<Camera>('POST', '/api/cameras', { kind: 'push', name });

/** Links show an address as a home has it, not that of the machine that makes the pictures. */
async function atHome(page: Page): Promise<void> {
  const home = { https: true, lan_urls: ['https://192.168.1.7:8080'] };
  await page.route('**/api/system', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), ...home } });
  });
}

async function makePhoneLink(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Add a camera' }).click();
  await page.getByRole('button', { name: 'A phone or laptop' }).click();
  await page.getByRole('button', { name: 'Create link' }).click();
  await page.getByRole('img', { name: /^QR code/ }).waitFor();
  await page.getByText('Waiting', { exact: true }).last().waitFor();
}

async function startCamera(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start camera' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
}

async function showBoxes(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Boxes' }).click();
  await pictureShown(page);
  await until('boxes', async () => (await drawnBoxPixels(page)) > 1000);
  // Rates are told once a second, and settle.
  await page.waitForTimeout(FIGURES_MS);
}

async function showFigures(page: Page): Promise<void> {
  await page.keyboard.press('i');
  await page.waitForTimeout(FIGURES_MS);
  await page.getByRole('button', { name: 'What is shown' }).hover();
  await until('boxes', async () => (await drawnBoxPixels(page)) > 1000);
}

async function waitForPeople(page: Page): Promise<void> {
  await page
    .getByRole('img', { name: /^Picture:/ })
    .nth(2)
    .waitFor();
  // The controls are part of the picture.
  await page.getByRole('button', { name: 'What is shown' }).hover();
  await page.getByText(/In the picture now.*[4-9]people/).waitFor();
}

async function tryPicture(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Picture of Demo street' }).click();
  await page.getByRole('img', { name: /\d people/ }).waitFor();
  // The first call of a page opens its connection; the second is what the next ones will be.
  await page.getByLabel('Maximum objects').fill('50');
  await page.getByRole('region', { name: 'Code' }).getByText('max_detections=50').waitFor();
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.waitForTimeout(FIGURES_MS);
}

async function probeDemo(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Add a camera' }).click();
  await page.getByRole('button', { name: 'Examples' }).click();
  await page.getByRole('button', { name: 'Demo', exact: true }).click();
  await page.keyboard.press('Enter');
  await page.getByAltText('What the camera sees now').waitFor();
}

/** To a palette: half the size, and no difference one would see in a document. */
function shrink(from: string, to: string): void {
  const palette = 'split[a][b];[a]palettegen=max_colors=255[p];[b][p]paletteuse=dither=none';
  const output = ['-compression_level', '9', '-pred', 'mixed', to];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-i', from, '-vf', palette, ...output]);
}

async function take(
  browser: Browser,
  url: string,
  scratch: string,
  { name, path, look, before, shown = pictureShown, prepare }: Shot,
): Promise<void> {
  const context = await browser.newContext({ ...look, reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    await before?.(page);
    await page.goto(url + (typeof path === 'string' ? path : await path()));
    await shown(page);
    await prepare?.(page);
    const file = join(root, 'docs/images', `${name}.png`);
    await page.screenshot({ path: join(scratch, 'shot.png') });
    shrink(join(scratch, 'shot.png'), file);
    const { size } = await stat(file);
    console.log(`${file}: ${Math.round(size / 1000)} kB`);
    if (size > MAX_BYTES) throw new Error(`${file} is larger than ${MAX_BYTES / 1000} kB`);
  } finally {
    await context.close();
  }
}

await mkdir(join(root, 'docs/images'), { recursive: true });
const scratch = await mkdtemp(join(tmpdir(), 'lookout-screenshots-'));
const lookout = await LookoutProcess.start({ demo: true });
try {
  await lookout.cameraIs('demo-street', 'live');
  const street = streetAsCamera();
  const browser = await launchBrowser([ALLOW_CAMERA, ...street.flags]);
  try {
    const wanted = process.argv.slice(2);
    for (const shot of SHOTS)
      if (wanted.length === 0 || wanted.includes(shot.name)) await take(browser, lookout.url, scratch, shot);
  } finally {
    await browser.close();
    street.remove();
  }
} finally {
  await lookout.stop();
  await rm(scratch, { recursive: true, force: true });
}
