import { expect, it } from 'vitest';
import { offlinePage } from './offline-page.js';

it('says what is wrong, tries again by itself, and needs nothing else', () => {
  const page = offlinePage({ lang: 'en', theme: undefined });
  expect(page).toContain('<html lang="en">');
  expect(page).toContain('Lookout can’t be reached');
  expect(page).toContain('http-equiv="refresh"');
  expect(page).not.toMatch(/\b(?:src|href)="[^"]+"/);
  expect(page).not.toContain('undefined');
});

it('has the theme that was chosen', () => {
  expect(offlinePage({ lang: 'de', theme: 'dark' })).toContain('<html lang="de" data-theme="dark">');
});
