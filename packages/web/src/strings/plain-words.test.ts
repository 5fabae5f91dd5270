import { expect, it } from 'vitest';
import { cutOutWords } from './cut-out.js';
import { t } from './index.js';
import { phraseWords } from './phrases.js';
import { searchWords } from './search.js';
import { secondLookWords } from './second-look.js';
import { settingsWords } from './settings.js';
import { tryWords } from './try.js';

/** Where words may be technical: units of figures, Diagnostics, the server's own page, the addresses to share, and tests of one picture. */
const TECHNICAL = ['units', 'diagnostics', 'settings', 'tryIt', 'cameras.share', 'cameras.links', 'player.shared'];

/** What is said instead stands beside each. */
const AVOIDED: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bAge\b/, 'Delay'],
  [/\bClass(es)?\b/i, 'Objects to detect, Look for'],
  [/\bLeast confidence\b/i, 'Minimum confidence, Ignore below'],
  [/\bInstant\b/, 'Smooth'],
  [/\bSynced\b/i, 'Exact'],
  [/\bBurnt in\b/i, 'Boxes in the picture'],
  [/\bInfer(ence|red|ring)?\b/i, 'Looked at'],
  [/\bHand over\b/i, 'Passed on'],
  [/\bDecode here\b|\bDraw here\b/i, 'Unpacked here, Drawn here'],
  [/\bStale\b|\bThrottled\b/i, 'Skipped for a newer one'],
  [/\bDropped (here|frames?|pictures?)\b/i, 'Skipped for a newer one'],
  [/\bZones?\b/i, 'area'],
  [/\bTripwires?\b/i, 'line'],
  [/\bMasks?\b/i, 'ignored place'],
  [/\bUnconfirmed\b/i, 'guess'],
  [/\bPublish stopped\b/i, 'Paused by the phone'],
  [/\brefused us\b/i, 'The camera does not accept the password'],
  [/\bGo on\b/, 'Resume, Continue'],
  [/\bTo the cameras\b/, 'Back to cameras'],
  [/\bWebRTC\b|\bMSE\b|\bUDP\b|\bJPEGs?\b|\bfps\b/, 'nothing: that is for Diagnostics'],
];

interface Said {
  path: string;
  text: string;
}

/** Every text below a node; of functions, the texts that they are made of. */
function saidBy(node: unknown, path: string): Said[] {
  if (TECHNICAL.includes(path)) return [];
  if (typeof node === 'string') return [{ path, text: node }];
  if (typeof node === 'function') {
    const texts = String(node).match(/`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g) ?? [];
    // Names of variables are not said.
    return texts.map((text) => ({ path, text: text.replaceAll(/\$\{[^{}]*\}/g, '') }));
  }
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => saidBy(value, path === '' ? key : `${path}.${key}`));
}

const all = [
  ...saidBy(t, ''),
  ...saidBy(settingsWords, 'settings'),
  ...saidBy(tryWords, 'tryIt'),
  ...saidBy(secondLookWords, 'secondLook'),
  ...saidBy(phraseWords, 'phrases'),
  ...saidBy(searchWords, 'search'),
  ...saidBy(cutOutWords, 'cutOut'),
];

it('reads all texts, those of functions too', () => {
  expect(all.length).toBeGreaterThan(600);
  expect(all).toContainEqual({ path: 'cameraPage.tabs.live', text: 'Live' });
  expect(all.some(({ path, text }) => path === 'cameraPage.delay' && text.includes('Delay'))).toBe(true);
});

it.each(AVOIDED)('%s is not said; instead: %s', (word) => {
  expect(all.filter(({ text }) => word.test(text))).toEqual([]);
});
