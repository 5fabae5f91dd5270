import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { DESKTOP, PHONE } from './launch-browser.js';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * What axe finds wrong with a page as it is shown now, by WCAG 2.2 at level AA.
 * @param rules only these of its rules; default: all
 * @returns one line for each element, with the rule that it breaks
 */
export async function barriers(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(SOURCE);
  const runOnly = rules ? { type: 'rule', values: [...rules] } : { type: 'tag', values: WCAG_22_AA };
  const options = { runOnly, resultTypes: ['violations'] } as RunOptions;
  return page.evaluate(async (given) => {
    const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run(given);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 200)} ${failureSummary.replace(/\s+/g, ' ')}`,
      ),
    );
  }, options);
}

/** Expects none on a desktop and a phone, by day and by night. Themes differ in colours alone, widths in all else. */
export async function expectNoBarriers(page: Page): Promise<void> {
  const size = page.viewportSize() ?? DESKTOP;
  for (const [name, viewport, themes] of [
    ['phone', PHONE, ['light', 'dark']],
    ['desktop', DESKTOP, ['dark', 'light']],
  ] as const) {
    await page.setViewportSize(viewport);
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      const rules = colorScheme === themes[0] ? undefined : ['color-contrast'];
      expect(await barriers(page, rules), `${colorScheme}, ${name}`).toEqual([]);
    }
  }
  await page.setViewportSize(size);
}
