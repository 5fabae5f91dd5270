import { expect, it } from 'vitest';
import { tabOf, tabPath, tabsFor } from './tabs.js';

it.each(['live', 'events', 'rules', 'share', 'settings', 'diagnostics'] as const)('has an address for %s', (tab) => {
  const [, , id, name] = tabPath('front door', tab).split('/');
  expect(id).toBe('front%20door');
  expect(tabOf(name)).toBe(tab);
});

it('knows no other parts', () => {
  expect(tabOf('nothing')).toBeUndefined();
  expect(tabOf('live'), 'one address each').toBeUndefined();
});

it('offers settings to those who may change them', () => {
  const names = (operate: boolean) => tabsFor({ operate }).map(({ tab }) => tab);
  expect(names(true)).toContain('settings');
  expect(names(false)).toEqual(['live', 'events', 'rules', 'share', 'diagnostics']);
});
