import type { StoredRule } from '@lookout/protocol';
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openApp, openPage, PHONE } from '../support/browser.js';
import { pictureShown } from '../support/live-picture.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { until } from '../support/until.js';

// Rules as people write and keep them: sentences that the server reads, over a street with people.

let lookout: LookoutProcess;
let visit: Awaited<ReturnType<typeof openApp>>;

beforeAll(async () => {
  lookout = await sharedLookout('file');
  await lookout.addCamera({
    id: 'street',
    name: 'Street',
    url: 'demo:street',
    zones: [
      {
        name: 'pavement',
        points: [
          [0.02, 0.3],
          [0.98, 0.3],
          [0.98, 0.98],
          [0.02, 0.98],
        ],
        color: '#ffab40',
      },
    ],
    lines: [{ name: 'kerb', from: [0.1, 0.9], to: [0.8, 0.5] }],
  });
  await lookout.cameraIs('street', 'live');
  visit = await openApp(lookout.url);
});

afterEach(async () => {
  for (const { id } of await storedRules()) await lookout.fetch(`/api/rules/${id}`, { method: 'DELETE' });
  await lookout.send('PUT', '/api/mode', { mode: 'home' });
});

const storedRules = () => lookout.json<StoredRule[]>('/api/rules');
const add = (prompt: string) => lookout.send<{ rules: StoredRule[] }>('POST', '/api/rules', { prompt });

const sentence = (page: Page) => page.getByRole('textbox', { name: 'Your sentence' });
const chip = (page: Page, part: string) =>
  page.getByRole('list', { name: 'What each word became' }).getByRole('button', { name: part });
const saveButton = (page: Page) => page.getByRole('button', { name: /^Save / });

/** A page for a new rule, with its sentence written. */
async function compose(prompt: string) {
  const opened = await visit('/rules/new');
  await sentence(opened.page).fill(prompt);
  return opened;
}

const STAYS = 'warn me if someone hangs around the pavement for more than 30 seconds at night';
const READ = 'Warn when a person stays in “pavement” for 30 s or longer, between 22:00 and 06:00.';

describe('a sentence', () => {
  it('is understood while it is written: each phrase under its part, and the whole in words', async () => {
    const { page, complaints } = await compose(STAYS);
    await page.getByText(READ).waitFor();
    for (const [part, value, phrase] of [
      ['Who', 'A person', '“someone”'],
      ['Does what', 'Stays', '“hangs around”'],
      ['Where', 'pavement', '“the pavement”'],
      ['How long', '30 s or longer', '“for more than 30 seconds”'],
      ['When', '22:00 to 06:00', '“at night”'],
      ['How loud', 'Warning', ''],
    ] as const) {
      await expect.poll(() => chip(page, part).innerText(), { message: part }).toContain(value);
      expect(await chip(page, part).innerText()).toContain(phrase);
    }
    await page.getByText('“hangs around” means').waitFor();
    await pictureShown(page);
    expect(complaints).toEqual([]);
  });

  it('is saved as one rule, which the list shows', async () => {
    const { page, complaints } = await compose(STAYS);
    await page.getByText(READ).waitFor();
    await saveButton(page).click();
    await page.waitForURL('**/rules');
    const card = page.getByRole('article').filter({ hasText: READ });
    await card.getByText('22:00 to 06:00', { exact: true }).waitFor();
    expect(await storedRules()).toMatchObject([{ prompt: STAYS, summary: READ, enabled: true }]);
    expect(complaints).toEqual([]);
  });

  it('of two rules is saved as two', async () => {
    const { page } = await compose('tell me when a car enters the pavement, and warn me when a dog crosses the kerb');
    await page.getByRole('heading', { name: 'Rule 2 of 2' }).waitFor();
    await page.getByRole('button', { name: 'Save 2 rules' }).click();
    await page.waitForURL('**/rules');
    expect((await storedRules()).map(({ rule }) => rule.trigger.behavior)).toEqual(['enter', 'cross']);
  });

  it('is left alone by what is read too late', async () => {
    const { page } = await visit('/rules/new');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/rules/interpret', async (route) => {
      if ((route.request().postData() ?? '').includes('dog')) await held;
      await route.continue().catch(() => undefined);
    });
    const asked = page.waitForRequest('**/api/rules/interpret');
    await sentence(page).fill('warn me when a dog is in the pavement');
    await asked;
    await sentence(page).fill('warn me when a car is in the pavement');
    await expect.poll(() => chip(page, 'Who').innerText()).toContain('A car');
    release();
    await page.unroute('**/api/rules/interpret');
    expect(await chip(page, 'Who').innerText()).toContain('A car');
  });

  it('survives a visit to another page', async () => {
    const { page } = await compose(STAYS);
    await page.getByText(READ).waitFor();
    await page.getByRole('link', { name: 'Cameras', exact: true }).click();
    await page.getByRole('article').first().waitFor();
    await page.goBack();
    await expect.poll(() => sentence(page).inputValue()).toBe(STAYS);
    await page.getByText(READ).waitFor();
  });
});

