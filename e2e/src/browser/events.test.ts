import type { CreatedRules, EventsPage, RuleEvent, StoredRule, Suppression } from '@lookout/protocol';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectNoBarriers } from '../support/accessibility.js';
import { openApp, openPage, PHONE } from '../support/browser.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { until } from '../support/until.js';

// Events as people go through them: what two rules have found on a street, then switched off.

const WANTED = 4;

let lookout: LookoutProcess;
let visit: Awaited<ReturnType<typeof openApp>>;
let rules: StoredRule[];

beforeAll(async () => {
  lookout = await sharedLookout('file');
  visit = await openApp(lookout.url);
  await lookout.addCamera({ id: 'street', name: 'Street', url: 'demo:street' });
  await lookout.cameraIs('street', 'live');
  rules = [];
  for (const count of [{}, { count: { op: '>=', value: 2 } }]) {
    const rule = { cooldown_s: 0, trigger: { behavior: 'appear', subject: { classes: ['person'] }, ...count } };
    rules.push(...(await lookout.send<CreatedRules>('POST', '/api/rules', { rule })).rules);
  }
  // Of the second rule, one may go on all the time.
  const [each, two] = rules as [StoredRule, StoredRule];
  await until(
    'enough events',
    async () => (await events(`rule=${each.id}`)).length >= WANTED && (await events(`rule=${two.id}`)).length > 0,
    { timeoutMs: 60_000 },
  );
  for (const { id } of rules) await switchOff(id);
}, 120_000);

/** Events found together are stored one by one, so some may still be pending when their rule is switched off. */
async function switchOff(ruleId: string): Promise<void> {
  await lookout.send('PATCH', `/api/rules/${ruleId}`, { enabled: false });
  await until('all events are stored', async () => (await lookout.metric('lookout_events_unstored')) === 0);
}

const events = async (query = '') => (await lookout.json<EventsPage>(`/api/events?limit=200&${query}`)).events;
const change = (id: string, patch: object) => lookout.send<RuleEvent>('PATCH', `/api/events/${id}`, patch);
const event = (id: string) => lookout.json<RuleEvent>(`/api/events/${id}`);
const suppressions = () => lookout.json<Suppression[]>('/api/cameras/street/suppressions');

beforeEach(async () => {
  for (const { id, kept, verdict } of await events()) {
    await change(id, { seen: false });
    if (kept) await change(id, { kept: false });
    if (verdict !== null) await lookout.json(`/api/events/${id}/verdict`, { method: 'DELETE' });
  }
});

/** An event with a picture of so many people at least. */
async function eventOf(people: number): Promise<RuleEvent> {
  const found = (await events()).find((one) => one.tracks.length >= people && one.snapshot_url !== null);
  if (!found) throw new Error(`There is no event of ${people} people with a picture`);
  return found;
}

const open = (path: string, options?: Parameters<typeof openPage>[1]) =>
  options ? openPage(lookout.url + path, options) : visit(path);
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const card = (page: Page, id: string) => page.locator(`main a[href="/events/${id}"]`);
const cards = (page: Page) => page.locator('main a[href^="/events/"]:not([href="/events/search"])');

it('the home page opens with the newest warning that nobody has seen, and leads to it', async () => {
  const { page, complaints } = await open('/');
  const [newest] = await events();
  const happened = page.getByRole('region', { name: 'What happened' });
  await page.getByRole('heading', { level: 1, name: /thing/ }).waitFor();
  await happened.getByRole('heading', { name: newest!.reason }).waitFor();
  await expectNoBarriers(page);
  await happened.getByRole('link', { name: 'This was wrong' }).click();
  await page.waitForURL(`**/events/${newest!.id}#wrong`);
  await page.getByRole('radio', { name: /^Not here/ }).waitFor();
  await expectNoBarriers(page);
  await expect.poll(async () => (await event(newest!.id)).seen).toBe(true);
  await page.goBack();
  await button(page, 'Mark all as seen').click();
  await page.getByRole('heading', { level: 1, name: /^Nothing happened since / }).waitFor();
  expect(await happened.getByRole('link', { name: 'All events' }).getAttribute('href')).toBe('/events');
  expect(complaints).toEqual([]);
});

