import { t } from '../../strings/index.js';

/** The parts of a camera's page, in their order. */
const TABS = ['live', 'events', 'rules', 'share', 'settings', 'diagnostics'] as const;
export type Tab = (typeof TABS)[number];

/** The part that the end of an address means; undefined: there is none of that name. */
export function tabOf(name: string | undefined): Tab | undefined {
  if (name === undefined) return 'live';
  // The live part has the address of the camera itself.
  return TABS.find((tab) => tab !== 'live' && tab === name);
}

/** The address of a part of a camera's page. */
export function tabPath(cameraId: string, tab: Tab): string {
  const path = `/cameras/${encodeURIComponent(cameraId)}`;
  return tab === 'live' ? path : `${path}/${tab}`;
}

/** The parts for those who may do this, with their names. */
export function tabsFor(may: { operate: boolean }): Array<{ tab: Tab; label: string }> {
  return TABS.filter((tab) => tab !== 'settings' || may.operate).map((tab) => ({ tab, label: t.cameraPage.tabs[tab] }));
}