describe('a new rule from the page of a camera', () => {
  it('is for that camera, and shows so before it is saved', async () => {
    await lookout.addCamera({ id: 'hall', name: 'Hall', url: 'demo:street' });
    const { page } = await visit('/cameras/hall/rules');
    await page.getByRole('link', { name: 'New rule' }).click();
    await page.getByText('It is for “Hall”').waitFor();
    await sentence(page).fill('warn me when someone falls');
    await expect.poll(() => chip(page, 'Where').innerText()).toContain('Hall');
    await saveButton(page).click();
    await page.waitForURL('**/rules');
    expect((await storedRules()).map(({ rule }) => rule.cameras)).toEqual([['hall']]);
    await lookout.fetch('/api/cameras/hall', { method: 'DELETE' });
  });
});

describe('what is not clear', () => {
  it('is asked, and one press of an answer completes the sentence', async () => {
    const { page, complaints } = await compose('warn me if someone hangs around the shed at night');
    await page.getByRole('heading', { name: /Which area is/ }).waitFor();
    await page.getByText('One question left.').waitFor();
    expect(await saveButton(page).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'pavement', exact: true }).click();
    await expect.poll(() => sentence(page).inputValue()).toBe('warn me if someone hangs around the pavement at night');
    await page.getByText(/Warn when a person stays in “pavement”/).waitFor();
    expect(await saveButton(page).getAttribute('aria-disabled')).toBe('false');
    expect(complaints).toEqual([]);
  });

  it.each([
    ['anyone in the pavement between 10 and 6', 'Use this', /between 22:00 and 06:00/],
    ['someone standing on the pavement for too long', 'Use this', /for 60 s|for 1 min/],
    ['too many people on the pavement', 'Use this', /at least 5/],
  ])('is answered with a value of one’s own: %s', async (prompt, button, summary) => {
    const { page } = await compose(prompt);
    await page.getByRole('button', { name: button }).click();
    await page.getByText(summary).first().waitFor();
    await expect.poll(() => saveButton(page).getAttribute('aria-disabled')).toBe('false');
  });

  it('of who, is answered with what the model can see', async () => {
    const { page } = await compose('warn me when it enters the pavement');
    await page.getByRole('button', { name: 'dog', exact: true }).click();
    await page.getByRole('button', { name: 'Use this' }).click();
    await page.getByText(/a dog enters “pavement”/i).waitFor();
  });
});