describe('the list of events', () => {
  it('shows what happened, newest first, with picture, reason and place', async () => {
    const { page, complaints } = await open('/events');
    const all = await events();
    await expect.poll(() => cards(page).count()).toBe(all.length);
    const first = cards(page).first();
    expect(await first.getAttribute('href')).toBe(`/events/${all[0]?.id}`);
    expect(await first.innerText()).toContain(all[0]?.reason);
    expect(await first.innerText()).toContain('Street');
    await first.getByRole('img', { name: 'not seen yet' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('names the machine that has the pictures while it is away, and shows them once it is back', async () => {
    const { page } = await openPage();
    let isAway = true;
    await page.route('**/api/events?*', async (route) => {
      const response = await route.fetch();
      const { events: found } = (await response.json()) as EventsPage;
      await route.fulfill({
        response,
        json: { events: found.map((one) => ({ ...one, node: 'n2' })), next_cursor: null },
      });
    });
    await page.route('**/snapshot.jpg', (route) => (isAway ? route.fulfill({ status: 503 }) : route.continue()));
    await page.goto(`${lookout.url}/events`, { waitUntil: 'commit' });
    await cards(page).first().getByText('On n2, away').waitFor();
    isAway = false;
    await cards(page).first().getByText('On n2, away').waitFor({ state: 'detached' });
    const picture = cards(page).first().locator('img').first();
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
  });

  it('is filtered by the page’s address, and says so when nothing is left', async () => {
    const { page } = await open('/events');
    const [{ id: other }] = rules as [StoredRule];
    const ofRule = await events(`rule=${other}`);
    await page.getByRole('combobox', { name: 'Rule' }).selectOption(other);
    await expect.poll(() => cards(page).count()).toBe(ofRule.length);
    expect(page.url()).toContain(`rule=${other}`);
    await page.reload();
    await expect.poll(() => cards(page).count()).toBe(ofRule.length);
    await button(page, 'Kept').click();
    await page.getByText('No event is like this. Take a filter off.').waitFor();
  });

  it('follows what users say elsewhere, under each filter', async () => {
    const { id } = await eventOf(1);
    const { page } = await open('/events?only=kept');
    await page.getByText('No event is like this').waitFor();
    await change(id, { kept: true });
    await card(page, id).waitFor();
    await change(id, { kept: false });
    await card(page, id).waitFor({ state: 'detached' });
    await button(page, 'Marked wrong').click();
    await page.getByText('No event is like this').waitFor();
    await lookout.send('POST', `/api/events/${id}/verdict`, { verdict: 'not_interesting' });
    await card(page, id).getByText('Not interesting').waitFor();
  });

  it('goes through days, and through the parts of a day where somebody was warned', async () => {
    const { page } = await open('/events');
    const parts = page.getByRole('group', { name: 'What was seen on this day' }).getByRole('button');
    await cards(page).first().waitFor();
    const all = await cards(page).count();
    await parts
      .and(page.getByRole('button', { name: /no warning$/ }))
      .first()
      .click();
    await page.getByText('No event is like this').waitFor();
    await parts.and(page.locator('[aria-pressed=true]')).click();
    await parts
      .and(page.getByRole('button', { name: /\d warnings$|one warning$/ }))
      .last()
      .click();
    await expect.poll(() => cards(page).count()).toBe(all);
    await button(page, 'The day before').click();
    await page.getByText('Nothing is kept of this day').waitFor();
    await button(page, 'The day after').click();
    await expect.poll(() => cards(page).count()).toBe(all);
  });

  it('marks all as seen', async () => {
    const { page } = await open('/events?only=unseen');
    await cards(page).first().waitFor();
    await button(page, 'Mark all as seen').click();
    await expect.poll(() => cards(page).count()).toBe(0);
    expect((await events()).filter(({ seen }) => !seen)).toEqual([]);
  });

  it('fits a phone, and keeps nobody out', async () => {
    const { page } = await open('/events', { viewport: PHONE });
    await cards(page).first().waitFor();
    await expectNoBarriers(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  });
});

describe('an event', () => {
  it('is shown with its picture, its facts and its rule, and is seen by that', async () => {
    const { id, reason, summary } = await eventOf(1);
    const { page, complaints } = await open(`/events/${id}`);
    await page.getByRole('heading', { name: reason }).waitFor();
    const picture = page.getByRole('img', { name: `Picture: ${reason}` });
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
    await page.getByText(summary).waitFor();
    await expectNoBarriers(page);
    await expect.poll(async () => (await event(id)).seen).toBe(true);
    await page
      .getByRole('link', { name: /^(Newer|Older)$/ })
      .first()
      .click();
    await expect.poll(() => page.url()).not.toContain(id);
    expect(complaints).toEqual([]);
  });

  it('begins at its top, and keeps its picture where the clip is gone', async () => {
    const { id, reason } = await eventOf(1);
    const { page } = await open('/events');
    await card(page, id).first().waitFor();
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.route('**/clip.mp4', (route) => route.fulfill({ status: 404 }));
    await card(page, id).first().press('Enter');
    await button(page, 'Play the clip').waitFor();
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(0);
    await button(page, 'Play the clip').click();
    await page.getByText('The clip is no longer kept.').waitFor();
    await page.getByRole('img', { name: `Picture: ${reason}` }).waitFor();
    expect(await button(page, 'Play the clip').count()).toBe(0);
    await page.unroute('**/clip.mp4');
  });

  it('that was no person is ignored with all it showed, until that is undone', async () => {
    const { id, tracks } = await eventOf(2);
    const { page, complaints } = await open(`/events/${id}`);
    for (let round = 1; round <= 2; round++) {
      await button(page, 'This was wrong').click();
      await page.getByRole('radio', { name: /^Not a person/ }).click();
      await button(page, 'Not a person: ignore it here').click();
      await page.getByText('What looks like this is ignored at this spot').waitFor();
      expect((await suppressions()).map(({ event_id }) => event_id)).toEqual(tracks.slice(0, 5).map(() => id));
      await button(page, 'Undo').click();
      await page.getByText('Undone: it warns at this spot again.').waitFor();
      expect([await suppressions(), (await event(id)).verdict]).toEqual([[], null]);
    }
    expect(complaints).toEqual([]);
  });

  it('that was no person is called that in the list', async () => {
    const { id } = await eventOf(1);
    await lookout.send('POST', `/api/events/${id}/verdict`, { verdict: 'wrong_object' });
    const { page } = await open('/events');
    await card(page, id).getByText('Not a person', { exact: true }).waitFor();
  });

  it('is kept', async () => {
    const { id } = await eventOf(1);
    const { page } = await open(`/events/${id}`);
    await button(page, 'Keep').click();
    await button(page, 'Kept').waitFor();
    await expect.poll(async () => (await event(id)).kept).toBe(true);
    await button(page, 'Kept').click();
    await expect.poll(async () => (await event(id)).kept).toBe(false);
  });

  it('is deleted, once that is confirmed', async () => {
    const { id } = await eventOf(1);
    const { page } = await open(`/events/${id}`);
    await button(page, 'Delete').click();
    const dialog = page.getByRole('alertdialog', { name: 'Delete this event?' });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL('**/events');
    await cards(page).first().waitFor();
    expect(await card(page, id).count()).toBe(0);
    expect((await lookout.fetch(`/api/events/${id}`)).status).toBe(404);
  });
});

describe('a banner', () => {
  it('appears for a new event, and disappears with the events', async () => {
    const { page } = await open('/rules');
    await page.getByRole('heading', { name: 'Rules' }).waitFor();
    const [{ id: ruleId }] = rules as [StoredRule];
    await lookout.send('PATCH', `/api/rules/${ruleId}`, { enabled: true });
    const banner = page.getByRole('region', { name: 'Warnings' }).getByRole('alert');
    await banner.first().waitFor();
    await switchOff(ruleId);
    for (const { id } of await events()) await lookout.fetch(`/api/events/${id}`, { method: 'DELETE' });
    await expect.poll(() => banner.count()).toBe(0);
  });
});