describe('what no rule can say', () => {
  it('is refused with the phrase and the reason, and only a person takes it out', async () => {
    const { page, complaints } = await compose('warn me if someone without a helmet stands on the pavement');
    await page.getByRole('heading', { name: 'Lookout cannot tell “without a helmet”' }).waitFor();
    await page.getByText('Not saved: one part cannot be watched for.').waitFor();
    expect(await saveButton(page).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'What it can see' }).click();
    await page.getByRole('dialog').getByText('person', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Take out “without a helmet”' }).click();
    await expect.poll(() => sentence(page).inputValue()).toBe('warn me if someone stands on the pavement');
    await page.getByText(/Warn when a person stays in “pavement”/).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('a part set by hand', () => {
  it('is saved with the sentence beside it, and is there when the rule is changed', async () => {
    const { page, complaints } = await compose(STAYS);
    await page.getByText(READ).waitFor();
    await chip(page, 'How long').click();
    await page.getByLabel('At least').fill('90');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText(/for 1 min 30 s or longer|for 90 s or longer/).waitFor();
    expect(await chip(page, 'How long').innerText()).toContain('changed by you');
    await page.getByText('Will be saved as you set it.').waitFor();
    await saveButton(page).click();
    await page.waitForURL('**/rules');
    const [rule] = await storedRules();
    expect(rule).toMatchObject({ prompt: STAYS, rule: { trigger: { behavior: 'stay', seconds: 90 } } });

    await page.getByRole('link', { name: rule?.summary ?? '' }).click();
    await expect.poll(() => chip(page, 'How long').innerText()).toContain('changed by you');
    await chip(page, 'How long').click();
    await page.getByRole('button', { name: 'As the sentence says' }).click();
    await page.getByText(READ).waitFor();
    await saveButton(page).click();
    await page.waitForURL('**/rules');
    expect(await storedRules()).toMatchObject([{ id: rule?.id, summary: READ }]);
    expect(complaints).toEqual([]);
  });

  it('tells what another behaviour leaves out, and asks for the line that crossing needs', async () => {
    const { page } = await compose(STAYS);
    await page.getByText(READ).waitFor();
    await chip(page, 'Does what').click();
    await page.getByRole('radio', { name: /^Crosses a line/ }).check();
    await page.getByText('This leaves out: 30 s or longer and pavement.').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await expect.poll(() => chip(page, 'Where').innerText()).toContain('Which line?');
    await page.getByText('One part is not chosen yet.').waitFor();
    await chip(page, 'Where').click();
    await page.getByRole('radio', { name: /^kerb/ }).check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText(/Warn when a person crosses “kerb”/).waitFor();
  });

  it('needs no mouse', async () => {
    const { page } = await visit('/rules/new');
    await expect.poll(() => sentence(page).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('warn me if someone stays on the pavement');
    await page.getByText(/Warn when a person stays/).waitFor();
    await page.keyboard.press('Tab');
    expect(await chip(page, 'Who').evaluate((each) => each === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Who is it about?' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => chip(page, 'Who').evaluate((each) => each === document.activeElement)).toBe(true);
  });
});

describe('what a rule would have found', () => {
  it('is shown with pictures before it is saved, for the last hour or ten minutes', async () => {
    const { page, complaints } = await compose('warn me when a person is seen on the pavement');
    await page.getByRole('heading', { name: /It would have warned .* in the last hour/ }).waitFor();
    const found = page.getByRole('region', { name: /It would have warned/ });
    await found
      .getByRole('button', { name: /appeared/ })
      .first()
      .waitFor();
    await expect
      .poll(() =>
        found
          .locator('img')
          .first()
          .evaluate((image: HTMLImageElement) => image.naturalWidth),
      )
      .toBeGreaterThan(100);
    await found.getByText(/^Street (has been watched since|was watched) /).waitFor();
    await page.getByRole('radio', { name: '10 min' }).click();
    await page.getByRole('heading', { name: /in the last 10 minutes/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('the list of rules', () => {
  it('starts with sentences that fit the own cameras, each of which is understood', async () => {
    const { page, complaints } = await visit('/rules');
    await page.getByRole('heading', { name: 'No rules yet' }).waitFor();
    const examples = await page.getByRole('button', { name: /^(Warn|Tell|Let) me/ }).allInnerTexts();
    expect(examples.length).toBeGreaterThanOrEqual(4);
    for (const prompt of examples.map((text) => text.replace(/\s+/g, ' ').trim()))
      expect(await lookout.send('POST', '/api/rules/interpret', { prompt }), prompt).toMatchObject({ status: 'ok' });
    await page.getByRole('button', { name: /hangs around the pavement/ }).click();
    await page.waitForURL('**/rules/new');
    await page.getByText(/Warn when a person stays in “pavement”/).waitFor();
    expect(complaints).toEqual([]);
  });

  it('switches rules off and on, snoozes them, and keeps them for away', async () => {
    const { rules } = await add('warn me when a car enters the pavement');
    const id = rules[0]?.id ?? '';
    const { page, complaints } = await visit('/rules');
    const card = page.getByRole('article');
    await card.getByText('Has not warned yet.').waitFor();
    const stored = () => lookout.json<StoredRule>(`/api/rules/${id}`);

    await card.getByRole('switch').click();
    await card.getByText('Off.').waitFor();
    expect(await stored()).toMatchObject({ enabled: false });
    await card.getByRole('switch').click();
    await expect.poll(stored).toMatchObject({ enabled: true });

    await card.getByRole('button', { name: /^Snooze/ }).click();
    await page.getByRole('menuitem', { name: 'For 1 hour' }).click();
    await card.getByRole('button', { name: /^Until / }).waitFor();
    expect((await stored()).snoozed_until).toBeGreaterThan(Date.now() + 3_500_000);
    await card.getByRole('button', { name: /^Until / }).click();
    await page.getByRole('menuitem', { name: 'Warn again now' }).click();
    await card.getByRole('button', { name: /^Snooze/ }).waitFor();

    await card.getByText('also at home').waitFor();
    await card.getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Also at home' }).click();
    await card.getByText('Silent while somebody is home.').waitFor();
    expect(await stored()).toMatchObject({ modes: ['away'] });
    await page.getByRole('group', { name: 'Who is in' }).getByRole('button', { name: 'Away' }).click();
    await expect.poll(() => lookout.json('/api/mode')).toMatchObject({ mode: 'away' });
    await expect.poll(() => card.getByText('Silent while').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('shows at once what another browser changes', async () => {
    const { page } = await visit('/rules');
    await page.getByRole('heading', { name: 'No rules yet' }).waitFor();
    const { rules } = await add('warn me when a car enters the pavement');
    const card = page.getByRole('article');
    await card.getByRole('switch', { checked: true }).waitFor();
    await lookout.send('PATCH', `/api/rules/${rules[0]?.id}`, { enabled: false });
    await card.getByRole('switch', { checked: false }).waitFor();
    await lookout.send('PUT', '/api/mode', { mode: 'away' });
    await page.getByRole('radio', { name: 'Away', checked: true }).waitFor();
    await lookout.fetch(`/api/rules/${rules[0]?.id}`, { method: 'DELETE' });
    await page.getByRole('heading', { name: 'No rules yet' }).waitFor();
  });

  it('shows what a rule last found', async () => {
    await add('just note when a person is seen on the pavement');
    const { page } = await visit('/rules');
    const card = page.getByRole('article');
    await card.getByText(/Last noted/).waitFor({ timeout: 60_000 });
    await expect
      .poll(() =>
        card
          .getByRole('img')
          .first()
          .evaluate((image: HTMLImageElement) => image.naturalWidth),
      )
      .toBeGreaterThan(100);
  });

  it('makes another like one, and deletes one after asking', async () => {
    await add('warn me when a car enters the pavement');
    const { page, complaints } = await visit('/rules');
    const card = page.getByRole('article').first();
    await card.getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Duplicate' }).click();
    await page.waitForURL('**/rules/new');
    await expect.poll(() => sentence(page).inputValue()).toBe('warn me when a car enters the pavement');
    await sentence(page).fill('warn me when a dog enters the pavement');
    await page.getByText('Warn when a dog enters “pavement”.').waitFor();
    await saveButton(page).click();
    await page.waitForURL('**/rules');
    await until('two rules', async () => (await storedRules()).length === 2);

    await page.getByRole('article').filter({ hasText: 'a dog' }).getByRole('button', { name: /^More/ }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByText('Its events stay under Events.').waitFor();
    await page.getByRole('button', { name: 'Delete rule' }).click();
    await expect.poll(() => page.getByRole('article').count()).toBe(1);
    expect((await storedRules()).map(({ prompt }) => prompt)).toEqual(['warn me when a car enters the pavement']);
    expect(complaints).toEqual([]);
  });
});

describe('on a phone', () => {
  const TOUCH = { viewport: PHONE, hasTouch: true, isMobile: true } as const;
  /** How much wider the page is than the window, px. */
  const excessWidth = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

  it('the composer fits, and its save button stays within reach of the thumb', async () => {
    const { page, complaints } = await openPage(`${lookout.url}/rules/new`, TOUCH);
    await sentence(page).fill(STAYS);
    await page.getByText(READ).waitFor();
    expect(await excessWidth(page)).toBeLessThanOrEqual(0);
    const button = await saveButton(page).boundingBox();
    expect(button!.y + button!.height).toBeLessThan(PHONE.height);
    expect(button!.height).toBeGreaterThanOrEqual(44);
    expect(complaints).toEqual([]);
  });

  it('the list fits', async () => {
    await add(STAYS);
    const { page } = await openPage(`${lookout.url}/rules`, TOUCH);
    await page.getByRole('link', { name: READ }).waitFor();
    expect(await excessWidth(page)).toBeLessThanOrEqual(0);
  });
});
